"""From a template to the plans that are previewed."""

from __future__ import annotations

from textwrap import indent

import pytest

from cfn_backup_tools.preview.plan import Copy, Life, Rule, Vault
from cfn_backup_tools.preview.reading import Contents, NotPreviewed
from cfn_backup_tools.preview.report import Planned
from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import parse

TOKEN = "ServiceToken: !ImportValue cfn-backup-provider-BackupPlan"


def _contents(resources: str, head: str = "", region: str = "", **parameters: str) -> Contents:
    template = parse("template.yaml", f"{head}\nResources:\n{indent(resources, '  ')}")
    return Contents(template, Resolver(template, parameters), region)


def _planned(resources: str, head: str = "", region: str = "", **parameters: str) -> Planned:
    contents = _contents(resources, head, region, **parameters)
    [logical_id] = contents.plan_ids
    return contents.planned(logical_id)


def _plan(properties: str) -> str:
    return f"Plan:\n  Type: Custom::BackupPlan\n  Properties:\n    {TOKEN}\n{indent(properties, '    ')}\n"


VAULT = """
Vault:
  Type: Custom::BackupVault
  Properties:
    ServiceToken: x
    BackupVaultName: main
    LockConfiguration: {MinRetentionDays: 30, ChangeableForDays: 3}
    BlockRecoveryPointDeletion: true
"""


def test_a_preset_has_its_rules_and_a_vault_of_its_own() -> None:
    # WHEN
    found = _planned(_plan("BackupPlanName: nightly\nPreset: dailyMonthly1YearRetention"))

    # THEN
    assert found.name == "nightly"
    assert [rule.name for rule in found.plan.rules] == ["Daily", "Monthly1Year"]
    assert [rule.life for rule in found.plan.rules] == [Life(35), Life(365, 30)]
    [vault] = found.vaults
    assert vault.origin == "made by this plan"
    assert {rule.vault.name for rule in found.plan.rules} == {vault.name}


def test_every_member_of_a_rule_counts() -> None:
    # GIVEN
    rule = """
BackupPlanRules:
  - RuleName: Nightly
    ScheduleExpression: cron(0 3 * * ? *)
    ScheduleExpressionTimezone: Europe/Zurich
    StartWindowMinutes: 60
    CompletionWindowMinutes: 600
    TargetBackupVault: elsewhere
    EnableContinuousBackup: true
    Lifecycle: {DeleteAfterDays: 20}
    CopyActions:
      - DestinationBackupVaultArn: arn:aws:backup:eu-central-1:123456789012:backup-vault:copies
        Lifecycle: {DeleteAfterDays: 200, MoveToColdStorageAfterDays: 30}
"""

    # WHEN
    [found] = _planned(_plan(rule), region="eu-west-1").plan.rules

    # THEN
    assert found == Rule(
        name="Nightly",
        expression="cron(0 3 * * ? *)",
        life=Life(20),
        vault=Vault("elsewhere", "eu-west-1"),
        timezone="Europe/Zurich",
        start_window_minutes=60,
        completion_window_minutes=600,
        continuous=True,
        copies=(Copy(Vault("copies", "eu-central-1", "123456789012"), Life(200, 30)),),
    )


def test_a_rule_without_anything_has_the_defaults_of_aws_backup() -> None:
    [found] = _planned(_plan("BackupPlanRules: [{RuleName: R}]")).plan.rules
    assert (found.expression, found.timezone, found.start_window_minutes) == (
        "cron(0 5 ? * * *)",
        "Etc/UTC",
        480,
    )
    assert (found.life, found.completion_window_minutes) == (Life(), 10080)


def test_a_copy_without_a_retention_lives_as_long_as_the_original() -> None:
    copies = (
        "CopyActions: [{DestinationBackupVaultArn: 'arn:aws:backup:eu-west-1:123456789012:backup-vault:c'}]"
    )
    [found] = _planned(_plan(f"BackupPlanRules:\n  - Preset: weekly\n    {copies}")).plan.rules
    assert found.copies[0].life == Life(90)


def test_a_copy_to_the_own_account_and_region_is_told_from_others() -> None:
    arn = "!Sub 'arn:${AWS::Partition}:backup:${AWS::Region}:${AWS::AccountId}:backup-vault:copies'"
    rules = f"BackupPlanRules:\n  - Preset: weekly\n    CopyActions: [{{DestinationBackupVaultArn: {arn}}}]"
    [found] = _planned(_plan(rules), region="eu-west-1").plan.rules
    assert found.copies[0].vault == Vault("copies", "eu-west-1")


