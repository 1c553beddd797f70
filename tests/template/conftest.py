"""The template, as written and as SAM turns it into plain CloudFormation."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from local_aws import provider
from local_aws.instance import ROOT

Json = dict[str, Any]


class _Yaml(yaml.SafeLoader):
    """Reads CloudFormation's short forms as its long ones."""


def _intrinsic(loader: _Yaml, suffix: str, node: yaml.Node) -> Json:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Yaml.add_multi_constructor("!", _intrinsic)


@pytest.fixture(scope="session")
def written() -> Json:
    """`template.yaml` as it is written."""
    template: Json = yaml.load((ROOT / "template.yaml").read_text(), Loader=_Yaml)  # noqa: S506 - a safe loader
    return template


@pytest.fixture(scope="session")
def resources(written: Json) -> dict[str, Json]:
    """The resources after the SAM transform."""
    template = json.loads(json.dumps(written))
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        for key in ("CodeUri", "ContentUri"):
            if key in properties:
                properties[key] = f"s3://bucket/{properties[key]}"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        translator = Translator(managed_policy_map={}, sam_parser=Parser())
        transformed: dict[str, Json] = translator.translate(template, {})["Resources"]
    return transformed


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that `sam build` makes."""
    return provider.build(tmp_path_factory.mktemp("build")).parent


@pytest.fixture(scope="session")
def layer_python() -> list[str]:
    """A Python that sees nothing but its standard library."""
    base = subprocess.run(
        [str(ROOT / ".venv" / "bin" / "python"), "-c", "import sys; print(sys._base_executable)"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    return [base, "-I", "-S"]
