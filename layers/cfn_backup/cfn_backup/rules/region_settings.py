"""The rules about ``Custom::BackupRegionSettings``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cfn_backup.rules.asking import is_empty, text
from cfn_backup.rules.registry import OWN, Fault, rule
from cfn_backup.symbolic.asking import decided
from cfn_backup.symbolic.paths import Path
from cfn_backup.written.recast import shown
from cfn_backup.written.region_settings import BackupRegionSettings
from cfn_backup.written.unknown_members import nearest_of

RESOURCE_TYPES = (
    "Aurora", "CloudFormation", "DSQL", "DocumentDB", "DynamoDB", "EBS", "EC2", "EFS", "EKS", "FSx", "Neptune",
    "RDS", "Redshift", "Redshift Serverless", "S3", "SAP HANA on Amazon EC2", "Storage Gateway", "Timestream",
    "VirtualMachine",
)  # fmt: skip
"""What the service calls its resource types. A Region may know fewer, and newer ones may come."""
MANAGED_TYPES = ("DynamoDB", "EFS")


@dataclass(frozen=True)
class RegionSettingsSubject:
    """The settings of a Region, as they were written."""

    settings: BackupRegionSettings


def _maps(subject: RegionSettingsSubject) -> Iterator[tuple[Path, Mapping[str, Any], tuple[str, ...]]]:
    settings = subject.settings
    for name, written, known in (
        ("ResourceTypeOptInPreference", settings.resource_type_opt_in_preference, RESOURCE_TYPES),
        ("ResourceTypeManagementPreference", settings.resource_type_management_preference, MANAGED_TYPES),
    ):
        found = decided(written)
        if isinstance(found, Mapping):
            yield settings.at / name, found, known


@rule(
    "E9701",
    subject=RegionSettingsSubject,
    title="Settings without a resource type",
    explanation="The resource names no resource type, so there is nothing to set.",
    way_out="Give `ResourceTypeOptInPreference` or `ResourceTypeManagementPreference`.",
    source=OWN,
)
def nothing_to_set(subject: RegionSettingsSubject) -> Iterator[Fault]:
    settings = subject.settings
    if is_empty(settings.resource_type_opt_in_preference) and is_empty(
        settings.resource_type_management_preference
    ):
        message = (
            "names no resource type: give at least one, such as ResourceTypeOptInPreference: {DynamoDB: true}"
        )
        yield Fault(settings.at, message)


@rule(
    "E9702",
    subject=RegionSettingsSubject,
    title="Unknown resource type",
    explanation="The service knows its resource types by names such as `DynamoDB` and `SAP HANA on Amazon "
    "EC2`, and refuses others. Full management by AWS Backup can be set for `DynamoDB` and `EFS`.",
    way_out="Use the name that the message suggests.",
    source="Observed: «Element present in resource type opt in preference has invalid values»; AWS Backup "
    "API: UpdateRegionSettings",
)
def unknown_resource_type(subject: RegionSettingsSubject) -> Iterator[Fault]:
    for at, preferences, known in _maps(subject):
        for name in preferences:
            if name not in known:
                nearest = nearest_of(name, known)
                hint = f"did you mean {nearest}?" if nearest else f"known are {', '.join(known)}"
                yield Fault(at / name, f"is no resource type that can be set here; {hint}", of_name=True)


@rule(
    "E9703",
    subject=RegionSettingsSubject,
    title="Preference that is no boolean",
    explanation="A preference is `true` or `false`, in any case, with or without quotes.",
    way_out="Write `true` or `false`.",
    source="AWS Backup API: UpdateRegionSettings",
)
def no_boolean(subject: RegionSettingsSubject) -> Iterator[Fault]:
    for at, preferences, _ in _maps(subject):
        for name, value in preferences.items():
            written = text(value)
            if written is not None and written.lower() not in ("true", "false"):
                yield Fault(at / name, f"is {shown(written)}, where true or false is expected")
