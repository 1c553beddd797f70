"""The rules about the access policy of a vault."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cfn_backup.rules.registry import Fault, rule
from cfn_backup.rules.subjects import VaultSubject
from cfn_backup.symbolic.asking import decided
from cfn_backup.symbolic.paths import Path
from cfn_backup.written.recast import shown


@rule(
    "E9407",
    subject=VaultSubject,
    title="Wildcard action in an access policy",
    explanation="The access policy of a vault cannot have `*` in an action.",
    way_out="Name each action.",
    source="AWS Backup Developer Guide: Vault access policies",
)
def wildcard_action(subject: VaultSubject) -> Iterator[Fault]:
    for at, statement in _statements(subject):
        for where, action in _listed(statement.get("Action"), at / "Action"):
            if isinstance(action, str) and "*" in action:
                message = (
                    f"is {shown(action)}, and the access policy of a vault knows no wildcards in actions: "
                    "name each one, such as backup:DeleteRecoveryPoint"
                )
                yield Fault(where, message)


@rule(
    "E9415",
    subject=VaultSubject,
    title="Statement without an action",
    explanation="A statement of a policy has `Action` or `NotAction`. AWS Backup refuses the policy "
    "otherwise, as every AWS service does.",
    way_out="Add `Action` with a list of actions.",
    source="AWS IAM User Guide: IAM JSON policy element reference, Action",
)
def statement_without_action(subject: VaultSubject) -> Iterator[Fault]:
    for at, statement in _statements(subject):
        given = [decided(statement.get(name)) for name in ("Action", "NotAction")]
        if all(action in (None, [], "") for action in given):
            yield Fault(at, "has no Action: add one, such as Action: backup:DeleteRecoveryPoint")


def _statements(subject: VaultSubject) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    policy = decided(subject.vault.access_policy)
    if not isinstance(policy, Mapping):
        return
    for at, statement in _listed(policy.get("Statement"), subject.vault.at / "AccessPolicy" / "Statement"):
        if isinstance(statement, Mapping):
            yield at, statement


def _listed(value: Any, at: Path) -> Iterator[tuple[Path, Any]]:
    """The items of what a policy may write as one thing or as a list of them."""
    known = decided(value)
    if isinstance(known, list | tuple):
        for index, item in enumerate(known):
            found = decided(item)
            if found is not None:
                yield at / index, found
    elif known is not None:
        yield at, known
