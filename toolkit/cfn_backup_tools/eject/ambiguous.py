"""What nobody can tell offline, and what is taken for granted then."""

from __future__ import annotations

from collections.abc import Iterator

from cfn_backup.desired.arns import is_arn
from cfn_backup.desired.plan import CONTINUOUS_BACKUP_DAYS, rules_of
from cfn_backup.desired.selection import flat
from cfn_backup.desired.text import alternatives_of
from cfn_backup.symbolic.values import Intrinsic, Place
from cfn_backup.written.plan import BackupPlan, Lifecycle, Rule
from cfn_backup.written.selection import Resource, Selection


def ambiguous_entries(selection: Selection, place: Place) -> Iterator[str]:
    """A note for each entry whose value may be an id or an ARN. A deployment sees the value itself; here the
    entry is written as if it were an id."""
    for entry in flat(selection.resources):
        if (
            not isinstance(entry, Resource)
            or entry.kind == "Arn"
            or not isinstance(entry.value, Intrinsic)
            or not entry.value.node
        ):
            continue
        for value in alternatives_of(entry.value):
            if isinstance(value, Intrinsic) and not is_arn(value, place) and not _is_an_id(value, place):
                yield (
                    f"{entry.kind}: {_shown(value)} is taken for an id or a name here; where it is an ARN, "
                    "write the ARN as an entry of its own"
                )


def _is_an_id(value: Intrinsic, place: Place) -> bool:
    """Whether it is the ``Ref`` of a resource, or text around such, which begins with no ``arn:``."""
    if "Ref" in value.node:
        return str(value.node["Ref"]) in (*place.resource_types, "AWS::StackName")
    return "Fn::Sub" in value.node or "Fn::Join" in value.node


def _shown(value: Intrinsic) -> str:
    (function, argument), *_ = value.node.items()
    return f"{function} {argument}" if isinstance(argument, str) else function


def open_retentions(plan: BackupPlan) -> Iterator[str]:
    """A loss for each rule that has no retention, and may or may not be continuous."""
    for rule in flat(rules_of(plan)):
        if (
            isinstance(rule, Rule)
            and isinstance(rule.enable_continuous_backup, Intrinsic)
            and _may_lack_retention(rule)
        ):
            yield (
                f"whether EnableContinuousBackup of the rule {_name(rule)} is true is not known here; then a "
                f"deployment gives {CONTINUOUS_BACKUP_DAYS} days, and a native rule needs DeleteAfterDays"
            )


def _may_lack_retention(rule: Rule) -> bool:
    lifecycles = [*flat(rule.lifecycle)]
    return not lifecycles or any(
        isinstance(lifecycle, Lifecycle) and lifecycle.delete_after_days is None for lifecycle in lifecycles
    )


def _name(rule: Rule) -> str:
    return rule.rule_name if isinstance(rule.rule_name, str) else "without a plain name"
