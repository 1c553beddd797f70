"""What a person does after `make local-up`: the AWS CLI, templates, nothing else."""

import time
from pathlib import Path
from typing import Any

import pytest

from local_aws import promises, read_back
from local_aws.instance import ROOT
from tests.e2e.conftest import CallLog, Cli

pytestmark = pytest.mark.e2e

TEMPLATE = (ROOT / "local_aws" / "demo.yaml").read_text()
IN_PROGRESS = "_IN_PROGRESS"


def _settled(aws: Cli, stack: str, seconds: float = 60) -> dict[str, Any]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found: dict[str, Any] = aws("cloudformation", "describe-stacks", "--stack-name", stack)["Stacks"][0]
        if not found["StackStatus"].endswith(IN_PROGRESS):
            return found
    pytest.fail(f"{stack} did not settle")


def _outputs(stack: dict[str, Any]) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def _reasons(aws: Cli, stack: str) -> list[str]:
    events = aws("cloudformation", "describe-stack-events", "--stack-name", stack)["StackEvents"]
    return [e.get("ResourceStatusReason", "") for e in events if e["ResourceStatus"].endswith("_FAILED")]


def _change(aws: Cli, verb: str, stack: str, template: Path, preset: str) -> dict[str, Any]:
    aws(
        "cloudformation", f"{verb}-stack", "--stack-name", stack, "--template-body", f"file://{template}",
        "--parameters", f"ParameterKey=Preset,ParameterValue={preset}",
    )  # fmt: skip
    return _settled(aws, stack)


def test_a_preset_from_create_to_delete(
    aws: Cli, clients: read_back.Clients, backup_calls: CallLog, template: Path
) -> None:
    # GIVEN a table, a preset and a selection by ARN and tag
    template.write_text(TEMPLATE)

    # WHEN the stack is created
    created = _change(aws, "create", "by-hand", template, "dailyWeeklyMonthly7YearRetention")

    # THEN the plan has exactly the three rules
    assert created["StackStatus"] == "CREATE_COMPLETE", _reasons(aws, "by-hand")
    outputs = _outputs(created)
    plan = aws("backup", "get-backup-plan", "--backup-plan-id", outputs["Ref"])
    rules = [
        (rule["RuleName"], rule["ScheduleExpression"], rule["Lifecycle"]["DeleteAfterDays"],
         rule["Lifecycle"].get("MoveToColdStorageAfterDays"))
        for rule in plan["BackupPlan"]["Rules"]
    ]  # fmt: skip
    assert rules == [
        ("Daily", "cron(0 5 * * ? *)", 35, None),
        ("Weekly", "cron(0 5 ? * SAT *)", 90, None),
        ("Monthly7Year", "cron(0 5 1 * ? *)", 2555, 90),
    ]
    # AND Ref and every attribute are what the service says
    assert outputs["Ref"] == outputs["BackupPlanId"] == plan["BackupPlanId"]
    assert outputs["BackupPlanArn"] == plan["BackupPlanArn"]
    assert outputs["VersionId"] == plan["VersionId"]
    assert outputs["BackupPlanName"] == plan["BackupPlan"]["BackupPlanName"]
    vault = aws("backup", "describe-backup-vault", "--backup-vault-name", outputs["BackupVaultName"])
    assert outputs["BackupVaultArn"] == vault["BackupVaultArn"]
    role = aws("iam", "get-role", "--role-name", outputs["RoleName"])["Role"]
    assert outputs["RoleArn"] == role["Arn"]
    assert role["Path"] == "/cfn-backup-provider/"

    # WHEN it is updated to another preset
    updated = _change(aws, "update", "by-hand", template, "daily35DayRetention")

    # THEN the plan is the same one with other rules
    assert updated["StackStatus"] == "UPDATE_COMPLETE", _reasons(aws, "by-hand")
    assert _outputs(updated)["Ref"] == outputs["Ref"]
    assert _outputs(updated)["VersionId"] != outputs["VersionId"]
    found = read_back.plan(clients.backup, outputs["Ref"])
    assert found is not None
    assert found.rules == promises.PRESETS["daily35DayRetention"]

    # WHEN the template says the same in other words
    before = backup_calls.last()
    aliased = _change(aws, "update", "by-hand", template, "daily35_day_retention")

    # THEN the function ran, and nothing was written
    assert aliased["StackStatus"] == "UPDATE_COMPLETE", _reasons(aws, "by-hand")
    assert backup_calls.last() > before
    assert backup_calls.writes(since=before) == []
    assert _outputs(aliased)["VersionId"] == _outputs(updated)["VersionId"]

    # WHEN it is deleted
    aws("cloudformation", "delete-stack", "--stack-name", "by-hand")
    assert _settled(aws, created["StackId"])["StackStatus"] == "DELETE_COMPLETE"

    # THEN the vault is all that is left
    assert read_back.plan(clients.backup, outputs["Ref"]) is None
    assert read_back.role(clients.iam, outputs["RoleName"]) is None
    assert read_back.vault_arn(clients.backup, outputs["BackupVaultName"]) == outputs["BackupVaultArn"]


def test_a_wrong_preset_fails_at_once_and_leaves_nothing(
    aws: Cli, clients: read_back.Clients, backup_calls: CallLog, template: Path
) -> None:
    template.write_text(TEMPLATE)
    started, before = time.monotonic(), backup_calls.last()

    failed = _change(aws, "create", "misspelt", template, "dailyWeeklyMonthly7YearRetenton")

    assert failed["StackStatus"] == "ROLLBACK_COMPLETE"
    [reason] = [reason for reason in _reasons(aws, "misspelt") if "Preset" in reason]
    assert reason.startswith("Preset")
    assert "Did you mean dailyWeeklyMonthly7YearRetention?" in reason
    assert time.monotonic() - started < 20
    assert backup_calls.writes(since=before) == []
    assert not [
        r
        for r in clients.iam.list_roles(PathPrefix="/cfn-backup-provider/")["Roles"]
        if "misspelt" in r["Arn"]
    ]


def test_the_tokens_are_exported_and_in_parameters_alike(aws: Cli) -> None:
    exports = {e["Name"]: e["Value"] for e in aws("cloudformation", "list-exports")["Exports"]}
    for kind in ("BackupPlan", "BackupVault", "BackupSelection"):
        parameter = aws("ssm", "get-parameter", "--name", f"/cfn-backup-provider/{kind}")["Parameter"][
            "Value"
        ]
        assert exports[f"cfn-backup-provider-{kind}"] == parameter
        assert parameter.endswith(":live")
