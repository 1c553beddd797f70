"""How a recovery point looks that backup jobs would have made: ARNs and date for those who put points into a
vault."""

from __future__ import annotations

import dataclasses
import secrets

from .recovery_point_store import RecoveryPoint
from .state import Place, new_id

# The recovery points of these types are snapshots of EC2, under ARNs of EC2 with a slash in them (SAR).
_SNAPSHOT_OF = {"EBS": "snapshot/snap-", "EC2": "image/ami-"}


def completed(point: RecoveryPoint, place: Place, now: float) -> RecoveryPoint:
    """The point with what it lacks: ARN, resource and date."""
    return dataclasses.replace(
        point,
        recovery_point_arn=point.recovery_point_arn or _arn(point, place),
        resource_arn=point.resource_arn or _resource_arn(point, place),
        creation_date=point.creation_date or now,
    )


def completed_block(template: RecoveryPoint, place: Place, now: float) -> RecoveryPoint:
    """The template with what it lacks; its ARN is the beginning of the ARNs of the block."""
    snapshots = f"arn:{place.partition}:ec2:{place.region}::snapshot/snap-"
    named = dataclasses.replace(template, recovery_point_arn=template.recovery_point_arn or snapshots)
    return completed(named, place, now)


def _arn(point: RecoveryPoint, place: Place) -> str:
    kind = _SNAPSHOT_OF.get(point.resource_type)
    if kind and not point.is_parent:
        return f"arn:{place.partition}:ec2:{place.region}::{kind}{secrets.token_hex(9)[:17]}"
    return place.arn("recovery-point", f"{'continuous:' if point.continuous else ''}{new_id()}")


def _resource_arn(point: RecoveryPoint, place: Place) -> str:
    kind = point.resource_type.lower().replace(" ", "-")
    return f"arn:{place.partition}:{kind}:{place.region}:{place.account}:resource/{secrets.token_hex(4)}"
