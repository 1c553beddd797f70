"""The rules of a plan as they end up: the preset's first, then the written ones, with everything filled in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from cfn_backup.presets import PLANS, RULES, PresetRule, preset_name
from cfn_backup.symbolic.asking import decided, may_be_absent, needed
from cfn_backup.symbolic.paths import Path
from cfn_backup.symbolic.values import Choice, Str, Sym, Unknown, each_known, filled
from cfn_backup.written.declarations import Listed
from cfn_backup.written.plan import BackupPlan, Lifecycle, Rule

CONTINUOUS_BACKUP_DAYS = 35
"""What the CDK gives a continuous rule without a retention; the service refuses such a rule (rule B25)."""

FROM_PRESET = Path(("Preset",))
FOR_EVERY_RULE = (
    "copy_actions",
    "recovery_point_tags",
    "schedule_expression_timezone",
    "start_window_minutes",
    "completion_window_minutes",
)
"""The properties of a plan that hold for each of its rules that does not bring its own."""


@dataclass(frozen=True)
class PlannedRule:
    """A rule of a plan with the values of presets, and those that the plan has for every rule, filled in."""

    rule: Rule
    written: Rule | None
    """The rule as the author wrote it; None for one that the plan's preset brings."""

    @property
    def at(self) -> Path:
        """Where the rule was written, or the preset that brings it."""
        return FROM_PRESET if self.written is None else self.written.at

    def origin(self, member: str) -> Path:
        """Where a member's value was written: in the rule, at the plan, or as a preset that brings it.

        ``member`` is the name of a field of Rule, such as ``start_window_minutes``.
        """
        name = "".join(word.capitalize() for word in member.split("_"))
        own = None if self.written is None else getattr(self.written, member)
        if own is not None or (self.written is not None and self.written.preset is None):
            inherited = own is None and member in FOR_EVERY_RULE and getattr(self.rule, member) is not None
            return Path((name,)) if inherited else self.at / name
        if member in FOR_EVERY_RULE and getattr(self.rule, member) is not None:
            return Path((name,))
        return self.at if self.written is None else self.at / "Preset"


def rules_of(plan: BackupPlan, *, tolerant: bool = False) -> Listed[PlannedRule]:
    """The rules that a plan ends up with. Raises Undecided and NotKnown where a preset is not decided.

    ``tolerant``: a plan's preset that is not known brings no rules here, and that of a rule unknown values, so that
    what is known can be checked.
    """
    name = _preset(plan.preset, "it decides which rules there are", tolerant=tolerant)
    ready: tuple[PlannedRule, ...] = ()
    if isinstance(name, str):
        ready = _of_preset(name, plan)
    written = plan.backup_plan_rules
    if ready and isinstance(written, Unknown) and not tolerant:
        needed(written, "the preset's rules come in front of it")
    if isinstance(written, Unknown):
        return ready if tolerant else written
    return _each_list(
        written, lambda rules: (*ready, *(_planned(rule, plan, tolerant=tolerant) for rule in rules))
    )


def _preset(preset: Str | None, reason: str, *, tolerant: bool) -> str | Unknown | None:
    return decided(preset, reason) if tolerant else needed(preset, reason)


def _of_preset(name: str, plan: BackupPlan) -> tuple[PlannedRule, ...]:
    return tuple(
        PlannedRule(_complete(Rule(preset=one, at=FROM_PRESET), plan), None)
        for one in PLANS.get(preset_name(name), ())
    )


def _each_list(
    rules: Listed[Rule] | None, change: Callable[[tuple[Sym[Rule] | None, ...]], Any]
) -> Listed[PlannedRule]:
    """An absent list has the preset's rules, too."""
    if isinstance(rules, Choice):
        return Choice(rules.condition, _each_list(rules.then, change), _each_list(rules.otherwise, change))
    if isinstance(rules, Unknown):
        return rules
    planned: Listed[PlannedRule] = change(rules or ())
    return planned


