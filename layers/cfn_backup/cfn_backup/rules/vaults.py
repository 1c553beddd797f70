"""The rules about a vault and what a Delete does to it."""

from __future__ import annotations

from collections.abc import Iterator

from cfn_backup.rules.asking import is_true
from cfn_backup.rules.registry import OWN, Fault, rule
from cfn_backup.rules.subjects import VaultSubject
from cfn_backup.symbolic.asking import decided
from cfn_backup.written.vault import DESTROY


@rule(
    "E9408",
    subject=VaultSubject,
    title="Emptying a vault that is kept",
    explanation="`EmptyOnDelete` goes with `RemovalPolicy: DESTROY` only.",
    way_out="Write `RemovalPolicy: DESTROY`, or leave `EmptyOnDelete` out.",
    source=OWN,
)
def emptying_a_kept_vault(subject: VaultSubject) -> Iterator[Fault]:
    vault = subject.vault
    if not is_true(vault.empty_on_delete):
        return
    policy = decided(vault.removal_policy)
    if policy is None or (isinstance(policy, str) and policy != DESTROY):
        message = (
            f"is true, but with RemovalPolicy {policy or 'RETAIN'} the vault is kept: write RemovalPolicy: "
            "DESTROY"
        )
        yield Fault(vault.at / "EmptyOnDelete", message)


@rule(
    "E9409",
    subject=VaultSubject,
    title="Emptying is not available yet",
    explanation="This version of the provider cannot empty a vault.",
    way_out="Leave `EmptyOnDelete` out, and delete the recovery points before the vault.",
    source=OWN,
)
def emptying_is_not_available(subject: VaultSubject) -> Iterator[Fault]:
    if is_true(subject.vault.empty_on_delete) and decided(subject.vault.removal_policy) == DESTROY:
        message = (
            "is true, but EmptyOnDelete is not available yet: leave it out, and delete the recovery points "
            "before the vault"
        )
        yield Fault(subject.vault.at / "EmptyOnDelete", message)
