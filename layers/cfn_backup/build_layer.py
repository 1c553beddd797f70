"""Build the layer: our code and the pinned dependencies, stripped, with byte code, reproducible.

Everything is pure Python, so one layer serves arm64 and x86_64. The files come from the environment that runs
this script, whose content `bootstrap.py` installed by hash from a lock file; each is checked against the hash
that its wheel recorded, and each version against `requirements/runtime.lock`.
"""

import base64
import gzip
import hashlib
import importlib.metadata
import json
import os
import py_compile
import re
import shutil
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import Any

HERE = Path(__file__).resolve().parent
LOCK = HERE.parents[1] / "requirements" / "runtime.lock"
# 1980 is the first year that a zip file can say.
EPOCH = 315_619_200

# What is left out, by distribution: patterns over paths as the wheel records them.
_POWERTOOLS = "aws_lambda_powertools"
LEFT_OUT = {
    "aws-lambda-powertools": [
        f"{_POWERTOOLS}/event_handler/*",
        f"{_POWERTOOLS}/utilities/*/*",
        f"{_POWERTOOLS}/metrics/provider/datadog/*",
    ],
    "boto3": ["boto3/data/*", "boto3/examples/*"],
    "botocore": ["botocore/data/*"],
    "python-dateutil": ["dateutil/zoneinfo/*.tar.gz"],
    "tzdata": ["tzdata/*"],
    "urllib3": ["urllib3/contrib/emscripten/*"],
}
# … but these are kept all the same.
KEPT = {
    "aws-lambda-powertools": [f"{_POWERTOOLS}/utilities/jmespath_utils/*"],
    "botocore": [
        "botocore/data/_retry.json",
        "botocore/data/endpoints.json",
        "botocore/data/partitions.json",
        "botocore/data/sdk-default-configuration.json",
    ],
    # The list of zone names is all that a time zone is checked against.
    "tzdata": ["tzdata/__init__.py", "tzdata/zones"],
}


def services() -> list[str]:
    """The botocore service models that the layer carries, from `services.txt`."""
    lines = (HERE / "services.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def pinned() -> dict[str, str]:
    """Distribution → version, from the lock file."""
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", LOCK.read_text(), re.MULTILINE))


def build(artifacts: Path) -> None:
    """Write the layer into `artifacts`, which Lambda unpacks at /opt."""
    target = artifacts / "python"
    for name, version in sorted(pinned().items()):
        for source, path in _distribution(name, version):
            _copy(source, target / path)
    for source in sorted((HERE / "cfn_backup").rglob("*")):
        if source.suffix in {".py", ".json"}:
            _copy(source, target / source.relative_to(HERE))
    data = target / "botocore" / "data"
    _shorten_endpoints(data / "endpoints.json")
    for service in services():
        _shorten_model(data / service)
    _compile(target)
    _settle(artifacts)


def _distribution(name: str, version: str) -> Iterator[tuple[Path, PurePosixPath]]:
    """The files of one installed distribution that belong into the layer, checked against its record."""
    distribution = importlib.metadata.distribution(name)
    if distribution.version != version:
        message = (
            f"{name} {distribution.version} is installed, but {LOCK.name} pins {version}: lock both anew"
        )
        raise SystemExit(message)
    for file in distribution.files or []:
        path = PurePosixPath(file)
        if path.parts[0] == ".." or path.suffix == ".pyc" or not _wanted(name, path):
            continue
        source = Path(str(distribution.locate_file(file)))
        recorded = file.hash
        if recorded is not None:
            digest = hashlib.new(recorded.mode, source.read_bytes()).digest()
            if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != recorded.value:
                raise SystemExit(f"{source} is not as its wheel recorded it: remove .venv and run make again")
        yield source, path


def _wanted(name: str, path: PurePosixPath) -> bool:
    kept = KEPT.get(name, [])
    if name == "botocore":
        kept = kept + [f"botocore/data/{service}/*" for service in services()]
        if path.name.startswith("examples-"):
            return False
    if path.parts[0].endswith(".dist-info"):
        return path.name == "METADATA" or "LICENSE" in path.name.upper() or "NOTICE" in path.name.upper()
    if path.suffix in {".pyi", ".typed"}:
        return False
    text = str(path)
    return any(fnmatch(text, pattern) for pattern in kept) or not any(
        fnmatch(text, pattern) for pattern in LEFT_OUT.get(name, [])
    )


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _shorten_endpoints(file: Path) -> None:
    """Keep the endpoints of our services: the first client reads the file, 1.2 MB as it comes."""
    wanted = set(services())
    endpoints = json.loads(file.read_bytes())
    for partition in endpoints["partitions"]:
        partition["services"] = {k: v for k, v in partition["services"].items() if k in wanted}
    file.write_text(json.dumps(endpoints, separators=(",", ":")))


def _shorten_model(service: Path) -> None:
    """Leave out the documentation: it is most of a model, and read with it at each cold start."""
    for packed in service.rglob("service-2.json.gz"):
        model = json.loads(gzip.decompress(packed.read_bytes()))
        short = json.dumps(_without_documentation(model), separators=(",", ":"))
        packed.unlink()
        # Not packed: the archive of the layer is, and this is quicker to read.
        packed.with_suffix("").write_text(short)


def _without_documentation(part: Any) -> Any:
    if isinstance(part, list):
        return [_without_documentation(item) for item in part]
    if isinstance(part, dict):
        # A structure may have a member of that name; its value is a dictionary.
        kept = {k: v for k, v in part.items() if not (k == "documentation" and isinstance(v, str))}
        return {key: _without_documentation(value) for key, value in kept.items()}
    return part


def _compile(folder: Path) -> None:
    """Byte code that Python loads without a look at the source: /opt is read-only, none can be made there."""
    for source in sorted(folder.rglob("*.py")):
        py_compile.compile(
            str(source),
            dfile=f"/opt/{source.relative_to(folder.parent)}",
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )


def _settle(folder: Path) -> None:
    """The same permissions and times every time, so that the same input gives the same archive."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.chmod(0o755 if path.is_dir() else 0o644)
        os.utime(path, (EPOCH, EPOCH))


if __name__ == "__main__":
    build(Path(sys.argv[1]))