def test_a_native_plan_is_the_same() -> None:
    # GIVEN
    native = """
Plan:
  Type: AWS::Backup::BackupPlan
  Properties:
    BackupPlan:
      BackupPlanName: native
      BackupPlanRule:
        - RuleName: Monthly
          TargetBackupVault: !Ref Vault
          ScheduleExpression: cron(0 5 1 * ? *)
          Lifecycle: {DeleteAfterDays: 365, MoveToColdStorageAfterDays: 30}
Vault:
  Type: AWS::Backup::BackupVault
  Properties: {BackupVaultName: native-vault}
Selection:
  Type: AWS::Backup::BackupSelection
  Properties:
    BackupPlanId: !Ref Plan
    BackupSelection:
      SelectionName: tables
      IamRoleArn: !GetAtt Role.Arn
      Resources: ["arn:aws:dynamodb:*:*:table/*"]
Role:
  Type: AWS::IAM::Role
  Properties:
    ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup]
"""

    # WHEN
    found = _planned(native)

    # THEN
    assert found.plan.rules == (
        Rule("Monthly", "cron(0 5 1 * ? *)", Life(365, 30), Vault("native-vault", "")),
    )
    assert [(vault.name, vault.origin) for vault in found.vaults] == [("native-vault", "of this template")]
    assert [(role.name, role.policies) for role in found.roles] == [
        ("Role", ("AWSBackupServiceRolePolicyForBackup",))
    ]
    assert [(one.name, one.selects) for one in found.selections] == [
        ("tables", ("resources arn:aws:dynamodb:*:*:table/*",))
    ]


def test_selections_of_the_plan_and_of_the_template_are_shown_with_the_role_that_is_made() -> None:
    # GIVEN
    selections = "Preset: daily35DayRetention\nSelections: [{SelectionName: A, Resources: [{Tag: {Key: a, Value: b}}]}]"
    other = """
More:
  Type: Custom::BackupSelection
  Properties: {ServiceToken: x, BackupPlanId: !Ref Plan, Resources: [{Stack: !Ref AWS::StackName}]}
"""

    # WHEN
    found = _planned(_plan(selections) + other)

    # THEN
    assert [one.selects for one in found.selections] == [
        ("any of the tags a = b",),
        ("the contents of the stacks ${AWS::StackName}, as they are at the deployment",),
    ]
    assert [role.origin for role in found.roles] == ["made by this plan", "made by selection More"]


def test_a_vault_of_the_template_is_shown_with_its_lock() -> None:
    # WHEN
    found = _planned(_plan("BackupVault: !Ref Vault\nPreset: daily35DayRetention") + VAULT)

    # THEN
    [vault] = found.vaults
    assert (vault.name, vault.origin) == ("main", "of this template")
    assert "locked: MinRetentionDays 30, ChangeableForDays 3" in vault.details


# ---- what is not decided ----

CONDITION = """
Parameters:
  Stage: {Type: String, Default: dev}
  Days: {Type: Number}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsEurope: !Equals [!Ref AWS::Region, eu-west-1]
"""
CHOSEN = _plan("BackupPlanRules:\n  - RuleName: R\n    Lifecycle: {DeleteAfterDays: !If [IsProd, 365, 14]}")


def test_a_condition_is_decided_by_the_default_and_it_is_said() -> None:
    found = _planned(CHOSEN, CONDITION)
    assert found.plan.rules[0].life == Life(14)
    assert found.notes == ("condition IsProd: false",)


def test_a_condition_is_decided_by_a_given_parameter() -> None:
    found = _planned(CHOSEN, CONDITION, Stage="prod")
    assert found.plan.rules[0].life == Life(365)
    assert found.notes == ("condition IsProd: true",)


def test_a_condition_that_nobody_can_know_is_taken_as_true_and_it_is_said() -> None:
    found = _planned(CHOSEN.replace("IsProd", "IsEurope"), CONDITION)
    assert found.plan.rules[0].life == Life(365)
    assert found.notes == ("condition IsEurope: nobody can know it here, and it is taken as true",)


