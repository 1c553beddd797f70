"""The roles that the provider makes for selections."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from cfn_backup.aws.deadline import Deadline, until_accepted
from cfn_backup.aws.errors import AccessDenied, NotFound, NotStabilized, ProviderError, ResourceConflict
from cfn_backup.aws.session import Session, concurrently
from cfn_backup.desired.tags import surplus_keys

RETAINED_TAG = "cfn-backup-provider:retained"
AFTER_CREATION = 30.0
"""Seconds for which IAM may not find a role that was just made: it is eventually consistent (IAM
troubleshooting)."""

GIVEN_ROLE_APPEARS = 5.0
"""Seconds for which IAM may not find a role that a template names, as one that the same stack made before."""


@dataclass(frozen=True)
class RoleState:
    """A role as it is."""

    name: str
    arn: str
    created: datetime
    tags: Mapping[str, str]


def create_role(
    session: Session,
    name: str,
    *,
    path: str,
    trust_policy: Mapping[str, Any],
    tags: Mapping[str, str],
    boundary: str | None,
) -> None:
    """Makes a role. Raises AlreadyExists if the name is taken."""
    limits = {"PermissionsBoundary": boundary} if boundary else {}
    session.call(
        "iam",
        "CreateRole",
        RoleName=name,
        Path=path,
        AssumeRolePolicyDocument=json.dumps(trust_policy),
        Description="Lets AWS Backup work on what a backup selection names; made by cfn-backup-provider",
        Tags=_tag_list(tags),
        **limits,
    )


def find_role(session: Session, name: str) -> RoleState | None:
    """The role, or None if there is none."""
    try:
        return _read_role(session, name)
    except NotFound:
        return None


def existing_role(session: Session, name: str, deadline: Deadline) -> RoleState:
    """The role that must exist, as its name is taken; waits while it cannot be read yet."""
    return until_accepted(lambda: _read_role(session, name), _not_there_yet, deadline, seconds=AFTER_CREATION)


def _read_role(session: Session, name: str) -> RoleState:
    role = session.call("iam", "GetRole", RoleName=name)["Role"]
    tags = {tag["Key"]: tag["Value"] for tag in role.get("Tags", [])}
    return RoleState(role["RoleName"], role["Arn"], role["CreateDate"], tags)


def _not_there_yet(error: ProviderError) -> bool:
    # «The role with name … cannot be found.»; a policy that «does not exist or is not attachable» never will
    return isinstance(error, NotFound) and "role" in str(error) and "cannot be found" in str(error)


def attached_policies(session: Session, name: str) -> tuple[str, ...]:
    """The ARNs of the managed policies that are attached; at most 20 by default, so one page."""
    attached = session.call("iam", "ListAttachedRolePolicies", RoleName=name)["AttachedPolicies"]
    return tuple(policy["PolicyArn"] for policy in attached)


def policies_of_given_role(session: Session, role_arn: str, deadline: Deadline) -> tuple[str, ...]:
    """The ARNs of the managed policies of a role that somebody else made.

    Raises NotFound if there is no such role, after a few looks: it may have been made just before.
    """
    try:
        return until_accepted(
            lambda: attached_policies(session, role_arn.rpartition("/")[2]),
            lambda error: isinstance(error, NotFound),
            deadline,
            seconds=GIVEN_ROLE_APPEARS,
        )
    except NotStabilized as refusal:
        if isinstance(refusal.__cause__, NotFound):
            raise refusal.__cause__ from None
        raise


def attach_policies(session: Session, name: str, policy_arns: Iterable[str], deadline: Deadline) -> None:
    """Attaches managed policies, which does no harm where they are attached; waits for a role that is new."""

    def attach(arn: str) -> None:
        until_accepted(
            lambda: session.call("iam", "AttachRolePolicy", RoleName=name, PolicyArn=arn),
            _not_there_yet,
            deadline,
            seconds=AFTER_CREATION,
        )

    concurrently([partial(attach, arn) for arn in policy_arns])


def detach_policies(session: Session, name: str, policy_arns: Iterable[str]) -> None:
    concurrently([partial(_detach, session, name, arn) for arn in policy_arns])


def _detach(session: Session, name: str, policy_arn: str) -> None:
    try:
        session.call("iam", "DetachRolePolicy", RoleName=name, PolicyArn=policy_arn)
    except NotFound:
        return


def set_role_tags(session: Session, name: str, actual: Mapping[str, str], desired: Mapping[str, str]) -> None:
    """Makes the tags what they should be; makes no call if they are. Those that somebody else put stay."""
    missing = {tag: value for tag, value in desired.items() if actual.get(tag) != value}
    surplus = surplus_keys(actual, desired)
    # the record of the keys goes last: it must know every tag that may still be there
    if surplus:
        session.call("iam", "UntagRole", RoleName=name, TagKeys=surplus)
    if missing:
        session.call("iam", "TagRole", RoleName=name, Tags=_tag_list(missing))


def retain_role(session: Session, name: str) -> None:
    """Tags a role that stays behind, with the date."""
    set_role_tags(session, name, {}, {RETAINED_TAG: datetime.now(UTC).date().isoformat()})


def delete_role(session: Session, name: str, own_policy_arns: Collection[str], deadline: Deadline) -> bool:
    """Deletes a role with the provider's policies. False if it stays as it is, since others gave it more."""
    try:
        attached = attached_policies(session, name)
        if not set(attached) <= set(own_policy_arns):
            return False
        detach_policies(session, name, attached)
        try:
            session.call("iam", "DeleteRole", RoleName=name)
        except (ResourceConflict, AccessDenied):
            # DeleteConflict «must delete policies first»: inline policies, which only now become known
            attach_policies(session, name, attached, deadline)
            return False
    except NotFound:
        return True
    return True


def _tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
