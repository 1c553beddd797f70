"""What a request made true, as a record to compare with later: the intention behind a resource.

CloudFormation detects no drift of custom resources, and calls a stack of them ``IN_SYNC`` whatever somebody
did to them (AWS CloudFormation User Guide, Detect unmanaged configuration changes). Only the provider sees
the resolved properties, and only at the time of the request, so it writes down what it made of them.

A record is a JSON document, compressed into the values of one or more SSM parameters: a standard parameter
takes 4,096 characters (AWS Systems Manager quotas).
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from cfn_backup.desired.document import known_map
from cfn_backup.desired.role import TRUST_POLICY, Role
from cfn_backup.desired.vault import Topic, Vault
from cfn_backup.symbolic import known

if TYPE_CHECKING:
    from cfn_backup.desired.plan import Plan
    from cfn_backup.desired.selection import Selection

ROOT = "/cfn-backup-provider/intentions"
FORMAT = 1
PART = 4000
"""Characters of a record in one parameter; the rest of the 4,096 is the part's heading."""
MOST_PARTS = 10
"""A parameter is named by its number; more than so many hold no record that a template can ask for."""


class TooLong(Exception):
    """The record does not fit into ``MOST_PARTS`` parameters."""


class Unreadable(Exception):
    """The parameters hold no whole record of a known format."""


@dataclass(frozen=True)
class Intention:
    """What one request made true.

    :param recorded: when, in seconds since the epoch.
    :param state: what should be there: ``vault``, ``plan``, ``role``, ``selections``, as far as the resource
        has them, in the terms of AWS Backup's API.
    """

    type: str
    physical_id: str
    request_id: str
    recorded: float
    state: Mapping[str, Any]


def parameter_path(stack_id: str, logical_id: str = "") -> str:
    """Under which path the parameters of a resource are, or of all resources of a stack."""
    _, name, uuid = stack_id.rsplit("/", 2)
    return f"{ROOT}/{name}/{uuid}" + (f"/{logical_id}" if logical_id else "")


def written(intention: Intention) -> list[str]:
    """The values of the parameters, the first first. Each begins with the digest of the whole, its number and
    how many there are: what an older record left behind does not fit.

    Raises TooLong.
    """
    text = json.dumps({"format": FORMAT, **asdict(intention)}, sort_keys=True, separators=(",", ":"))
    packed = base64.b64encode(zlib.compress(text.encode(), 9)).decode()
    pieces = [packed[start : start + PART] for start in range(0, len(packed), PART)]
    if len(pieces) > MOST_PARTS:
        raise TooLong(f"{len(packed)} characters")
    heading = hashlib.sha256(packed.encode()).hexdigest()[:12]
    return [f"{heading} {number} {len(pieces)} {piece}" for number, piece in enumerate(pieces, 1)]


def read(values: Iterable[str]) -> Intention:
    """The record that these parameters hold, in any order. Raises Unreadable."""
    parts = [value.split(" ", 3) for value in values]
    firsts = [part for part in parts if len(part) == 4 and part[1] == "1"]
    if len(firsts) != 1:
        raise Unreadable("the first part is missing")
    digest, _, count, _ = firsts[0]
    fitting = {part[1]: part[3] for part in parts if len(part) == 4 and part[0] == digest}
    packed = "".join(fitting.get(str(number), "") for number in range(1, int(count) + 1))
    if hashlib.sha256(packed.encode()).hexdigest()[:12] != digest:
        raise Unreadable("a part is missing or was changed")
    document = json.loads(zlib.decompress(base64.b64decode(packed)))
    if document.pop("format") != FORMAT:
        raise Unreadable("it has the format of another version of the provider")
    return Intention(**document)


# ---- what should be there ----


def of_vault(vault: Vault, statement_id: str) -> dict[str, Any]:
    """The state of a vault. ``statement_id``: of the statement that lets AWS Backup publish to its topic."""
    topic = vault.notifications
    lock = known(vault.lock)
    return {
        "vault": {
            "BackupVaultName": known(vault.name),
            "EncryptionKeyArn": known(vault.key_arn),
            "AccessPolicy": known(vault.access_policy),
            "Notifications": _notifications(topic, statement_id) if isinstance(topic, Topic) else None,
            "LockConfiguration": known_map(lock) if lock else None,
            "Tags": known_map(vault.tags),
        }
    }


def _notifications(topic: Topic, statement_id: str) -> dict[str, Any]:
    return {
        "SNSTopicArn": known(topic.arn),
        "BackupVaultEvents": sorted(known(event) for event in known(topic.events)),
        "StatementId": statement_id if topic.managed else None,
    }


def of_plan(plan: Plan, plan_id: str, statement_id: str) -> dict[str, Any]:
    """The state of a plan with its default vault, its role and its own selections."""
    from cfn_backup.desired.selection import Selection  # noqa: PLC0415 - the function for vaults needs none

    selections = [one for one in plan.selections if isinstance(one, Selection)]
    return {
        "plan": {
            "BackupPlanId": plan_id,
            "BackupPlan": dict(plan.document),
            "Tags": known_map(plan.tags),
        },
        **(of_vault(plan.vault, statement_id) if plan.vault else {}),
        **(_role(plan.role) if plan.role else {}),
        "selections": [_selection(one, plan_id) for one in selections],
    }


def of_selection(selection: Selection, plan_id: str) -> dict[str, Any]:
    """The state of a selection of its own, with its role."""
    return {
        **(_role(selection.role) if selection.role else {}),
        "selections": [_selection(selection, plan_id)],
    }


def _selection(selection: Selection, plan_id: str) -> dict[str, Any]:
    members = {"SelectionName": known(selection.name), "IamRoleArn": known(selection.role_arn)}
    return {"BackupPlanId": plan_id, "BackupSelection": {**members, **selection.members}}


def _role(role: Role) -> dict[str, Any]:
    return {
        "role": {
            "RoleName": known(role.name),
            "Path": known(role.arn).partition(":role")[2].removesuffix(known(role.name)),
            "AssumeRolePolicyDocument": dict(TRUST_POLICY),
            "PolicyArns": sorted(known(arn) for arn in role.policy_arns),
            "Tags": known_map(role.tags),
        }
    }
