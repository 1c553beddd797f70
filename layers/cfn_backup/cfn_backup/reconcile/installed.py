"""What the installer of the provider decided, applied to a request before anything is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from cfn_backup.desired.role import RESTORES_POLICY, S3_BACKUP_POLICY, S3_RESTORE_POLICY, Role
from cfn_backup.desired.vault import Vault
from cfn_backup.reconcile.work import Work
from cfn_backup.symbolic import known

if TYPE_CHECKING:
    from cfn_backup.desired.plan import Plan
    from cfn_backup.desired.selection import Selection


def installed_plan(work: Work, desired: Plan) -> Plan:
    """The plan with the role that it uses here. Raises AccessDenied for what the installer does not allow."""
    from cfn_backup.desired.selection import Selection  # noqa: PLC0415 - the function for vaults needs none

    work.policy.refuse_copies(desired.document)
    if desired.vault is not None:
        refuse_vault(work, desired.vault)
    if desired.role is not None and work.policy.shared_roles:
        shared = _shared(work, desired.role)
        own = desired.role.arn
        selections = tuple(
            replace(one, role_arn=shared.arn) if isinstance(one, Selection) and one.role_arn == own else one
            for one in desired.selections
        )
        desired = replace(desired, role=shared, selections=selections)
    _refuse_selections(work, (one for one in desired.selections if isinstance(one, Selection)))
    return desired


def installed_selection(work: Work, desired: Selection) -> Selection:
    """The selection with the role that it uses here. Raises AccessDenied for what the installer does not
    allow."""
    if desired.role is not None and work.policy.shared_roles:
        shared = _shared(work, desired.role)
        desired = replace(desired, role=shared, role_arn=shared.arn)
    _refuse_selections(work, [desired])
    return desired


def refuse_vault(work: Work, desired: Vault) -> None:
    """Raises AccessDenied for what the installer does not allow."""
    work.policy.refuse_key(known(desired.key_arn) if desired.key_arn else None)
    if isinstance(desired.lock, dict):
        work.policy.refuse_lock(desired.lock)


def _refuse_selections(work: Work, selections: Iterable[Selection]) -> None:
    for one in selections:
        work.policy.refuse_selection(
            {"SelectionName": known(one.name), "IamRoleArn": known(one.role_arn), **one.members}
        )


def _shared(work: Work, desired: Role) -> Role:
    """The role of the provider's stack that has the policies which a role of its own would have."""
    wanted = {known(arn).partition(":policy/")[2] for arn in desired.policy_arns}
    buckets = bool(wanted & {S3_BACKUP_POLICY, S3_RESTORE_POLICY})
    arn = work.policy.shared_roles[2 * (RESTORES_POLICY in wanted) + buckets]
    return replace(desired, name=arn.rpartition("/")[2], arn=arn)
