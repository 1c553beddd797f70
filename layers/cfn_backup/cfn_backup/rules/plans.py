"""The rules about a plan as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cfn_backup.desired.rules import PlannedRule, rules_of, sure_rules
from cfn_backup.rules.asking import is_empty, is_given, known_items, listed_items, text
from cfn_backup.rules.registry import OWN, Fault, rule
from cfn_backup.rules.subjects import PlanSubject, RuleSubject
from cfn_backup.symbolic.asking import decided
from cfn_backup.symbolic.values import Unknown
from cfn_backup.written.recast import shown

NAME_THAT_CONSOLE_TAKES = 50

OPTIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "EC2": {"WindowsVSS": ("enabled", "disabled")},
    "S3": {"BackupACLs": ("enabled", "disabled"), "BackupObjectTags": ("enabled", "disabled")},
}
"""API: AdvancedBackupSetting."""
INDEXED_TYPES = ("EBS", "S3")


def all_rules(subject: PlanSubject) -> tuple[PlannedRule, ...]:
    """The rules that the plan ends up with. Raises Undecided and NotKnown."""
    return sure_rules(rules_of(subject.plan))


@rule(
    "E9201",
    subject=PlanSubject,
    title="Plan without rules",
    explanation="A plan needs at least one rule. In `Custom::BackupPlan` it can come from `Preset`.",
    way_out="Give a rule, or a `Preset`, such as `daily35DayRetention`.",
    source="AWS Backup Developer Guide: Backup plan options and configuration",
)
def plan_without_rules(subject: PlanSubject) -> Iterator[Fault]:
    plan = subject.plan
    if plan.unfinished or is_given(plan.preset) or not is_empty(plan.backup_plan_rules):
        return
    at = subject.at("BackupPlanRules")
    if plan.native:
        yield Fault(
            at, "has no rule, and a plan needs at least one: add one with RuleName and TargetBackupVault"
        )
    else:
        message = (
            "is missing or empty, and there is no Preset: a plan needs at least one rule, such as Preset: "
            "daily35DayRetention"
        )
        yield Fault(at, message)


@rule(
    "W9206",
    subject=PlanSubject,
    title="Two rules with the same name",
    explanation="AWS Backup takes the plan, but in its jobs and reports the two rules cannot be told apart. "
    "A rule named as one of the preset's is an addition to it and replaces nothing.",
    way_out="Give each rule its own name.",
    source=OWN,
)
def rules_of_one_name(subject: PlanSubject) -> Iterator[Fault]:
    seen: set[str] = set()
    for planned in all_rules(subject):
        name = text(planned.rule.rule_name)
        if name is not None and name in seen:
            message = f"is {name}, the name of another rule of this plan: give each rule its own"
            yield Fault(planned.origin("rule_name"), message)
        seen |= {name} if name is not None else set()


@rule(
    "W9207",
    subject=PlanSubject,
    title="Plan name that the console does not take",
    explanation="The API takes 200 characters, the console and parts of the documentation 50.",
    way_out="Use a name of at most 50 characters.",
    source="AWS Backup API: BackupPlanInput and BackupPlan, BackupPlanName",
)
def long_name(subject: PlanSubject) -> Iterator[Fault]:
    name = text(subject.plan.backup_plan_name)
    if name is not None and len(name) > NAME_THAT_CONSOLE_TAKES:
        message = f"has {len(name)} characters: shorten it to 50, which is what the console takes"
        yield Fault(subject.at("BackupPlanName"), message)


@rule(
    "E9227",
    subject=PlanSubject,
    title="Default vault beside a given vault",
    explanation="With `BackupVault` every rule has a vault, so no default vault is made, and `DefaultVault` "
    "would say nothing.",
    way_out="Keep one of the two.",
    source=OWN,
)
def default_vault_beside_vault(subject: PlanSubject) -> Iterator[Fault]:
    if is_given(subject.plan.backup_vault) and is_given(subject.plan.default_vault):
        message = "stands beside BackupVault, to which every rule without a vault goes: keep one of the two"
        yield Fault(subject.at("DefaultVault"), message)


@rule(
    "E9302",
    subject=PlanSubject,
    title="Two selections of a plan with the same name",
    explanation="The selections that are written in a plan are told apart by their names.",
    way_out="Give each its own name.",
    source=OWN,
)
def selections_of_one_name(subject: PlanSubject) -> Iterator[Fault]:
    seen: set[str] = set()
    for at, selection in known_items(subject.plan.selections, subject.at("Selections")):
        name = text(selection.selection_name)
        if name is not None and name in seen:
            message = f"is {shown(name)}, the name of another selection of this plan: give each its own"
            yield Fault(at / "SelectionName", message)
        seen |= {name} if name is not None else set()


@rule(
    "E9226",
    subject=PlanSubject,
    title="Unknown advanced setting",
    explanation="There are `WindowsVSS` for `EC2`, and `BackupACLs` and `BackupObjectTags` for `S3`, with "
    "the values `enabled` and `disabled` in small letters.",
    way_out="Use one of these.",
    source="AWS Backup API: AdvancedBackupSetting",
)
def unknown_advanced_setting(subject: PlanSubject) -> Iterator[Fault]:
    settings = subject.plan.advanced_backup_settings
    for at, setting in known_items(settings, subject.at("AdvancedBackupSettings")):
        resource_type = text(setting.resource_type)
        if resource_type is None:
            continue
        if resource_type not in OPTIONS:
            yield Fault(
                at / "ResourceType", f"is {shown(resource_type)}: only {_either(OPTIONS)} has options"
            )
            continue
        options = decided(setting.backup_options)
        known = OPTIONS[resource_type]
        for name, value in options.items() if isinstance(options, Mapping) else ():
            where = at / "BackupOptions" / name
            if name not in known:
                yield Fault(where, f"is no option of {resource_type}: write {_either(known)}", of_name=True)
            elif isinstance(found := text(value), str) and found not in known[name]:
                yield Fault(where, f"is {shown(found)}: write {_either(known[name])}")


def _either(names: Mapping[str, object] | tuple[str, ...]) -> str:
    return " or ".join(names)


@rule(
    "E9225",
    subject=RuleSubject,
    title="Scan without settings",
    explanation="`ScanActions` of a rule do nothing without the plan's `ScanSettings`.",
    way_out="Add `ScanSettings` with `MalwareScanner`, `ResourceTypes` and `ScannerRoleArn` to the plan.",
    source="AWS Organizations User Guide: Backup policy syntax and examples",
)
def scan_without_settings(subject: RuleSubject) -> Iterator[Fault]:
    if is_empty(subject.planned.rule.scan_actions) or not is_empty(subject.plan.scan_settings):
        return
    message = (
        "scan nothing, since the plan has no ScanSettings: add ScanSettings with MalwareScanner, "
        "ResourceTypes and ScannerRoleArn to the plan"
    )
    yield Fault(subject.planned.at / "ScanActions", message)


@rule(
    "E9224",
    subject=RuleSubject,
    title="Index actions",
    explanation="A rule has at most one index action with at most one resource type, which is `EBS` or `S3`.",
    way_out="Write one rule for each type.",
    source="AWS Backup API: BackupRuleInput, IndexActions",
)
def index_actions(subject: RuleSubject) -> Iterator[Fault]:
    at = subject.planned.at / "IndexActions"
    actions = list(listed_items(subject.planned.rule.index_actions, at))
    if len(actions) > 1:
        yield Fault(
            at, f"has {len(actions)} elements, and a rule can have one index action: write one rule for each"
        )
    for where, action in actions:
        if isinstance(action, Unknown):
            continue
        types = list(listed_items(action.resource_types, where / "ResourceTypes"))
        if len(types) > 1:
            message = f"has {len(types)} elements, and an index action names one type, EBS or S3: write a rule for each"
            yield Fault(where / "ResourceTypes", message)
        for of_type, name in types:
            if isinstance(name, str) and name not in INDEXED_TYPES:
                yield Fault(of_type, f"is {shown(name)}; only EBS and S3 can be indexed")
