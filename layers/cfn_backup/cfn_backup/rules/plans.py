"""The rules about a plan and its rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from cfn_backup.rules.cold_storage import check_cold_storage, selected_types
from cfn_backup.rules.retention import (
    check_continuous,
    check_lifecycle,
    check_retention_in_lock,
)
from cfn_backup.rules.selections import check_selection, selects_by_tags, warn_of_role_without_policy
from cfn_backup.rules.tags import check_tags
from cfn_backup.rules.vaults import check_vault
from cfn_backup.symbolic.alternatives import (
    alternatives,
    elements,
    number,
    sure_elements,
    surely_empty,
    surely_given,
    text,
)
from cfn_backup.symbolic.values import Choice, Intrinsic, Place, Str, Sym
from cfn_backup.written.arns import VAULT_NAME, elsewhere, vault_arn, vault_name
from cfn_backup.written.plan import PRESET, AdvancedBackupSetting, BackupPlan, CopyAction, Lifecycle, Rule
from cfn_backup.written.problems import Findings
from cfn_backup.written.recast import shown

NAME_THAT_CONSOLE_SHOWS = 50
TIME_TO_COMPLETE = 60

INDEXED_TYPES = ("EBS", "S3")
OPTIONS = {
    "EC2": {"WindowsVSS": ("enabled", "disabled")},
    "S3": {"BackupACLs": ("enabled", "disabled"), "BackupObjectTags": ("enabled", "disabled")},
}
"""API: AdvancedBackupSetting."""

VAULT_TYPES = (
    "Custom::BackupVault",
    "AWS::Backup::BackupVault",
    "AWS::Backup::LogicallyAirGappedBackupVault",
)
"""The types of resources that are vaults."""

type Rules = Sym[tuple[Sym[Rule], ...]] | None


def check_plan(plan: BackupPlan, rules: Rules, place: Place, findings: Findings) -> None:
    """Reports everything about a plan that AWS Backup would refuse, or that does not do what it says.

    ``rules`` are those that the plan ends up with: its preset's first, then its own, with presets filled in.
    """
    _check_has_rules(plan, findings)
    _check_name(plan, findings)
    _check_vaults(plan, place, findings)
    for path, rule in placed(plan, rules):
        check_rule(rule, plan, place, findings, path)
    _check_names_of_rules(plan, rules, findings)
    _check_continuous_vaults(plan, rules, place, findings)
    for path, setting in elements(plan.advanced_backup_settings, "AdvancedBackupSettings"):
        _check_options(setting, findings, path)
    check_tags(plan.backup_plan_tags, findings, "BackupPlanTags")
    _check_selections(plan, place, findings)
    _check_against_default_lock(plan, rules, findings)
    selected = [s for at, one in elements(plan.selections, "Selections") for s in selected_types(one, at)]
    check_cold_storage((rule for _, rule in placed(plan, rules)), selected, findings)


def placed(plan: BackupPlan, rules: Rules, *, sure: bool = False) -> Iterator[tuple[str, Rule]]:
    """The rules with their paths: the preset's are at ``Preset``, for there they come from."""
    ready = _number_of_ready_rules(plan, rules)
    pick = sure_elements if sure else elements
    for path, rule in pick(rules, ""):
        index = int(path[1:-1])
        yield (PRESET if index < ready else f"BackupPlanRules[{index - ready}]"), rule


def _number_of_ready_rules(plan: BackupPlan, rules: Rules) -> int:
    """How many rules stand before the written ones."""
    written = plan.backup_plan_rules
    if isinstance(rules, Choice):
        branch = next(alternatives(rules.then), None)
        own = next(alternatives(written.then), None) if isinstance(written, Choice) else None
        return len(branch or ()) - len(own or ())
    if not isinstance(rules, tuple):
        return 0
    return len(rules) - len(written if isinstance(written, tuple) else ())


def check_rule(rule: Rule, plan: BackupPlan, place: Place, findings: Findings, path: str) -> None:
    """Reports everything about one rule."""
    _check_when(rule, findings, path)
    _check_windows(rule, findings, path)
    for lifecycle in alternatives(rule.lifecycle):
        check_lifecycle(lifecycle, findings, f"{path}.Lifecycle")
    check_continuous(rule, findings, path)
    _check_target(rule.target_backup_vault, place, findings, f"{path}.TargetBackupVault")
    _check_air_gapped_target(rule, place, findings, path)
    for at, copy in elements(rule.copy_actions, f"{path}.CopyActions"):
        _check_copy(copy, rule, plan, place, findings, at)
    _check_index_actions(rule, findings, f"{path}.IndexActions")
    _check_scan_actions(rule, plan, findings, f"{path}.ScanActions")


