"""The properties of a custom resource that CloudFormation itself reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OF_CLOUDFORMATION = ("ServiceToken", "ServiceTimeout")
"""They say nothing about backups."""


def without_service_properties(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties that are the author's."""
    return {name: value for name, value in properties.items() if name not in OF_CLOUDFORMATION}
