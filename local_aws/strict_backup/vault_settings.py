"""What a vault can be given after its creation: a lock, an access policy, notifications."""

from __future__ import annotations

import logging

from .errors import invalid_parameter, invalid_request, not_found
from .model import service_model
from .operations import Call, operation
from .plan_rules import MAX_DAYS
from .rules import keeps
from .state import Document, Notifications, VaultLock
from .vault_access import check_policy
from .vaults import existing_vault

_log = logging.getLogger(__name__)

# N2: in the model, but not among those that DG:backup-notifications lists as supported.
_UNDOCUMENTED_EVENTS = frozenset(
    (
        "BACKUP_PLAN_CREATED",
        "BACKUP_PLAN_MODIFIED",
        "EKS_RESTORE_MODIFICATION_SUCCESS",
        "EKS_RESTORE_MODIFICATION_FAILED",
    )
)


@operation("PutBackupVaultLockConfiguration")
@keeps("L1", "L5", "L6", "L11")
def put_backup_vault_lock_configuration(call: Call) -> Document:
    """With ChangeableForDays it is compliance mode. Without, during the grace time, it is governance
    again."""
    vault = existing_vault(call)
    if vault.lock and vault.lock.immutable(call.now):
        raise _immutable_lock()
    minimum, maximum = call.get("MinRetentionDays"), call.get("MaxRetentionDays")
    changeable = call.get("ChangeableForDays")
    _check_lock(minimum, maximum, changeable)
    lock_date = None if changeable is None else call.now + changeable * 86400
    if lock_date is None and vault.lock and call.switches.lock_date_survives_reput:
        lock_date = vault.lock.lock_date
    vault.lock = VaultLock(minimum, maximum, lock_date)
    return {}


@keeps("L2", "L3", "L4")
def _check_lock(minimum: int | None, maximum: int | None, changeable: int | None) -> None:
    """DG:vault-lock; equal retentions are in use (ministryofjustice/modernisation-platform #7265)."""
    if changeable is not None and not 3 <= changeable <= MAX_DAYS:
        raise invalid_parameter(f"ChangeableForDays must be from 3 to {MAX_DAYS}.")
    if any(days is not None and not 1 <= days <= MAX_DAYS for days in (minimum, maximum)):
        raise invalid_parameter(f"MinRetentionDays and MaxRetentionDays must be from 1 to {MAX_DAYS}.")
    if minimum is not None and maximum is not None and minimum > maximum:
        raise invalid_parameter("MinRetentionDays cannot be greater than MaxRetentionDays.")


@operation("DeleteBackupVaultLockConfiguration")
@keeps("L6")
def delete_backup_vault_lock_configuration(call: Call) -> Document:
    """KC:backup-delete-vault-lock."""
    vault = existing_vault(call)
    if vault.lock and vault.lock.immutable(call.now):
        raise _immutable_lock()
    vault.lock = None
    return {}


def _immutable_lock() -> Exception:
    return invalid_request("The vault lock configuration is immutable: it cannot be changed or deleted.")


@operation("PutBackupVaultAccessPolicy")
@keeps("P2")
def put_backup_vault_access_policy(call: Call) -> Document:
    """What putting no policy does is not known; here the vault has none afterwards."""
    vault = existing_vault(call)
    policy = call.get("Policy")
    if policy is not None:
        check_policy(policy)
    vault.access_policy = policy
    return {}


@operation("GetBackupVaultAccessPolicy")
@keeps("P1")
def get_backup_vault_access_policy(call: Call) -> Document:
    vault = existing_vault(call)
    if vault.access_policy is None:
        raise not_found(f"Backup vault {vault.name} has no access policy.")
    return {
        "BackupVaultName": vault.name,
        "BackupVaultArn": vault.arn,
        "Policy": vault.access_policy,
    }


@operation("DeleteBackupVaultAccessPolicy")
def delete_backup_vault_access_policy(call: Call) -> Document:
    existing_vault(call).access_policy = None
    return {}


@operation("PutBackupVaultNotifications", checks_itself=["BackupVaultEvents[]"])
@keeps("N1", "N2", "N5")
def put_backup_vault_notifications(call: Call) -> Document:
    """Text: aws-cloudformation/cloudformation-coverage-roadmap #1188, with the model's present list. The
    topic is not looked at (N3)."""
    vault = existing_vault(call)
    known = service_model().shape_for("BackupVaultEvent").metadata["enum"]
    events = call["BackupVaultEvents"]
    if not set(events) <= set(known):
        raise invalid_parameter(f"Please select from the following list of notifications {', '.join(known)}")
    if undocumented := _UNDOCUMENTED_EVENTS.intersection(events):
        _log.warning("Not documented as supported: %s", ", ".join(sorted(undocumented)))
    vault.notifications = Notifications(call["SNSTopicArn"], tuple(events))
    return {}


@operation("GetBackupVaultNotifications")
@keeps("N4")
def get_backup_vault_notifications(call: Call) -> Document:
    vault = existing_vault(call)
    if vault.notifications is None:
        raise not_found(f"Backup vault {vault.name} has no notifications.")
    return {
        "BackupVaultName": vault.name,
        "BackupVaultArn": vault.arn,
        "SNSTopicArn": vault.notifications.topic_arn,
        "BackupVaultEvents": list(vault.notifications.events),
    }


@operation("DeleteBackupVaultNotifications")
def delete_backup_vault_notifications(call: Call) -> Document:
    existing_vault(call).notifications = None
    return {}
