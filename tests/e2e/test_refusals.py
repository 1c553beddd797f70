"""Every error that can be found in the properties, at deploy time: the stack fails with the rule's code and
path, and nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from local_aws.read_back import Clients
from local_aws.stacks import StackFailed, Stacks
from tests.e2e.conftest import CallLog
from tests.e2e.life import ACCOUNT, custom, localised
from tests.parity.test_refusals import LET_THROUGH_BY_THE_CDK, REFUSED_BY_THE_CDK
from tests.rules import reading
from tests.rules.cases import CASES

pytestmark = pytest.mark.e2e

AT_A_TIME = 4
READ_AS: Mapping[object, str] = {
    reading.found_in_plan: "Plan",
    reading.found_in_vault: "Vault",
    reading.found_in_selection: "Selection",
}
# the Region of the cases is not the local one, which they use as another one
ELSEWHERE = {"us-east-1": "eu-central-1", "111122223333": ACCOUNT}


@dataclass(frozen=True)
class Refusal:
    """A resource that must be refused, and what the reason must have in it."""

    resource: Mapping[str, Any]
    words: tuple[str, ...]


def _refusals() -> Iterator[tuple[str, Refusal]]:
    for name, (resource, code, path) in REFUSED_BY_THE_CDK.items():
        yield name, Refusal(resource, (f"[{code}]", f"{path}: "))
    for name, (resource, code) in LET_THROUGH_BY_THE_CDK.items():
        yield name, Refusal(resource, (f"[{code}]",))
    seen = set()
    for case in CASES:
        if (
            case.code
            and case.code.startswith("E")
            and case.code not in seen
            and _can_be_written(case.properties)
        ):
            seen.add(case.code)
            properties = localised(case.properties, **ELSEWHERE)
            yield case.code, Refusal(custom(READ_AS[case.find], properties), (f"[{case.code}]",))


def _can_be_written(properties: object) -> bool:
    """A template has properties, and no null."""
    return isinstance(properties, dict) and "null" not in json.dumps(properties)


REFUSALS = dict(_refusals())


@pytest.fixture(scope="module")
def reasons(stacks: Stacks) -> Mapping[str, str]:
    """What each stack failed with, by name; they are made side by side."""

    def reason(item: tuple[int, str]) -> str:
        number, name = item
        body = json.dumps({"Resources": {"Wrong": _with_token(REFUSALS[name].resource)}})
        try:
            stacks.create(f"wrong-{number}", body)
        except StackFailed as failure:
            stacks.delete(f"wrong-{number}")
            return str(failure)
        return "it was created"

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        return dict(zip(REFUSALS, pool.map(reason, enumerate(REFUSALS)), strict=True))


def _with_token(resource: Mapping[str, Any]) -> dict[str, Any]:
    kind = str(resource["Type"]).removeprefix("Custom::")
    token = {"Fn::ImportValue": f"cfn-backup-provider-{kind}"}
    return {"Type": resource["Type"], "Properties": {**resource["Properties"], "ServiceToken": token}}


@pytest.mark.parametrize("name", REFUSALS)
def test_the_stack_says_why(name: str, reasons: Mapping[str, str]) -> None:
    assert "is ROLLBACK_COMPLETE" in reasons[name]
    assert [words for words in REFUSALS[name].words if words not in reasons[name]] == [], reasons[name]


def test_nothing_is_written_for_any_of_them(stacks: Stacks, clients: Clients, backup_calls: CallLog) -> None:
    # GIVEN one of each type, all of them wrong in several places
    before, roles = backup_calls.last(), clients.iam.list_roles()["Roles"]
    wrong = {
        "Plan": custom("Plan", {
            "Preset": "daily", "BackupPlanName": "a b",
            "BackupPlanRules": [{"Lifecycle": {"DeleteAfterDays": 60, "MoveToColdStorageAfterDays": 60}}],
        }),
        "Vault": custom("Vault", {"BackupVaultName": "x.y", "LockConfiguration": {"MinRetentionDays": 0}}),
        "Selection": custom("Selection", {"Resources": ["orders"], "SelectionName": "a b"}),
    }  # fmt: skip
    expected = {
        "Plan": ("Preset", "BackupPlanName", "BackupPlanRules[0].Lifecycle.DeleteAfterDays"),
        "Vault": ("BackupVaultName", "LockConfiguration.MinRetentionDays"),
        "Selection": ("BackupPlanId", "Resources[0]", "SelectionName"),
    }

    # WHEN each is deployed
    for logical_id, resource in wrong.items():
        with pytest.raises(StackFailed) as failed:
            stacks.create(f"wrong-{logical_id}", json.dumps({"Resources": {logical_id: resource}}))
        # THEN one message has all that is wrong
        assert [path for path in expected[logical_id] if f"{path}: " not in str(failed.value)] == []
        stacks.delete(f"wrong-{logical_id}")

    # AND there is no more than before
    assert backup_calls.writes(since=before) == []
    assert [r["Arn"] for r in clients.iam.list_roles()["Roles"]] == [r["Arn"] for r in roles]
