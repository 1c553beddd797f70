"""Backup vaults: reading and changing them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cfn_backup.aws.deadline import Deadline, until_accepted
from cfn_backup.aws.errors import AccessDenied, InvalidRequest, NotFound, NotStabilized, ProviderError
from cfn_backup.aws.session import Session, concurrently
from cfn_backup.desired.tags import surplus_keys

AFTER_CREATION = 60.0
"""Seconds for which parts of a new vault may be refused (lgallard/terraform-aws-backup#73)."""
AFTER_THE_LAST_POINT = 60.0
"""Seconds for which a vault may still report recovery points that are gone
(hashicorp/terraform-provider-aws#37774)."""


@dataclass(frozen=True)
class VaultState:
    """What ``DescribeBackupVault`` says; the lock's days are None where there is no limit."""

    name: str
    arn: str
    key_arn: str
    recovery_points: int
    locked: bool
    min_retention_days: int | None
    max_retention_days: int | None
    lock_date: datetime | None
    creator_request_id: str
    vault_type: str = ""


@dataclass(frozen=True)
class VaultParts:
    """A vault with what is read by calls of its own."""

    state: VaultState
    tags: Mapping[str, str]
    access_policy: Mapping[str, Any] | None
    topic_arn: str | None
    events: tuple[str, ...]


def create_vault(
    session: Session, name: str, *, key_arn: str | None, tags: Mapping[str, str], token: str
) -> str:
    """Makes a vault and gives its ARN. Raises AlreadyExists if the name is taken."""
    key = {"EncryptionKeyArn": key_arn} if key_arn else {}
    response = session.call(
        "backup",
        "CreateBackupVault",
        BackupVaultName=name,
        BackupVaultTags=dict(tags),
        CreatorRequestId=token,
        **key,
    )
    return str(response["BackupVaultArn"])


def find_vault(session: Session, name: str) -> VaultState | None:
    """The vault, or None if there is none."""
    try:
        return _state(session.call("backup", "DescribeBackupVault", BackupVaultName=name))
    except NotFound:
        return None
    except AccessDenied as error:
        # «Insufficient privileges to perform this action.» is also what a vault that does not exist answers
        # (aws/aws-sdk-js#2625); only the list can tell the two apart
        if all(vault["BackupVaultName"] != name for vault in list_vaults(session)):
            return None
        raise AccessDenied(
            f"The vault {name} exists, but its access policy or the provider's permissions do not let it "
            f"be read ({error})",
            operation=error.operation,
            code=error.code,
        ) from error


def list_vaults(session: Session) -> Iterator[dict[str, Any]]:
    return session.pages("backup", "ListBackupVaults", "BackupVaultList", MaxResults=1000)


def _state(described: Mapping[str, Any]) -> VaultState:
    return VaultState(
        name=described["BackupVaultName"],
        arn=described["BackupVaultArn"],
        key_arn=described.get("EncryptionKeyArn", ""),
        recovery_points=described.get("NumberOfRecoveryPoints", 0),
        locked=described.get("Locked", False),
        min_retention_days=described.get("MinRetentionDays"),
        max_retention_days=described.get("MaxRetentionDays"),
        lock_date=described.get("LockDate"),
        creator_request_id=described.get("CreatorRequestId", ""),
        vault_type=described.get("VaultType", ""),
    )


def read_vault(session: Session, name: str, arn: str) -> VaultParts | None:
    """The vault with its tags, access policy and notifications, or None if there is no vault."""
    state = find_vault(session, name)
    if state is None:
        return None
    tags, policy, notifications = concurrently(
        [
            lambda: tags_of(session, arn),
            lambda: _access_policy(session, name),
            lambda: _notifications(session, name),
        ]
    )
    return VaultParts(state, tags, policy, *notifications)


def tags_of(session: Session, arn: str) -> dict[str, str]:
    """The tags of a vault or a plan; none if it is gone."""
    tags: dict[str, str] = {}
    token: dict[str, str] = {}
    try:
        while True:
            page = session.call("backup", "ListTags", ResourceArn=arn, **token)
            tags |= page.get("Tags", {})
            if not page.get("NextToken"):
                return tags
            token = {"NextToken": page["NextToken"]}
    except NotFound:
        return {}


def set_tags(session: Session, arn: str, actual: Mapping[str, str], desired: Mapping[str, str]) -> None:
    """Makes the tags of a vault or a plan what they should be; makes no call if they are. Those that somebody
    else put stay."""
    surplus = surplus_keys(actual, desired)
    missing = {tag: value for tag, value in desired.items() if actual.get(tag) != value}
    # the record of the keys goes last: it must know every tag that may still be there
    if surplus:
        session.call("backup", "UntagResource", ResourceArn=arn, TagKeyList=surplus)
    if missing:
        session.call("backup", "TagResource", ResourceArn=arn, Tags=missing)


def tag(session: Session, arn: str, tags: Mapping[str, str]) -> None:
    session.call("backup", "TagResource", ResourceArn=arn, Tags=dict(tags))


def untag(session: Session, arn: str, tag: str) -> None:
    session.call("backup", "UntagResource", ResourceArn=arn, TagKeyList=[tag])


def _access_policy(session: Session, name: str) -> dict[str, Any] | None:
    try:
        text = session.call("backup", "GetBackupVaultAccessPolicy", BackupVaultName=name).get("Policy")
    except NotFound:
        return None
    return json.loads(text) if text else None


def put_access_policy(session: Session, name: str, policy: Mapping[str, Any] | None) -> None:
    """Sets the policy, or takes it away."""
    if policy is None:
        session.call("backup", "DeleteBackupVaultAccessPolicy", BackupVaultName=name)
    else:
        text = json.dumps(policy, separators=(",", ":"))
        session.call("backup", "PutBackupVaultAccessPolicy", BackupVaultName=name, Policy=text)


def _notifications(session: Session, name: str) -> tuple[str | None, tuple[str, ...]]:
    try:
        found = session.call("backup", "GetBackupVaultNotifications", BackupVaultName=name)
    except NotFound:
        return None, ()
    return found.get("SNSTopicArn"), tuple(found.get("BackupVaultEvents", ()))


def put_notifications(session: Session, name: str, topic_arn: str, events: Sequence[str]) -> None:
    session.call(
        "backup",
        "PutBackupVaultNotifications",
        BackupVaultName=name,
        SNSTopicArn=topic_arn,
        BackupVaultEvents=list(events),
    )


def delete_notifications(session: Session, name: str) -> None:
    session.call("backup", "DeleteBackupVaultNotifications", BackupVaultName=name)


def put_lock(session: Session, name: str, days: Mapping[str, int]) -> None:
    """Sets a lock; ``days`` are MinRetentionDays, MaxRetentionDays and ChangeableForDays, as far as given."""
    session.call("backup", "PutBackupVaultLockConfiguration", BackupVaultName=name, **days)


def delete_lock(session: Session, name: str) -> None:
    session.call("backup", "DeleteBackupVaultLockConfiguration", BackupVaultName=name)


def refused_because_new(error: ProviderError) -> bool:
    return isinstance(error, AccessDenied | NotFound)


def has_recovery_points(session: Session, name: str) -> bool:
    """Whether there is any; the listing is exact, ``NumberOfRecoveryPoints`` may lag."""
    page = session.call("backup", "ListRecoveryPointsByBackupVault", BackupVaultName=name, MaxResults=1)
    return bool(page.get("RecoveryPoints"))


def _contains_points(error: ProviderError) -> bool:
    # «Backup vault cannot be deleted because it contains recovery points.», in older text «… (contains 1
    # recovery points)»
    return isinstance(error, InvalidRequest) and "recovery points" in str(error)


def delete_vault(session: Session, name: str, deadline: Deadline) -> None:
    """Deletes an empty vault; one that is gone is no error. Raises InvalidRequest if it has recovery
    points."""

    def transient(error: ProviderError) -> bool:
        return _contains_points(error) and not has_recovery_points(session, name)

    try:
        until_accepted(
            lambda: session.call("backup", "DeleteBackupVault", BackupVaultName=name),
            transient,
            deadline,
            seconds=AFTER_THE_LAST_POINT,
        )
    except (NotFound, AccessDenied):
        if find_vault(session, name) is not None:
            raise


def points_made_with(
    session: Session, vault: str, role_arn: str, since: datetime, deadline: Deadline
) -> bool:
    """Whether the vault has a recovery point that was made with the role. ``since``: when the role was made.

    Raises NotStabilized when there is no time to look at all of them.
    """
    points = session.pages(
        "backup",
        "ListRecoveryPointsByBackupVault",
        "RecoveryPoints",
        BackupVaultName=vault,
        MaxResults=1000,
        ByCreatedAfter=since,
    )
    try:
        _in_time(vault, deadline)
        for point in points:
            if point.get("IamRoleArn") == role_arn:
                return True
            _in_time(vault, deadline)
    except (NotFound, AccessDenied):
        if find_vault(session, vault) is not None:
            raise
    return False


def _in_time(vault: str, deadline: Deadline) -> None:
    if deadline.remaining() <= 0:
        raise NotStabilized(f"there was no time to look at every recovery point of {vault}")
