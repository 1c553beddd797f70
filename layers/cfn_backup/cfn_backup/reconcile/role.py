"""The role of selections: made, kept up to date, and deleted only when nothing needs it any more."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial

from cfn_backup.aws import roles, vaults
from cfn_backup.aws.errors import AlreadyExists, ProviderError
from cfn_backup.aws.session import concurrently
from cfn_backup.desired.document import known_map
from cfn_backup.desired.owner import ROLE_NAME_LIMIT
from cfn_backup.desired.role import POLICIES, TRUST_POLICY, Role, policy_arn
from cfn_backup.desired.tags import recorded
from cfn_backup.reconcile.work import Work, log, not_ours
from cfn_backup.symbolic import known

BOUNDARY_VARIABLE = "PERMISSIONS_BOUNDARY_ARN"
SHARE_OF_SEARCH = 0.5
"""Of the time that is left, for the search for recovery points; a role that is not found to be free stays."""


def make_role(work: Work, desired: Role) -> None:
    """Makes the role, still without policies; one of the same owner is met and brought up to date. A shared
    one is there."""
    if work.policy.shared_roles:
        return
    name = known(desired.name)
    try:
        roles.create_role(
            work.session,
            name,
            path=work.place.role_path,
            trust_policy=TRUST_POLICY,
            tags=_tags(desired),
            boundary=os.environ.get(BOUNDARY_VARIABLE) or None,
        )
    except AlreadyExists:
        actual = roles.existing_role(work.session, name, work.deadline)
        if roles.RETAINED_TAG not in actual.tags:
            # one that was kept in an earlier life of the resource says so
            work.met_earlier = True
        _retag(work, desired, actual)
        detach(work, desired, _surplus(work, desired, roles.attached_policies(work.session, name)))


def attach(work: Work, desired: Role) -> None:
    """Attaches what the role must have; attaching again does no harm."""
    if work.policy.shared_roles:
        return
    policy_arns = [known(arn) for arn in desired.policy_arns]
    roles.attach_policies(work.session, known(desired.name), policy_arns, work.deadline)


def update_role(work: Work, desired: Role) -> list[str]:
    """Makes the role if it is not there and gives it what it lacks. No write if it lacks nothing.

    Gives the policies that it has too many: to be detached when what still needs them has gone.
    """
    if work.policy.shared_roles:
        return []
    name = known(desired.name)
    actual = roles.find_role(work.session, name)
    if actual is None:
        make_role(work, desired)
        attach(work, desired)
        return []
    _retag(work, desired, actual)
    attached = roles.attached_policies(work.session, name)
    missing = [known(arn) for arn in desired.policy_arns if arn not in attached]
    roles.attach_policies(work.session, name, missing, work.deadline)
    return _surplus(work, desired, attached)


def detach(work: Work, desired: Role, policy_arns: Sequence[str]) -> None:
    roles.detach_policies(work.session, known(desired.name), policy_arns)


def _retag(work: Work, desired: Role, actual: roles.RoleState) -> None:
    if not work.owner.owns_tags(actual.tags):
        raise not_ours("The role", actual.name)
    roles.set_role_tags(work.session, actual.name, actual.tags, _tags(desired))


def _surplus(work: Work, desired: Role, attached: Sequence[str]) -> list[str]:
    """Those of AWS Backup's policies that the role is not to have; what others attached stays."""
    return [arn for arn in attached if arn in _own_policies(work) and arn not in desired.policy_arns]


def _own_policies(work: Work) -> set[str]:
    return {known(policy_arn(work.place, policy)) for policy in POLICIES}


def remove_role(work: Work) -> None:
    """Removes the owner's role, unless AWS Backup still needs it for recovery points that were made with it.

    A role that stays is tagged, and the log says why; so the stack is never stranded for its sake.
    """
    name = known(work.owner.generated_name(ROLE_NAME_LIMIT))
    role = roles.find_role(work.session, name)
    if role is None or not work.owner.owns_tags(role.tags):
        return
    if work.policy.shared_roles:
        log.warning("the role %s stays: it was made before roles were shared, and only then could be", name)
        return
    reason = _reason_to_stay(work, role)
    if reason is None:
        if roles.delete_role(work.session, name, _own_policies(work), work.deadline):
            return
        reason = "somebody gave it policies that are not the provider's"
    if roles.RETAINED_TAG not in role.tags:
        roles.retain_role(work.session, name)
    log.warning("the role %s stays: %s", name, reason)


def _reason_to_stay(work: Work, role: roles.RoleState) -> str | None:
    """The selection's role manages the recovery points made with it; without it they end as EXPIRED
    (developer guide)."""
    names = [vault["BackupVaultName"] for vault in vaults.list_vaults(work.session)]
    time_for_it = work.deadline.share(SHARE_OF_SEARCH)
    try:
        found = concurrently(
            [
                partial(vaults.points_made_with, work.session, name, role.arn, role.created, time_for_it)
                for name in names
            ]
        )
    except ProviderError as error:
        return f"it could not be told whether recovery points were made with it ({error})"
    needed_in = [name for name, needed in zip(names, found, strict=True) if needed]
    return f"AWS Backup needs it for recovery points in {', '.join(needed_in)}" if needed_in else None


def _tags(desired: Role) -> dict[str, str]:
    return recorded(known_map(desired.tags))
