"""The roles that the provider makes for selections."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from cfn_backup.aws.errors import AccessDenied, NotFound, ResourceConflict
from cfn_backup.aws.session import Session, concurrently

RETAINED_TAG = "cfn-backup-provider:retained"


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
        role = session.call("iam", "GetRole", RoleName=name)["Role"]
    except NotFound:
        return None
    tags = {tag["Key"]: tag["Value"] for tag in role.get("Tags", [])}
    return RoleState(role["RoleName"], role["Arn"], role["CreateDate"], tags)


def attached_policies(session: Session, name: str) -> tuple[str, ...]:
    """The ARNs of the managed policies that are attached; at most 20 by default, so one page."""
    attached = session.call("iam", "ListAttachedRolePolicies", RoleName=name)["AttachedPolicies"]
    return tuple(policy["PolicyArn"] for policy in attached)


def attach_policies(session: Session, name: str, policy_arns: Iterable[str]) -> None:
    concurrently(
        [
            partial(session.call, "iam", "AttachRolePolicy", RoleName=name, PolicyArn=arn)
            for arn in policy_arns
        ]
    )


def detach_policies(session: Session, name: str, policy_arns: Iterable[str]) -> None:
    concurrently([partial(_detach, session, name, arn) for arn in policy_arns])


def _detach(session: Session, name: str, policy_arn: str) -> None:
    try:
        session.call("iam", "DetachRolePolicy", RoleName=name, PolicyArn=policy_arn)
    except NotFound:
        return


def set_role_tags(session: Session, name: str, actual: Mapping[str, str], desired: Mapping[str, str]) -> None:
    """Makes the tags what they should be; makes no call if they are."""
    missing = {tag: value for tag, value in desired.items() if actual.get(tag) != value}
    surplus = sorted(tag for tag in actual.keys() - desired.keys() if not tag.startswith("aws:"))
    if missing:
        session.call("iam", "TagRole", RoleName=name, Tags=_tag_list(missing))
    if surplus:
        session.call("iam", "UntagRole", RoleName=name, TagKeys=surplus)


def retain_role(session: Session, name: str) -> None:
    """Tags a role that stays behind, with the date."""
    set_role_tags(session, name, {}, {RETAINED_TAG: datetime.now(UTC).date().isoformat()})


def delete_role(session: Session, name: str) -> bool:
    """Deletes a role with its managed policies. False if it has to stay, since somebody gave it more policies."""
    try:
        detach_policies(session, name, attached_policies(session, name))
        session.call("iam", "DeleteRole", RoleName=name)
    except NotFound:
        return True
    except (ResourceConflict, AccessDenied):
        # DeleteConflict: inline policies; AccessDenied: the provider may detach AWS Backup's policies only
        return False
    return True


def _tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
