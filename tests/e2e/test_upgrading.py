"""`sam build && sam deploy` again: what changed runs behind the alias, and what did not publishes nothing.

All code of the provider is in its layer. SAM publishes a version when the function's own properties change.
It sees neither the layer's content nor the values of parameters (serverless-application-model #3610, #3820).
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local_aws import instance, provider, read_back
from local_aws.instance import Instance
from tests.e2e.life import ACCOUNT

pytestmark = pytest.mark.e2e

FUNCTIONS = ("BackupPlanFunction", "BackupVaultFunction", "BackupSelectionFunction")
# CloudFormation keeps the value of a parameter that an update does not mention.
DEFAULTS = {"LogLevel": "INFO", "PermissionsBoundary": '""', "ResponseUrlHosts": "localhost"}
IMPORT = "from cfn_backup.protocol.entry import provider\n"
PROTOCOL = "cfn_backup/protocol/__init__.py"
# Put into the layer: a function that is asked says what it is made of.
TELLING = """
MARK = "first"

def _telling(handler):
    def handle(event, context):
        if "tell" not in event:
            return handler(event, context)
        import os
        from importlib.metadata import version
        return {"mark": MARK, "six": version("six"), "environment": dict(os.environ)}
    return handle

_provider = provider

def provider(*arguments, **named):
    return _telling(_provider(*arguments, **named))
"""


@dataclass(frozen=True)
class Deployed:
    """A local AWS with what is deployed there, and the build that it came from."""

    local: Instance
    built: Path

    def deploy(self, **parameters: str) -> None:
        provider.deploy(self.local, self.built, {**DEFAULTS, **parameters})

    def change(self, path: str, old: str, new: str) -> None:
        """Another text in a file of the layer. Its byte code goes: nothing compares that with the source."""
        [file] = (self.built.parent / "CfnBackupLayer" / "python").glob(path)
        text = file.read_text()
        assert old in text
        file.write_text(text.replace(old, new))
        for code in file.parent.glob(f"__pycache__/{file.stem}.*.pyc"):
            code.unlink()

    def resource(self, name: str) -> str:
        """The physical id of a resource of the provider."""
        client = read_back.client(self.local, "cloudformation")
        where = {"StackName": provider.PROVIDER_STACK, "LogicalResourceId": name}
        return str(client.describe_stack_resource(**where)["StackResourceDetail"]["PhysicalResourceId"])

    def functions(self) -> dict[str, str]:
        """The name of each function that serves a resource type."""
        return {function: self.resource(function) for function in FUNCTIONS}

    def told(self) -> dict[str, Any]:
        """What runs behind `live`, of each function."""
        client = read_back.client(self.local, "lambda")
        answers = {}
        for function, name in self.functions().items():
            answer = client.invoke(FunctionName=name, Qualifier="live", Payload=b'{"tell": true}')
            answers[function] = json.load(answer["Payload"])
            assert "FunctionError" not in answer, answers[function]
        return answers

    def versions(self) -> dict[str, list[str]]:
        """The published versions of each function."""
        client = read_back.client(self.local, "lambda")
        return {
            function: [v["Version"] for v in client.list_versions_by_function(FunctionName=name)["Versions"]]
            for function, name in self.functions().items()
        }


@pytest.fixture(scope="module")
def deployed() -> Iterator[Deployed]:
    """An instance of its own: the provider of the other tests stays as it is."""
    local = instance.start(f"upgrading-{os.getpid()}")
    try:
        there = Deployed(local, provider.build(local.home / "build"))
        there.change(PROTOCOL, IMPORT, IMPORT + TELLING)
        there.deploy()
        yield there
    finally:
        instance.stop(local)


def test_code_of_the_layer_reaches_the_alias(deployed: Deployed) -> None:
    # GIVEN a provider that is deployed, and another code in its layer
    deployed.change(PROTOCOL, 'MARK = "first"', 'MARK = "second"')
    # WHEN it is deployed again
    deployed.deploy()
    # THEN each function runs that code behind the alias
    assert {told["mark"] for told in deployed.told().values()} == {"second"}


def test_a_dependency_reaches_the_alias(deployed: Deployed) -> None:
    # GIVEN another version of one of the packages
    deployed.change("six-*.dist-info/METADATA", "\nVersion: ", "\nVersion: 9")
    # WHEN it is deployed again
    deployed.deploy()
    # THEN each function runs with it
    assert {told["six"][0] for told in deployed.told().values()} == {"9"}


def test_code_of_a_function_reaches_its_alias_and_publishes_nothing_else(deployed: Deployed) -> None:
    # GIVEN another code of one function
    before = deployed.versions()
    app = deployed.built.parent / "BackupVaultFunction" / "app.py"
    app.write_text(f"{app.read_text()}\nimport os\nos.environ['APP'] = 'changed'\n")
    # WHEN it is deployed again
    deployed.deploy()
    # THEN that function runs it, and the others have no new version
    told = deployed.told()
    assert [function for function in FUNCTIONS if "APP" in told[function]["environment"]] == [
        "BackupVaultFunction"
    ]
    after = deployed.versions()
    assert [function for function in FUNCTIONS if after[function] != before[function]] == [
        "BackupVaultFunction"
    ]


def test_parameters_reach_the_alias_and_their_removal_does_too(deployed: Deployed) -> None:
    # GIVEN another value of every parameter that functions read, long ones among them
    hosts = ",".join(["localhost", *(f"host-{number}.example" for number in range(7))])
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/{'division/' * 8}boundary"
    changed = {"LogLevel": "DEBUG", "ResponseUrlHosts": hosts, "PermissionsBoundary": boundary}
    for parameters, expected in (
        (changed, ("DEBUG", hosts, boundary)),
        ({}, ("INFO", "localhost", deployed.resource("BackupRoleBoundary"))),
    ):
        # WHEN it is deployed with them
        deployed.deploy(**parameters)
        # THEN each function reads them behind the alias
        names = ("POWERTOOLS_LOG_LEVEL", "RESPONSE_URL_HOSTS", "PERMISSIONS_BOUNDARY_ARN")
        told = [tuple(t["environment"][name] for name in names) for t in deployed.told().values()]
        assert set(told) == {expected}


@pytest.mark.parametrize("parameters", [{}, {"LogRetentionInDays": "30", "ReservedConcurrency": "3"}])
def test_what_changes_nothing_in_the_functions_publishes_nothing(
    deployed: Deployed, parameters: Mapping[str, str]
) -> None:
    # GIVEN the provider as it is deployed
    before = deployed.versions()
    # WHEN it is deployed again, as it is or with parameters that no function reads
    deployed.deploy(**parameters)
    # THEN there is no new version
    assert deployed.versions() == before
