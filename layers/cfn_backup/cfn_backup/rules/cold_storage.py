"""Which resource types have cold storage: for the others
AWS Backup ignores ``MoveToColdStorageAfterDays``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cfn_backup.symbolic.alternatives import alternatives, elements
from cfn_backup.symbolic.values import Intrinsic
from cfn_backup.written.plan import Rule
from cfn_backup.written.problems import Findings
from cfn_backup.written.resource_types import resource_type_of_arn, resource_type_of_entry
from cfn_backup.written.selection import Resource, Selection

TYPES_WITH_COLD_STORAGE = frozenset({
    "CloudFormation", "DynamoDB", "EBS", "EFS", "SAP HANA on Amazon EC2", "Timestream", "VirtualMachine",
    "DSQL",
})  # fmt: skip
"""Developer guide, Feature availability by resource: DynamoDB
with AWS Backup's advanced features, EBS on opting in."""


type Selected = tuple[str, str]
"""A resource type that a selection names, and the path where it does."""


def selected_types(selection: Selection, path: str) -> Iterator[Selected]:
    """The resource types that a selection names; tags and ``*`` name none."""
    for at, entry in elements(selection.resources, f"{path}.Resources" if path else "Resources"):
        if isinstance(entry, Resource) and not isinstance(entry.value, Intrinsic):
            found = resource_type_of_arn(entry.value) or resource_type_of_entry(entry.kind)
        else:
            found = resource_type_of_entry(entry.kind) if isinstance(entry, Resource) else None
        if found:
            yield found, at


def moves_to_cold_storage(rule: Rule) -> bool:
    """Whether a rule asks for cold storage, for its recovery points or a copy of them."""
    lifecycles = [*alternatives(rule.lifecycle)]
    for _, copy in elements(rule.copy_actions, ""):
        lifecycles += alternatives(copy.lifecycle)
    return any(lifecycle.move_to_cold_storage_after_days not in (None, -1) for lifecycle in lifecycles)


def archives_volumes(rule: Rule) -> bool:
    """Whether a rule opts in to archive storage, without which EBS snapshots stay where they are."""
    return any(
        lifecycle.opt_in_to_archive_for_supported_resources not in (None, False)
        for lifecycle in alternatives(rule.lifecycle)
    )


def check_cold_storage(rules: Iterable[Rule], selected: Iterable[Selected], findings: Findings) -> None:
    """Warns of selected types whose recovery points stay
    in warm storage although rules ask for cold storage."""
    cold = [rule for rule in rules if moves_to_cold_storage(rule)]
    if not cold:
        return
    names = ", ".join(_name(rule) for rule in cold)
    for resource_type, path in selected:
        if resource_type not in TYPES_WITH_COLD_STORAGE:
            findings.add(
                "W9230",
                path,
                f"selects {resource_type}, which has no cold storage: MoveToColdStorageAfterDays of {names} "
                "is ignored there, and recovery points stay in warm storage, at its price, until they are "
                "deleted",
            )
        elif resource_type == "EBS" and not all(archives_volumes(rule) for rule in cold):
            findings.add(
                "W9231",
                path,
                f"selects EBS volumes, whose snapshots stay in warm storage although {names} asks for cold "
                "storage: write OptInToArchiveForSupportedResources: true in its Lifecycle, which works for "
                "monthly or rarer backups",
            )


def _name(rule: Rule) -> str:
    return rule.rule_name if isinstance(rule.rule_name, str) else "a rule"
