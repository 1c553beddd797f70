"""The settings of a Region that must hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cfn_backup.symbolic import known
from cfn_backup.written.declarations import TextMap
from cfn_backup.written.region_settings import RETAIN, BackupRegionSettings


@dataclass(frozen=True)
class RegionSettings:
    """What AWS Backup is to protect, and to manage fully, by the service's names for resource types."""

    opt_in: Mapping[str, bool]
    management: Mapping[str, bool]
    removal_policy: str


def expand_region_settings(given: BackupRegionSettings) -> RegionSettings:
    """The settings that ``Custom::BackupRegionSettings`` stands for. Only a deployment has them: there is no native
    resource to eject them to."""
    return RegionSettings(
        opt_in=_booleans(given.resource_type_opt_in_preference),
        management=_booleans(given.resource_type_management_preference),
        removal_policy=known(given.removal_policy or RETAIN),
    )


def _booleans(preferences: TextMap | None) -> dict[str, bool]:
    """CloudFormation hands booleans over as text; the rules have refused any other."""
    if preferences is None:
        return {}
    return {name: known(value).lower() == "true" for name, value in known(preferences).items()}
