"""What AWS Backup refuses in a plan document, and what it fills in.

`plan_problem` is asked before a document is stored; `with_defaults` is the form that is stored and read back.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from .errors import ServiceError, invalid_parameter
from .rules import keeps
from .schedule import schedule_problem
from .state import Document, new_id
from .switches import Switches

_log = logging.getLogger(__name__)

FOREVER = -1  # B23: given for both values of a lifecycle
MAX_DAYS = 36_500
MAX_START_WINDOW_MINUTES = 52_560_000

# B20: what GetBackupPlan shows for a rule that does not say.
RULE_DEFAULTS: Mapping[str, Any] = {
    "ScheduleExpression": "cron(0 5 ? * * *)",
    "ScheduleExpressionTimezone": "Etc/UTC",
    "StartWindowMinutes": 480,
    "CompletionWindowMinutes": 10_080,
}

# B33: option and allowed values by resource type.
BACKUP_OPTIONS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "EC2": {"WindowsVSS": ("enabled", "disabled")},
    "S3": {"BackupACLs": ("enabled", "disabled"), "BackupObjectTags": ("enabled", "disabled")},
}


def check_plan(document: Document, switches: Switches, partition: str) -> None:
    """:raises ServiceError: InvalidParameterValueException for the first thing that is wrong."""
    _check_name(document["BackupPlanName"])
    _check_advanced_settings(document.get("AdvancedBackupSettings", []))
    _check_rule_set(document["Rules"], switches)
    for rule in document["Rules"]:
        for reason in _rule_problems(rule, switches, partition):
            raise rule_error(reason)


@keeps("B16")
def rule_error(reason: str) -> ServiceError:
    """The present form of the message (logs of 2024 to 2026); in 2021 it named the rule."""
    return invalid_parameter(f"Error in some rules due to : {reason}", code="ERROR_3015")


@keeps("B1")
def _check_name(name: str) -> None:
    """The prose gives 50 in one place and 200 in another, so only what both refuse is refused."""
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,200}", name):
        raise invalid_parameter(f"Invalid backup plan name: {name}")
    if len(name) > 50:
        _log.warning("The backup plan name %s is longer than 50 characters.", name)


@keeps("B33")
def _check_advanced_settings(settings: list[Document]) -> None:
    """Text for the value "Enabled": aws/aws-tools-for-powershell #236."""
    for setting in settings:
        allowed = BACKUP_OPTIONS.get(setting.get("ResourceType", ""), {})
        options = setting.get("BackupOptions", {})
        if not allowed or any(value not in allowed.get(key, ()) for key, value in options.items()):
            raise invalid_parameter(f"Invalid Resource Type : {setting.get('ResourceType')}")


@keeps("B12", "B13", "B31", "B38")
def _check_rule_set(rules: list[Document], switches: Switches) -> None:
    """DG:point-in-time-recovery-overlapping for the continuous rules; the other texts are not known."""
    if not rules:
        raise invalid_parameter("A backup plan needs at least one rule.")
    names = [rule["RuleName"] for rule in rules]
    if switches.rule_names_unique and len(set(names)) < len(names):
        raise rule_error("Rule names must be unique.")
    if switches.policy_quotas_enforced and len(rules) > 10:
        raise rule_error("A plan has at most 10 rules.")
    vaults = {rule.get("TargetBackupVaultName") for rule in rules if rule.get("EnableContinuousBackup")}
    if len(vaults) > 1:
        raise rule_error("Rules with continuous backup must have the same backup vault.")


def _rule_problems(rule: Document, switches: Switches, partition: str) -> Iterator[str]:
    yield from _vault_problems(rule)
    yield from _schedule_problems(rule)
    yield from _window_problems(rule, switches)
    lifecycle = rule.get("Lifecycle")
    if rule.get("EnableContinuousBackup"):
        yield from _continuous_problems(lifecycle or {})
    if lifecycle is not None:
        yield from lifecycle_problems(lifecycle)
        yield from _archive_problems(lifecycle, switches, partition)
    yield from _copy_problems(rule.get("CopyActions", []), switches)
    if switches.policy_quotas_enforced and len(rule.get("RecoveryPointTags", {})) > 10:
        yield "A rule has at most 10 recovery point tags."


@keeps("B15")
def _vault_problems(rule: Document) -> Iterator[str]:
    """That the vault exists is not checked (V19)."""
    if not rule.get("TargetBackupVaultName"):
        yield "Backup vault name is null"


