"""The software bill of materials: what is in each package, and where each file comes from (CycloneDX 1.6)."""

from __future__ import annotations

import importlib.metadata
import json
import tomllib
from collections.abc import Iterable
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from distribution.origins import ROOT, Origin, Package, PackedFile, pinned

NAME = "cfn-backup-provider.cdx.json"
ORIGIN = "cfn-backup-provider:origin"
"""The name of the property that says where a file comes from: a package URL or a path of the repository."""
MADE = "cfn-backup-provider:made"
"""The name of the property that says how; a file that has none is an exact copy."""


def write(packages: Iterable[Package], output: Path) -> Path:
    """Writes the bill of the packages into the folder ``output``; the same bytes for the same packages."""
    packages = list(packages)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    application = Component(
        name="cfn-backup-provider",
        type=ComponentType.APPLICATION,
        version=project["version"],
        bom_ref="cfn-backup-provider",
        licenses=[LicenseFactory().make_from_string(project["license"])],
    )
    bom = Bom(
        components=[*map(_package, packages), *(_library(name) for name in pinned())],
        metadata=BomMetaData(component=application),
        serial_number=uuid5(NAMESPACE_URL, "".join(package.sha256 for package in packages)),
    )
    bom.register_dependency(application, [*bom.components])
    document = json.loads(JsonV1Dot6(bom).output_as_string())
    # the hour of a build would make each bill another one
    del document["metadata"]["timestamp"]
    file = output / NAME
    file.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return file


def _package(package: Package) -> Component:
    return Component(
        name=package.name,
        type=ComponentType.FILE,
        bom_ref=package.name,
        hashes=[_hash(package.sha256)],
        components=[_file(file) for file in package.files],
    )


def _file(file: PackedFile) -> Component:
    properties = [Property(name=ORIGIN, value=_address(file.origin))]
    if file.origin.made:
        properties.append(Property(name=MADE, value=file.origin.made))
    return Component(
        name=file.path,
        type=ComponentType.FILE,
        bom_ref=f"{file.package}/{file.path}",
        hashes=[_hash(file.sha256)],
        properties=properties,
    )


def _library(name: str) -> Component:
    metadata = importlib.metadata.metadata(name)
    licensed = metadata.get("License-Expression") or metadata.get("License")
    return Component(
        name=name,
        type=ComponentType.LIBRARY,
        version=metadata["Version"],
        bom_ref=str(_purl(name)),
        purl=_purl(name),
        licenses=[LicenseFactory().make_from_string(licensed)] if licensed else [],
    )


def _address(origin: Origin) -> str:
    return str(_purl(origin.distribution, origin.path)) if origin.distribution else origin.path


def _purl(name: str, path: str | None = None) -> PackageURL:
    return PackageURL("pypi", name=name, version=pinned()[name], subpath=path)


def _hash(digest: str) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=digest)
