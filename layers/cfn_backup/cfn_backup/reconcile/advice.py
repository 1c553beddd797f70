"""Checks for which AWS must be asked: what is wrong is refused before anything is written, what is doubtful is logged."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from cfn_backup.aws import roles, settings, vaults
from cfn_backup.aws.errors import ProviderError
from cfn_backup.desired import Selection
from cfn_backup.desired.document import known
from cfn_backup.desired.role import S3_BACKUP_POLICY
from cfn_backup.desired.selection import can_match_a_bucket
from cfn_backup.model.opt_in import check_opt_in
from cfn_backup.model.retention import retention_problem
from cfn_backup.model.vault import LockConfiguration
from cfn_backup.reconcile.work import Work


def on_selections(work: Work, selections: Sequence[Selection]) -> list[Callable[[], None]]:
    """The checks of selections, to be run side by side; they only ever warn."""
    roles_given = sorted(
        {known(s.role_arn) for s in selections if s.role is None and can_match_a_bucket(s.members, work.place)}
    )
    checks: list[Callable[[], None]] = [lambda: _opt_in(work, selections)] if selections else []
    return [*checks, *(_buckets_check(work, arn) for arn in roles_given)]


def _opt_in(work: Work, selections: Sequence[Selection]) -> None:
    """A type that is not opted in is silently left out of what a tag or a wildcard selects."""
    try:
        preferences = settings.opted_in(work.session)
    except ProviderError as error:
        work.findings.add(
            "W9591", "", f"whether AWS Backup is opted in for what is selected could not be read ({error})"
        )
        return
    for selection in selections:
        check_opt_in(selection.members.get("Resources", ()), preferences, work.findings, known(selection.name))


def _buckets_check(work: Work, role_arn: str) -> Callable[[], None]:
    def check() -> None:
        name = role_arn.rpartition("/")[2]
        try:
            attached = roles.attached_policies(work.session, name)
        except ProviderError:
            return  # the role's policies are nobody's business if they may not be read
        if not any(arn.endswith(f"/{S3_BACKUP_POLICY}") for arn in attached):
            work.findings.add(
                "W9592",
                "IamRoleArn",
                f"Amazon S3 buckets can be selected, but {role_arn} does not have the policy {S3_BACKUP_POLICY}; "
                "backups of buckets may fail",
            )

    return check


def on_locks(
    work: Work, rules: Iterable[Mapping[str, Any]], made_here: str | None
) -> list[Callable[[], None]]:
    """The checks of rules against the locks of the vaults they name; the vault that is made here was checked before."""
    by_vault: dict[str, list[tuple[int, Mapping[str, Any]]]] = {}
    for number, rule in enumerate(rules):
        by_vault.setdefault(rule["TargetBackupVaultName"], []).append((number, rule))
    return [_lock_check(work, name, rules) for name, rules in by_vault.items() if name != made_here]


def _lock_check(work: Work, vault: str, rules: list[tuple[int, Mapping[str, Any]]]) -> Callable[[], None]:
    def check() -> None:
        state = vaults.find_vault(work.session, vault)
        if state is None or not state.locked:
            return  # a plan may name a vault that is made later (rule V19)
        lock = LockConfiguration(
            min_retention_days=state.min_retention_days, max_retention_days=state.max_retention_days
        )
        for number, rule in rules:
            days = rule.get("Lifecycle", {}).get("DeleteAfterDays")
            problem = retention_problem(None if days == -1 else days, lock)
            if problem:
                path = f"Rules[{number}] ({rule['RuleName']}).Lifecycle.DeleteAfterDays"
                work.findings.add("E9593", path, f"{problem} (vault {vault})")

    return check
