"""Vaults: create, describe, delete, list."""

from __future__ import annotations

from .authorization import condition_keys
from .errors import ServiceError, access_denied, already_exists, invalid_request, limit_exceeded, not_found
from .operations import Call, operation, page
from .rules import keeps
from .state import Document, Place, Vault
from .vault_access import refuse_if_policy_denies

_KMS_ACTIONS = ("kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant", "kms:Decrypt", "kms:GenerateDataKey")
_SWITCHED_ANSWER = (
    "DeleteBackupVault",
    "PutBackupVaultLockConfiguration",
    "DeleteBackupVaultLockConfiguration",
    "PutBackupVaultAccessPolicy",
    "GetBackupVaultAccessPolicy",
    "DeleteBackupVaultAccessPolicy",
    "PutBackupVaultNotifications",
    "GetBackupVaultNotifications",
    "DeleteBackupVaultNotifications",
)


@operation("CreateBackupVault")
@keeps("V3", "V4", "V5", "V10", "V22")
def create_backup_vault(call: Call) -> Document:
    """A repeat with the same CreatorRequestId gets the first answer; the result of a repeat is an
    inference."""
    name, token = call["BackupVaultName"], call.get("CreatorRequestId", "")
    vault = call.place.vaults.get(name)
    if vault is None:
        vault = _new_vault(call, name, token)
    elif not token or vault.creator_request_id != token:
        raise already_exists(
            "Backup vault with the same name already exists",
            arn=vault.arn,
            creator_request_id=vault.creator_request_id,
        )
    return {
        "BackupVaultName": name,
        "BackupVaultArn": vault.arn,
        "CreationDate": vault.creation_date,
    }


def _new_vault(call: Call, name: str, token: str) -> Vault:
    arn = call.place.arn("backup-vault", name)
    key = call.get("EncryptionKeyArn") or call.place.default_key_arn()
    _require_vault_permissions(call, key)
    if call.get("BackupVaultTags"):
        call.require("backup:TagResource", arn, condition_keys(call.parameters))
    if len(call.place.vaults) >= call.switches.vault_quota:
        raise limit_exceeded("The limit of backup vaults is reached.")
    vault = Vault(name, arn, key, token, call.now, dict(call.get("BackupVaultTags", {})))
    call.place.vaults[name] = vault
    return vault


@keeps("V8")
def _require_vault_permissions(call: Call, key_arn: str) -> None:
    """The default key needs them too (KC:backup-vault-access-denied)."""
    via = {"kms:ViaService": f"backup.{call.place.region}.amazonaws.com", "kms:GrantIsForAWSResource": "true"}
    if not call.may("backup-storage:MountCapsule", "*") or not all(
        call.may(action, key_arn, via) for action in _KMS_ACTIONS
    ):
        raise access_denied(
            "Insufficient privileges to create a backup vault. "
            "Creating a backup vault requires backup-storage and KMS permissions."
        )


@keeps("V11", "V12", "V15", "R14", "P5")
def existing_vault(call: Call, *, resource: str | None = None) -> Vault:
    """The vault that the call names, with its deletions settled.

    :param resource: what the operation acts on, if not the vault: a recovery point's ARN.
    :raises ServiceError: AccessDeniedException if there is none, even for an administrator, or if its access
        policy denies the call.
    """
    vault = call.place.vaults.get(call["BackupVaultName"])
    if vault is None:
        raise _missing_vault(call)
    refuse_if_policy_denies(call, vault, resource or vault.arn)
    vault.settle(call.now)
    return vault


def _missing_vault(call: Call) -> ServiceError:
    """Only of describe and of recovery point reads is the answer known; of the rest it can be switched."""
    if call.operation in _SWITCHED_ANSWER and call.switches.missing_vault_answers == "ResourceNotFound":
        return not_found(f"Backup vault {call['BackupVaultName']} does not exist.")
    return access_denied()


@operation("DescribeBackupVault")
@keeps("V2", "V5", "L10")
def describe_backup_vault(call: Call) -> Document:
    return _summary(call, existing_vault(call))


@operation("ListBackupVaults")
@keeps("V2")
def list_backup_vaults(call: Call) -> Document:
    """There are no shared vaults and no vaults of another type."""
    wanted = call.get("ByVaultType", "BACKUP_VAULT") == "BACKUP_VAULT" and not call.get("ByShared")
    vaults = sorted(call.place.vaults.values(), key=lambda vault: vault.name) if wanted else []
    for vault in vaults:
        vault.settle(call.now)
    return page(call, vaults, "BackupVaultList", lambda vault: _summary(call, vault))


@keeps("L1", "L10", "V20")
def _summary(call: Call, vault: Vault) -> Document:
    lock = vault.lock
    return {
        "BackupVaultName": vault.name,
        "BackupVaultArn": vault.arn,
        "VaultType": vault.vault_type,
        "VaultState": "AVAILABLE",
        "EncryptionKeyArn": vault.encryption_key_arn,
        "CreationDate": vault.creation_date,
        "CreatorRequestId": vault.creator_request_id or None,
        "NumberOfRecoveryPoints": reported_recovery_points(call, vault),
        "Locked": lock is not None,
        "MinRetentionDays": lock.min_retention_days if lock else None,
        "MaxRetentionDays": lock.max_retention_days if lock else None,
        "LockDate": lock.lock_date if lock else None,
    }


@keeps("V14", "V21")
def reported_recovery_points(call: Call, vault: Vault) -> int:
    """What the vault says it contains; it lags behind the list by the switch's seconds."""
    points = vault.recovery_points
    lagging = points.last_gone is not None and (
        call.now < points.last_gone + call.switches.vault_not_empty_lag_seconds
    )
    return max(len(points), 1) if lagging else len(points)


@operation("DeleteBackupVault")
@keeps("V13", "V14", "V16", "V18")
def delete_backup_vault(call: Call) -> Document:
    """A lock does not keep an empty vault. The EFS vault's text is not known."""
    vault = existing_vault(call)
    if vault.name.startswith("aws/"):
        raise invalid_request(f"Backup vault {vault.name} cannot be deleted.")
    if reported_recovery_points(call, vault):
        raise invalid_request(
            "Backup vault cannot be deleted because it contains recovery points.", code="ERROR_9101"
        )
    del call.place.vaults[vault.name]
    return {}


@keeps("V2", "V16")
def put_service_vault(place: Place, name: str, now: float, vault_type: str) -> Vault:
    """A vault that only the service makes, like aws/efs/automatic-backup-vault."""
    arn, key = place.arn("backup-vault", name), place.default_key_arn()
    vault = Vault(name, arn, key, "", now, {}, vault_type=vault_type)
    place.vaults[name] = vault
    return vault
