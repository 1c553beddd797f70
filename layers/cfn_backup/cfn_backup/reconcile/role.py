"""The role of selections: made, kept up to date, and deleted only when nothing needs it any more."""

from __future__ import annotations

import os
from functools import partial

from cfn_backup.aws import roles, vaults
from cfn_backup.aws.errors import AlreadyExists, ProviderError
from cfn_backup.aws.session import concurrently
from cfn_backup.desired.document import known, known_map
from cfn_backup.desired.owner import ROLE_NAME_LIMIT
from cfn_backup.desired.role import PATH, POLICIES, TRUST_POLICY, Role, policy_arn
from cfn_backup.reconcile.work import Work, log, not_ours

BOUNDARY_VARIABLE = "PERMISSIONS_BOUNDARY_ARN"


def make_role(work: Work, desired: Role) -> None:
    """Makes the role, still without policies; one of the same owner is met and brought up to date."""
    try:
        roles.create_role(
            work.session,
            known(desired.name),
            path=PATH,
            trust_policy=TRUST_POLICY,
            tags=_tags(desired),
            boundary=os.environ.get(BOUNDARY_VARIABLE) or None,
        )
    except AlreadyExists:
        _adopt(work, desired)


def _adopt(work: Work, desired: Role) -> None:
    actual = roles.find_role(work.session, known(desired.name))
    if actual is None or not work.owner.owns_tags(actual.tags):
        raise not_ours("The role", known(desired.name)) from None
    roles.set_role_tags(work.session, actual.name, actual.tags, _tags(desired))
    detach_surplus(work, desired)


def attach(work: Work, desired: Role) -> None:
    """Attaches what the role must have; attaching again does no harm."""
    roles.attach_policies(work.session, known(desired.name), map(known, desired.policy_arns))


def update_role(work: Work, desired: Role) -> None:
    """Brings the role up to date; makes it if it is not there. No write if nothing differs."""
    name = known(desired.name)
    actual = roles.find_role(work.session, name)
    if actual is None:
        make_role(work, desired)
        attach(work, desired)
        return
    if not work.owner.owns_tags(actual.tags):
        raise not_ours("The role", name)
    roles.set_role_tags(work.session, name, actual.tags, _tags(desired))
    attached = roles.attached_policies(work.session, name)
    roles.attach_policies(
        work.session, name, [known(arn) for arn in desired.policy_arns if arn not in attached]
    )


def detach_surplus(work: Work, desired: Role) -> None:
    """Detaches those of AWS Backup's policies that the role is not to have; what others attached stays."""
    ours = {policy_arn(work.place, policy) for policy in POLICIES}
    attached = roles.attached_policies(work.session, known(desired.name))
    surplus = [arn for arn in attached if arn in ours and arn not in desired.policy_arns]
    roles.detach_policies(work.session, known(desired.name), surplus)


def remove_role(work: Work) -> None:
    """Removes the owner's role, unless AWS Backup still needs it for recovery points that were made with it.

    A role that stays is tagged, and the log says why; so the stack is never stranded for its sake.
    """
    name = known(work.owner.generated_name(ROLE_NAME_LIMIT))
    role = roles.find_role(work.session, name)
    if role is None or not work.owner.owns_tags(role.tags):
        return
    reason = _reason_to_stay(work, role)
    if reason is None and roles.delete_role(work.session, name):
        return
    roles.retain_role(work.session, name)
    log.warning(
        "the role %s stays: %s", name, reason or "somebody gave it policies that are not the provider's"
    )


def _reason_to_stay(work: Work, role: roles.RoleState) -> str | None:
    """The selection's role manages the recovery points made with it; without it they end as EXPIRED (developer guide)."""
    names = [vault["BackupVaultName"] for vault in vaults.list_vaults(work.session)]
    if work.deadline.remaining() < 10:
        return "there was no time to look for recovery points made with it"
    try:
        found = concurrently(
            [partial(vaults.points_made_with, work.session, name, role.arn, role.created) for name in names]
        )
    except ProviderError as error:
        return f"it could not be told whether recovery points were made with it ({error})"
    needed_in = [name for name, needed in zip(names, found, strict=True) if needed]
    return f"AWS Backup needs it for recovery points in {', '.join(needed_in)}" if needed_in else None


def _tags(desired: Role) -> dict[str, str]:
    return known_map(desired.tags)
