"""The template, as written and as SAM turns it into plain CloudFormation."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from local_aws import provider
from local_aws.instance import ROOT
from tests.policies import deployed

Json = dict[str, Any]


@pytest.fixture(scope="session")
def written() -> Json:
    """`template.yaml` as it is written."""
    return deployed.written()


@pytest.fixture(scope="session")
def resources(written: Json) -> dict[str, Json]:
    """The resources after the SAM transform."""
    template = json.loads(json.dumps(written))
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        for key in ("CodeUri", "ContentUri", "DefinitionUri"):
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
