"""Whether the plans of the account that back up into a vault fit its new lock.

AWS Backup accepts a lock that a plan does not fit, and then every job of the plan fails (developer guide,
Vault Lock). A plan is checked against the lock of its vault when the plan changes; this is the other
direction, for plans that stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from cfn_backup.aws import plans, stacks, vaults
from cfn_backup.aws.errors import ProviderError
from cfn_backup.aws.session import concurrently
from cfn_backup.reconcile.advice import retention_problems
from cfn_backup.reconcile.lock import Lock
from cfn_backup.reconcile.work import Work, log
from cfn_backup.written.findings import InvalidProperties


def check_plans(
    work: Work, vault: str, lock: Lock | None, actual: vaults.VaultState | None, *, own_plan: str, path: str
) -> None:
    """Refuses a lock that is new, or other than the actual one, if a plan would stop working by it.

    What did not fit the actual lock either is no reason. A rollback is never refused, only warned of.
    ``own_plan``: the id of the plan that the vault comes with, which was checked as it is written.

    Raises InvalidProperties.
    """
    if lock is None or (actual is not None and lock.limits(actual)):
        return
    found = [
        problem
        for plan_id, document in _documents(work)
        if plan_id != own_plan
        for problem in _problems(document, vault, lock, actual)
    ]
    if not found:
        return
    if "ROLLBACK" in stacks.stack_status(work.session, str(work.owner.stack_id)):
        for problem in found:
            work.warn(problem)
        return
    for problem in found:
        work.findings.add(
            "E9229",
            f"{path}LockConfiguration",
            f"{problem}. Change the plan first, in an update of its own, or leave the lock",
        )
    raise InvalidProperties(work.findings.errors)


def _documents(work: Work) -> list[tuple[str, Mapping[str, Any]]]:
    try:
        ids = [plan["BackupPlanId"] for plan in plans.list_plans(work.session)]
        found = concurrently([partial(plans.read_document, work.session, plan_id) for plan_id in ids])
    except ProviderError as error:
        log.warning("whether the plans of the account fit the lock could not be read: %s", error)
        return []
    return [(plan_id, document) for plan_id, document in zip(ids, found, strict=True) if document is not None]


def _problems(
    document: Mapping[str, Any], vault: str, lock: Lock, actual: vaults.VaultState | None
) -> Iterator[str]:
    targets = list(_lifecycles(document, vault))
    before = {problem.path for problem in retention_problems(targets, actual)} if actual else set()
    for problem in retention_problems(targets, lock):
        if problem.path not in before:
            name = document.get("BackupPlanName", "")
            yield f"DeleteAfterDays of the {problem.path} of the backup plan {name} {problem.text}"


def _lifecycles(document: Mapping[str, Any], vault: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What backs up or copies into the vault, with words for it."""
    for rule in document.get("Rules", ()):
        name = rule.get("RuleName", "")
        if rule.get("TargetBackupVaultName") == vault:
            yield f"rule {name}", rule
        for copy in rule.get("CopyActions") or ():
            if copy.get("DestinationBackupVaultArn", "").endswith(f":backup-vault:{vault}"):
                yield f"copy of the rule {name}", copy
