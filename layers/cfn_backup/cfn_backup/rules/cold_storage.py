"""The rules about cold storage: for types that have none, AWS Backup ignores ``MoveToColdStorageAfterDays``."""

from __future__ import annotations

from collections.abc import Iterator

from cfn_backup.desired.rules import PlannedRule, rules_of, sure_rules
from cfn_backup.rules.asking import is_given, is_true, known_items, number
from cfn_backup.rules.registry import Fault, rule
from cfn_backup.rules.selected_types import selected_types
from cfn_backup.rules.subjects import SelectionSubject
from cfn_backup.symbolic.asking import decided
from cfn_backup.symbolic.paths import Path
from cfn_backup.written.plan import Lifecycle

TYPES_WITH_COLD_STORAGE = frozenset({
    "CloudFormation", "DynamoDB", "EBS", "EFS", "SAP HANA on Amazon EC2", "Timestream", "VirtualMachine",
    "DSQL",
})  # fmt: skip
"""Developer guide, Feature availability by resource: DynamoDB with AWS Backup's advanced features, EBS on opting in."""


def _cold_rules(subject: SelectionSubject) -> list[PlannedRule]:
    if subject.plan is None:
        return []
    return [one for one in sure_rules(rules_of(subject.plan)) if _moves_to_cold_storage(one)]


def _moves_to_cold_storage(planned: PlannedRule) -> bool:
    """Whether a rule asks for cold storage, for its recovery points or a copy of them."""
    if is_true(planned.rule.enable_continuous_backup):
        # which is refused
        return False
    return any(number(one.move_to_cold_storage_after_days) not in (None, -1) for one in _lifecycles(planned))


def _lifecycles(planned: PlannedRule) -> Iterator[Lifecycle]:
    own = [decided(planned.rule.lifecycle)]
    own += [decided(copy.lifecycle) for _, copy in known_items(planned.rule.copy_actions, Path())]
    yield from (one for one in own if isinstance(one, Lifecycle))


def _archives_volumes(planned: PlannedRule) -> bool:
    lifecycle = decided(planned.rule.lifecycle)
    if not isinstance(lifecycle, Lifecycle):
        return False
    opted = lifecycle.opt_in_to_archive_for_supported_resources
    return is_given(opted) and decided(opted) is not False


def _names(rules: list[PlannedRule]) -> str:
    return ", ".join(one.rule.rule_name if isinstance(one.rule.rule_name, str) else "a rule" for one in rules)


@rule(
    "W9230",
    subject=SelectionSubject,
    title="Resource type without cold storage",
    explanation="`MoveToColdStorageAfterDays` is ignored for resource types that have no cold storage: "
    "their recovery points stay in warm storage, at its price.",
    way_out="Select these resources in a plan without cold storage, so that the plan says what happens.",
    source="AWS Backup Developer Guide: Feature availability by resource",
)
def type_without_cold_storage(subject: SelectionSubject) -> Iterator[Fault]:
    selected = [one for one in selected_types(subject) if one.type not in TYPES_WITH_COLD_STORAGE]
    rules = _cold_rules(subject) if selected else []
    for one in selected if rules else []:
        message = (
            f"selects {one.type}, which has no cold storage: MoveToColdStorageAfterDays of {_names(rules)} "
            "is ignored there, and recovery points stay in warm storage, at its price, until they are "
            "deleted"
        )
        yield Fault(one.at, message)


@rule(
    "W9231",
    subject=SelectionSubject,
    title="EBS volumes without the opt-in to archive storage",
    explanation="Snapshots of EBS volumes move to archive storage only if the rule's lifecycle opts in, and "
    "if the rule runs monthly or rarer. The preset rules do not opt in, as in the CDK.",
    way_out="Add `OptInToArchiveForSupportedResources: true` to the rule's `Lifecycle`.",
    source="AWS Backup API: Lifecycle, OptInToArchiveForSupportedResources",
)
def volumes_without_opt_in(subject: SelectionSubject) -> Iterator[Fault]:
    selected = [one for one in selected_types(subject) if one.type == "EBS"]
    rules = [one for one in _cold_rules(subject) if not _archives_volumes(one)] if selected else []
    for one in selected if rules else []:
        message = (
            f"selects EBS volumes, whose snapshots stay in warm storage although {_names(rules)} asks for "
            "cold storage: write OptInToArchiveForSupportedResources: true in its Lifecycle, which works "
            "for monthly or rarer backups"
        )
        yield Fault(one.at, message)
