"""A native template with the custom types in place of the native ones: the same members, and nothing else
changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CUSTOM_TYPES = {
    "AWS::Backup::BackupPlan": "Custom::BackupPlan",
    "AWS::Backup::BackupVault": "Custom::BackupVault",
    "AWS::Backup::BackupSelection": "Custom::BackupSelection",
}


def customised(template: Mapping[str, Any]) -> dict[str, Any]:
    """The template with ``Custom::`` types; ``BackupPlan.*`` and ``BackupSelection.*`` flattened."""
    resources = {
        logical_id: _customised_resource(resource) for logical_id, resource in template["Resources"].items()
    }
    return {**template, "Resources": resources}


def _customised_resource(resource: Mapping[str, Any]) -> Mapping[str, Any]:
    custom = CUSTOM_TYPES.get(resource["Type"])
    if custom is None:
        return resource
    name = custom.removeprefix("Custom::")
    properties = {
        "ServiceToken": {"Fn::ImportValue": f"cfn-backup-provider-{name}"},
        **_flattened(resource.get("Properties", {}), name),
    }
    return {**resource, "Type": custom, "Properties": properties}


def _flattened(properties: Mapping[str, Any], name: str) -> dict[str, Any]:
    inner = properties.get(name, {})
    outer = {key: value for key, value in properties.items() if key != name}
    return outer | {
        ("BackupPlanRules" if key == "BackupPlanRule" else key): value for key, value in inner.items()
    }
