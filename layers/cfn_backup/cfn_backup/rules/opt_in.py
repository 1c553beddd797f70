"""Which resource types a Region's opt-in settings leave out of a selection: checked during a deployment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cfn_backup.rules.registry import reading_rule
from cfn_backup.symbolic.paths import Path
from cfn_backup.written.arns import parse_arn
from cfn_backup.written.findings import Findings
from cfn_backup.written.resource_types import OF_RESOURCE, OF_SERVICE, resource_type_of_arn

SHARED_ARNS = frozenset({"Aurora", "DocumentDB", "Neptune", "FSx"})
"""Types whose ARNs other types have, too: for these the opt-in decides even if a resource is named."""

reading_rule(
    "W9504",
    title="Resource type that is not opted in",
    explanation="The Region's settings leave this resource type out. What is named by its own type is "
    "backed up all the same, but not what a service name, a shared ARN or a tag selects.",
    way_out="Switch the type on in the settings of AWS Backup, or with `Custom::BackupRegionSettings`.",
    source="AWS Backup Developer Guide: Assign resources with AWS CLI",
)


def types_not_opted_in(arns: Iterable[str], settings: Mapping[str, bool]) -> dict[str, bool]:
    """The resource types that ``arns`` name and that are switched off, and whether that keeps them out of backups.

    ``settings`` is ``ResourceTypeOptInPreference`` as described. A resource named by its type is backed up whatever the
    setting; a service alone (``arn:aws:ec2:*``), or an ARN that several types share, only if the type is opted in
    (developer guide, Assign resources with AWS CLI: Filter by services or resource types).
    """
    found: dict[str, bool] = {}
    for arn in arns:
        for resource_type, decides in _types(arn):
            if settings.get(resource_type) is False:
                found[resource_type] = found.get(resource_type, False) or decides
    return found


def _types(text: str) -> list[tuple[str, bool]]:
    arn = parse_arn(text)
    if arn is None:
        return []
    if arn.resource != "*":
        named = resource_type_of_arn(text)
        return [(named, named in SHARED_ARNS)] if named else []
    return [(name, True) for name in _types_of_service(arn.service)]


def _types_of_service(service: str) -> list[str]:
    if service in OF_SERVICE:
        return [OF_SERVICE[service]]
    return [name for (owner, _), name in OF_RESOURCE.items() if owner == service]


def check_opt_in(
    arns: Iterable[str], settings: Mapping[str, bool], findings: Findings, at: Path | str
) -> None:
    """Warns of selected resource types that the Region is not opted in to."""
    for resource_type, decides in types_not_opted_in(arns, settings).items():
        effect = (
            "so they are not backed up"
            if decides
            else "so only those named by their type are backed up, and none that a tag selects"
        )
        findings.add(
            "W9504",
            at,
            f"selects {resource_type} resources, but AWS Backup is not opted in to {resource_type} in this "
            f"Region, {effect}: switch it on in the settings of AWS Backup (aws backup "
            "update-region-settings)",
        )
