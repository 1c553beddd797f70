"""How a recovery point looks that backup jobs would have made: ARN, status and date for those who put points
into a vault."""

from __future__ import annotations

import dataclasses
import secrets

from .recovery_point_store import RecoveryPoint
from .state import Place

# The recovery points of these types are snapshots of their services, under ARNs of theirs (SAR).
_SNAPSHOT_OF = {
    "EBS": "arn:{partition}:ec2:{region}::snapshot/snap-",
    "EC2": "arn:{partition}:ec2:{region}::image/ami-",
    "RDS": "arn:{partition}:rds:{region}:{account}:snapshot:awsbackup:job-",
    "Aurora": "arn:{partition}:rds:{region}:{account}:cluster-snapshot:awsbackup:job-",
    "DocumentDB": "arn:{partition}:rds:{region}:{account}:cluster-snapshot:awsbackup:job-",
    "Neptune": "arn:{partition}:rds:{region}:{account}:cluster-snapshot:awsbackup:job-",
}


def completed(point: RecoveryPoint, place: Place, now: float) -> RecoveryPoint:
    """The point with what it lacks: ARN, resource, status of a continuous backup, and date."""
    named = point.recovery_point_arn or f"{_arn_prefix(point, place)}{secrets.token_hex(9)[:17]}"
    return _filled_in(dataclasses.replace(point, recovery_point_arn=named), place, now)


def completed_block(template: RecoveryPoint, place: Place, now: float) -> RecoveryPoint:
    """The template with what it lacks; its ARN is the beginning of the ARNs of the block."""
    prefix = template.recovery_point_arn or _arn_prefix(template, place)
    return _filled_in(dataclasses.replace(template, recovery_point_arn=prefix), place, now)


def _filled_in(point: RecoveryPoint, place: Place, now: float) -> RecoveryPoint:
    created = point.creation_date or now
    return dataclasses.replace(
        point,
        resource_arn=point.resource_arn or _resource_arn(point, place),
        creation_date=created,
        status="AVAILABLE" if point.continuous and point.status == "COMPLETED" else point.status,
    )


def _arn_prefix(point: RecoveryPoint, place: Place) -> str:
    """EKS: DG:eks-backups. The others: SAR, and `continuous:` as ARNs in public logs have it."""
    if point.is_parent:
        return place.arn("recovery-point", f"composite:{point.resource_type.lower()}/stack-")
    if point.continuous:
        return place.arn("recovery-point", "continuous:")
    if point.resource_type == "EKS":
        return place.arn("recovery-point", "eks/cluster-")
    own = _SNAPSHOT_OF.get(point.resource_type)
    if own is None:
        return place.arn("recovery-point", "")
    return own.format(partition=place.partition, region=place.region, account=place.account)


def _resource_arn(point: RecoveryPoint, place: Place) -> str:
    kind = point.resource_type.lower().replace(" ", "-")
    return f"arn:{place.partition}:{kind}:{place.region}:{place.account}:resource/{secrets.token_hex(4)}"
