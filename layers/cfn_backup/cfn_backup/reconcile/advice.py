"""Checks for which AWS must be asked: what is wrong is refused before anything is written, what is doubtful
is logged.

Each gives the calls to make, to be run side by side with others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from cfn_backup.aws import roles, settings, topics, vaults
from cfn_backup.aws.errors import AccessDenied, InvalidRequest, NotFound, ProviderError
from cfn_backup.desired.owner import STACK_ID_TAG
from cfn_backup.desired.role import S3_BACKUP_POLICY
from cfn_backup.desired.selection import Selection, can_match_a_bucket
from cfn_backup.desired.vault import Topic, Vault
from cfn_backup.reconcile.emptying import NOT_ALLOWED, is_allowed
from cfn_backup.reconcile.lock import Lock
from cfn_backup.reconcile.work import Work, log
from cfn_backup.rules.opt_in import check_opt_in
from cfn_backup.rules.retention import retention_problem
from cfn_backup.symbolic import known
from cfn_backup.written.vault import LockConfiguration

type Check = Callable[[], None]

VAULT_APPEARS = 8.0
"""Seconds for which a vault that a rule names is looked for: in a stack it may be made side by side."""
VAULT_PAUSE = 2.0


def on_opt_in(work: Work, selections: Sequence[Selection]) -> list[Check]:
    """Warns of selected types that the Region is not opted in for: they may silently be left out."""
    return [partial(_opt_in, work, selections)] if selections else []


def _opt_in(work: Work, selections: Sequence[Selection]) -> None:
    try:
        preferences = settings.opted_in(work.session)
    except ProviderError as error:
        log.warning("whether AWS Backup is opted in for what is selected could not be read: %s", error)
        return
    for selection in selections:
        check_opt_in(
            selection.members.get("Resources", ()), preferences, work.findings, known(selection.name)
        )


def on_roles(work: Work, selections: Sequence[tuple[str, Selection]]) -> list[Check]:
    """Refuses given roles that do not exist, and warns of those without the policy for Amazon S3 where
    buckets can be selected. Each selection comes with the path of its ``IamRoleArn``.
    """
    paths: dict[str, str] = {}
    with_buckets: set[str] = set()
    for path, selection in selections:
        role_arn = known(selection.role_arn)
        paths.setdefault(role_arn, path)
        if can_match_a_bucket(selection.members, work.place):
            with_buckets.add(role_arn)
    return [
        partial(_role, work, arn, path, buckets=arn in with_buckets) for arn, path in sorted(paths.items())
    ]


def _role(work: Work, role_arn: str, path: str, *, buckets: bool) -> None:
    """AWS Backup says of a role that does not exist what it says of one that is new, so that only waiting for
    two minutes would tell; IAM knows."""
    try:
        attached = roles.policies_of_given_role(work.session, role_arn, work.deadline)
        _refuse_role_of_others(work, role_arn, path)
    except NotFound as error:
        raise NotFound(
            f"{path}: there is no role {role_arn}. Give the ARN of a role that exists, or leave it out: "
            f"then a role is made ({error})",
            operation=error.operation,
            code=error.code,
        ) from error
    except InvalidRequest:
        raise
    except ProviderError as error:
        log.info("whether %s exists and can back up what is selected could not be read: %s", role_arn, error)
        return
    if buckets and not any(arn.endswith(f"/{S3_BACKUP_POLICY}") for arn in attached):
        work.findings.add(
            "W9503",
            path,
            f"is {role_arn}, which does not have the policy {S3_BACKUP_POLICY}, but Amazon S3 buckets can "
            "be selected: unless another policy of it allows that, their backups fail. Attach the policy",
        )


def _refuse_role_of_others(work: Work, role_arn: str, path: str) -> None:
    """A role that the provider made is for the stack that it was made for, unless the installer says more."""
    if f":role{work.place.role_path}" not in role_arn or role_arn in work.policy.shared_roles:
        return
    if work.policy.passable_roles is None or work.policy.is_passable(role_arn):
        return
    role = roles.find_role(work.session, role_arn.rpartition("/")[2])
    if role is not None and role.tags.get(STACK_ID_TAG) != str(work.owner.stack_id):
        raise InvalidRequest(
            f"{path}: {role_arn} was made for another stack. Leave IamRoleArn out, then a role is made; or "
            "ask the installer of the provider to allow it (its parameter PassableRoles)"
        )


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
