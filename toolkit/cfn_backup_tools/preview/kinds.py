"""How AWS Backup stores and bills the backups of each resource type.

Sources: developer guide, Feature availability by resource (incremental, continuous, full management), Backup
plan options and configuration (cold storage), Metering, costs, and billing (who bills). DynamoDB is taken
with AWS Backup's advanced features.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Cold(StrEnum):
    """What a recovery point becomes in cold storage."""

    NONE = "stays warm"
    FULL = "full"
    INCREMENTAL = "incremental"


@dataclass(frozen=True)
class Kind:
    """One resource type."""

    incremental: bool
    """Whether a backup after the first stores only what has changed."""
    billed_by: str
    """The service code on the bill."""
    cold: Cold = Cold.NONE
    continuous: bool = False
    """Whether point-in-time restore is possible; else a continuous rule takes snapshots."""


BACKUP = "AWSBackup"

KINDS: Mapping[str, Kind] = {
    "Aurora": Kind(incremental=False, billed_by="AmazonRDS", continuous=True),
    "DSQL": Kind(incremental=False, billed_by=BACKUP, cold=Cold.FULL),
    "DocumentDB": Kind(incremental=False, billed_by="AmazonDocDB"),
    "DynamoDB": Kind(incremental=False, billed_by=BACKUP, cold=Cold.FULL),
    "EBS": Kind(incremental=True, billed_by="AmazonEC2", cold=Cold.FULL),
    "EC2": Kind(incremental=True, billed_by="AmazonEC2"),
    "EFS": Kind(incremental=True, billed_by=BACKUP, cold=Cold.INCREMENTAL),
    "FSx": Kind(incremental=True, billed_by="AmazonFSx"),
    "Neptune": Kind(incremental=False, billed_by="AmazonNeptune"),
    "RDS": Kind(incremental=True, billed_by="AmazonRDS", continuous=True),
    "S3": Kind(incremental=True, billed_by=BACKUP, continuous=True),
    "SAP HANA on Amazon EC2": Kind(
        incremental=False, billed_by=BACKUP, cold=Cold.INCREMENTAL, continuous=True
    ),
    "Storage Gateway": Kind(incremental=True, billed_by="AmazonEC2"),
    "Timestream": Kind(incremental=True, billed_by=BACKUP, cold=Cold.INCREMENTAL),
    "VirtualMachine": Kind(incremental=True, billed_by=BACKUP, cold=Cold.INCREMENTAL),
}
