"""Checks of vaults and of the rules that name them, for which AWS must be asked: what is wrong is refused
before anything is written, what is doubtful is logged.

Each gives the calls to make, to be run side by side with others. Those of selections have their own module,
which a function for vaults does not load.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from cfn_backup.aws import topics, vaults
from cfn_backup.aws.errors import AccessDenied
from cfn_backup.desired.vault import Topic, Vault
from cfn_backup.reconcile.emptying import NOT_ALLOWED, is_allowed
from cfn_backup.reconcile.lock import Lock
from cfn_backup.reconcile.work import Work, log
from cfn_backup.rules.locks import retention_problem
from cfn_backup.symbolic import known
from cfn_backup.written.vault import LockConfiguration

type Check = Callable[[], None]

VAULT_APPEARS = 8.0
"""Seconds for which a vault that a rule names is looked for: in a stack it may be made side by side."""
VAULT_PAUSE = 2.0


def on_topic(work: Work, vault: Vault | None, path: str = "") -> list[Check]:
    """Refuses a topic whose policy is to be managed and that does not exist or cannot be read."""
    topic = vault.notifications if vault else None
    if not isinstance(topic, Topic) or not topic.managed:
        return []
    where = f"{path}Notifications.SNSTopicArn"
    return [partial(topics.require_topic, work.session, known(topic.arn), where, work.deadline)]


def on_emptying(work: Work, vault: Vault | None, path: str = "") -> None:
    """Refuses EmptyOnDelete where the installer of the provider does not allow it."""
    if vault is not None and vault.empty_on_delete and not is_allowed():
        work.findings.add("E9409", f"{path}EmptyOnDelete", f"is true, but {NOT_ALLOWED}")


def on_vaults(
    work: Work, rules: Iterable[tuple[str, Mapping[str, Any]]], made_here: str | None
) -> list[Check]:
    """Refuses rules, given with their paths, whose retention the lock of a named vault does not allow, and
    warns of vaults that do not exist.

    ``made_here``: the vault that comes with the plan; it was checked as it is written.
    """
    by_vault: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
    for path, rule in rules:
        by_vault.setdefault(rule["TargetBackupVaultName"], []).append((path, rule))
    return [partial(_vault, work, name, rules) for name, rules in by_vault.items() if name != made_here]


def _vault(work: Work, vault: str, rules: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    try:
        state = _find_vault(work, vault)
    except AccessDenied as error:
        log.info("whether the vault %s has a lock could not be read: %s", vault, error)
        return
    if state is None:
        # a plan may name a vault that is made later (rule V19), so this refuses nothing
        work.warn(
            f"there is no backup vault {vault} in this account and Region, which {rules[0][0]} names: every "
            "backup job of the rule fails until there is one. AWS Backup accepts such a plan"
        )
        return
    for problem in retention_problems(rules, state):
        work.findings.add(
            "E9229", f"{problem.path}.Lifecycle.DeleteAfterDays", f"{problem.text} (vault {vault})"
        )


def _find_vault(work: Work, name: str) -> vaults.VaultState | None:
    """The vault; looked for a little longer, since it may be made side by side with the plan."""
    gives_up_at = work.deadline.now() + VAULT_APPEARS
    while True:
        state = vaults.find_vault(work.session, name)
        if state is not None or work.deadline.now() >= gives_up_at or work.deadline.remaining() <= 0:
            return state
        work.deadline.sleep(VAULT_PAUSE)


@dataclass(frozen=True)
class RetentionProblem:
    """A rule whose jobs the lock of its vault makes fail. ``path`` is the rule's."""

    path: str
    text: str


def retention_problems(
    rules: Iterable[tuple[str, Mapping[str, Any]]], lock: vaults.VaultState | Lock
) -> list[RetentionProblem]:
    """The rules, given with their paths, whose retention the lock does not allow."""
    limits = LockConfiguration(
        min_retention_days=lock.min_retention_days, max_retention_days=lock.max_retention_days
    )
    found = []
    for path, rule in rules:
        days = rule.get("Lifecycle", {}).get("DeleteAfterDays")
        problem = retention_problem(None if days == -1 else days, limits)
        if problem:
            found.append(RetentionProblem(path, problem))
    return found
