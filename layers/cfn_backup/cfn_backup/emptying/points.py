"""What becomes of one recovery point: decided from its entry in the vault's list alone.

Sources, by resource type: AWS Backup developer guide, "Deleting backups", "Point-in-time recovery: stopping
continuous backups", "Application stack backups" and "Amazon EKS backups".
"""

from __future__ import annotations

import re
from enum import IntEnum, StrEnum

from cfn_backup.aws.recovery_points import RecoveryPoint


class Phase(IntEnum):
    """What may be touched so far; each phase allows what the ones before it do."""

    POINTS = 0
    COMPOSITES = 1
    """Composite points too: their nested points have been dealt with."""
    REST = 2
    """EXPIRED points and cluster states of EKS too: everything else has been dealt with."""


class Treatment(StrEnum):
    """What to do with a point now."""

    DELETE = "delete"
    DELETE_COMPOSITE = "delete, if nothing is nested in it any more"
    DISASSOCIATE = "disassociate"
    WAIT = "wait: it is being made or deleted"
    LATER = "not in this phase"
    RESISTS = "it has been tried often enough"


class RdsPoints(StrEnum):
    """What happens to continuous points of RDS: the values of ``ContinuousRdsPoints``."""

    DISASSOCIATE = "DISASSOCIATE"
    DELETE = "DELETE"
    """Which switches off the point-in-time recovery of a live database."""


_WITH_SNAPSHOTS = ("RDS", "Aurora")
_OF_CONTINUOUS_BACKUP = ("AVAILABLE", "STOPPED")
_SNAPSHOT = re.compile(r"arn:[^:]+:rds:[^:]*:[^:]*:(cluster-)?snapshot:.+")


def treatment(
    point: RecoveryPoint, phase: Phase, rds: RdsPoints, *, expired_resist: bool, continuous_resist: bool
) -> Treatment:
    """What to do with the point.

    ``expired_resist`` and ``continuous_resist``: such points have been tried often enough.
    """
    if point.status in ("DELETING", "CREATING"):
        return Treatment.WAIT
    if is_continuous_of_database(point):
        return _of_continuous(point, rds, resists=continuous_resist)
    if point.is_parent:
        return Treatment.DELETE_COMPOSITE if phase >= Phase.COMPOSITES else Treatment.LATER
    if point.status == "EXPIRED" and phase >= Phase.REST:
        return Treatment.RESISTS if expired_resist else Treatment.DELETE
    if point.status == "EXPIRED" or is_cluster_state(point):
        return Treatment.DELETE if phase >= Phase.REST else Treatment.LATER
    return Treatment.DELETE


def _of_continuous(point: RecoveryPoint, rds: RdsPoints, *, resists: bool) -> Treatment:
    if point.resource_type == "RDS" and rds is RdsPoints.DELETE:
        return Treatment.DELETE
    return Treatment.RESISTS if resists else Treatment.DISASSOCIATE


def is_continuous_of_database(point: RecoveryPoint) -> bool:
    """Whether a deletion of the point would reach into a live database of RDS or Aurora.

    The list does not say which points are continuous. Statuses and ARNs do; where they leave it open, the
    point counts as continuous, since only a snapshot can be deleted without harm.
    """
    if point.resource_type not in _WITH_SNAPSHOTS or point.is_parent:
        return False
    return point.status in _OF_CONTINUOUS_BACKUP or _SNAPSHOT.fullmatch(point.arn) is None


def is_cluster_state(point: RecoveryPoint) -> bool:
    """Whether it is the nested point of an EKS composite that holds the cluster itself, which "cannot be
    copied, deleted, or disassociated" and goes with its composite."""
    return point.resource_type == "EKS" and bool(point.parent_arn)
