"""The template that answers make: custom or native resources, in YAML with comments."""

from __future__ import annotations

from collections.abc import Iterator
from json import dumps

from cfn_backup.desired.role import BACKUP_POLICY, S3_BACKUP_POLICY
from cfn_backup.presets import PresetRule
from cfn_backup_tools.init.wishes import ARN_OF_TYPE, SHORTEST_DAYS, Kind, Lock, Protected, Wishes

GRACE_DAYS = 3
"""The shortest time in which a lock in compliance mode can be taken back (rule E9402)."""

IN_WORDS = {"35d": "35 days", "1y": "up to a year", "5y": "up to five years", "7y": "up to seven years"}
SELECTION = "Everything"


def template(wishes: Wishes) -> str:
    """The template's text."""
    resources = _custom(wishes) if wishes.kind is Kind.CUSTOM else _native(wishes)
    head = ["AWSTemplateFormatVersion: '2010-09-09'", _description(wishes), "", "Resources:"]
    outputs = ["", "Outputs:", "  BackupPlanId:", "    Value: !Ref Plan", ""]
    return "\n".join([*head, *resources, *outputs])


def _description(wishes: Wishes) -> str:
    kept = f"{wishes.keep} days" if isinstance(wishes.keep, int) else IN_WORDS[wishes.keep]
    return (
        f"Description: {dumps(f'Backs up {_what(wishes.protect)} every day and keeps the backups {kept}.')}"
    )


def _what(protect: Protected) -> str:
    if protect.tag:
        return f"what has the tag {protect.tag[0]}={protect.tag[1]}"
    if protect.this_stack:
        return "the resources of this stack"
    return "everything that AWS Backup supports" if protect.everything else f"{', '.join(protect.types)}"


# ---- custom ----


def _custom(wishes: Wishes) -> Iterator[str]:
    if wishes.own_vault:
        yield from _custom_vault(wishes.lock)
    yield "  Plan:"
    yield "    Type: Custom::BackupPlan"
    yield "    Properties:"
    yield "      ServiceToken: !ImportValue cfn-backup-provider-BackupPlan"
    yield "      ServiceTimeout: 600"
    yield f"      BackupVault: {'!Ref Vault' if wishes.own_vault else 'Default'}"
    if wishes.preset:
        yield f"      Preset: {wishes.preset}"
    else:
        yield "      BackupPlanRules:"
        for rule in wishes.rules:
            yield from _rule(rule, 8)
    if wishes.copy_to:
        yield "      # Every rule copies its backups there; they are kept as long as the originals."
        yield "      CopyActions:"
        yield f"        - DestinationBackupVaultArn: {wishes.copy_to}"
    yield "      Selections:"
    yield f"        - SelectionName: {SELECTION}"
    yield from _custom_selection(wishes.protect)


def _custom_vault(lock: Lock) -> Iterator[str]:
    yield "  # The vault is kept when the stack is deleted, and so are the backups in it."
    yield "  Vault:"
    yield "    Type: Custom::BackupVault"
    yield from _known_to_be_permanent(lock)
    yield "    Properties:"
    yield "      ServiceToken: !ImportValue cfn-backup-provider-BackupVault"
    yield "      ServiceTimeout: 600"
    yield from _lock(lock)
    yield ""


def _known_to_be_permanent(lock: Lock) -> Iterator[str]:
    """Who asked for a permanent lock need not be warned of it each time."""
    if lock is Lock.COMPLIANCE:
        yield "    Metadata: {cfn-backup: {ignore: [W9404]}}"


def _lock(lock: Lock) -> Iterator[str]:
    if lock is Lock.NONE:
        return
    if lock is Lock.COMPLIANCE:
        yield f"      # After {GRACE_DAYS} days nobody can remove this lock any more, neither you nor AWS."
    yield "      LockConfiguration:"
    yield f"        MinRetentionDays: {SHORTEST_DAYS}"
    if lock is Lock.COMPLIANCE:
        yield f"        ChangeableForDays: {GRACE_DAYS}"


