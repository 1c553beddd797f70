"""Checks of selections for which AWS must be asked, as in ``reconcile.advice``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from cfn_backup.aws import roles, settings
from cfn_backup.aws.errors import InvalidRequest, NotFound, ProviderError
from cfn_backup.desired.owner import STACK_ID_TAG
from cfn_backup.desired.role import S3_BACKUP_POLICY
from cfn_backup.desired.selection import Selection, can_match_a_bucket
from cfn_backup.reconcile.advice import Check
from cfn_backup.reconcile.work import Work, log
from cfn_backup.rules.opt_in import check_opt_in
from cfn_backup.symbolic import known


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
