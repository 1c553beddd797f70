"""The IAM action and resource of a request, as the Service Authorization Reference of AWS Backup names them,
for an IAM in front of the service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .model import Query, match_route
from .state import Place

# On a recovery point, though the vault is named too.
_ON_RECOVERY_POINT = (
    "DescribeRecoveryPoint",
    "DeleteRecoveryPoint",
    "DisassociateRecoveryPoint",
    "DisassociateRecoveryPointFromParent",
    "UpdateRecoveryPointLifecycle",
    "UpdateRecoveryPointIndexSettings",
    "GetRecoveryPointIndexDetails",
    "GetRecoveryPointRestoreMetadata",
)


def action_and_resource(place: Place, method: str, path: str, query: Query) -> tuple[str, str] | None:
    """Like ("backup:DeleteBackupPlan", "arn:aws:backup:…:backup-plan:…"); None if it is no operation of the
    service."""
    found = match_route(method, path, query)
    if found is None:
        return None
    operation, labels = found
    return f"backup:{operation.name}", _resource(place, operation.name, labels)


# The members of requests that have the tags, or the keys of the tags, of a resource.
_TAGS = ("BackupVaultTags", "BackupPlanTags", "Tags")
_LOCK_DAYS = ("ChangeableForDays", "MinRetentionDays", "MaxRetentionDays")


def condition_keys(members: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """The condition keys of a request with these members: `aws:RequestTag/…`, `aws:TagKeys`, and those of the
    service."""
    tags = {key: str(value) for name in _TAGS for key, value in (members.get(name) or {}).items()}
    keys = [*tags, *(members.get("TagKeyList") or ())]
    days = {f"backup:{name}": str(members[name]) for name in _LOCK_DAYS if members.get(name) is not None}
    given = {f"aws:RequestTag/{key}": value for key, value in tags.items()}
    return {**given, **days, **({"aws:TagKeys": keys} if keys else {})}


def _resource(place: Place, operation: str, labels: Mapping[str, Any]) -> str:
    if operation in _ON_RECOVERY_POINT:
        return str(labels["recoveryPointArn"])
    if operation == "CreateBackupPlan":
        return place.arn("backup-plan", "*")
    if operation == "CreateLegalHold":
        return place.arn("legal-hold", "*")
    kinds = {"backupVaultName": "backup-vault", "backupPlanId": "backup-plan", "legalHoldId": "legal-hold"}
    for label, kind in kinds.items():
        if label in labels:
            return place.arn(kind, labels[label])
    return str(labels.get("resourceArn", "*"))
