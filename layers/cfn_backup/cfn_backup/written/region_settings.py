"""What authors write for ``Custom::BackupRegionSettings``."""

# ruff: noqa: RUF009 - prop makes a dataclass field
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from cfn_backup.symbolic.values import Str
from cfn_backup.written.declarations import ResourceProperties, TextMap, prop

RETAIN = "RETAIN"
RESTORE = "RESTORE"


@dataclass(frozen=True, kw_only=True)
class BackupRegionSettings(ResourceProperties):
    """Which resource types AWS Backup protects in an account and Region, and which it manages fully."""

    resource_type: ClassVar[str] = "Custom::BackupRegionSettings"
    ref: ClassVar[str] = "The physical id of the settings, which is generated and stays."
    attributes: ClassVar[Mapping[str, str]] = {
        "OptedInResourceTypes": "The resource types that the Region is opted in to, separated by commas.",
    }

    resource_type_opt_in_preference: TextMap | None = prop(
        "Resource types and whether AWS Backup protects them, e.g. `DynamoDB: true`. Types that are not named stay "
        "as they are."
    )
    resource_type_management_preference: TextMap | None = prop(
        "Resource types and whether AWS Backup manages their recovery points fully, e.g. `DynamoDB: true`. Types "
        "that are not named stay as they are."
    )
    removal_policy: Str | None = prop(
        "What a Delete does: leave the settings as they are, or put each back to what it was before this resource "
        "first named it, unless somebody changed it since.",
        default=RETAIN,
        allowed=(RETAIN, RESTORE),
        code="E9008",
    )
