"""What will exist beside a plan, in words: vaults, roles and selections."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cfn_backup.desired.role import Role
from cfn_backup.desired.selection import Selection
from cfn_backup.desired.vault import Vault
from cfn_backup.symbolic import Unknown
from cfn_backup.written.resources import CUSTOM
from cfn_backup_tools.preview.report import NewRole, NewSelection
from cfn_backup_tools.preview.shown import shown


def details_of(vault: Vault, kind: str) -> tuple[str, ...]:
    """A vault's key, its lock, and what happens to it with the stack; ``kind`` is the type of the resource."""
    key = shown(vault.key_arn) if vault.key_arn else "the account's AWS Backup key"
    found = [f"encrypted with {key}"]
    if isinstance(vault.lock, Mapping) and vault.lock:
        days = ", ".join(f"{name} {shown(value)}" for name, value in vault.lock.items())
        mode = "locked" if "ChangeableForDays" in vault.lock else "locked in governance mode"
        found.append(f"{mode}: {days}")
    if kind in CUSTOM:
        found.append(f"RemovalPolicy {vault.removal_policy}")
    return tuple(found)


def new_role(role: Role, origin: str) -> NewRole:
    """A role that is made for selections."""
    return NewRole(shown(role.name), origin, tuple(_last_part(shown(policy)) for policy in role.policy_arns))


def policies_of(properties: Mapping[str, Any]) -> tuple[str, ...]:
    """The managed policies of a role of the template."""
    arns = properties.get("ManagedPolicyArns")
    return tuple(_last_part(shown(_value(arn))) for arn in arns) if isinstance(arns, list) else ()


def _value(node: Any) -> Any:
    return Unknown(node) if isinstance(node, Mapping) else node


def _last_part(arn: str) -> str:
    return arn.rpartition("/")[2]


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "Resources": lambda value: f"resources {_joined(value)}",
    "NotResources": lambda value: f"but not {_joined(value)}",
    "ListOfTags": lambda value: "any of the tags " + _tags(value),
    "Conditions": lambda value: "all of the conditions " + _conditions(value),
    "Stacks": lambda value: f"the contents of the stacks {_joined(value)}, as they are at the deployment",
}


def new_selection(selection: Selection) -> NewSelection:
    """What a selection selects, in words."""
    members = selection.asked or selection.members
    selects = tuple(
        _WORDS[name](value) if name in _WORDS else f"{name} {shown(value)}" for name, value in members.items()
    )
    return NewSelection(shown(selection.name), shown(selection.role_arn), selects)


def _joined(value: Any) -> str:
    return ", ".join(shown(item) for item in value) if isinstance(value, list | tuple) else shown(value)


def _tags(value: Any) -> str:
    if not isinstance(value, list | tuple):
        return shown(value)
    return ", ".join(
        f"{shown(tag.get('ConditionKey'))} = {shown(tag.get('ConditionValue'))}"
        if isinstance(tag, Mapping)
        else shown(tag)
        for tag in value
    )


def _conditions(value: Any) -> str:
    if not isinstance(value, Mapping):
        return shown(value)
    return ", ".join(f"{name} {_tags(compared)}" for name, compared in value.items())
