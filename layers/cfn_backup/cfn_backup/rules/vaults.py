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
