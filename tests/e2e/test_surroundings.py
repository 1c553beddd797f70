"""Bad surroundings: one clear line each, and nothing hangs."""

import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local_aws.instance import PORT_VARIABLE, ROOT

NOWHERE = "http://127.0.0.1:9"


def _project(folder: Path) -> Path:
    """What `bootstrap.py` needs of the project."""
    shutil.copy(ROOT / "bootstrap.py", folder)
    shutil.copy(ROOT / "pyproject.toml", folder)
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    return folder


def _bootstrap(project: Path, **environment: str) -> tuple[int, list[str], float]:
    """Run it; its exit code, what it complained about, and how long it took."""
    kept = {name: os.environ[name] for name in ("HOME", "TMPDIR") if name in os.environ}
    started = time.monotonic()
    answer = subprocess.run(
        [sys.executable, "bootstrap.py", "dev"], cwd=project,
        env={"PATH": "/usr/bin:/bin", **kept, **environment},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    return answer.returncode, answer.stderr.strip().splitlines(), time.monotonic() - started


def test_no_network_for_the_first_install(tmp_path: Path) -> None:
    code, complaints, seconds = _bootstrap(
        _project(tmp_path), PIP_INDEX_URL=f"{NOWHERE}/simple", PIP_CONFIG_FILE=os.devnull
    )
    assert code == 1
    [complaint] = complaints
    assert complaint.startswith("error: the first installation needs the Python package index")
    assert seconds < 60


def test_no_python_of_the_right_version_and_no_way_to_get_one(tmp_path: Path) -> None:
    # GIVEN uv, an empty path and no network
    project = _project(tmp_path)
    code = (
        "import bootstrap, sys; from pathlib import Path; "
        f"bootstrap._uv = lambda: Path({str(ROOT / '.tools/uv/bin/uv')!r}); sys.exit(bootstrap.main(['dev']))"
    )
    environment = {
        "PATH": str(tmp_path / "empty"), "HOME": str(tmp_path), "PYTHONPATH": str(project),
        "UV_PYTHON_INSTALL_MIRROR": NOWHERE,
    }  # fmt: skip
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=project, env=environment, capture_output=True, text=True,
        check=False, timeout=120,
    )  # fmt: skip
    assert answer.returncode == 1
    [complaint] = answer.stderr.strip().splitlines()
    assert complaint.startswith("error: Python 3.13 was not found and could not be downloaded: install it")


def test_no_python_at_all(tmp_path: Path) -> None:
    make = shutil.which("make")
    assert make is not None
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "sh").symlink_to("/bin/sh")
    answer = subprocess.run(
        [make, "-f", str(ROOT / "Makefile"), "demo"], cwd=tmp_path, env={"PATH": str(tools)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode
    assert answer.stderr.splitlines()[0].startswith("error: python3 was not found")


@pytest.mark.e2e
@pytest.mark.parametrize("port", ["taken", "no port"])
def test_a_port_that_cannot_be_had(port: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        wanted = str(taken.getsockname()[1]) if port == "taken" else port
        answer = subprocess.run(
            [sys.executable, "-m", "local_aws", "demo"], cwd=ROOT, env={**os.environ, PORT_VARIABLE: wanted},
            capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    assert answer.returncode == 1
    last = answer.stdout.strip().splitlines()[-1]
    assert (
        last
        == f"error: port {wanted} cannot be had; set {PORT_VARIABLE} to another or unset it for a free one"
    )
