"""For each rule: properties that break it, and properties beside them that do not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.rules.reading import (
    TABLE,
    found_in_plan,
    found_in_selection,
    found_in_vault,
    lifecycle,
    resources,
    rule,
    selection,
    tags,
)

if TYPE_CHECKING:
    from cfn_backup.written.findings import Findings

VAULT_HERE = "arn:aws:backup:eu-west-1:111122223333:backup-vault:Main"
VAULT_IN_VIRGINIA = "arn:aws:backup:us-east-1:111122223333:backup-vault:Main"
VAULT_OF_OTHERS = "arn:aws:backup:eu-west-1:444455556666:backup-vault:Main"
TOPIC = "arn:aws:sns:eu-west-1:111122223333:alarms"
TOPIC_IN_VIRGINIA = TOPIC.replace("eu-west-1", "us-east-1")
TOPIC_OF_OTHERS = TOPIC.replace("111122223333", "444455556666")
KEYS = "arn:aws:kms:eu-west-1:111122223333"
ROLE = "arn:aws:iam::111122223333:role/Backup"
WITHOUT_POLICY: dict[str, Any] = {"DisableDefaultBackupPolicy": "True"}
BY_TAG = {"Tag": {"Key": "a", "Value": "b"}}
DAILY = "cron(0 5 * * ? *)"
SCAN = [{"MalwareScanner": "GUARDDUTY", "ScanMode": "FULL_SCAN"}]


@dataclass(frozen=True)
class Case:
    """Properties, who reads them, and the one code that they give; None: nothing at all."""

    find: Callable[[object], Findings]
    properties: Any
    code: str | None


def _plan(code: str | None, *properties: Any) -> list[Case]:
    return [Case(found_in_plan, one, code) for one in properties]


def _vault(code: str | None, *properties: Any) -> list[Case]:
    return [Case(found_in_vault, one, code) for one in properties]


def _selection(code: str | None, *properties: Any) -> list[Case]:
    return [Case(found_in_selection, one, code) for one in properties]


def _schedule(code: str | None, *expressions: str) -> list[Case]:
    return _plan(code, *(rule(ScheduleExpression=expression) for expression in expressions))


def _copy_to(arn: str, **members: Any) -> dict[str, Any]:
    own = {"Lifecycle": members.pop("CopyLifecycle")} if "CopyLifecycle" in members else {}
    return rule(CopyActions=[{"DestinationBackupVaultArn": arn, **own}], **members)


def _continuous(**days: Any) -> dict[str, Any]:
    return rule(EnableContinuousBackup="true", Lifecycle=days)


def _locked(lock: dict[str, Any], **plan: Any) -> dict[str, Any]:
    return {"DefaultVault": {"LockConfiguration": lock}, **plan}


def _cold_over(*entries: Any, **lifecycle_members: Any) -> dict[str, Any]:
    return {
        **lifecycle(MoveToColdStorageAfterDays=30, DeleteAfterDays=365, **lifecycle_members),
        "Selections": [{"SelectionName": "All", "Resources": list(entries)}],
    }


def _policy(*actions: str) -> dict[str, Any]:
    return {"AccessPolicy": {"Statement": {"Effect": "Deny", "Principal": "*", "Action": list(actions)}}}


def _advanced(resource_type: str, **options: str) -> dict[str, Any]:
    setting = {"ResourceType": resource_type, "BackupOptions": options}
    return {"Preset": "daily35DayRetention", "AdvancedBackupSettings": [setting]}


def _events(*events: str) -> dict[str, Any]:
    return {"Notifications": {"SNSTopicArn": TOPIC, "BackupVaultEvents": list(events)}}


def _topic(arn: str, **members: Any) -> dict[str, Any]:
    return {"Notifications": {"SNSTopicArn": arn, **members}}


def _by(*entries: Any, **members: Any) -> dict[str, Any]:
    """A plan without a policy for its role, and a selection in it."""
    selections = [{"SelectionName": "A", "Resources": list(entries), **members}]
    return {"DisableDefaultBackupPolicy": "true", **rule(), "Selections": selections}


def _conditions(key: str, number: int = 1) -> dict[str, Any]:
    parameters = [{"ConditionKey": f"{key}{n}", "ConditionValue": "v"} for n in range(number)]
    return selection(Conditions={"StringLike": parameters})


PROPERTIES = [
    *_plan("E9001", {"Preset": "daily35DayRetention", "Presett": "x"}, rule(TargetBackupVaultName="Main")),
    *_vault("E9001", {"Tags": {}}, {"LockConfiguration": {"MinRetention": 1}}),
    *_selection("E9002", {"Resources": [TABLE]}),
    *_plan("E9002", rule(CopyActions=[{}])),
    *_plan("E9002", {"Preset": "daily35DayRetention", "Selections": [{"Resources": [TABLE]}]}),
    *_plan("E9003", {"Preset": ["daily35DayRetention"]}, rule(Lifecycle="35"), "Preset"),
    *_vault("E9003", {"BackupVaultName": None}),
    *_plan("E9004", lifecycle(DeleteAfterDays="35 days"), lifecycle(DeleteAfterDays=True)),
    *_plan("E9005", {"Preset": "daily35DayRetention", "WindowsVss": "yes"}),
    *_selection("E9006", selection(Resources=TABLE), selection(Resources={"S3Bucket": "b"})),
    *_vault("E9007", {"AccessPolicy": "allow everything"}),
    *_vault("E9008", {"RemovalPolicy": "SNAPSHOT"}),
    *_plan("E9008", {**rule(ScanActions=[{"ScanMode": "QUICK"}]), "ScanSettings": [{}]}),
]

PLANS = [
    *_plan("E9201", {}, {"BackupPlanRules": []}, {"BackupPlanName": "x"}),
    *_plan("E9202", {"Preset": "daily35Days"}, rule(Preset="hourly"), {"Preset": "DAILY35DAYRETENTION"}),
    *_plan(None, {"Preset": "daily35_day_retention"}, rule(Preset="monthly1_year"), rule(Preset="daily")),
    *_plan("E9204", rule(RuleName="with space"), rule(RuleName="x" * 51), rule(RuleName="")),
    *_plan(None, rule(RuleName="x" * 50), rule(RuleName="a.b-c_D9")),
    *_plan("E9205", {"BackupPlanName": "x" * 201, **rule()}, {"BackupPlanName": "a b", **rule()}),
    *_plan("W9207", {"BackupPlanName": "x" * 200, **rule()}, {"BackupPlanName": "x" * 51, **rule()}),
    *_plan(None, {"BackupPlanName": "x" * 50, **rule()}),
    *_plan(
        "W9206",
        {"Preset": "daily35DayRetention", **rule(RuleName="Daily", ScheduleExpression="cron(0 20 * * ? *)")},
    ),
    *_plan("E9212", rule(StartWindowMinutes="59"), rule(StartWindowMinutes="52560001")),
    *_plan(None, rule(StartWindowMinutes="60"), rule(StartWindowMinutes="52560000")),
    *_plan("W9213", rule(StartWindowMinutes="60", CompletionWindowMinutes="119")),
    *_plan(
        None, rule(StartWindowMinutes="60", CompletionWindowMinutes="120"), rule(CompletionWindowMinutes=540)
    ),
    *_plan("W9213", rule(CompletionWindowMinutes=539)),
    *_plan("E9232", rule(CompletionWindowMinutes="0"), rule(CompletionWindowMinutes=-5)),
    *_plan(
        "E9211", rule(ScheduleExpressionTimezone="Europe/Zuerich"), rule(ScheduleExpressionTimezone="CET+1")
    ),
    *_plan(None, rule(ScheduleExpressionTimezone="Etc/UTC"), rule(ScheduleExpressionTimezone="Asia/Kolkata")),
    *_plan("E9220", rule(TargetBackupVault=VAULT_IN_VIRGINIA), {**rule(), "BackupVault": VAULT_OF_OTHERS}),
    *_plan(
        "E9221", rule(TargetBackupVault="a.b"), rule(TargetBackupVault=TABLE), {**rule(), "BackupVault": "x"}
    ),
    *_plan(None, rule(TargetBackupVault=VAULT_HERE), rule(TargetBackupVault="Default")),
    *_plan(
        "E9222", _copy_to("Main"), _copy_to(TABLE), _copy_to("arn:aws:backup:eu-west-1:1:backup-vault/Main")
    ),
    *_plan(
        "E9222", _copy_to(f"{VAULT_IN_VIRGINIA}.a"), _copy_to("arn:aws:backup:eu-west-1:1:backup-vault:M")
    ),
    *_plan("E9222", _copy_to(VAULT_IN_VIRGINIA.replace("Main", "x" * 51))),
    *_plan(None, _copy_to(VAULT_IN_VIRGINIA.replace("Main", "aws/efs/automatic-backup-vault"))),
    *_plan(None, _copy_to(VAULT_IN_VIRGINIA.replace("Main", "x" * 50))),
    *_plan(None, _copy_to(VAULT_IN_VIRGINIA), _copy_to(VAULT_OF_OTHERS, TargetBackupVault="Main")),
    *_plan(
        "W9223",
        _copy_to(VAULT_HERE, TargetBackupVault="Main"),
        {**_copy_to(VAULT_HERE), "BackupVault": "Main"},
        {**_copy_to(VAULT_HERE), "DefaultVault": {"BackupVaultName": "Main"}},
    ),
    *_plan("E9224", rule(IndexActions=[{"ResourceTypes": ["RDS"]}]), rule(IndexActions=[{}, {}])),
    *_plan("E9224", rule(IndexActions=[{"ResourceTypes": ["S3", "EBS"]}])),
    *_plan(None, rule(IndexActions=[]), rule(IndexActions=[{"ResourceTypes": ["EBS"]}])),
    *_plan("E9225", rule(ScanActions=SCAN), {**rule(ScanActions=SCAN), "ScanSettings": []}),
    *_plan(None, {**rule(ScanActions=SCAN), "ScanSettings": [{"MalwareScanner": "GUARDDUTY"}]}),
    *_plan("E9226", _advanced("EC2", WindowsVss="enabled"), _advanced("EC2", WindowsVSS="Enabled")),
    *_plan("E9226", _advanced("RDS", WindowsVSS="enabled"), _advanced("S3", BackupACLs="off")),
    *_plan(None, _advanced("EC2", WindowsVSS="disabled"), _advanced("S3", BackupACLs="disabled")),
    *_plan("E9227", {**rule(), "BackupVault": "Main", "DefaultVault": {}}),
    *_plan(
        "E9228",
        rule(TargetLogicallyAirGappedBackupVaultArn=VAULT_OF_OTHERS),
        rule(TargetLogicallyAirGappedBackupVaultArn=VAULT_IN_VIRGINIA),
        rule(TargetLogicallyAirGappedBackupVaultArn="Main"),
    ),
    *_plan(None, rule(TargetLogicallyAirGappedBackupVaultArn=VAULT_HERE)),
    *_plan("E9302", {**rule(), "Selections": [{"SelectionName": "A", "Resources": [TABLE]}] * 2}),
]

SCHEDULES = [
    *_schedule(
        "E9208", "rate(1 day)", "0 5 * * ? *", "cron(0 5 * * *)", "cron(0 5 * * ? * *)", "CRON(0 5 * * ? *)"
    ),
    *_schedule(
        "E9208", "cron(60 5 * * ? *)", "cron(0 24 * * ? *)", "cron(0 5 32 * ? *)", "cron(0 5 1 13 ? *)"
    ),
    *_schedule(
        "E9208", "cron(0 5 ? * 8 *)", "cron(0 5 ? * 0 *)", "cron(0 5 ? * SUNDAY *)", "cron(0 5 * * ? 1969)"
    ),
    *_schedule(
        "E9208", "cron(? 5 * * ? *)", "cron(*/60 * * * ? *)", "cron(0 5 ? * 3#6 *)", "cron(0 5 ? * 2#1,6#3 *)"
    ),
    *_schedule(
        "E9208", "", "cron()", "every day", "cron(0 5/0 * * ? *)", "cron(0 -5 * * ? *)", "cron(0 5 0W * ? *)"
    ),
    *_schedule("E9209", "cron(0 5 * * * *)", "cron(0 5 1 * MON *)", "cron(0 5 ? * ? *)"),
    *_schedule(
        "E9210", "cron(0/30 * * * ? *)", "cron(* 5 * * ? *)", "cron(0,59 5 * * ? *)", "cron(5-6 * * * ? *)"
    ),
    *_schedule(
        None,
        DAILY,
        "cron(0 5 ? * * *)",
        "cron(15 * ? * * *)",
        "cron(0 0/12 * * ? *)",
        "cron(0 8-18/2 * * ? *)",
    ),
    *_schedule(None, "cron(0 5 L * ? *)", "cron(0 5 LW * ? *)", "cron(0 5 15W * ? *)", "cron(0 5 L-3 * ? *)"),
    *_schedule(
        None, "cron(0 5 ? * 6L *)", "cron(0 5 ? * TUE#2 *)", "cron(0 5 ? * FRI-MON *)", "cron(0 5 ? * L *)"
    ),
    *_schedule(
        None, "cron(0 5 1,15 JAN-MAR,DEC ? 2027-2030)", "cron(0 22-2 * * ? *)", "cron(0 5 ? * mon-fri *)"
    ),
]

LIFECYCLES = [
    *_plan("E9214", lifecycle(MoveToColdStorageAfterDays="30", DeleteAfterDays="119")),
    *_plan("E9214", lifecycle(MoveToColdStorageAfterDays="30", DeleteAfterDays="30")),
    *_plan("E9214", rule(Preset="monthly1Year", Lifecycle={"DeleteAfterDays": "60"})),
    *_plan(None, lifecycle(MoveToColdStorageAfterDays="30", DeleteAfterDays="120")),
    *_plan(
        "E9215",
        lifecycle(DeleteAfterDays="0"),
        lifecycle(DeleteAfterDays="36501"),
        lifecycle(DeleteAfterDays=-1),
    ),
    *_plan(
        "E9215", lifecycle(MoveToColdStorageAfterDays="-1"), lifecycle(MoveToColdStorageAfterDays="36501")
    ),
    *_plan(None, lifecycle(DeleteAfterDays="7"), lifecycle(DeleteAfterDays="36500"), lifecycle()),
    *_plan("W9235", lifecycle(DeleteAfterDays="1"), lifecycle(DeleteAfterDays="6")),
    *_plan(None, lifecycle(DeleteAfterDays="-1", MoveToColdStorageAfterDays="-1")),
    *_plan("E9215", lifecycle(MoveToColdStorageAfterDays="0"), lifecycle(MoveToColdStorageAfterDays=0)),
    *_plan("E9215", _copy_to(VAULT_OF_OTHERS, CopyLifecycle={"MoveToColdStorageAfterDays": "0"})),
    *_plan(None, lifecycle(MoveToColdStorageAfterDays="1"), lifecycle(MoveToColdStorageAfterDays="36500")),
    *_plan("E9217", _continuous(DeleteAfterDays="36"), rule(Preset="weekly", EnableContinuousBackup=True)),
    *_plan(None, _continuous(DeleteAfterDays="35"), _continuous(), rule(EnableContinuousBackup=True)),
    *_plan(
        "E9219",
        {
            "BackupPlanRules": [
                {"EnableContinuousBackup": True, "TargetBackupVault": name} for name in ("AA", "BB")
            ]
        },
        {
            "BackupPlanRules": [
                {"EnableContinuousBackup": True},
                {"EnableContinuousBackup": True, "TargetBackupVault": "BB"},
            ]
        },
    ),
    *_plan(None, {"BackupPlanRules": [{"EnableContinuousBackup": True}, {"EnableContinuousBackup": True}]}),
    *_plan("E9229", _locked({"MinRetentionDays": 36}, Preset="daily35DayRetention")),
    *_plan("E9229", _locked({"MaxRetentionDays": 34}, Preset="daily35DayRetention")),
    *_plan("E9229", _locked({"MaxRetentionDays": 3650}, **rule(RuleName="for-ever"))),
    *_plan(None, _locked({"MinRetentionDays": 35, "MaxRetentionDays": 35}, Preset="daily35DayRetention")),
    *_plan(None, _locked({"MinRetentionDays": 7}, **rule(RuleName="for-ever"))),
    *_plan(
        None,
        _locked(
            {"MinRetentionDays": 99}, **rule(TargetBackupVault="Other", Lifecycle={"DeleteAfterDays": 8})
        ),
    ),
    *_plan(
        "W9230",
        _cold_over({"S3Bucket": "b"}),
        _cold_over("arn:aws:rds:*:*:db:*"),
        _cold_over({"Ec2Instance": "i-1"}),
    ),
    *_plan("W9231", _cold_over({"EbsVolume": "vol-1"}), _cold_over("arn:aws:ec2:*:*:volume/*")),
    *_plan("W9236", _cold_over({"EbsVolume": "vol-1"}, OptInToArchiveForSupportedResources=True)),
    *_plan(None, _cold_over(TABLE), _cold_over("*"), _cold_over({"Tag": {"Key": "a", "Value": "b"}})),
]

SELECTIONS = [
    *_selection("E9301", selection(SelectionName="a:b", Resources=[TABLE])),
    *_selection("E9301", selection(SelectionName="x" * 51, Resources=[TABLE])),
    *_selection("E9304", selection(), selection(Resources=[]), selection(NotResources=[TABLE])),
    *_selection("E9304", selection(Conditions={"StringEquals": []}), resources({"MatchAllTags": {}})),
    *_selection(None, selection(ListOfTags=tags(1)), resources("*"), resources({"MatchAllTags": {"a": "b"}})),
    *_selection("E9305", resources(*[TABLE] * 501), selection(Resources=["*"], NotResources=[TABLE] * 501)),
    *_selection(None, resources(*[TABLE] * 500)),
    *_selection("E9306", resources(*["arn:aws:s3:::logs-*"] * 31)),
    *_selection(None, resources(*["arn:aws:s3:::logs-*"] * 30)),
    *_selection("E9307", _conditions("aws:ResourceTag/", 31), selection(ListOfTags=tags(31))),
    *_selection("E9307", resources({"MatchAllTags": {f"k{n}": "v" for n in range(31)}})),
    *_selection(None, _conditions("aws:ResourceTag/", 30), selection(ListOfTags=tags(30))),
    *_selection("E9308", resources("arn:aws:s3:::*-logs"), resources("arn:aws:ec2:*:*:volume/*/x")),
    *_selection(
        None,
        resources("arn:aws:fsx:*"),
        resources("arn:aws:rds:*:*:db:*"),
        resources("arn:aws:ec2:::instance/*"),
    ),
    *_selection("E9308", resources({"S3Bucket": "a*b"}), resources({"S3Bucket": "arn:aws:s3:::a*b"})),
    *_selection("E9308", resources({"CloudFormationStack": "app-*"}), resources({"TimestreamTable": "d*/t"})),
    *_selection(None, resources({"S3Bucket": "logs-*"}), resources({"TimestreamTable": "db|t*"})),
    *_selection("E9316", resources({"TimestreamTable": "t"}), resources({"TimestreamTable": "db/"})),
    *_selection("E9316", resources({"DynamoDBTable": "arn:aws:s3:::x"}), resources({"S3Bucket": TABLE})),
    *_selection("E9316", resources({"EbsVolume": "arn:aws:rds:eu-west-1:111122223333:db:x"})),
    *_selection(None, resources({"DocumentDbCluster": "arn:aws:rds:eu-west-1:111122223333:cluster:x"})),
    *_selection(
        None, resources({"DocumentDbCluster": "arn:aws:docdb-elastic:eu-west-1:111122223333:cluster/x"})
    ),
    *_selection(None, resources({"RdsServerlessCluster": "arn:aws:rds:eu-west-1:111122223333:cluster:x"})),
    *_selection(
        None, resources({"EbsVolume": "arn:aws:ec2:*:*:volume/*"}), resources({"Arn": "arn:aws:s3:::x"})
    ),
    *_selection(None, resources({"TimestreamTable": "db|t"}), resources({"TimestreamTable": "db/t"})),
    *_selection(
        "E9317",
        selection(Resources=[TABLE], IamRoleArn="mine"),
        selection(Resources=[TABLE], IamRoleArn=""),
        selection(Resources=[TABLE], IamRoleArn="arn:aws:iam::111122223333:user/mine"),
        selection(Resources=[TABLE], IamRoleArn="arn:aws:iam::111122223333:role/"),
    ),
    *_plan("E9317", {**_by(TABLE, IamRoleArn="mine")}),
    *_selection(
        None,
        selection(Resources=[TABLE], IamRoleArn="arn:aws-us-gov:iam::111122223333:role/service-role/mine"),
        selection(Resources=[TABLE], IamRoleArn="arn:aws:iam::000000000000:role/mine"),
    ),
    *_selection("W9318", selection(ListOfTags=tags(1), **WITHOUT_POLICY)),
    *_selection("W9318", selection(Resources=[TABLE, BY_TAG], **WITHOUT_POLICY)),
    *_selection("W9318", {**_conditions("aws:ResourceTag/"), **WITHOUT_POLICY}),
    *_selection(None, selection(Resources=[TABLE], **WITHOUT_POLICY), selection(ListOfTags=tags(1))),
    *_selection(None, selection(ListOfTags=tags(1), IamRoleArn=ROLE, **WITHOUT_POLICY)),
    *_plan("W9318", _by(BY_TAG), _by({"MatchAllTags": {"a": "b"}}), _by(ListOfTags=tags(1))),
    *_plan(
        None, _by(TABLE), _by(BY_TAG, IamRoleArn=ROLE), _by(BY_TAG) | {"DisableDefaultBackupPolicy": "false"}
    ),
    *_selection("E9309", resources(TABLE.replace("eu-west-1", "us-east-1"))),
    *_selection("E9309", resources({"DynamoDBTable": TABLE.replace("111122223333", "444455556666")})),
    *_selection("E9310", resources("Orders"), resources(""), resources({"DynamoDBTable": ""})),
    *_selection("E9310", selection(Resources=["*"], NotResources=["Orders"])),
    *_selection(None, resources({"DynamoDBTable": "Orders"}), resources({"S3Bucket": "arn:aws:s3:::b"})),
    *_selection("E9311", selection(ListOfTags=[{**tags(1)[0], "ConditionType": "STRINGLIKE"}])),
    *_selection("E9311", resources({"Tag": {"Key": "a", "Value": "b", "Operation": "StringLike"}})),
    *_selection(None, selection(ListOfTags=[{**tags(1)[0], "ConditionType": "StringEquals"}])),
    *_selection("E9312", _conditions("stage")),
    *_selection(
        "E9313", resources({"DynamoTable": "Orders"}), resources({"S3Bucket": "b", "Tag": {}}), resources({})
    ),
    *_selection("E9313", resources([TABLE]), resources(None)),
    *_selection("W9314", selection(ListOfTags=[{**tags(1)[0], "ConditionKey": "aws:ResourceTag/stage"}])),
    *_selection("W9315", selection(Resources=["*"], NotResources=["arn:aws:s3:::*-logs"])),
]

VAULTS = [
    *_vault("E9013", {"BackupVaultTags": {"aws:owner": "me"}}, {"BackupVaultTags": {"AWS:x": "y"}}),
    *_vault("E9013", {"BackupVaultTags": {"cfn-backup-provider:lock": "{}"}}),
    *_plan("E9013", {**rule(), "BackupPlanTags": {"cfn-backup-provider:stack-id": "mine"}}),
    *_vault(None, {"BackupVaultTags": {"awsome": "yes", "team:aws": "a", "cfn-backup-providers": "b"}}),
    *_vault("E9401", {"BackupVaultName": "a.b"}, {"BackupVaultName": "a"}, {"BackupVaultName": "x" * 51}),
    *_vault(None, {"BackupVaultName": "x" * 50}, {"BackupVaultName": "a-B_9"}, {}),
    *_vault("E9402", {"LockConfiguration": {"MinRetentionDays": "0"}}),
    *_vault("E9402", {"LockConfiguration": {"MaxRetentionDays": "36501"}}),
    *_vault("E9403", {"LockConfiguration": {"MinRetentionDays": "8", "MaxRetentionDays": "7"}}),
    *_vault(None, {"LockConfiguration": {"MinRetentionDays": "30", "MaxRetentionDays": "30"}}),
    *_vault(None, {"LockConfiguration": {"MaxRetentionDays": "30"}}),
    *_vault("E9414", {"LockConfiguration": {}}),
    *_vault(
        "E9415", {"AccessPolicy": {"Statement": [{"Effect": "Deny", "Principal": "*", "Resource": "*"}]}}
    ),
    *_vault("W9404", {"LockConfiguration": {"MinRetentionDays": 1, "ChangeableForDays": "3"}}),
    *_vault("E9405", _events("BACKUP_JOB_DONE"), _events("backup_job_completed")),
    *_vault("W9406", _events("BACKUP_PLAN_CREATED"), _events("EKS_RESTORE_MODIFICATION_SUCCESS")),
    *_vault(
        None,
        _events("BACKUP_JOB_COMPLETED", "ACCESS_POINT_EXPIRED"),
        {"Notifications": {"SNSTopicArn": TOPIC}},
    ),
    *_vault(
        "E9407", _policy("backup:*"), _policy("backup:GetRecoveryPointRestoreMetadata", "backup:Delete*")
    ),
    *_vault(None, _policy("backup:DeleteRecoveryPoint"), {"AccessPolicy": '{"Statement": []}'}),
    *_vault("E9408", {"EmptyOnDelete": "true"}),
    *_vault(None, {"RemovalPolicy": "DESTROY", "EmptyOnDelete": "true", "ContinuousRdsPoints": "DELETE"}),
    *_vault(None, {"RemovalPolicy": "DESTROY", "EmptyOnDelete": "false"}, {"EmptyOnDelete": "False"}),
    *_vault(
        "E9411", _topic("alarms"), _topic(""), _topic("*"), _topic(TABLE), _topic(f"{TOPIC}:subscription")
    ),
    *_vault("E9411", _topic(f"{TOPIC}.fifo"), _topic(f"{TOPIC}.fifo", ManageTopicPolicy="false")),
    *_vault("E9411", _topic(TOPIC_OF_OTHERS), _topic(TOPIC_IN_VIRGINIA, ManageTopicPolicy="true")),
    *_vault("W9410", _topic(TOPIC_OF_OTHERS, ManageTopicPolicy="False")),
    *_vault("W9410", _topic(TOPIC_IN_VIRGINIA, ManageTopicPolicy=False)),
    *_vault(None, _topic(TOPIC), _topic(TOPIC, ManageTopicPolicy="false")),
    *_vault(None, _topic("arn:aws-eusc:sns:eu-west-1:111122223333:a_B-9")),
    *_vault("W9413", _events()),
    *_vault("E9412", {"EncryptionKeyArn": "alias/foo"}, {"EncryptionKeyArn": "1234abcd"}),
    *_vault(
        "E9412", {"EncryptionKeyArn": ""}, {"EncryptionKeyArn": TOPIC}, {"EncryptionKeyArn": f"{KEYS}:key/"}
    ),
    *_vault(
        None, {"EncryptionKeyArn": f"{KEYS}:key/mrk-1234"}, {"EncryptionKeyArn": f"{KEYS}:alias/aws/backup"}
    ),
    *_vault(None, {"EncryptionKeyArn": "arn:aws-cn:kms:cn-north-1:444455556666:key/1234abcd-12ab"}),
]

CASES = [*PROPERTIES, *PLANS, *SCHEDULES, *LIFECYCLES, *SELECTIONS, *VAULTS]

TOGETHER = [
    # a mistake that breaks two rules, which cannot be broken one without the other
    (found_in_plan, _continuous(DeleteAfterDays="120", MoveToColdStorageAfterDays="30"), {"E9217", "E9218"}),
    (found_in_plan, rule(Preset="monthly1Year", EnableContinuousBackup=True), {"E9217", "E9218"}),
    (found_in_plan, rule(IndexActions=[{"ResourceTypes": ["RDS", "S3"]}]), {"E9224"}),
]

ELSEWHERE = {
    "E9010": "tests of cfn-backup validate",
    "W9011": "tests of cfn-backup validate",
    "E9012": "tests of cfn-backup validate",
    "E9409": "tests of the reconciliation",
    "E9501": "tests of the reconciliation",
    "W9503": "tests of the reconciliation",
    "W9504": "test_opt_in",
}
"""Rules that properties alone cannot break, and where they are tested."""