def _rule(rule: PresetRule, indent: int, *more: str) -> Iterator[str]:
    space = " " * indent
    yield f"{space}- RuleName: {rule.rule_name}"
    yield from (f"{space}  {line}" for line in more)
    yield f"{space}  ScheduleExpression: {rule.schedule_expression}"
    yield f"{space}  Lifecycle:"
    if rule.move_to_cold_storage_after_days is not None:
        yield f"{space}    MoveToColdStorageAfterDays: {rule.move_to_cold_storage_after_days}"
    yield f"{space}    DeleteAfterDays: {rule.delete_after_days}"


def _custom_selection(protect: Protected) -> Iterator[str]:
    yield "          Resources:"
    if protect.tag:
        yield f"            - Tag: {{Key: {dumps(protect.tag[0])}, Value: {dumps(protect.tag[1])}}}"
    elif protect.this_stack:
        yield "            - Stack: !Ref AWS::StackName"
    else:
        yield from (f"            - {arn}" for arn in _arns(protect))


def _arns(protect: Protected) -> Iterator[str]:
    if protect.everything:
        yield "'*'"
    for name in protect.types:
        yield f"!Sub arn:${{AWS::Partition}}:{ARN_OF_TYPE[name]}"


# ---- native ----


def _native(wishes: Wishes) -> Iterator[str]:
    if wishes.own_vault:
        yield from _native_vault(wishes.lock)
    yield from _native_plan(wishes)
    yield from _native_role(wishes.protect)
    yield "  Selection:"
    yield "    Type: AWS::Backup::BackupSelection"
    yield "    Properties:"
    yield "      BackupPlanId: !Ref Plan"
    yield "      BackupSelection:"
    yield f"        SelectionName: {SELECTION}"
    yield "        IamRoleArn: !GetAtt BackupRole.Arn"
    yield from _native_selection(wishes.protect)


def _native_vault(lock: Lock) -> Iterator[str]:
    yield "  # The vault is kept when the stack is deleted, and so are the backups in it."
    yield "  Vault:"
    yield "    Type: AWS::Backup::BackupVault"
    yield "    DeletionPolicy: Retain"
    yield "    UpdateReplacePolicy: Retain"
    yield from _known_to_be_permanent(lock)
    yield "    Properties:"
    yield "      # While the vault is there, no other stack of this name can be created."
    yield "      BackupVaultName: !Sub ${AWS::StackName}-vault"
    yield from _lock(lock)
    yield ""


def _native_plan(wishes: Wishes) -> Iterator[str]:
    vault = "!Ref Vault" if wishes.own_vault else "Default"
    yield "  Plan:"
    yield "    Type: AWS::Backup::BackupPlan"
    yield "    Properties:"
    yield "      BackupPlan:"
    yield "        BackupPlanName: !Sub ${AWS::StackName}-plan"
    yield "        BackupPlanRule:"
    for rule in wishes.rules:
        yield from _rule(rule, 10, f"TargetBackupVault: {vault}")
        if wishes.copy_to:
            yield "            CopyActions:"
            yield f"              - DestinationBackupVaultArn: {wishes.copy_to}"
    yield ""


def _native_role(protect: Protected) -> Iterator[str]:
    policies = [BACKUP_POLICY, *([S3_BACKUP_POLICY] if protect.can_be_a_bucket else [])]
    yield "  # AWS Backup needs the role to delete expired backups, so it is kept with them."
    yield "  BackupRole:"
    yield "    Type: AWS::IAM::Role"
    yield "    DeletionPolicy: Retain"
    yield "    UpdateReplacePolicy: Retain"
    yield "    Properties:"
    yield "      AssumeRolePolicyDocument:"
    yield "        Version: '2012-10-17'"
    yield "        Statement:"
    yield "          - Effect: Allow"
    yield "            Principal: {Service: backup.amazonaws.com}"
    yield "            Action: sts:AssumeRole"
    yield "      ManagedPolicyArns:"
    yield from (f"        - !Sub arn:${{AWS::Partition}}:iam::aws:policy/{policy}" for policy in policies)
    yield ""


def _native_selection(protect: Protected) -> Iterator[str]:
    if protect.tag:
        yield "        ListOfTags:"
        yield "          - ConditionType: STRINGEQUALS"
        yield f"            ConditionKey: {dumps(protect.tag[0])}"
        yield f"            ConditionValue: {dumps(protect.tag[1])}"
        return
    yield "        Resources:"
    yield from (f"          - {arn}" for arn in _arns(protect))
