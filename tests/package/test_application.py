"""``make package``: archives, the plain template and the bill of materials."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import subprocess
import time
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from samcli.yamlhelper import yaml_parse

from distribution.__main__ import build
from distribution.bill_of_materials import MADE, NAME, ORIGIN
from distribution.origins import Unexplained, package_of, pinned
from rollout.package import read

ROOT = Path(__file__).parents[2]
SERVERLESS = ("AWS::Serverless::Function", "AWS::Serverless::LayerVersion")


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``make package`` makes."""
    folder = tmp_path_factory.mktemp("dist")
    build(folder)
    return folder


@pytest.fixture(scope="module")
def template(dist: Path) -> Any:
    return json.loads((dist / "cfn-backup-provider.template.json").read_text())


@pytest.fixture(scope="module")
def bill(dist: Path) -> Any:
    return json.loads((dist / NAME).read_text())


def packages(bill: Any) -> Iterator[tuple[str, Any]]:
    """The name and the files of each package of the bill."""
    yield from (
        (one["name"], one.get("components", [])) for one in bill["components"] if one["type"] == "file"
    )


# ---- the same bytes


def test_a_second_build_is_the_same(dist: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # GIVEN another person, in another folder, time zone and language, whose files nobody else may read
    monkeypatch.setenv("TZ", "Pacific/Kiritimati")
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setenv("PYTHONHASHSEED", "4711")
    (tmp_path / "deep" / "down").mkdir(parents=True)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "deep" / "down"))
    before = os.umask(0o077)
    try:
        # WHEN the packages are built again
        build(tmp_path / "again")
    finally:
        os.umask(before)

    # THEN they are the same, byte for byte
    assert hashes(tmp_path / "again") == hashes(dist)


@pytest.mark.slow  # each clone installs an environment of its own
@pytest.mark.timeout(1200)
def test_packages_of_two_clones_are_the_same(tmp_path: Path) -> None:
    clones = [tmp_path / "one", tmp_path / "another" / "place"]
    for clone in clones:
        command = f"git clone --quiet {shlex.quote(str(ROOT))} . && make package"
        clone.mkdir(parents=True)
        subprocess.run(["/bin/sh", "-c", command], cwd=clone, check=True, capture_output=True)
        time.sleep(2)  # the resolution of a zip file's times

    first, second = (hashes(clone / "dist") for clone in clones)
    assert first == second


def hashes(folder: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


# ---- the plain template


def test_the_plain_template_needs_no_transform(template: Any) -> None:
    types = {resource["Type"] for resource in template["Resources"].values()}

    assert "Transform" not in template
    assert not any(kind.startswith("AWS::Serverless::") for kind in types)


def test_the_plain_template_names_every_archive(template: Any, dist: Path) -> None:
    text = json.dumps(template)

    archives = [file.name for file in dist.glob("*.zip")]
    assert len(archives) == len(serverless(*SERVERLESS))
    assert all(f"${{CodePrefix}}{name}" in text for name in archives)


def test_a_rollout_takes_every_part_along(dist: Path) -> None:
    others = {"cfn-backup-provider.template.json", "cfn-backup-provider.cdx.json"}
    parts = {file.name for file in dist.iterdir() if file.suffix != ".whl"} - others

    assert {part.name for part in read(dist).parts} == parts


def test_the_plain_template_is_accepted_by_cfn_lint(dist: Path) -> None:
    command = [
        str(ROOT / ".venv/bin/cfn-lint"),
        "--non-zero-exit-code",
        "error",
        "--ignore-checks",
        "W",
        "--",
    ]
    said = subprocess.run(
        [*command, str(dist / "cfn-backup-provider.template.json")],
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 0, said.stdout


# ---- the bill of materials


def test_the_bill_is_valid_cyclonedx(dist: Path) -> None:
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str((dist / NAME).read_text())

    assert problem is None


def test_the_bill_lists_every_package_and_every_file(bill: Any, dist: Path) -> None:
    listed = {name: {file["name"] for file in files} for name, files in packages(bill)}

    there = {
        file.name: set(zipfile.ZipFile(file).namelist()) if zipfile.is_zipfile(file) else set()
        for file in dist.iterdir()
        if file.name != NAME
    }
    assert listed == there


def test_the_bill_has_the_hash_of_every_file(bill: Any, dist: Path) -> None:
    for package, files in packages(bill):
        archive = zipfile.ZipFile(dist / package) if files else None
        for file in files:
            assert archive is not None
            (digest,) = file["hashes"]
            assert digest["content"] == hashlib.sha256(archive.read(file["name"])).hexdigest()


def test_every_file_has_an_origin_that_exists(bill: Any) -> None:
    versions = pinned()
    for _, files in packages(bill):
        for file in files:
            origin = next(p["value"] for p in file["properties"] if p["name"] == ORIGIN)
            package = re.match(r"pkg:pypi/([^@]+)@([^#]+)#.", origin)
            if package:
                assert versions[package[1]] == package[2]
            else:
                assert (ROOT / origin).is_file()


def test_files_that_are_no_copies_say_how_they_were_made(bill: Any) -> None:
    made = {
        p["value"]
        for _, files in packages(bill)
        for file in files
        for p in file["properties"]
        if p["name"] == MADE
    }

    assert made == {
        "compiled",
        "unpacked, without its documentation",
        "reduced to the services that are called",
        "metadata, written by setuptools",
    }


def test_every_library_of_the_layer_is_listed(bill: Any) -> None:
    libraries = {one["name"]: one["version"] for one in bill["components"] if one["type"] == "library"}

    assert libraries == pinned()


@pytest.mark.parametrize(
    "path", ["python/boto3/session.py", "python/cfn_backup/__init__.py", "python/new.py"]
)
def test_a_file_that_is_not_what_it_was_has_no_origin(tmp_path: Path, path: str) -> None:
    # GIVEN a layer with a file that somebody has changed, or added
    with zipfile.ZipFile(tmp_path / "layer.zip", "w") as archive:
        archive.writestr(path, "import os")

    # WHEN its origin is looked up, THEN there is none
    with pytest.raises(Unexplained, match=Path(path).name):
        package_of(tmp_path / "layer.zip")


# ---- signing and releases


def serverless(*kinds: str) -> list[str]:
    written = yaml_parse((ROOT / "template.yaml").read_text("utf-8"))
    return [name for name, resource in written["Resources"].items() if resource["Type"] in kinds]


def test_the_documented_signing_names_every_function_and_layer() -> None:
    page = (ROOT / "docs" / "supply-chain.md").read_text("utf-8")

    assert sorted(re.findall(r"(\w+)=\$PROFILE", page)) == sorted(serverless(*SERVERLESS))


def test_sam_deploy_knows_signing_profiles() -> None:
    said = subprocess.run(
        [str(ROOT / ".venv/bin/sam"), "deploy", "--help"], capture_output=True, text=True, check=True
    )

    assert "--signing-profiles" in said.stdout


def test_the_versions_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    written = yaml_parse((ROOT / "template.yaml").read_text("utf-8"))
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert written["Metadata"]["AWS::ServerlessRepo::Application"]["SemanticVersion"] == project
    assert newest is not None
    assert newest[1] == project