def _check_when(rule: Rule, findings: Findings, path: str) -> None:
    # imported when needed: most plans are made of presets, and every cold start counts
    if isinstance(rule.schedule_expression, str) and not is_ready_made(path):
        from cfn_backup.rules.schedule import check_schedule  # noqa: PLC0415

        check_schedule(rule.schedule_expression, findings, f"{path}.ScheduleExpression")
    if isinstance(rule.schedule_expression_timezone, str):
        from cfn_backup.rules.timezones import check_timezone  # noqa: PLC0415

        check_timezone(rule.schedule_expression_timezone, findings, f"{path}.ScheduleExpressionTimezone")


def is_ready_made(path: str) -> bool:
    """Whether a rule is one of the plan's preset, whose schedule needs no check."""
    return path == PRESET


def _check_has_rules(plan: BackupPlan, findings: Findings) -> None:
    if plan.preset is None and surely_empty(plan.backup_plan_rules):
        findings.add(
            "E9201",
            "BackupPlanRules",
            "is missing or empty, and there is no Preset: a plan needs at least one rule, such as "
            "Preset: daily35DayRetention",
        )


def _check_name(plan: BackupPlan, findings: Findings) -> None:
    name = text(plan.backup_plan_name)
    if name is not None and len(name) > NAME_THAT_CONSOLE_SHOWS:
        findings.add(
            "W9207",
            "BackupPlanName",
            f"has {len(name)} characters; the console takes 50 at most, the API 200",
        )


def _check_vaults(plan: BackupPlan, place: Place, findings: Findings) -> None:
    _check_target(plan.backup_vault, place, findings, "BackupVault")
    if surely_given(plan.backup_vault) and surely_given(plan.default_vault):
        findings.add(
            "E9227",
            "DefaultVault",
            "is given beside BackupVault: rules without a vault of their own go to BackupVault, so there is "
            "no default vault to make. Keep one of the two",
        )
    for vault in alternatives(plan.default_vault):
        check_vault(vault, place, findings, "DefaultVault")


def _check_target(vault: Str | None, place: Place, findings: Findings, path: str) -> None:
    if not isinstance(vault, str):
        return
    if not vault.startswith("arn:"):
        if not VAULT_NAME.fullmatch(vault):
            findings.add(
                "E9221",
                path,
                f"is {shown(vault)}, which no vault can be called; give the name or ARN of a vault",
            )
        return
    arn = vault_arn(vault)
    if arn is None:
        findings.add("E9221", path, f"is {shown(vault)}, which is not the ARN of a backup vault")
    elif elsewhere(arn, place):
        findings.add(
            "E9220",
            path,
            f"{elsewhere(arn, place)}; backups go to a vault of their own Region and account, and from there "
            "CopyActions can copy them",
        )


def _check_air_gapped_target(rule: Rule, place: Place, findings: Findings, path: str) -> None:
    target = text(rule.target_logically_air_gapped_backup_vault_arn)
    if target is None:
        return
    arn = vault_arn(target)
    problem = f"is {shown(target)}, which is not the ARN of a vault" if arn is None else elsewhere(arn, place)
    if problem:
        message = f"{problem}; a logically air-gapped vault of the plan's own Region and account is needed"
        findings.add("E9228", f"{path}.TargetLogicallyAirGappedBackupVaultArn", message)


def _check_windows(rule: Rule, findings: Findings, path: str) -> None:
    start, complete = number(rule.start_window_minutes), number(rule.completion_window_minutes)
    if start is not None and complete is not None and complete < start + TIME_TO_COMPLETE:
        findings.add(
            "W9213",
            f"{path}.CompletionWindowMinutes",
            f"is {complete}, but a job may start up to {start} minutes late and then has no time to "
            f"complete: give {start + TIME_TO_COMPLETE} or more",
        )


