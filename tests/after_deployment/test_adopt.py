"""``adopt`` writes a template for what exists: it is valid, means the same, and nothing is changed."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from cfn_backup.presets import PLANS, RULES
from cfn_backup_tools.account.calls import CannotLook
from cfn_backup_tools.adopt.command import run
from cfn_backup_tools.cli import main
from tests.after_deployment.account import ACCOUNT, REGION, World, rule

TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
BUCKET = "arn:aws:s3:::photos"


@pytest.fixture
def adopt(world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    """Runs the command; its exit code, the properties by logical id, and what it complained of. What it prints is
    valid, and it writes nothing."""

    def look(*, plans: tuple[str, ...] = (), vaults: tuple[str, ...] = (), all: bool = False) -> Any:  # noqa: A002
        world.service.calls.clear()
        capsys.readouterr()
        code = run(argparse.Namespace(plans=list(plans), vaults=list(vaults), all=all), world.calls())
        printed = capsys.readouterr()
        assert world.service.calls.writes() == []
        if not printed.out:
            return code, {}, printed.err
        file = tmp_path / "template.yaml"
        file.write_text(printed.out)
        assert main(["validate", str(file)]) == 0, capsys.readouterr().out
        from ruamel.yaml import YAML  # noqa: PLC0415

        resources = YAML(typ="safe").load(printed.out)["Resources"]
        return code, {name: one["Properties"] for name, one in resources.items()}, printed.err

    return look


def without_frame(properties: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in properties.items() if k not in ("ServiceToken", "ServiceTimeout")}


def preset_rule(name: str, **members: Any) -> dict[str, Any]:
    ready = RULES[name]
    cold = ready.move_to_cold_storage_after_days
    days = {"MoveToColdStorageAfterDays": cold} if cold else {}
    return {
        "RuleName": ready.rule_name,
        "TargetBackupVaultName": "daily",
        "ScheduleExpression": ready.schedule_expression,
        "Lifecycle": {"DeleteAfterDays": ready.delete_after_days, **days},
        **members,
    }


@pytest.mark.parametrize("preset", PLANS)
def test_a_plan_that_is_a_preset_becomes_one_line(world: World, adopt: Any, preset: str) -> None:
    plan_id = world.plan(*(preset_rule(name) for name in PLANS[preset]))

    code, resources, _ = adopt(plans=(plan_id,))

    assert code == 0
    assert without_frame(resources["Plan"]) == {"BackupVault": "daily", "Preset": preset}


def test_what_differs_from_the_preset_stays(world: World, adopt: Any) -> None:
    # GIVEN
    plan_id = world.plan(
        preset_rule("daily"),
        preset_rule("weekly", RuleName="Saturday", StartWindowMinutes=60),
        rule(RuleName="Hourly", ScheduleExpression="cron(0 * * * ? *)", Lifecycle={"DeleteAfterDays": 2}),
    )

    # WHEN
    _, resources, _ = adopt(plans=(plan_id,))

    # THEN
    assert without_frame(resources["Plan"]) == {
        "BackupVault": "daily",
        "Preset": "daily35DayRetention",
        "BackupPlanRules": [
            {"Preset": "weekly", "RuleName": "Saturday", "StartWindowMinutes": 60},
            {
                "RuleName": "Hourly",
                "ScheduleExpression": "cron(0 * * * ? *)",
                "Lifecycle": {"DeleteAfterDays": 2},
            },
        ],
    }


def test_rules_of_several_vaults_name_their_own(world: World, adopt: Any) -> None:
    plan_id = world.plan(preset_rule("daily"), preset_rule("weekly", TargetBackupVaultName="weekly"))

    _, resources, _ = adopt(plans=(plan_id,))

    rules = resources["Plan"]["BackupPlanRules"]
    assert [one["TargetBackupVault"] for one in rules] == ["daily", "weekly"]


def test_selections_become_typed_entries(world: World, adopt: Any) -> None:
    # GIVEN
    plan_id, role = world.plan(), world.role()
    tag = {"ConditionType": "STRINGEQUALS", "ConditionKey": "backup", "ConditionValue": "yes"}
    tests = [{"ConditionKey": "aws:ResourceTag/team", "ConditionValue": "a"}]
    world.selection(plan_id, role, SelectionName="named", Resources=[TABLE, BUCKET], ListOfTags=[tag])
    world.selection(plan_id, role, SelectionName="met", Resources=["*"], Conditions={"StringEquals": tests})
    world.selection(
        plan_id,
        role,
        SelectionName="not",
        Resources=["arn:aws:ec2:*:*:volume/*"],
        NotResources=[f"arn:aws:ec2:{REGION}:{ACCOUNT}:volume/vol-1"],
        Conditions={"StringNotLike": tests},
    )

    # WHEN
    _, resources, _ = adopt(plans=(plan_id,))

    # THEN
    named, met, other = resources["Plan"]["Selections"]
    assert named["Resources"] == [
        {"DynamoDBTable": "orders"},
        {"S3Bucket": "photos"},
        {"Tag": {"Key": "backup", "Value": "yes"}},
    ]
    assert met["Resources"] == [{"MatchAllTags": {"team": "a"}}]
    assert other["Conditions"] == {"StringNotLike": tests}
    assert named["IamRoleArn"] == role


def test_settings_and_tags_of_a_plan(world: World, adopt: Any) -> None:
    plan = {
        "BackupPlanName": "windows",
        "Rules": [preset_rule("daily")],
        "AdvancedBackupSettings": [{"ResourceType": "EC2", "BackupOptions": {"WindowsVSS": "enabled"}}],
    }
    made = world.client("backup").create_backup_plan(BackupPlan=plan, BackupPlanTags={"team": "a"})

    _, resources, _ = adopt(plans=(made["BackupPlanId"],))

    assert resources["Windows"]["WindowsVss"] is True
    assert resources["Windows"]["BackupPlanTags"] == {"team": "a"}


def test_a_vault_with_all_that_belongs_to_it(world: World, adopt: Any) -> None:
    # GIVEN
    backup = world.client("backup")
    name = world.vault("gold")
    deny = {"Effect": "Deny", "Principal": "*", "Action": "backup:DeleteBackupVault", "Resource": "*"}
    block = {
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"],
        "Resource": "*",
    }
    policy = {"Version": "2012-10-17", "Statement": [deny, block]}
    topic = world.client("sns").create_topic(Name="alarms")["TopicArn"]
    backup.put_backup_vault_access_policy(BackupVaultName=name, Policy=json.dumps(policy))
    backup.put_backup_vault_notifications(
        BackupVaultName=name, SNSTopicArn=topic, BackupVaultEvents=["BACKUP_JOB_FAILED"]
    )
    backup.put_backup_vault_lock_configuration(BackupVaultName=name, MinRetentionDays=7)

    # WHEN
    code, resources, _ = adopt(vaults=(name,))

    # THEN
    assert code == 0
    found = without_frame(resources["Gold"])
    assert found.pop("EncryptionKeyArn").startswith("arn:aws:kms:")
    assert found == {
        "BackupVaultName": "gold",
        "AccessPolicy": {"Version": "2012-10-17", "Statement": [deny]},
        "BlockRecoveryPointDeletion": True,
        "Notifications": {"SNSTopicArn": topic, "BackupVaultEvents": ["BACKUP_JOB_FAILED"]},
        "LockConfiguration": {"MinRetentionDays": 7},
    }


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"cfn-backup-provider:stack-id": "arn:aws:cloudformation:r:a:stack/shop/1"}, "in stack shop"),
        ({"aws-control-tower": "managed-by-control-tower"}, "AWS Control Tower"),
    ],
)
def test_what_belongs_to_somebody_is_left_out(
    world: World, adopt: Any, tags: dict[str, str], reason: str
) -> None:
    backup = world.client("backup")
    name = world.vault("gold")
    arn = backup.describe_backup_vault(BackupVaultName=name)["BackupVaultArn"]
    backup.tag_resource(ResourceArn=arn, Tags=tags)
    made = backup.create_backup_plan(
        BackupPlan={"BackupPlanName": "p", "Rules": [rule()]}, BackupPlanTags=tags
    )

    code, resources, said = adopt(plans=(made["BackupPlanId"],), vaults=(name,))

    assert code == 1
    assert resources == {}
    assert said.count(reason) == 2


def test_vaults_of_aws_and_plans_of_organizations_are_left_out(world: World, adopt: Any) -> None:
    world.service.put_service_vault("aws/efs/automatic-backup-vault", account=ACCOUNT, region=REGION)

    code, _, said = adopt(plans=("orgs/1234",), vaults=("aws/efs/automatic-backup-vault",))

    assert code == 1
    assert "orgs" in said
    assert "is made by AWS itself" in said


def test_the_whole_account(world: World, adopt: Any) -> None:
    world.vault("daily")
    world.plan()
    world.plan(rule(RuleName="Other"), name="plan-")

    code, resources, _ = adopt(all=True)

    assert code == 0
    assert set(resources) == {"Plan", "Plan2", "Daily"}


def test_what_is_not_there_cannot_be_looked_at(world: World, adopt: Any) -> None:
    with pytest.raises(CannotLook, match="no backup plan"):
        adopt(plans=("0a1b2c3d-0000-1111-2222-333344445555",))
    with pytest.raises(CannotLook, match="no backup vault"):
        adopt(vaults=("none",))
