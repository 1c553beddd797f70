"""Builds the application for accounts without the SAM CLI: an archive for each part, and a plain template.

``sam build`` makes the parts. The template is what CloudFormation's SAM transform would make of ours, and has
two more parameters, which say where the archives are. ``python -m distribution.application FILE`` writes the template
alone.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

from samcli.yamlhelper import yaml_parse
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from local_aws import provider

type Json = dict[str, Any]

TEMPLATE = "cfn-backup-provider.template.json"
DATE = (1980, 1, 2, 0, 0, 0)
"""Of every file of an archive: 1980 is the first year that it can say."""
PLACES = {"AWS::Serverless::StateMachine": "DefinitionUri", "AWS::Serverless::LayerVersion": "ContentUri"}
"""The property that says where a part is, by type; of all others it is ``CodeUri``."""
PARAMETERS = {
    "CodeBucket": {
        "Type": "String",
        "Description": "The S3 bucket, in the Region of this stack, that the archives were uploaded to",
    },
    "CodePrefix": {
        "Type": "String",
        "Default": "",
        "Description": "What stands before the archives' names in the bucket, such as cfn-backup-provider/",
        "AllowedPattern": "^$|^.+/$",
    },
}


def build(output: Path) -> None:
    """The archives and the template, written into ``output``."""
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        built = provider.build(Path(folder) / "build")
        template: Json = yaml_parse(built.read_text("utf-8"))
        _place(template, lambda name, part: _packed(name, (built.parent / part).resolve(), output).name)
    # sam build turns the paths in it into others, which depend on where it builds
    template["Metadata"] = yaml_parse(provider.TEMPLATE.read_text("utf-8"))["Metadata"]
    _write(template, output / TEMPLATE)


def write_unbuilt(file: Path) -> None:
    """Writes the plain template for scanners: nothing is built, and the archives that it names do not exist."""
    template: Json = yaml_parse(provider.TEMPLATE.read_text("utf-8"))
    _place(template, lambda name, part: f"{name}{Path(part).suffix or '.zip'}")
    file.parent.mkdir(parents=True, exist_ok=True)
    _write(template, file)


def _place(template: Json, key_of: Callable[[str, str], str]) -> None:
    """Has each part in S3, under the key that there is for its logical id and its place."""
    for name, resource in template["Resources"].items():
        place = PLACES.get(resource["Type"], "CodeUri")
        part = resource.get("Properties", {}).get(place)
        if part is not None:
            key = {"Fn::Sub": f"${{CodePrefix}}{key_of(name, part)}"}
            resource["Properties"][place] = {"Bucket": {"Ref": "CodeBucket"}, "Key": key}


def _write(template: Json, file: Path) -> None:
    file.write_text(json.dumps(plain(template), indent=2) + "\n", encoding="utf-8")


def plain(template: Json) -> Json:
    """The template after the SAM transform; its parts must be in S3."""
    # without its parameters: SAM would put their defaults in the place of some references
    parameters = template.pop("Parameters") | PARAMETERS
    with mock.patch.dict(os.environ, {"AWS_DEFAULT_REGION": "us-east-1"}):
        made: Json = Translator(managed_policy_map={}, sam_parser=Parser()).translate(template, {})
    return made | {"Parameters": parameters}


def _packed(name: str, part: Path, output: Path) -> Path:
    """The part as a file whose name changes with its content: CloudFormation looks at the name alone."""
    content = archive_of(part) if part.is_dir() else part.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:16]
    packed = output / f"{name}-{digest}{part.suffix or '.zip'}"
    packed.write_bytes(content)
    return packed


def archive_of(folder: Path) -> bytes:
    """A zip archive that depends on nothing but the files' names and contents."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(path.relative_to(folder).as_posix(), DATE)
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes(), compresslevel=9)
    return packed.getvalue()


if __name__ == "__main__":
    write_unbuilt(Path(sys.argv[1]))
