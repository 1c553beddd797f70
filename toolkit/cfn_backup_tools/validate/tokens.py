"""Checks the ServiceToken of custom resources."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cfn_backup.rules.registry import OWN, reading_rule
from cfn_backup.symbolic import Path
from cfn_backup.written.findings import Findings
from cfn_backup_tools.template.template import Template

reading_rule(
    "E9015",
    title="Token of another type",
    explanation="The `ServiceToken` is that of another function of the provider, which refuses a resource "
    "of this type.",
    way_out="Import the export of the resource's own type.",
    source=OWN,
)


def check_token(template: Template, resource_type: str, properties: object, findings: Findings) -> None:
    """Reports a token that is missing, or that is known to be of another type."""
    if not isinstance(properties, Mapping):
        return
    name, at = resource_type.removeprefix("Custom::"), Path(("ServiceToken",))
    token: Any = properties.get("ServiceToken")
    if not token:
        message = (
            "is missing: CloudFormation needs to know the provider's function, !ImportValue "
            f"cfn-backup-provider-{name}"
        )
        findings.add("E9002", at, message)
        return
    served = template.served_by(token)
    if served and served != name:
        message = (
            f"is the token of {served}, whose function refuses a {resource_type}: write !ImportValue "
            f"cfn-backup-provider-{name}"
        )
        findings.add("E9015", at, message)
