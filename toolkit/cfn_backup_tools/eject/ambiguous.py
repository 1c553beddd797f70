"""What nobody can tell offline, and what is taken for granted then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cfn_backup.desired.arns import is_arn
from cfn_backup.desired.place import Place
from cfn_backup.desired.rules import CONTINUOUS_BACKUP_DAYS, PlannedRule, rules_of
from cfn_backup.symbolic import Unknown, Unreadable, alternatives, items, leaves, may_be_absent
from cfn_backup.symbolic.functions import pieces_of, reference_of
from cfn_backup.written.plan import BackupPlan, Lifecycle, Rule
from cfn_backup.written.selection import Resource, Selection


def ambiguous_entries(selections: Any, place: Place) -> Iterator[str]:
    """A note for each entry of selections whose value may be an id or an ARN. A deployment sees the value itself; here
    the entry is written as if it were an id."""
    for selection in items(selections):
        if not isinstance(selection, Selection):
            continue
        for entry in items(selection.resources):
            if isinstance(entry, Resource) and entry.kind != "Arn":
                yield from _notes_on(entry, place)


def _notes_on(entry: Resource, place: Place) -> Iterator[str]:
    for value in leaves(entry.value):
        if isinstance(value, Unreadable) or not isinstance(value, Unknown):
            continue
        if not is_arn(value, place) and not _is_an_id(value, place):
            yield (
                f"{entry.kind}: {_shown(value)} is taken for an id or a name here; where it is an ARN, "
                "write the ARN as an entry of its own"
            )


def _is_an_id(value: Unknown, place: Place) -> bool:
    """Whether it is the ``Ref`` of a resource, or text around such, which begins with no ``arn:``."""
    reference = reference_of(value)
    if reference is not None:
        return not reference.attribute and reference.logical_id in (*place.resource_types, "AWS::StackName")
    return pieces_of(value) is not None


def _shown(value: Unknown) -> str:
    if not isinstance(value.node, dict):
        return str(value.node)
    (function, argument), *_ = value.node.items()
    return f"{function} {argument}" if isinstance(argument, str) else function


def open_retentions(plan: BackupPlan) -> Iterator[str]:
    """A loss for each rule that has no retention, and may or may not be continuous."""
    for planned in items(rules_of(plan)):
        if (
            isinstance(planned, PlannedRule)
            and isinstance(planned.rule.enable_continuous_backup, Unknown)
            and _may_lack_retention(planned.rule)
        ):
            yield (
                f"whether EnableContinuousBackup of the rule {_name(planned.rule)} is true is not known here; then a "
                f"deployment gives {CONTINUOUS_BACKUP_DAYS} days, and a native rule needs DeleteAfterDays"
            )


def _may_lack_retention(rule: Rule) -> bool:
    lifecycles: list[Lifecycle] = list(alternatives(rule.lifecycle))
    return not lifecycles or any(may_be_absent(one.delete_after_days) for one in lifecycles)


def _name(rule: Rule) -> str:
    return rule.rule_name if isinstance(rule.rule_name, str) else "without a plain name"