@keeps("B17")
def _schedule_problems(rule: Document) -> Iterator[str]:
    expression = rule.get("ScheduleExpression")
    if expression is not None and (problem := schedule_problem(expression)):
        yield f"Invalid schedule expression {expression}: {problem}"


@keeps("B18", "B19")
def _window_problems(rule: Document, switches: Switches) -> Iterator[str]:
    """30 minutes were refused when a plan was made (hashicorp/terraform-provider-aws #8794); text unknown."""
    start = rule.get("StartWindowMinutes", RULE_DEFAULTS["StartWindowMinutes"])
    completion = rule.get("CompletionWindowMinutes", RULE_DEFAULTS["CompletionWindowMinutes"])
    if not 60 <= start <= MAX_START_WINDOW_MINUTES:
        yield f"StartWindowMinutes must be from 60 to {MAX_START_WINDOW_MINUTES}."
    if switches.completion_after_start and completion <= start:
        yield "CompletionWindowMinutes must be greater than StartWindowMinutes."


@keeps("B25")
def _continuous_problems(lifecycle: Document) -> Iterator[str]:
    """aws/aws-cdk PR #17602 and lgallard/terraform-aws-backup #40; the text for more than 35 days is not
    known."""
    if "MoveToColdStorageAfterDays" in lifecycle:
        yield "Invalid lifecycle. MoveToColdStorageAfterDays is unavailable"
    if "DeleteAfterDays" not in lifecycle:
        yield "Lifecycle must be specified for backup rule enabled continuous backup"
    elif not 1 <= lifecycle["DeleteAfterDays"] <= 35:
        yield "Invalid lifecycle. DeleteAfterDays must be from 1 to 35 for continuous backup"


@keeps("B21", "B22", "B23", "B24")
def lifecycle_problems(lifecycle: Mapping[str, Any]) -> Iterator[str]:
    """Without any value backups are kept for ever, and with -1 for both. Zero days before cold storage fell
    under the range too (hashicorp/terraform-provider-aws #24960)."""
    cold, delete = lifecycle.get("MoveToColdStorageAfterDays"), lifecycle.get("DeleteAfterDays")
    if (cold, delete) == (FOREVER, FOREVER):
        return
    if any(days is not None and not 1 <= days <= MAX_DAYS for days in (cold, delete)):
        yield f"Invalid lifecycle. DeleteAfterDays cannot be less than 1 or more than {MAX_DAYS} days"
    elif cold is not None and delete is not None and delete < cold + 90:
        yield (
            "Invalid lifecycle. DeleteAfterDays cannot be less than 90 days apart from "
            "MoveToColdStorageAfterDays"
        )


@keeps("B28")
def _archive_problems(lifecycle: Document, switches: Switches, partition: str) -> Iterator[str]:
    """hashicorp/terraform-provider-aws PR #34994, GovCloud in 2024."""
    if (
        lifecycle.get("OptInToArchiveForSupportedResources")
        and partition in switches.partitions_without_ebs_archive
    ):
        yield "Invalid lifecycle. EBS Cold Tier is not yet supported."


@keeps("B30", "B31")
def _copy_problems(copy_actions: list[Document], switches: Switches) -> Iterator[str]:
    if switches.policy_quotas_enforced and len(copy_actions) > 5:
        yield "A rule has at most 5 copy actions."
    for action in copy_actions:
        destination = action["DestinationBackupVaultArn"]
        if not re.fullmatch(r"arn:[^:]+:backup:[^:]+:\d{12}:backup-vault:[A-Za-z0-9_-]{2,50}", destination):
            yield f"{destination} is not the ARN of a backup vault."
        yield from lifecycle_problems(action.get("Lifecycle", {}))


@keeps("B20")
def with_defaults(document: Document) -> Document:
    """The document as it is kept: every rule has its defaults and a RuleId."""
    rules = [{**RULE_DEFAULTS, **rule, "RuleId": new_id()} for rule in document["Rules"]]
    return {**document, "Rules": rules}


@keeps("B2")
def same_content(kept: Document) -> Document:
    """What two documents are compared by: without rule ids and empty members."""
    rules = [{name: value for name, value in rule.items() if name != "RuleId"} for rule in kept["Rules"]]
    comparable: Document = _without_empty({**kept, "Rules": rules})
    return comparable


def _without_empty(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            name: _without_empty(item) for name, item in value.items() if item not in ([], {}, None, False)
        }
    return [_without_empty(item) for item in value] if isinstance(value, list) else value
