"""One local AWS for the session, with the provider deployed by `sam deploy`."""

import io
import json
import os
import ssl
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from cfn_backup.desired.owner import Owner
from cfn_backup_tools.account.calls import Calls, Pace
from cfn_backup_tools.account.stacks import read_stack
from cfn_backup_tools.drift.comparing import differences
from cfn_backup_tools.drift.facets import facets
from cfn_backup_tools.drift.records import comparable, read_records
from local_aws import instance, provider, read_back
from local_aws.instance import REGION, ROOT, Instance
from local_aws.stacks import Stacks


@pytest.fixture(scope="session")
def local() -> Iterator[Instance]:
    """The running instance."""
    running = instance.start(f"test-{os.getpid()}")
    try:
        provider.build_and_deploy(running)
        yield running
    finally:
        instance.stop(running)


@pytest.fixture(scope="session")
def clients(local: Instance) -> read_back.Clients:
    return read_back.clients(local)


class LocalCalls(Calls):
    """The calls of ``cfn-backup`` to the local AWS, from this process."""

    def __init__(self, local: Instance) -> None:
        super().__init__(REGION, pace=Pace(sleep=lambda _: None))
        self._local = local

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = read_back.client(self._local, service)
        return self._clients[service]


@dataclass(frozen=True)
class Undrifted(Stacks):
    """Every stack is compared with its records when it is made and updated: what nobody touched has not
    drifted."""

    calls: Calls | None = None

    def create(self, name: str, template: str, parameters: Mapping[str, str] | None = None) -> dict[str, str]:
        outputs = super().create(name, template, parameters)
        self._look(name)
        return outputs

    def update(self, name: str, template: str, parameters: Mapping[str, str] | None = None) -> dict[str, str]:
        outputs = super().update(name, template, parameters)
        self._look(name)
        return outputs

    def _look(self, name: str) -> None:
        assert self.calls is not None
        recorded = read_records(self.calls, read_stack(self.calls, name))
        assert [one.why_not for one in recorded if one.why_not] == []
        for member, intention in comparable(recorded):
            owner = Owner(member.stack_id, member.stack_id.split("/")[1], member.own_id)
            found = [differences(facet, member.logical_id) for facet in facets(self.calls, intention, owner)]
            assert [differing for differing in found if differing] == []


@pytest.fixture(scope="session")
def stacks(local: Instance, clients: read_back.Clients) -> Stacks:
    return Undrifted(clients.cloudformation, calls=LocalCalls(local))


@dataclass(frozen=True)
class Cli:
    """The AWS CLI, as somebody has it who sourced `.local-aws/env`."""

    local: Instance

    def __call__(self, *arguments: str, parsed: bool = True) -> Any:
        """Run one command; what it printed."""
        answer = subprocess.run(
            [str(ROOT / ".venv" / "bin" / "aws"), *arguments, "--output", "json"],
            env=self.local.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert answer.returncode == 0, answer.stderr
        return json.loads(answer.stdout) if parsed and answer.stdout.strip() else answer.stdout


@pytest.fixture(scope="session")
def aws(local: Instance) -> Cli:
    return Cli(local)


def ask_strict_backup(
    local: Instance, what: str, method: str = "GET", body: bytes | None = None
) -> Mapping[str, Any]:
    """The answer of one of the strict service's admin paths."""
    context = ssl.create_default_context(cafile=local.variables()["AWS_CA_BUNDLE"])
    request = Request(f"{local.url}/_strict-backup/{what}", body, method=method)  # noqa: S310
    with urlopen(request, context=context) as response:  # noqa: S310
        answer: Mapping[str, Any] = json.load(response)
        return answer


def zipped(name: str, code: str) -> bytes:
    """The archive of a function that is one file."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(name, code)
    return archive.getvalue()


@dataclass(frozen=True)
class CallLog:
    """What AWS Backup was asked, from the strict service's own log."""

    local: Instance

    def writes(self, since: int) -> list[str]:
        """The operations that write, after the call of that number."""
        return [call["operation"] for call in self._read(f"?since={since}")["calls"] if call["write"]]

    def last(self) -> int:
        """The number of the latest call."""
        last: int = self._read("")["last"]
        return last

    def _read(self, query: str) -> Mapping[str, Any]:
        return ask_strict_backup(self.local, f"calls{query}")


@pytest.fixture(scope="session")
def backup_calls(local: Instance) -> CallLog:
    return CallLog(local)


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """Where a test writes the template it hands to the AWS CLI."""
    return tmp_path / "template.yaml"