def _check_copy(
    copy: CopyAction, rule: Rule, plan: BackupPlan, place: Place, findings: Findings, path: str
) -> None:
    for lifecycle in alternatives(copy.lifecycle):
        check_lifecycle(lifecycle, findings, f"{path}.Lifecycle")
    destination, at = text(copy.destination_backup_vault_arn), f"{path}.DestinationBackupVaultArn"
    target = _vault_of(rule, plan)
    if destination is None:
        resource = _vault_resource(copy.destination_backup_vault_arn, place)
        if resource and resource == _vault_resource(target, place):
            findings.add("W9223", at, _same_vault(resource))
        return
    arn = vault_arn(destination)
    if arn is None:
        findings.add(
            "E9222",
            at,
            f"is {shown(destination)}, which is not the ARN of a backup vault, such as "
            "arn:aws:backup:eu-west-1:111122223333:backup-vault:Copies (a name has 2 to 50 letters, digits, "
            "- and _)",
        )
        return
    here = arn.region == place.region and arn.account_id == place.account_id
    given = rule.target_backup_vault if rule.target_backup_vault is not None else plan.backup_vault
    if given == destination or (here and target == vault_name(destination)):
        findings.add("W9223", at, _same_vault(vault_name(destination)))


def _same_vault(vault: str) -> str:
    return f"is the vault that the backup itself goes to, {vault}: it is stored twice there"


def _check_index_actions(rule: Rule, findings: Findings, path: str) -> None:
    actions = rule.index_actions
    if isinstance(actions, tuple) and len(actions) > 1 and not any(isinstance(a, Choice) for a in actions):
        findings.add("E9224", path, f"has {len(actions)} elements; a rule can have one index action")
    for at, action in elements(actions, path):
        for types in alternatives(action.resource_types):
            if len(types) > 1:
                message = f"has {len(types)} elements; an index action can name one type, EBS or S3"
                findings.add("E9224", f"{at}.ResourceTypes", message)
            for index, name in enumerate(types):
                if isinstance(name, str) and name not in INDEXED_TYPES:
                    findings.add(
                        "E9224",
                        f"{at}.ResourceTypes[{index}]",
                        f"is {shown(name)}; only EBS and S3 can be indexed",
                    )


def _check_scan_actions(rule: Rule, plan: BackupPlan, findings: Findings, path: str) -> None:
    if any(alternatives(rule.scan_actions)) and surely_empty(plan.scan_settings):
        findings.add(
            "E9225",
            path,
            "is given, but the plan has no ScanSettings, so nothing would be scanned: add ScanSettings with "
            "MalwareScanner, ResourceTypes and ScannerRoleArn to the plan",
        )


def _check_names_of_rules(plan: BackupPlan, rules: Rules, findings: Findings) -> None:
    named = [(path, rule.rule_name) for path, rule in placed(plan, rules, sure=True) if text(rule.rule_name)]
    times = Counter(name for _, name in named)
    for path, name in reversed(named):
        if times[name] > 1:
            times[name] = 1
            findings.add(
                "W9206", f"{path}.RuleName", f"is {name}, the name of another rule of this plan, too"
            )


def _check_continuous_vaults(plan: BackupPlan, rules: Rules, place: Place, findings: Findings) -> None:
    continuous = [
        (path, rule) for path, rule in placed(plan, rules, sure=True) if rule.enable_continuous_backup is True
    ]
    vaults = [(path, _vault_of(rule, plan)) for path, rule in continuous]
    for title in (_title, partial(_resource_title, place=place)):
        known = [(path, name) for path, vault in vaults if (name := title(vault)) is not None]
        for path, name in known[1:]:
            if name != known[0][1]:
                findings.add(
                    "E9219",
                    f"{path}.TargetBackupVault",
                    f"is {name}, but the continuous backups of {known[0][0]} go to {known[0][1]}: all "
                    "continuous rules of a plan must have the same vault",
                )


def _vault_of(rule: Rule, plan: BackupPlan) -> Str:
    """The name of a rule's vault; empty for a default vault with a generated name."""
    vault = rule.target_backup_vault if rule.target_backup_vault is not None else plan.backup_vault
    if isinstance(vault, Intrinsic):
        return vault
    if vault is not None:
        return vault_name(vault)
    for default in alternatives(plan.default_vault):
        return default.backup_vault_name or ""
    return Intrinsic({}) if plan.default_vault is not None else ""


def _title(vault: Str) -> str | None:
    return (vault or "the default vault") if isinstance(vault, str) else None


