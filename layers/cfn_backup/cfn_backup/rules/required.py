"""The rule about properties that have to be there.

What both spellings of a resource require the reader checks. The native types require more: what is generated, or has
another origin, for the custom ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cfn_backup.rules.asking import is_given, known_items
from cfn_backup.rules.registry import Fault, rule
from cfn_backup.rules.subjects import PlanSubject, SelectionSubject, VaultSubject
from cfn_backup.symbolic.asking import decided
from cfn_backup.symbolic.values import is_plain
from cfn_backup.written.declarations import Part

type Required = tuple[tuple[str, str, str], ...]
"""Fields with their names in a template, and what they are."""

OF_NATIVE_VAULT: Required = (("backup_vault_name", "BackupVaultName", "the name of the vault"),)
OF_NATIVE_LOCK: Required = (("min_retention_days", "MinRetentionDays", "the shortest retention"),)
OF_NATIVE_NOTIFICATIONS: Required = (("backup_vault_events", "BackupVaultEvents", "the events to publish"),)
OF_NATIVE_PLAN: Required = (("backup_plan_name", "BackupPlanName", "the name of the plan"),)
OF_NATIVE_RULE: Required = (
    ("rule_name", "RuleName", "the name of the rule"),
    ("target_backup_vault", "TargetBackupVault", "the name of the vault that the backups go to"),
)
OF_INLINE_SELECTION: Required = (("selection_name", "SelectionName", "each selection of a plan has a name"),)
OF_NATIVE_SELECTION: Required = (
    ("selection_name", "SelectionName", "the name of the selection"),
    ("iam_role_arn", "IamRoleArn", "the role that AWS Backup assumes"),
)


@rule(
    "E9002",
    subject=(PlanSubject, SelectionSubject, VaultSubject),
    title="Missing property",
    explanation="A required property is not there, or is `AWS::NoValue`.",
    way_out="Add it.",
    source="AWS CloudFormation template reference: the required properties of the AWS::Backup types; "
    "cfn-backup-provider",
)
def missing_property(subject: PlanSubject | SelectionSubject | VaultSubject) -> Iterator[Fault]:
    for part, required in _parts(subject):
        for field, name, what in required:
            if not is_given(getattr(part, field)) and not part.unfinished:
                yield Fault(part.at / name, f"is required and missing: add {name}, {what}")


def _parts(subject: PlanSubject | SelectionSubject | VaultSubject) -> Iterator[tuple[Part, Required]]:
    if isinstance(subject, SelectionSubject):
        if subject.inline or subject.native:
            yield subject.selection, OF_INLINE_SELECTION if subject.inline else OF_NATIVE_SELECTION
    elif isinstance(subject, PlanSubject):
        if subject.plan.native:
            yield subject.plan, OF_NATIVE_PLAN
            for _, one in known_items(subject.plan.backup_plan_rules, subject.at("BackupPlanRules")):
                yield one, OF_NATIVE_RULE
    elif subject.vault.native:
        yield subject.vault, OF_NATIVE_VAULT
        yield from _known(subject.vault.lock_configuration, OF_NATIVE_LOCK)
        yield from _known(subject.vault.notifications, OF_NATIVE_NOTIFICATIONS)


def _known(part: Any, required: Required) -> Iterator[tuple[Part, Required]]:
    found = decided(part)
    if is_plain(found):
        yield found, required
