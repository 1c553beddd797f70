"""Install what a target needs into the project folder: `python3 bootstrap.py ENVIRONMENT…`.

The only thing that runs before anything is installed, so: standard library, and any Python that
`python3` may be (3.11 or newer). Each environment holds exactly its lock file in `requirements/`,
checked by hash. An environment that is as its lock says is left alone, so a second run costs
milliseconds; runs at the same time wait for each other.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent
TOOLS = ROOT / ".tools"
LOG = TOOLS / "install.log"
UV = TOOLS / "uv" / "bin" / "uv"
PYTHON = "3.13"

# environment -> (folder, lock file)
ENVIRONMENTS = {
    "dev": (".venv", "dev.lock"),
    "local-aws": (".venv-local-aws", "local-aws.lock"),
    "scan": (".venv-scan", "scan.lock"),
    "parity": (".venv-parity", "parity.lock"),
    "docs": (".venv-docs", "docs.lock"),
}


class NotInstalled(Exception):
    """Something cannot be installed; the message is one line that says what to do."""


def main(names: list[str]) -> int:
    """Bring every named environment up to its lock file; the exit code."""
    try:
        for name in names:
            _ensure(name)
    except NotInstalled as reason:
        print(f"error: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; run the same command again to go on", file=sys.stderr)
        return 130
    return 0


def _ensure(name: str) -> None:
    folder, lock = ENVIRONMENTS[name]
    environment = ROOT / folder
    stamp = environment / ".installed"
    wanted = _fingerprint(name)
    if _read(stamp) == wanted:
        return
    with _one_at_a_time():
        if _read(stamp) == wanted:  # another run installed it while this one waited
            return
        uv = _uv()
        # An environment of another Python version, or one that was moved with its folder, is made anew.
        if not _usable(environment):
            shutil.rmtree(environment, ignore_errors=True)
            _run(f"making {folder}", [uv, "venv", "--quiet", "--python", _python(uv), environment])
        _run(
            f"installing {lock} into {folder}",
            [uv, "pip", "sync", "--require-hashes", "--compile-bytecode", ROOT / "requirements" / lock],
            VIRTUAL_ENV=str(environment),
        )
        if name == "dev":
            # Editable: `cfn-backup` runs the sources as they are. Nothing is fetched for it.
            _run(
                "installing cfn-backup",
                [uv, "pip", "install", "--no-deps", "--no-build-isolation", "--offline", "--editable", ROOT],
                VIRTUAL_ENV=str(environment),
            )
        stamp.write_text(wanted)


def _fingerprint(name: str) -> str:
    """What the environment is made of; another fingerprint means another installation."""
    sources = [ROOT / "requirements" / ENVIRONMENTS[name][1]]
    if name == "dev":
        sources.append(ROOT / "pyproject.toml")
    digest = hashlib.sha256(f"{PYTHON} {ROOT}".encode())
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()


def _usable(environment: Path) -> bool:
    config = _read(environment / "pyvenv.cfg")
    return f"version_info = {PYTHON}" in config and (environment / "bin" / "python").exists()


def _uv() -> Path:
    """uv itself, pinned, installed with pip into `.tools`."""
    stamp = UV.parent.parent / ".installed"
    lock = ROOT / "requirements" / "bootstrap.lock"
    wanted = hashlib.sha256(lock.read_bytes() + str(ROOT).encode()).hexdigest()
    if _read(stamp) == wanted and UV.exists():
        return UV
    home = UV.parent.parent
    shutil.rmtree(home, ignore_errors=True)
    _run(
        "making a place for uv",
        [sys.executable, "-m", "venv", home],
        failure="python3 cannot make virtual environments: install its venv module "
        "(Debian and Ubuntu: apt-get install python3-venv), then run the same command again",
    )
    _run(
        "installing uv",
        [home / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
         "--no-deps", "--retries", "1", "--timeout", "20", "--require-hashes", "-r", lock],
        failure=_NO_NETWORK,
    )  # fmt: skip
    stamp.write_text(wanted)
    return UV


_NO_NETWORK = (
    "the first installation needs the Python package index and could not reach it: "
    f"check the network or proxy, then run the same command again (details in {LOG.relative_to(ROOT)})"
)


def _python(uv: Path) -> str:
    """A Python of the Lambda runtime's version: one that is there, else one that uv downloads."""
    found = _find_python(uv)
    if found:
        return found
    _run(
        f"downloading Python {PYTHON}, since none was found",
        [uv, "python", "install", "--quiet", "--no-bin", "--install-dir", TOOLS / "python", PYTHON],
        failure=f"Python {PYTHON} was not found and could not be downloaded: install it "
        f"(pyenv install {PYTHON}, apt-get install python{PYTHON}-venv or brew install python@{PYTHON}), "
        "then run the same command again",
    )
    return _find_python(uv)


def _find_python(uv: Path) -> str:
    environment = dict(os.environ, UV_PYTHON_INSTALL_DIR=str(TOOLS / "python"))
    command = [str(uv), "python", "find", "--system", "--no-python-downloads", "--no-project", PYTHON]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    return answer.stdout.strip()


def _run(what: str, command: Sequence[str | Path], failure: str = "", **extra: str) -> None:
    """Run one step, saying what it does and how long it takes; its own output goes to the log."""
    print(f"  {what} …", flush=True)
    # Compiling once now makes every later start faster; some machines switch it off for all of Python.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment.update({"UV_HTTP_TIMEOUT": "60", "UV_HTTP_RETRIES": "2", "UV_NO_PROGRESS": "1", **extra})
    started = time.monotonic()
    TOOLS.mkdir(exist_ok=True)
    with LOG.open("a") as log:
        log.write(f"\n$ {' '.join(map(str, command))}\n")
        log.flush()
        step = subprocess.Popen(
            list(map(str, command)),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=ROOT,
        )
        try:
            while True:
                try:
                    code = step.wait(timeout=10)
                    break
                except subprocess.TimeoutExpired:
                    print(f"    … {time.monotonic() - started:.0f} s", flush=True)
        except BaseException:
            step.terminate()
            step.wait()
            raise
    if code:
        raise NotInstalled(failure or _reason(what))


def _reason(what: str) -> str:
    tail = LOG.read_text(errors="replace")[-4000:].lower()
    offline = ("dns error", "failed to fetch", "error sending request", "connection refused", "timed out")
    if any(sign in tail for sign in offline):
        return _NO_NETWORK
    return f"{what} failed: see {LOG.relative_to(ROOT)}"


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Hold the installation lock; the kernel lets go of it however the holder ends."""
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("  another make is installing; waiting for it …", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
