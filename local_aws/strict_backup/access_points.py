"""Backup access points: as many as recovery points say that they have one. Nothing reads through them."""

from __future__ import annotations

from .operations import Call, operation, page
from .recovery_point_store import PointFilter, RecoveryPoint
from .state import Document, Place, Vault


@operation("ListBackupAccessPoints")
def list_backup_access_points(call: Call) -> Document:
    found: list[tuple[Vault, RecoveryPoint]] = []
    for vault in sorted(call.place.vaults.values(), key=lambda vault: vault.name):
        vault.settle(call.now)
        if vault.recovery_points.has_access_points:
            points = vault.recovery_points.walk(PointFilter())
            found += [(vault, point) for _, point in points if point.access_point]
    return page(call, found, "BackupAccessPoints", lambda one: _shown(call.place, *one))


def _shown(place: Place, vault: Vault, point: RecoveryPoint) -> Document:
    name = f"access-to-{point.recovery_point_arn[-17:]}"
    return {
        "AccessPointArn": place.arn("access-point", name),
        "Name": name,
        "RecoveryPointArn": point.recovery_point_arn,
        "BackupVaultName": vault.name,
        "BackupVaultArn": vault.arn,
        "ResourceArn": point.resource_arn,
        "ResourceType": point.resource_type,
        "Status": "AVAILABLE",
        "CreationTime": point.creation_date,
    }
