"""Recovery points: reads, deletion, disassociation, lifecycle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .errors import invalid_parameter, invalid_request, invalid_state, not_found, not_implemented
from .legal_holds import held
from .operations import Call, operation, page_size, token, token_position
from .plan_rules import FOREVER, lifecycle_problems
from .recovery_point_store import PointFilter, RecoveryPoint
from .rules import keeps
from .state import Document, Vault
from .vaults import existing_vault

_SERVICE_LINKED_ROLE = "role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"


@operation("ListRecoveryPointsByBackupVault")
@keeps("R14", "V21")
def list_recovery_points_by_backup_vault(call: Call) -> Document:
    vault = existing_vault(call)
    _refuse_other_account(call)
    accepted = PointFilter(
        resource_arn=call.get("ByResourceArn"),
        resource_type=call.get("ByResourceType"),
        backup_plan_id=call.get("ByBackupPlanId"),
        parent_recovery_point_arn=call.get("ByParentRecoveryPointArn"),
        created_before=call.get("ByCreatedBefore"),
        created_after=call.get("ByCreatedAfter"),
    )
    points: list[Document] = []
    for position, point in vault.recovery_points.walk(accepted, token_position(call)):
        if len(points) == page_size(call):
            return {"RecoveryPoints": points, "NextToken": token(position)}
        points.append(_shown(vault, point))
    return {"RecoveryPoints": points}


@operation("ListRecoveryPointsByResource")
def list_recovery_points_by_resource(call: Call) -> Document:
    """NextToken counts the points that earlier pages showed."""
    start, size = token_position(call), page_size(call)
    found: list[Document] = []
    for vault in call.place.vaults.values():
        vault.settle(call.now)
        for _, point in vault.recovery_points.walk(PointFilter(resource_arn=call["ResourceArn"])):
            found.append({**_shown(vault, point), "BackupSizeBytes": point.backup_size_in_bytes})
            if len(found) > start + size:
                return {"RecoveryPoints": found[start:-1], "NextToken": token(start + size)}
    return {"RecoveryPoints": found[start:]}


@operation("DescribeRecoveryPoint")
@keeps("R14")
def describe_recovery_point(call: Call) -> Document:
    _refuse_other_account(call)
    vault, point = _vault_and_point(call)
    return {
        **_shown(vault, point),
        "StorageClass": "WARM",
        "EncryptionKeyArn": vault.encryption_key_arn,
        "IsEncrypted": True,
    }


@operation("DeleteRecoveryPoint")
@keeps("R1", "R2")
def delete_recovery_point(call: Call) -> Document:
    """Answers 200 and works in the background: DELETING, then gone or EXPIRED (API:DeleteRecoveryPoint)."""
    vault, point = _vault_and_point(call)
    _refuse_while_kept(call, vault, point)
    _refuse_while_busy(point)
    if point.status == "EXPIRED" and not _may_delete_expired(call):
        return {}
    if point.continuous and not _stop_continuous_backup(call, point):
        return {}
    _begin_deletion(call, vault, point)
    return {}


def _begin_deletion(call: Call, vault: Vault, point: RecoveryPoint) -> None:
    points, takes = vault.recovery_points, point.deletion_seconds
    if takes is None:
        takes = call.switches.recovery_point_deletion_seconds
    points.change(point.recovery_point_arn, status="DELETING")
    points.settle_at(point.recovery_point_arn, call.now + takes)
    points.settle(call.now)


@keeps("R7")
def _stop_continuous_backup(call: Call, point: RecoveryPoint) -> bool:
    """What a deletion does to the source of a continuous backup; whether the point goes. RDS: the database
    loses its point-in-time recovery. Aurora: the point stays for as long as the cluster does
    (DG:point-in-time-recovery-stopping)."""
    if point.resource_type == "RDS":
        call.place.point_in_time_recovery_off.append(point.resource_arn)
    return point.resource_type != "Aurora" or point.resource_arn in call.place.removed_resources


@keeps("R2")
def _may_delete_expired(call: Call) -> bool:
    """The service-linked role does the deletion, so the caller must be allowed to create it."""
    arn = f"arn:{call.place.partition}:iam::{call.place.account}:{_SERVICE_LINKED_ROLE}"
    return call.may("iam:CreateServiceLinkedRole", arn)


@keeps("R4", "R5", "R6", "L7")
def _refuse_while_kept(call: Call, vault: Vault, point: RecoveryPoint) -> None:
    """Text of the hold: KC:backup-recovery-points-hold-vault. The other texts and all classes are
    inferences."""
    _refuse_locked(vault)
    if point.legal_hold or held(call.place, vault, point):
        raise invalid_request("The recovery point cannot be deleted because it has active legal hold(s)")
    if point.access_point:
        raise invalid_request("The recovery point cannot be deleted because it has a backup access point.")
    _refuse_while_nested(call, vault, point)


@keeps("R6")
def _refuse_while_nested(call: Call, vault: Vault, point: RecoveryPoint) -> None:
    """DG:eks-backups has two sentences on the cluster-state point that contradict each other: a switch."""
    cluster_state_stays = not call.switches.eks_state_point_deletable
    if point.is_cluster_state and cluster_state_stays:
        raise invalid_request("The Amazon EKS cluster state recovery point goes with its composite only.")
    if not point.is_parent:
        return
    nested = vault.recovery_points.nested_in(point.recovery_point_arn)
    if cluster_state_stays and vault.recovery_points.cluster_state_in(point.recovery_point_arn):
        nested -= 1
    if nested:
        raise invalid_request("The recovery point cannot be deleted because it has nested recovery points.")


@keeps("R3")
def _refuse_while_busy(point: RecoveryPoint) -> None:
    if point.busy or point.status in ("CREATING", "DELETING"):
        raise invalid_state(f"The recovery point is {point.status}; another action is running on it.")


@keeps("L7", "R5")
def _refuse_locked(vault: Vault) -> None:
    """In governance and in compliance mode, the grace time included (DG:vault-lock)."""
    if vault.lock:
        raise invalid_request("The backup vault is locked.")


@operation("DisassociateRecoveryPoint")
@keeps("R7")
def disassociate_recovery_point(call: Call) -> Document:
    """Only for continuous backups. The data stays with its service, and for S3 the point stays too, STOPPED;
    an EXPIRED one of S3 stays as it is. The developer guide is silent on Aurora: a switch."""
    vault, point = _vault_and_point(call)
    if not point.continuous:
        raise invalid_request("Only continuous recovery points can be disassociated.")
    _refuse_while_busy(point)
    if point.resource_type == "Aurora" and not call.switches.aurora_disassociation_accepted:
        raise invalid_request("A continuous recovery point of Aurora cannot be disassociated.")
    if point.resource_type != "S3":
        vault.recovery_points.remove(point.recovery_point_arn, call.now)
    elif point.status != "EXPIRED":
        vault.recovery_points.change(point.recovery_point_arn, status="STOPPED")
    return {}


@operation("DisassociateRecoveryPointFromParent")
@keeps("R6")
def disassociate_recovery_point_from_parent(call: Call) -> Document:
    """The composite goes with its last nested point (DG:applicationstackbackups)."""
    vault, point = _vault_and_point(call)
    parent = point.parent_recovery_point_arn
    if parent is None:
        raise invalid_request("The recovery point has no parent.")
    if point.is_cluster_state:
        raise invalid_request("The Amazon EKS cluster state recovery point cannot be disassociated.")
    vault.recovery_points.change(point.recovery_point_arn, parent_recovery_point_arn=None)
    vault.recovery_points.remove_empty_composite(parent, call.now)
    return {}


@operation("UpdateRecoveryPointLifecycle")
@keeps("R8", "L7")
def update_recovery_point_lifecycle(call: Call) -> Document:
    vault, point = _vault_and_point(call)
    _refuse_locked(vault)
    if point.continuous:
        raise invalid_request("The lifecycle of a continuous recovery point cannot be changed.")
    lifecycle = call.get("Lifecycle", {})
    for reason in lifecycle_problems(lifecycle):
        raise invalid_parameter(reason)
    kept = {} if lifecycle.get("DeleteAfterDays") == FOREVER else lifecycle
    vault.recovery_points.change(point.recovery_point_arn, lifecycle=kept)
    return {
        "BackupVaultArn": vault.arn,
        "RecoveryPointArn": point.recovery_point_arn,
        "Lifecycle": kept,
        "CalculatedLifecycle": _calculated(point.creation_date, kept),
    }


@keeps("R14")
def _vault_and_point(call: Call) -> tuple[Vault, RecoveryPoint]:
    arn = call["RecoveryPointArn"]
    vault = existing_vault(call, resource=arn)
    point = vault.recovery_points.find(arn)
    if point is None:
        raise not_found(f"Cannot find recovery point {arn}")
    return vault, point


def _refuse_other_account(call: Call) -> None:
    if call.get("BackupVaultAccountId", call.place.account) != call.place.account:
        raise not_implemented("Reading a vault of another account")


def _shown(vault: Vault, point: RecoveryPoint) -> Document:
    """The members of both lists and of DescribeRecoveryPoint, as far as the points have them."""
    lifecycle = point.lifecycle
    return {
        "RecoveryPointArn": point.recovery_point_arn,
        "BackupVaultName": vault.name,
        "BackupVaultArn": vault.arn,
        "ResourceArn": point.resource_arn,
        "ResourceType": point.resource_type,
        "IamRoleArn": point.iam_role_arn,
        "Status": point.status,
        "StatusMessage": point.status_message,
        "CreationDate": point.creation_date,
        "CompletionDate": point.creation_date,
        "BackupSizeInBytes": point.backup_size_in_bytes,
        "Lifecycle": lifecycle,
        "CalculatedLifecycle": None if lifecycle is None else _calculated(point.creation_date, lifecycle),
        "CreatedBy": {"BackupPlanId": point.backup_plan_id} if point.backup_plan_id else None,
        "ParentRecoveryPointArn": point.parent_recovery_point_arn,
        "IsParent": point.is_parent,
        "VaultType": vault.vault_type,
    }


def _calculated(creation_date: float, lifecycle: Mapping[str, Any]) -> Document:
    members = (("DeleteAfterDays", "DeleteAt"), ("MoveToColdStorageAfterDays", "MoveToColdStorageAt"))
    return {
        when: creation_date + lifecycle[days] * 86400
        for days, when in members
        if lifecycle.get(days, FOREVER) != FOREVER
    }