def _planned(rule: Sym[Rule] | None, plan: BackupPlan, *, tolerant: bool) -> Sym[PlannedRule] | None:
    planned: Sym[PlannedRule] | None = each_known(
        rule, lambda one: PlannedRule(_complete(one, plan, tolerant=tolerant), one)
    )
    return planned


def _complete(rule: Rule, plan: BackupPlan, *, tolerant: bool = False) -> Rule:
    if plan.native:
        return rule
    name = _preset(rule.preset, "it decides what the rule is", tolerant=tolerant)
    if isinstance(name, Unknown):
        return _with_plans_values(_with_unknown_preset(rule, name), plan)
    ready = RULES.get(preset_name(name)) if name is not None else None
    return _with_retention(_with_plans_values(_with_preset(rule, ready) if ready else rule, plan))


def _with_plans_values(rule: Rule, plan: BackupPlan) -> Rule:
    inherited: dict[str, Any] = {
        member: filled(getattr(rule, member), getattr(plan, member))
        for member in FOR_EVERY_RULE
        if getattr(plan, member) is not None
    }
    # an empty list or map of the rule's own opts out
    changes: dict[str, Any] = {m: None if value in ((), {}) else value for m, value in inherited.items()}
    return replace(rule, **changes)


def _with_unknown_preset(rule: Rule, preset: Unknown) -> Rule:
    """The rule, with unknown values where some preset may bring one."""

    def with_days(lifecycle: Lifecycle) -> Lifecycle:
        return replace(
            lifecycle,
            delete_after_days=filled(lifecycle.delete_after_days, preset),
            move_to_cold_storage_after_days=filled(lifecycle.move_to_cold_storage_after_days, preset),
        )

    return replace(
        rule,
        preset=None,
        rule_name=filled(rule.rule_name, preset),
        schedule_expression=filled(rule.schedule_expression, preset),
        lifecycle=each_known(filled(rule.lifecycle, Lifecycle(at=rule.at)), with_days),
    )


def _with_preset(rule: Rule, ready: PresetRule) -> Rule:
    def with_days(lifecycle: Lifecycle) -> Lifecycle:
        return replace(
            lifecycle,
            delete_after_days=filled(lifecycle.delete_after_days, ready.delete_after_days),
            move_to_cold_storage_after_days=filled(
                lifecycle.move_to_cold_storage_after_days, ready.move_to_cold_storage_after_days
            ),
        )

    return replace(
        rule,
        preset=None,
        rule_name=filled(rule.rule_name, ready.rule_name),
        schedule_expression=filled(rule.schedule_expression, ready.schedule_expression),
        lifecycle=each_known(filled(rule.lifecycle, Lifecycle(at=rule.at)), with_days),
    )


def _with_retention(rule: Rule) -> Rule:
    lifecycle = filled(rule.lifecycle, Lifecycle(at=rule.at))
    if rule.enable_continuous_backup is None or not _may_lack_retention(lifecycle):
        return rule
    continuous = decided(rule.enable_continuous_backup, "a continuous rule without a retention gets one")
    if continuous is not True:
        return rule

    def with_days(given: Lifecycle) -> Lifecycle:
        return replace(given, delete_after_days=filled(given.delete_after_days, CONTINUOUS_BACKUP_DAYS))

    return replace(rule, lifecycle=each_known(lifecycle, with_days))


def _may_lack_retention(lifecycle: Sym[Lifecycle] | None) -> bool:
    if isinstance(lifecycle, Choice):
        return _may_lack_retention(lifecycle.then) or _may_lack_retention(lifecycle.otherwise)
    return isinstance(lifecycle, Lifecycle) and may_be_absent(lifecycle.delete_after_days)


def sure_rules(rules: Listed[PlannedRule]) -> tuple[PlannedRule, ...]:
    """The rules, once it is decided which there are. Raises Undecided and NotKnown."""
    listed = needed(rules, "which rules there are") or ()
    found = (needed(one, "whether there is such a rule") for one in listed)
    return tuple(one for one in found if one is not None)
