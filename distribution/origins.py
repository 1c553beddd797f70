"""Where each packed file comes from: a file of a pinned distribution, or of this repository.

Looked up by path and content, without asking what built the packages. So a file that got in by another way
has no origin, and ``make package`` fails.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements" / "runtime.lock"
LAYER = PurePosixPath("python")
"""Where the layer's modules are in its archive."""


class Unexplained(Exception):
    """Raised for a packed file of which nobody knows where it comes from; the text names it."""


@dataclass(frozen=True)
class Origin:
    """The file that a packed file was made from."""

    distribution: str | None
    """The name of the distribution on the package index; None for a file of this repository."""
    path: str
    """Within the distribution or the repository."""
    made: str
    """How, in a few words; empty for an exact copy."""


@dataclass(frozen=True)
class PackedFile:
    """A file in a package."""

    package: str
    path: str
    sha256: str
    origin: Origin


@dataclass(frozen=True)
class Package:
    """A file of ``dist`` that is given to others, and what is in it."""

    name: str
    sha256: str
    files: tuple[PackedFile, ...] = field(default=())


def package_of(file: Path) -> Package:
    """A file of ``dist``. Raises Unexplained when something in it has no origin."""
    digest = _digest(file.read_bytes())
    if not zipfile.is_zipfile(file):
        return Package(file.name, digest)
    with zipfile.ZipFile(file) as archive:
        contents = {name: archive.read(name) for name in sorted(archive.namelist())}
    origin_of = _in_wheel if file.suffix == ".whl" else _in_layer if _is_layer(contents) else _in_function
    files = (
        PackedFile(file.name, name, _digest(content), origin_of(PurePosixPath(name), content))
        for name, content in contents.items()
    )
    return Package(file.name, digest, tuple(files))


def pinned() -> Mapping[str, str]:
    """The version of each distribution that the layer carries."""
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", LOCK.read_text("utf-8"), re.MULTILINE))


def _is_layer(contents: Mapping[str, bytes]) -> bool:
    return all(PurePosixPath(name).parts[0] == str(LAYER) for name in contents)


def _in_layer(path: PurePosixPath, content: bytes) -> Origin:
    inside = path.relative_to(LAYER)
    for source, made in _sources(inside):
        if (distribution := _recorded().get(str(source))) is not None:
            name, file = distribution
            return Origin(name, str(source), made or _changed(file, content))
        ours = ROOT / "layers" / "cfn_backup" / source
        if source.parts[0] == "cfn_backup" and ours.is_file():
            return _of_repository(ours, content, made)
    raise Unexplained(f"{path}: no pinned distribution and no file of the repository has it")


def _sources(path: PurePosixPath) -> Iterator[tuple[PurePosixPath, str]]:
    """The paths that a file of the layer may have been made from, and how."""
    if path.suffix == ".pyc":
        yield path.parent.parent / f"{path.name.split('.')[0]}.py", "compiled"
    elif path.name == "service-2.json":
        yield path.with_name("service-2.json.gz"), "unpacked, without its documentation"
    yield path, ""


def _in_function(path: PurePosixPath, content: bytes) -> Origin:
    for file in sorted((ROOT / "functions").rglob(path.name)):
        if file.read_bytes() == content:
            return _of_repository(file, content, "")
    raise Unexplained(f"{path}: no function has it")


def _in_wheel(path: PurePosixPath, content: bytes) -> Origin:
    if path.parts[0].endswith(".dist-info"):
        return Origin(None, "pyproject.toml", "metadata, written by setuptools")
    folders = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-dir"]
    file = ROOT.joinpath(folders.get(path.parts[0], ""), *path.parts[1:])
    if not file.is_file():
        raise Unexplained(f"{path}: no file of the repository is it")
    return _of_repository(file, content, "")


def _of_repository(file: Path, content: bytes, made: str) -> Origin:
    if not made and _changed(file, content):
        raise Unexplained(f"{file}: it was changed on its way into the package")
    return Origin(None, str(file.relative_to(ROOT)), made)


def _changed(file: Path, content: bytes) -> str:
    """How a file of the layer differs from the distribution's; only the list of endpoints may."""
    if file.read_bytes() == content:
        return ""
    if file.name != "endpoints.json":
        raise Unexplained(f"{file}: it was changed on its way into the package")
    return "reduced to the services that are called"


@cache
def _recorded() -> Mapping[str, tuple[str, Path]]:
    """Every file that the pinned distributions say is theirs: its distribution, and where it is installed."""
    found: dict[str, tuple[str, Path]] = {}
    for name in pinned():
        for file in importlib.metadata.distribution(name).files or ():
            found[str(file)] = (name, Path(str(file.locate())))
    return found


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
