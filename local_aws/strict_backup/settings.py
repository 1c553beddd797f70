"""Settings of the account, per Region and global."""

from __future__ import annotations

from collections.abc import Mapping

from .errors import invalid_parameter, invalid_request
from .operations import Call, operation
from .rules import keeps
from .state import MANAGEABLE_TYPES, RESOURCE_TYPES, Document

_GLOBAL_SETTINGS = ("isCrossAccountBackupEnabled", "isMpaEnabled", "isDelegatedAdministratorEnabled")


@operation("DescribeRegionSettings")
@keeps("G2", "G4")
def describe_region_settings(call: Call) -> Document:
    return {
        "ResourceTypeOptInPreference": dict(call.place.opted_in),
        "ResourceTypeManagementPreference": dict(call.place.managed),
    }


@operation("UpdateRegionSettings")
@keeps("G1", "G3", "G5")
def update_region_settings(call: Call) -> Document:
    """Only the given types change. Text: hashicorp/terraform-provider-aws #21801, boto/boto3 #3758."""
    opt_in = call.get("ResourceTypeOptInPreference", {})
    management = call.get("ResourceTypeManagementPreference", {})
    _refuse_unknown(opt_in, RESOURCE_TYPES, "opt in")
    _refuse_unknown(management, MANAGEABLE_TYPES, "management")
    call.place.opted_in.update(opt_in)
    call.place.managed.update(management)
    return {}


def _refuse_unknown(preferences: Mapping[str, bool], known: tuple[str, ...], kind: str) -> None:
    if not set(preferences) <= set(known):
        raise invalid_parameter(
            f"Element present in resource type {kind} preference has invalid values. "
            "Please use describeRegionSettings API to know the supported resource types"
        )


@operation("GetSupportedResourceTypes")
@keeps("G2")
def get_supported_resource_types(call: Call) -> Document:  # noqa: ARG001
    return {"ResourceTypes": list(RESOURCE_TYPES)}


@operation("DescribeGlobalSettings")
@keeps("G6")
def describe_global_settings(call: Call) -> Document:
    _require_organization(call)
    settings = call.global_settings
    return {
        "GlobalSettings": dict.fromkeys(_GLOBAL_SETTINGS, "false") | settings.settings,
        "LastUpdateTime": settings.last_update,
    }


@operation("UpdateGlobalSettings")
@keeps("G6")
def update_global_settings(call: Call) -> Document:
    """For the management account only (DG:manage-cross-account); the text for a member is not known."""
    _require_organization(call)
    if call.switches.organization_role != "management":
        raise invalid_request("Only the management account can update global settings.")
    changes = call.get("GlobalSettings", {})
    if not set(changes) <= set(_GLOBAL_SETTINGS) or not set(changes.values()) <= {"true", "false"}:
        raise invalid_parameter(f"Global settings are {', '.join(_GLOBAL_SETTINGS)}, each true or false.")
    call.global_settings.settings.update(changes)
    call.global_settings.last_update = call.now
    return {}


def _require_organization(call: Call) -> None:
    """Text: cloudquery/cq-provider-aws #817."""
    if call.switches.organization_role == "none":
        raise invalid_request("Your account is not a member of an organization.", code="ERROR_9601")
