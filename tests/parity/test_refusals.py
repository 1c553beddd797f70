"""What the CDK refuses is refused here, and some of what it lets through and AWS Backup refuses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import parse
from cfn_backup_tools.validate.checking import check
from tests.parity.programs.program import plan, vault

COPIES = "arn:aws:backup:us-west-2:999988887777:backup-vault:central"


def rule(**members: Any) -> dict[str, Any]:
    return plan(BackupPlanRules=[members])


def days(delete: int | str, cold: int | str | None = None) -> dict[str, Any]:
    cold_days = {} if cold is None else {"MoveToColdStorageAfterDays": cold}
    return {"DeleteAfterDays": delete, **cold_days}


REFUSED_BY_THE_CDK: dict[str, tuple[dict[str, Any], str, str]] = {
    "plan-no-rules": (plan(), "E9201", "BackupPlanRules"),
    "plan-empty-rules": (plan(BackupPlanRules=[]), "E9201", "BackupPlanRules"),
    "rule-delete-before-cold": (
        rule(Lifecycle=days(5, 6)),
        "E9214",
        "BackupPlanRules[0].Lifecycle.DeleteAfterDays",
    ),
    "rule-schedule-rate": (
        rule(ScheduleExpression="rate(5 hours)"),
        "E9208",
        "BackupPlanRules[0].ScheduleExpression",
    ),
    "rule-schedule-empty": (
        rule(ScheduleExpression="at(2027-01-01T00:00:00)"),
        "E9208",
        "BackupPlanRules[0].ScheduleExpression",
    ),
    "rule-continuous-with-cold": (
        rule(EnableContinuousBackup="true", Lifecycle={"MoveToColdStorageAfterDays": 30}),
        "E9218",
        "BackupPlanRules[0].Lifecycle.MoveToColdStorageAfterDays",
    ),
    "rule-continuous-36": (
        rule(EnableContinuousBackup=True, Lifecycle=days("36")),
        "E9217",
        "BackupPlanRules[0].Lifecycle.DeleteAfterDays",
    ),
    "rule-continuous-0": (
        rule(EnableContinuousBackup=True, Lifecycle=days(0)),
        "E9215",
        "BackupPlanRules[0].Lifecycle.DeleteAfterDays",
    ),
    "rule-copy-gap-89": (
        rule(CopyActions=[{"DestinationBackupVaultArn": COPIES, "Lifecycle": days(119, 30)}]),
        "E9214",
        "BackupPlanRules[0].CopyActions[0].Lifecycle.DeleteAfterDays",
    ),
    "vault-name-dot": (vault(BackupVaultName="my.vault"), "E9401", "BackupVaultName"),
    "vault-name-short": (vault(BackupVaultName="v"), "E9401", "BackupVaultName"),
    "vault-name-space": (vault(BackupVaultName="my vault"), "E9401", "BackupVaultName"),
    "vault-lock-max-below-min": (
        vault(LockConfiguration={"MinRetentionDays": 7, "MaxRetentionDays": 4}),
        "E9403",
        "LockConfiguration.MinRetentionDays",
    ),
    "vault-lock-max-too-long": (
        vault(LockConfiguration={"MinRetentionDays": 7, "MaxRetentionDays": 40000}),
        "E9402",
        "LockConfiguration.MaxRetentionDays",
    ),
    "vault-lock-min-too-short": (
        vault(LockConfiguration={"MinRetentionDays": 0}),
        "E9402",
        "LockConfiguration.MinRetentionDays",
    ),
    "vault-lock-changeable-1d": (
        vault(LockConfiguration={"MinRetentionDays": 7, "ChangeableForDays": "1"}),
        "E9402",
        "LockConfiguration.ChangeableForDays",
    ),
    "vault-import-arn-slash": (
        plan(
            Preset="daily35DayRetention", BackupVault="arn:aws:backup:us-east-1:111122223333:backup-vault/my"
        ),
        "E9221",
        "BackupVault",
    ),
    "vault-grant-wildcard": (
        vault(
            AccessPolicy={
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "backup:*", "Resource": "*"}],
            }
        ),
        "E9407",
        "AccessPolicy.Statement[0].Action",
    ),
}
"""Programs that ``aws-cdk-lib`` refuses, as they are written here: the resource, the rule's code and the
path."""

LET_THROUGH_BY_THE_CDK: dict[str, tuple[dict[str, Any], str]] = {
    "equal-cold-storage-and-retention": (rule(Lifecycle=days(90, 90)), "E9214"),
    "gap-of-89-days-in-a-rule": (rule(Lifecycle=days(119, 30)), "E9214"),
    "window-of-five-minutes": (rule(StartWindowMinutes=5), "E9212"),
    "cron-that-is-none": (rule(ScheduleExpression="cronjob at noon"), "E9208"),
    "timezone-of-mars": (rule(ScheduleExpressionTimezone="Mars/Olympus"), "E9211"),
    "rule-name-with-spaces": (rule(RuleName="a rule"), "E9204"),
    "two-types-in-an-index-action": (rule(IndexActions=[{"ResourceTypes": ["EBS", "S3"]}]), "E9224"),
    "nothing-selected": (
        plan(Preset="daily35DayRetention", Selections=[{"SelectionName": "S", "Resources": []}]),
        "E9304",
    ),
    "no-arn": (
        plan(Preset="daily35DayRetention", Selections=[{"SelectionName": "S", "Resources": ["arn1"]}]),
        "E9310",
    ),
    "vault-of-another-account": (
        plan(Preset="daily35DayRetention", BackupVault="arn:aws:s3:::not-a-vault"),
        "E9221",
    ),
}

ACCEPTED_UNLIKE_THE_CDK = {
    "equal-lock-days": vault(LockConfiguration={"MinRetentionDays": 30, "MaxRetentionDays": 30}),
    "lock-without-minimum": vault(LockConfiguration={"MaxRetentionDays": 30}),
}


def problems_of(resource: dict[str, Any]) -> dict[str, str]:
    """The errors' codes by path."""
    template = parse("case.json", json.dumps({"Resources": {"It": resource}}))
    checked = check(template, Resolver(template, {}))
    return {found.finding.path: found.finding.code for found in checked.findings if found.is_error}


@pytest.mark.parametrize("name", REFUSED_BY_THE_CDK)
def test_what_the_cdk_refuses_is_refused(name: str) -> None:
    resource, code, path = REFUSED_BY_THE_CDK[name]

    found = problems_of(resource)

    assert found.get(path) == code, found


@pytest.mark.parametrize("name", LET_THROUGH_BY_THE_CDK)
def test_what_the_service_refuses_is_refused_although_the_cdk_lets_it_through(name: str) -> None:
    resource, code = LET_THROUGH_BY_THE_CDK[name]

    assert code in problems_of(resource).values()


@pytest.mark.parametrize("name", ACCEPTED_UNLIKE_THE_CDK)
def test_what_the_service_accepts_is_accepted_although_the_cdk_refuses_it(name: str) -> None:
    assert problems_of(ACCEPTED_UNLIKE_THE_CDK[name]) == {}
