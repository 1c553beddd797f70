"""Protected resources: what has a recovery point that AWS Backup made."""

from __future__ import annotations

from collections.abc import Iterable

from .errors import not_found
from .operations import Call, operation, page
from .recovery_point_store import PointFilter, RecoveryPoint
from .state import Document, Vault
from .vaults import existing_vault


@operation("ListProtectedResources")
def list_protected_resources(call: Call) -> Document:
    return page(call, _protected(call, call.place.vaults.values()), "Results", lambda item: item)


@operation("ListProtectedResourcesByBackupVault")
def list_protected_resources_by_backup_vault(call: Call) -> Document:
    return page(call, _protected(call, [existing_vault(call)]), "Results", lambda item: item)


@operation("DescribeProtectedResource")
def describe_protected_resource(call: Call) -> Document:
    for item in _protected(call, call.place.vaults.values()):
        if item["ResourceArn"] == call["ResourceArn"]:
            return item
    raise not_found(f"Cannot find protected resource {call['ResourceArn']}")


def _protected(call: Call, vaults: Iterable[Vault]) -> list[Document]:
    latest: dict[str, tuple[RecoveryPoint, Vault]] = {}
    for vault in vaults:
        vault.recovery_points.settle(call.now)
        for _, point in vault.recovery_points.walk(PointFilter()):
            known = latest.get(point.resource_arn)
            if known is None or point.creation_date >= known[0].creation_date:
                latest[point.resource_arn] = (point, vault)
    return [
        {
            "ResourceArn": arn,
            "ResourceType": point.resource_type,
            "LastBackupTime": point.creation_date,
            "LastBackupVaultArn": vault.arn,
            "LastRecoveryPointArn": point.recovery_point_arn,
        }
        for arn, (point, vault) in sorted(latest.items())
    ]
