"""``status`` names why a green deployment makes no backup, and says so when all is well."""

from __future__ import annotations

import argparse
import json
from typing import Any

import pytest

from cfn_backup_tools.account.calls import CannotLook
from cfn_backup_tools.account.findings import Finding
from cfn_backup_tools.status.command import run
from tests.after_deployment.account import ACCOUNT, BACKUP_POLICY, REGION, World, rule

OTHER_VAULT = f"arn:aws:backup:{REGION}:999999999999:backup-vault:copies"


def options(**given: Any) -> argparse.Namespace:
    defaults = {
        "stack": "shop",
        "all": False,
        "json": True,
        "html": None,
        "start": False,
        "wait": False,
        "wait_minutes": 1,
        "resource": None,
        "at": None,
    }
    return argparse.Namespace(**{**defaults, **given})


@pytest.fixture
def status(world: World, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the command as of the clock of the account; exit code and what it printed."""

    def look(**given: Any) -> tuple[int, dict[str, Any]]:
        code = run(options(at=world.now(), **given), world.calls())
        return code, json.loads(capsys.readouterr().out)

    return look


def kinds(printed: dict[str, Any]) -> list[str]:
    return [finding["kind"] for finding in printed["findings"]]


def only(printed: dict[str, Any]) -> dict[str, Any]:
    (finding,) = printed["findings"]
    found: dict[str, Any] = finding
    return found


def set_up(world: World, *rules: dict[str, Any], role: str | None = None, **selection: Any) -> str:
    """A vault, a plan with one selection, and a stack that holds the plan."""
    world.vault()
    plan_id = world.plan(*rules)
    world.selection(plan_id, role or world.role(), **(selection or {"Resources": ["*"]}))
    world.stack(plan_id)
    return plan_id


def test_a_healthy_stack_says_so(world: World, status: Any) -> None:
    # GIVEN
    table, bucket = world.table(), world.bucket()
    set_up(world)
    world.days_pass(2)

    # WHEN
    code, printed = status()

    # THEN
    assert (code, printed["ok"], printed["findings"], printed.get("notLookedAt")) == (0, True, [], None)
    assert {row["resource"] for row in printed["resources"]} == {table, bucket}
    assert {row["lastJob"]["state"] for row in printed["resources"]} == {"COMPLETED"}
    assert {row["lastRecoveryPoint"] for row in printed["resources"]} == {"2027-01-02T05:00:00+00:00"}
    assert {row["nextDue"] for row in printed["resources"]} == {"2027-01-03T05:00:00+00:00"}


def test_before_the_first_run_all_is_well_and_the_next_is_said(world: World, status: Any) -> None:
    world.table()
    set_up(world)

    code, printed = status()

    assert code == 0
    assert printed["resources"][0]["lastJob"] is None
    assert printed["resources"][0]["nextDue"] == "2027-01-01T05:00:00+00:00"


def test_1_the_opt_in_of_the_region_is_off(world: World, status: Any) -> None:
    table = world.table()
    set_up(world)
    world.client("backup").update_region_settings(ResourceTypeOptInPreference={"DynamoDB": False})
    world.days_pass()

    code, printed = status()

    assert code == 1
    assert kinds(printed) == ["OptedOut"]
    assert only(printed)["resource"] == table
    assert "DynamoDB=true" in only(printed)["fix"]


def test_2_versioning_is_off(world: World, status: Any) -> None:
    bucket = world.bucket(versioned=False)
    set_up(world)
    world.days_pass()

    _, printed = status()

    assert kinds(printed) == ["VersioningOff"]
    assert only(printed)["resource"] == bucket


def test_3_the_role_lacks_the_policy_for_s3(world: World, status: Any) -> None:
    bucket = world.bucket()
    set_up(world, role=world.role("no-s3", BACKUP_POLICY))
    world.days_pass()

    _, printed = status()

    assert kinds(printed) == ["RoleLacksPolicy"]
    assert only(printed)["resource"] == bucket
    assert "AWSBackupServiceRolePolicyForS3Backup" in only(printed)["fix"]


def test_4_the_tag_is_written_in_another_case(world: World, status: Any) -> None:
    world.table(tags={"Backup": "Daily"})
    wanted = {"ConditionType": "STRINGEQUALS", "ConditionKey": "backup", "ConditionValue": "daily"}
    set_up(world, ListOfTags=[wanted])
    world.days_pass()

    _, printed = status()

    assert kinds(printed) == ["SelectsNothing"]
    assert "it wants backup=daily" in only(printed)["cause"]
    assert "has Backup=Daily" in only(printed)["cause"]


def test_5_what_the_selection_named_is_gone(world: World, status: Any) -> None:
    """As after a ``Stack`` entry whose stack has lost what it had."""
    table = world.table()
    set_up(world, Resources=[table])
    world.client("dynamodb").delete_table(TableName="orders")
    world.service.remove_resource(table, account=ACCOUNT, region=REGION)
    world.days_pass()

    _, printed = status()

    assert kinds(printed) == ["ResourceMissing"]
    assert only(printed)["resource"] == table


def test_6_the_destination_refuses_copies(world: World, status: Any) -> None:
    # GIVEN an organization with copies between accounts, and a vault without a policy that lets them in
    world.service.put_service_vault("copies", account="999999999999", region=REGION)
    world.service.switches = world.service.switches.changed({"organization_role": "management"})
    world.client("backup").update_global_settings(GlobalSettings={"isCrossAccountBackupEnabled": "true"})
    table = world.table()
    set_up(world, rule(CopyActions=[{"DestinationBackupVaultArn": OTHER_VAULT}]))
    world.days_pass()

    # WHEN
    _, printed = status()

    # THEN
    assert kinds(printed) == ["CopyFailed"]
    assert only(printed)["resource"] == table
    assert "backup:CopyIntoBackupVault" in only(printed)["fix"]
    assert printed["resources"][0]["lastJob"]["state"] == "COMPLETED"
    assert printed["resources"][0]["lastCopy"]["state"] == "FAILED"


def test_7_the_completion_window_is_too_short(world: World, status: Any) -> None:
    world.table(backup_minutes=300)
    set_up(world, rule(CompletionWindowMinutes=120))
    world.days_pass()

    _, printed = status()

    assert kinds(printed) == ["JobExpired"]
    assert "CompletionWindowMinutes" in only(printed)["fix"]


def test_8_a_rule_is_always_suppressed(world: World, status: Any) -> None:
    world.table()
    set_up(world, rule(RuleName="Short", Lifecycle={"DeleteAfterDays": 7}), rule(RuleName="Long"))
    world.days_pass()

    _, printed = status()

    assert kinds(printed) == ["RuleSuppressed"]
    assert only(printed)["path"] == "Rules[0]"
    assert "rule Long" in only(printed)["cause"]


def test_9_the_start_window_expires(world: World, status: Any) -> None:
    world.table(backup_minutes=180)
    set_up(
        world,
        rule(StartWindowMinutes=60),
        rule(RuleName="Later", ScheduleExpression="cron(30 5 * * ? *)", StartWindowMinutes=60),
    )
    world.days_pass()

    _, printed = status()

    assert kinds(printed) == ["JobExpired"]
    assert "StartWindowMinutes" in only(printed)["fix"]


def test_10_the_key_of_the_resource_cannot_be_used(world: World, status: Any) -> None:
    world.table(key_usable=False)
    set_up(world)
    world.days_pass()

    _, printed = status()

    assert kinds(printed) == ["JobFailed"]
    assert "key cannot be used" in only(printed)["cause"]


def test_10b_the_key_of_the_vault_is_disabled(world: World, status: Any) -> None:
    kms = world.client("kms")
    world.vault()
    key = world.client("backup").describe_backup_vault(BackupVaultName="daily")["EncryptionKeyArn"]
    kms.disable_key(KeyId=key.rpartition("/")[2])
    world.table()
    plan_id = world.plan()
    world.selection(plan_id, world.role(), Resources=["*"])
    world.stack(plan_id)

    _, printed = status()

    assert kinds(printed) == ["KeyNotUsable"]
    assert f"{key} is Disabled" in only(printed)["cause"]


@pytest.mark.parametrize("topic", ["refuses", "gone"])
def test_11_notifications_are_never_sent(world: World, status: Any, topic: str) -> None:
    sns = world.client("sns")
    arn = sns.create_topic(Name="alarms")["TopicArn"]
    world.table()
    set_up(world)
    world.client("backup").put_backup_vault_notifications(
        BackupVaultName="daily", SNSTopicArn=arn, BackupVaultEvents=["BACKUP_JOB_FAILED"]
    )
    if topic == "gone":
        sns.delete_topic(TopicArn=arn)

    _, printed = status()

    assert kinds(printed) == ["NotificationsNotSent"]


def test_notifications_of_a_topic_that_lets_aws_backup_publish_are_well(world: World, status: Any) -> None:
    sns = world.client("sns")
    arn = sns.create_topic(Name="alarms")["TopicArn"]
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "backup.amazonaws.com"},
        "Action": "SNS:Publish",
        "Resource": arn,
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    sns.set_topic_attributes(TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(policy))
    world.table()
    set_up(world)
    world.client("backup").put_backup_vault_notifications(
        BackupVaultName="daily", SNSTopicArn=arn, BackupVaultEvents=["BACKUP_JOB_FAILED"]
    )

    assert status()[0] == 0


def test_12_the_vault_of_the_rule_is_gone(world: World, status: Any) -> None:
    world.table()
    set_up(world)
    world.client("backup").delete_backup_vault(BackupVaultName="daily")
    world.days_pass()

    _, printed = status()

    assert kinds(printed) == ["VaultMissing"]
    assert only(printed)["path"] == "Rules[0].TargetBackupVaultName"


def test_13_the_lock_does_not_allow_the_retention(world: World, status: Any) -> None:
    world.table()
    set_up(world)
    world.client("backup").put_backup_vault_lock_configuration(BackupVaultName="daily", MinRetentionDays=90)
    world.days_pass()

    _, printed = status()

    assert kinds(printed) == ["RetentionOutsideLock"]
    assert (only(printed)["expected"], only(printed)["actual"]) == ("90 to any number of", 35)


def test_14_the_role_is_gone(world: World, status: Any) -> None:
    world.table()
    role = world.role("leaving")
    set_up(world, role=role)
    iam = world.client("iam")
    for policy in iam.list_attached_role_policies(RoleName="leaving")["AttachedPolicies"]:
        iam.detach_role_policy(RoleName="leaving", PolicyArn=policy["PolicyArn"])
    iam.delete_role(RoleName="leaving")
    world.days_pass()

    _, printed = status()

    assert kinds(printed) == ["RoleNotAssumable"]


def test_15_a_job_completed_with_a_warning(world: World, status: Any) -> None:
    world.table(warning="We are unable to copy resource tags to your backup because of the Internal Failure.")
    set_up(world)
    world.days_pass()

    _, printed = status()

    assert kinds(printed) == ["CompletedWithWarnings"]
    assert "backup:TagResource" in only(printed)["fix"]


def test_16_no_job_was_made(world: World, status: Any) -> None:
    """As where a service control policy keeps AWS Backup from finding what is tagged."""
    world.table()
    set_up(world)
    world.service.switches = world.service.switches.changed({"scheduled_jobs": False})
    world.days_pass()

    _, printed = status()

    assert kinds(printed) == ["NoJob"]
    assert "2027-01-01 05:00" in only(printed)["cause"]


def test_17_the_plan_has_no_selection(world: World, status: Any) -> None:
    world.vault()
    world.stack(world.plan())

    _, printed = status()

    assert kinds(printed) == ["NoSelection"]


def test_18_the_schedule_never_occurs_again(world: World, status: Any) -> None:
    world.table()
    set_up(world, rule(ScheduleExpression="cron(0 5 1 1 ? 2026)"))

    _, printed = status()

    assert kinds(printed) == ["RuleNeverRuns"]


def test_19_the_bucket_of_a_continuous_rule_sends_no_events(world: World, status: Any) -> None:
    world.bucket(events=False)
    set_up(world, rule(EnableContinuousBackup=True))
    world.days_pass()

    _, printed = status()

    assert kinds(printed) == ["EventsOff"]


def test_20_the_plan_of_the_stack_is_gone(world: World, status: Any) -> None:
    world.stack("0a1b2c3d-0000-1111-2222-333344445555")

    _, printed = status()

    assert kinds(printed) == ["PlanMissing"]


def test_a_message_that_is_not_known_is_shown_as_it_is(world: World, status: Any) -> None:
    world.table(fails_with="Something quite new went wrong.")
    set_up(world)
    world.days_pass()

    _, printed = status()

    assert kinds(printed) == ["JobFailed"]
    assert only(printed)["cause"].endswith("AWS Backup says: Something quite new went wrong.")


def test_selections_of_the_stack_count_for_plans_of_others(world: World, status: Any) -> None:
    table = world.table()
    world.vault()
    plan_id = world.plan()
    selection = world.selection(plan_id, world.role(), Resources=["*"])
    world.stacks["shop"] = [("Selection", "AWS::Backup::BackupSelection", selection)]

    code, printed = status()

    assert code == 0
    assert printed["resources"][0]["logicalId"] == "Selection"
    assert printed["resources"][0]["resource"] == table


def test_the_whole_account(world: World, status: Any) -> None:
    world.table()
    set_up(world)
    world.plan(rule(ScheduleExpression="cron(0 7 * * ? *)"), name="other")

    code, printed = status(stack=None, all=True)

    assert code == 1
    assert printed["stack"] is None
    assert kinds(printed) == ["NoSelection"]
    assert only(printed)["logicalId"] == "other"


def test_a_stack_that_is_not_there_or_has_no_plan_cannot_be_looked_at(world: World, status: Any) -> None:
    world.stacks["empty"] = [("Queue", "AWS::SQS::Queue", "q")]

    with pytest.raises(CannotLook, match="there is no stack shop"):
        status()
    with pytest.raises(CannotLook, match="no backup plan and no selection"):
        status(stack="empty")


def test_start_makes_one_backup_and_wait_follows_it(
    world: World, status: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # GIVEN
    table = world.table()
    set_up(world)
    monkeypatch.setattr("time.sleep", lambda seconds: world.clock.advance(seconds=max(seconds, 60)))

    # WHEN
    code, printed = status(start=True, wait=True)

    # THEN
    assert code == 0
    assert printed["started"]["resource"] == table
    assert printed["started"]["state"] == "COMPLETED"


def test_a_started_job_that_fails_is_a_finding(
    world: World, status: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.table(fails_with="Table not found.")
    set_up(world)
    monkeypatch.setattr("time.sleep", lambda seconds: world.clock.advance(seconds=max(seconds, 60)))

    code, printed = status(start=True, wait=True)

    assert code == 1
    assert kinds(printed) == ["JobFailed"]


def test_only_start_writes(world: World, status: Any) -> None:
    world.table()
    set_up(world)
    world.service.calls.clear()

    status()

    assert world.service.calls.writes() == []


def test_for_a_person(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.bucket(versioned=False)
    set_up(world)
    world.days_pass()

    run(options(at=world.now(), json=False), world.calls())

    printed = capsys.readouterr().out
    assert "LAST JOB" in printed
    assert "FAILED 2027-01-01 05:00Z" in printed
    assert "Plan: VersioningOff (arn:aws:s3:::photos)" in printed
    assert "fix: enable it: VersioningConfiguration" in printed


def test_the_page_has_no_script_and_escapes(world: World, tmp_path: Any, capsys: Any) -> None:
    world.table(fails_with="<b>bold</b>")
    set_up(world)
    world.days_pass()

    run(options(at=world.now(), html=str(tmp_path / "status.html")), world.calls())

    page = (tmp_path / "status.html").read_text()
    assert "<script" not in page
    assert "http" not in page
    assert "&lt;b&gt;bold&lt;/b&gt;" in page


def test_a_finding_has_the_members_of_the_contract() -> None:
    finding = Finding("Plan", "JobFailed", "why", "what", resource="arn", path="p", expected=1, actual=None)

    assert finding.as_json() == {
        "logicalId": "Plan",
        "resource": "arn",
        "kind": "JobFailed",
        "path": "p",
        "expected": 1,
        "actual": None,
        "cause": "why",
        "fix": "what",
    }