def _resource_title(vault: Str, place: Place) -> str | None:
    """Of a vault that is a resource of the same template, or made by the plan: two of those cannot be one
    vault."""
    if vault == "":
        return _title(vault)
    logical_id = _vault_resource(vault, place)
    return f"the vault {logical_id}" if logical_id else None


def _vault_resource(vault: Str | None, place: Place) -> str | None:
    """The logical id of the template's vault that ``Ref`` or ``Fn::GetAtt`` name."""
    if not isinstance(vault, Intrinsic):
        return None
    argument = vault.node.get("Ref", vault.node.get("Fn::GetAtt"))
    named = argument[0] if isinstance(argument, list) and argument else argument
    logical_id = named.partition(".")[0] if isinstance(named, str) else ""
    return logical_id if place.resource_types.get(logical_id) in VAULT_TYPES else None


def _check_options(setting: AdvancedBackupSetting, findings: Findings, path: str) -> None:
    resource_type = text(setting.resource_type)
    if resource_type is None:
        return
    if resource_type not in OPTIONS:
        message = f"is {shown(resource_type)}; there are advanced settings for {' and '.join(OPTIONS)}"
        findings.add("E9226", f"{path}.ResourceType", message)
        return
    if setting.backup_options is None or isinstance(setting.backup_options, Intrinsic):
        return
    known = OPTIONS[resource_type]
    for option, value in setting.backup_options.items():
        at = f"{path}.BackupOptions.{option}"
        if option not in known:
            findings.add("E9226", at, f"is no option of {resource_type}; known are {', '.join(known)}")
        elif isinstance(value, str) and value not in known[option]:
            findings.add("E9226", at, f"is {shown(value)}; allowed is {' or '.join(known[option])}")


def _check_selections(plan: BackupPlan, place: Place, findings: Findings) -> None:
    for path, selection in elements(plan.selections, "Selections"):
        check_selection(selection, place, findings, path, shares_role=True)
        if selection.selection_name is None:
            findings.add(
                "E9002",
                f"{path}.SelectionName",
                "is required and missing: each selection of a plan needs a name",
            )
    _check_shared_role(plan, findings)
    names: set[str] = set()
    for path, selection in sure_elements(plan.selections, "Selections"):
        name = text(selection.selection_name)
        if name is not None and name in names:
            message = f"is {shown(name)}, the name of another selection of this plan, too; give each its own"
            findings.add("E9302", f"{path}.SelectionName", message)
        names |= {name} if name is not None else set()


def _check_shared_role(plan: BackupPlan, findings: Findings) -> None:
    if plan.disable_default_backup_policy is True and any(
        one.iam_role_arn is None and selects_by_tags(one) for _, one in elements(plan.selections, "")
    ):
        warn_of_role_without_policy(findings, "DisableDefaultBackupPolicy", "those selections")


def _check_against_default_lock(plan: BackupPlan, rules: Rules, findings: Findings) -> None:
    if plan.backup_vault is not None:
        return
    locks = [
        lock for vault in alternatives(plan.default_vault) for lock in alternatives(vault.lock_configuration)
    ]
    for path, rule in placed(plan, rules):
        if rule.target_backup_vault is None:
            for lock in locks:
                check_retention_in_lock(rule, lock, findings, path)


def written_rules(plan: BackupPlan) -> Rules:
    """The plan's own rules, where what a preset gives and the rule does not override is not known."""

    def open_list(rules: tuple[Sym[Rule], ...]) -> tuple[Sym[Rule], ...]:
        return tuple(_mapped(rule, _open_rule) for rule in rules)

    return None if plan.backup_plan_rules is None else _mapped(plan.backup_plan_rules, open_list)


def _open_rule(rule: Rule) -> Rule:
    if rule.preset is None:
        return rule
    unknown = Intrinsic({})
    lifecycle = next(alternatives(rule.lifecycle), None) or Lifecycle()
    return replace(
        rule,
        rule_name=rule.rule_name or unknown,
        lifecycle=replace(lifecycle, delete_after_days=lifecycle.delete_after_days or unknown),
    )


def _mapped[T](value: Sym[T], change: Callable[[T], T]) -> Sym[T]:
    if isinstance(value, Choice):
        then, otherwise = (None if b is None else _mapped(b, change) for b in (value.then, value.otherwise))
        return Choice(value.condition, then, otherwise)
    return value if isinstance(value, Intrinsic) else change(value)