def test_a_plan_whose_condition_does_not_hold_is_not_there() -> None:
    plan = CHOSEN.replace("Type: Custom::BackupPlan", "Type: Custom::BackupPlan\n  Condition: IsProd")
    assert _contents(plan, CONDITION).plan_ids == ()
    assert _contents(plan, CONDITION, Stage="prod").plan_ids == ("Plan",)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            "Lifecycle: {DeleteAfterDays: !Ref Days}",
            "DeleteAfterDays of rule R is .*, which is not known here: give --parameter Days=…",
        ),
        ("ScheduleExpression: !ImportValue s", "ScheduleExpression of rule R is .*: write the value"),
        ("StartWindowMinutes: !Ref Days", "StartWindowMinutes of rule R is"),
    ],
)
def test_a_value_that_has_to_be_known_is_asked_for(rule: str, message: str) -> None:
    with pytest.raises(NotPreviewed, match=message):
        _planned(_plan(f"BackupPlanRules:\n  - RuleName: R\n    {rule}"), CONDITION)


def test_a_given_parameter_is_enough() -> None:
    plan = _plan("BackupPlanRules:\n  - RuleName: R\n    Lifecycle: {DeleteAfterDays: !Ref Days}")
    assert _planned(plan, CONDITION, Days="77").plan.rules[0].life == Life(77)


def test_the_types_of_the_templates_resources_are_known() -> None:
    contents = _contents("Orders: {Type: 'AWS::DynamoDB::Table'}\nTopic: {Type: 'AWS::SNS::Topic'}")
    assert contents.resource_types == {"Orders": "DynamoDB"}


# ---- controls ----


def _verdicts(planned: Planned) -> dict[str, bool | None]:
    return {verdict.control: verdict.passes for verdict in planned.verdicts}


def test_a_daily_preset_passes_frequency_and_retention() -> None:
    # WHEN
    found = _verdicts(_planned(_plan("Preset: daily35DayRetention")))

    # THEN
    assert found["backup-plan-min-frequency-and-min-retention-check"] is True
    assert found["backup-recovery-point-minimum-retention-check"] is True
    assert found["BACKUP_RESOURCES_PROTECTED_BY_BACKUP_VAULT_LOCK"] is False
    assert found["BACKUP_RESOURCES_PROTECTED_BY_CROSS_REGION"] is False
    assert found["backup-resources-protected-by-backup-plan"] is None


def test_a_weekly_rule_of_two_weeks_fails_them() -> None:
    rules = "BackupPlanRules: [{Preset: weekly, Lifecycle: {DeleteAfterDays: 14}}]"
    found = _verdicts(_planned(_plan(rules)))
    assert found["backup-plan-min-frequency-and-min-retention-check"] is False
    assert found["backup-recovery-point-minimum-retention-check"] is False
    assert found["BACKUP_LAST_RECOVERY_POINT_CREATED"] is False


def test_a_locked_vault_that_denies_deletion_passes_both() -> None:
    found = _verdicts(_planned(_plan("BackupVault: !Ref Vault\nPreset: daily35DayRetention") + VAULT))
    assert found["BACKUP_RESOURCES_PROTECTED_BY_BACKUP_VAULT_LOCK"] is True
    assert found["backup-recovery-point-manual-deletion-disabled"] is True


def _copying(arn: str, region: str = "eu-west-1") -> dict[str, bool | None]:
    rules = f"BackupPlanRules: [{{Preset: daily, CopyActions: [{{DestinationBackupVaultArn: {arn}}}]}}]"
    head = "Parameters: {Arn: {Type: String}}"
    return _verdicts(_planned(_plan(rules), head, region))


def test_copies_to_another_region_pass() -> None:
    # WHEN
    found = _copying("'arn:aws:backup:eu-central-1:123456789012:backup-vault:copies'")

    # THEN whose account that is, no template tells
    assert found["BACKUP_RESOURCES_PROTECTED_BY_CROSS_REGION"] is True
    assert found["BACKUP_RESOURCES_PROTECTED_BY_CROSS_ACCOUNT"] is None


@pytest.mark.parametrize(
    ("arn", "region"),
    [("'arn:aws:backup:eu-central-1:123456789012:backup-vault:copies'", ""), ("!Ref Arn", "eu-west-1")],
)
def test_copies_to_who_knows_where_depend(arn: str, region: str) -> None:
    assert _copying(arn, region)["BACKUP_RESOURCES_PROTECTED_BY_CROSS_REGION"] is None


def test_a_rule_that_skips_weekends_is_not_daily() -> None:
    plan = _planned(_plan("BackupPlanRules: [{Preset: daily, ScheduleExpression: cron(0 5 ? * MON-FRI *)}]"))
    assert _verdicts(plan)["BACKUP_LAST_RECOVERY_POINT_CREATED"] is False
