# ruff: noqa: F811 - fixtures of another suite
"""``drift`` finds every property that somebody changed, one at a time, and puts it right; what nobody touched
has no finding."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest

from cfn_backup.desired.intention import parameter_path
from cfn_backup.reconcile.intention import record
from cfn_backup_tools.account.calls import CannotLook
from cfn_backup_tools.drift.command import run
from tests.after_deployment.account import CallsOfStacks, Member
from tests.reconcile.account import Account
from tests.reconcile.conftest import (  # noqa: F401 - fixtures
    account,
    backup,
    calls,
    clock,
    cloudformation,
    least_privilege,
    stack,
)
from tests.reconcile.stack import REGION, STACK_ID, Stack

TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "backup:DeleteBackupVault", "Resource": "*"},
    ],
}
TYPES = {"Plan": "Custom::BackupPlan", "Vault": "Custom::BackupVault", "Selection": "Custom::BackupSelection"}
PLAN = {
    "BackupPlanRules": [
        {
            "RuleName": "Daily",
            "ScheduleExpression": "cron(0 5 * * ? *)",
            "Lifecycle": {"DeleteAfterDays": 35},
            "RecoveryPointTags": {"kept": "yes"},
        },
        {"RuleName": "Weekly", "ScheduleExpression": "cron(0 7 ? * SAT *)"},
    ],
    "BackupPlanTags": {"team": "a"},
    "WindowsVss": "true",
    "Selections": [{"SelectionName": "all", "Resources": [TABLE]}],
}


@dataclass
class Deployed:
    """A stack whose requests the provider serves, and what CloudFormation would say of it."""

    stack: Stack
    members: list[Member] = field(default_factory=list)
    status: str = "UPDATE_COMPLETE"

    def create(self, logical_id: str, properties: Mapping[str, Any]) -> str:
        result = self.stack.create(logical_id, properties)
        return self._note(logical_id, result)

    def update(self, logical_id: str, properties: Mapping[str, Any]) -> str:
        return self._note(logical_id, self.stack.update(logical_id, properties))

    def _note(self, logical_id: str, result: Any) -> str:
        assert self.stack.work is not None
        record(self.stack.work, TYPES[logical_id], result)
        self.members = [m for m in self.members if m[0] != logical_id]
        self.members.append((logical_id, TYPES[logical_id], result.physical_id))
        physical_id: str = result.physical_id
        return physical_id

    def calls(self) -> CallsOfStacks:
        return CallsOfStacks({"shop": self.members}, {"shop": self.status})


@pytest.fixture
def deployed(stack: Stack) -> Deployed:
    return Deployed(stack)


Drift = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def drift(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> Drift:
    def look(*, repair: bool = False, all: bool = False) -> tuple[int, dict[str, Any]]:  # noqa: A002
        capsys.readouterr()
        options = argparse.Namespace(stack="shop", all=all, repair=repair, json=True)
        code = run(options, deployed.calls())
        printed: dict[str, Any] = json.loads(capsys.readouterr().out)
        return code, printed

    return look


def client(service: str) -> Any:
    return boto3.client(service, region_name=REGION)  # type: ignore[call-overload]


@dataclass(frozen=True)
class Outside:
    """A change by somebody else: what it does to whom, and the one path that then differs."""

    name: str
    logical_id: str
    path: str
    change: Callable[[Account, str], Any]
    properties: Mapping[str, Any] = field(default_factory=dict)
    repairable: bool = True

    def __str__(self) -> str:
        return self.name


def _edit_plan(edit: Callable[[dict[str, Any]], Any]) -> Callable[[Account, str], None]:
    def change(_account: Account, plan_id: str) -> None:
        found = client("backup").get_backup_plan(BackupPlanId=plan_id)
        document = {**found["BackupPlan"]}
        if found.get("AdvancedBackupSettings"):
            document["AdvancedBackupSettings"] = found["AdvancedBackupSettings"]
        document["Rules"] = [{k: v for k, v in r.items() if k != "RuleId"} for r in document["Rules"]]
        edit(document)
        client("backup").update_backup_plan(BackupPlanId=plan_id, BackupPlan=document)

    return change


def _of_rule(**members: Any) -> Callable[[Account, str], None]:
    return _edit_plan(lambda document: document["Rules"][0].update(members))


def _vault_of(plan_id: str) -> str:
    rules = client("backup").get_backup_plan(BackupPlanId=plan_id)["BackupPlan"]["Rules"]
    name: str = rules[0]["TargetBackupVaultName"]
    return name


def _role_of(plan_id: str) -> str:
    (listed,) = client("backup").list_backup_selections(BackupPlanId=plan_id)["BackupSelectionsList"]
    name: str = listed["IamRoleArn"].rpartition("/")[2]
    return name


def _tag(arn_of: Callable[[str], str], **tags: str) -> Callable[[Account, str], None]:
    return lambda _, name: client("backup").tag_resource(ResourceArn=arn_of(name), Tags=tags)


def _plan_arn(plan_id: str) -> str:
    return str(client("backup").get_backup_plan(BackupPlanId=plan_id)["BackupPlanArn"])


def _vault_arn(name: str) -> str:
    return str(client("backup").describe_backup_vault(BackupVaultName=name)["BackupVaultArn"])


def _drop_selection(_account: Account, plan_id: str) -> None:
    (listed,) = client("backup").list_backup_selections(BackupPlanId=plan_id)["BackupSelectionsList"]
    client("backup").delete_backup_selection(BackupPlanId=plan_id, SelectionId=listed["SelectionId"])


def _change_selection(account: Account, plan_id: str) -> None:
    (listed,) = client("backup").list_backup_selections(BackupPlanId=plan_id)["BackupSelectionsList"]
    _drop_selection(account, plan_id)
    other = {"SelectionName": "all", "IamRoleArn": listed["IamRoleArn"], "Resources": [f"{TABLE}-other"]}
    client("backup").create_backup_selection(BackupPlanId=plan_id, BackupSelection=other)


def _delete_plan(account: Account, plan_id: str) -> None:
    _drop_selection(account, plan_id)
    client("backup").delete_backup_plan(BackupPlanId=plan_id)


def _detach(_account: Account, plan_id: str) -> None:
    role = _role_of(plan_id)
    attached = client("iam").list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    client("iam").detach_role_policy(RoleName=role, PolicyArn=attached[0]["PolicyArn"])


def _delete_role(account: Account, plan_id: str) -> None:
    _detach(account, plan_id)
    client("iam").delete_role(RoleName=_role_of(plan_id))


def _trust(_account: Account, plan_id: str) -> None:
    statement = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client("iam").update_assume_role_policy(RoleName=_role_of(plan_id), PolicyDocument=document)


def _untag_role(_account: Account, plan_id: str) -> None:
    keys = ["cfn-backup-provider:stack-id"]
    client("iam").untag_role(RoleName=_role_of(plan_id), TagKeys=keys)


def _empty_topic_policy(_account: Account, _name: str) -> None:
    (topic,) = client("sns").list_topics()["Topics"]
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "SNS:Subscribe", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client("sns").set_topic_attributes(
        TopicArn=topic["TopicArn"], AttributeName="Policy", AttributeValue=text
    )


TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms"
NOTIFIED = {
    "Notifications": {"SNSTopicArn": TOPIC, "BackupVaultEvents": ["BACKUP_JOB_FAILED", "COPY_JOB_FAILED"]}
}
LOCKED = {"LockConfiguration": {"MinRetentionDays": "7", "MaxRetentionDays": "90"}}
RULE = "BackupPlan.Rules[Daily]"
CHANGES = (
    Outside(
        "schedule", "Plan", f"{RULE}.ScheduleExpression", _of_rule(ScheduleExpression="cron(0 6 * * ? *)")
    ),
    Outside(
        "timezone",
        "Plan",
        f"{RULE}.ScheduleExpressionTimezone",
        _of_rule(ScheduleExpressionTimezone="Europe/Paris"),
    ),
    Outside("start window", "Plan", f"{RULE}.StartWindowMinutes", _of_rule(StartWindowMinutes=60)),
    Outside(
        "completion window", "Plan", f"{RULE}.CompletionWindowMinutes", _of_rule(CompletionWindowMinutes=600)
    ),
    Outside(
        "retention", "Plan", f"{RULE}.Lifecycle.DeleteAfterDays", _of_rule(Lifecycle={"DeleteAfterDays": 1})
    ),
    Outside(
        "cold storage",
        "Plan",
        f"{RULE}.Lifecycle.MoveToColdStorageAfterDays",
        _of_rule(Lifecycle={"DeleteAfterDays": 120, "MoveToColdStorageAfterDays": 30}),
        properties={"BackupPlanRules": [{"RuleName": "Daily", "Lifecycle": {"DeleteAfterDays": "120"}}]},
    ),
    Outside(
        "vault of a rule", "Plan", f"{RULE}.TargetBackupVaultName", _of_rule(TargetBackupVaultName="other")
    ),
    Outside(
        "point tags", "Plan", f"{RULE}.RecoveryPointTags.kept", _of_rule(RecoveryPointTags={"kept": "no"})
    ),
    Outside(
        "copies",
        "Plan",
        f"{RULE}.CopyActions",
        _of_rule(
            CopyActions=[
                {"DestinationBackupVaultArn": "arn:aws:backup:eu-west-1:123456789012:backup-vault:other"}
            ]
        ),
    ),
    Outside("continuous", "Plan", f"{RULE}.EnableContinuousBackup", _of_rule(EnableContinuousBackup=True)),
    Outside(
        "name of a rule",
        "Plan",
        "BackupPlan.Rules[Nightly]",
        _of_rule(RuleName="Nightly"),
    ),
    Outside("rule taken out", "Plan", "BackupPlan.Rules[Weekly]", _edit_plan(lambda d: d["Rules"].pop())),
    Outside(
        "plan name", "Plan", "BackupPlan.BackupPlanName", _edit_plan(lambda d: d.update(BackupPlanName="x"))
    ),
    Outside(
        "advanced settings",
        "Plan",
        "BackupPlan.AdvancedBackupSettings",
        _edit_plan(lambda d: d.pop("AdvancedBackupSettings")),
    ),
    Outside("plan tag", "Plan", "BackupPlanTags.team", _tag(_plan_arn, team="b")),
    Outside(
        "owner's tag",
        "Plan",
        "BackupPlanTags.cfn-backup-provider:stack-id",
        lambda _, plan_id: client("backup").untag_resource(
            ResourceArn=_plan_arn(plan_id), TagKeyList=["cfn-backup-provider:stack-id"]
        ),
    ),
    Outside("selection gone", "Plan", "Selections[all]", _drop_selection),
    Outside("selection changed", "Plan", "Selections[all].Resources", _change_selection),
    Outside("role's policy", "Plan", "Role.ManagedPolicyArns", _detach),
    Outside("role's trust", "Plan", "Role.AssumeRolePolicyDocument.Statement.Principal.Service", _trust),
    Outside("role's tag", "Plan", "Role.Tags.cfn-backup-provider:stack-id", _untag_role),
    Outside("role gone", "Plan", "Role", _delete_role),
    Outside(
        "policy of the default vault",
        "Plan",
        "DefaultVault.AccessPolicy",
        lambda _, plan_id: client("backup").put_backup_vault_access_policy(
            BackupVaultName=_vault_of(plan_id), Policy=json.dumps(POLICY)
        ),
        repairable=False,
    ),
    Outside(
        "vault tag",
        "Vault",
        "BackupVaultTags.team",
        _tag(_vault_arn, team="b"),
        {"BackupVaultTags": {"team": "a"}},
    ),
    Outside(
        "policy taken away",
        "Vault",
        "AccessPolicy",
        lambda _, name: client("backup").delete_backup_vault_access_policy(BackupVaultName=name),
        {"AccessPolicy": POLICY},
    ),
    Outside(
        "policy changed",
        "Vault",
        "AccessPolicy.Statement.Action",
        lambda _, name: client("backup").put_backup_vault_access_policy(
            BackupVaultName=name,
            Policy=json.dumps(POLICY).replace("DeleteBackupVault", "DeleteRecoveryPoint"),
        ),
        {"AccessPolicy": POLICY},
    ),
    Outside(
        "policy put",
        "Vault",
        "AccessPolicy",
        lambda _, name: client("backup").put_backup_vault_access_policy(
            BackupVaultName=name, Policy=json.dumps(POLICY)
        ),
        repairable=False,
    ),
    Outside(
        "lock taken away",
        "Vault",
        "LockConfiguration",
        lambda _, name: client("backup").delete_backup_vault_lock_configuration(BackupVaultName=name),
        LOCKED,
    ),
    Outside(
        "lock changed",
        "Vault",
        "LockConfiguration.MinRetentionDays",
        lambda _, name: client("backup").put_backup_vault_lock_configuration(
            BackupVaultName=name, MinRetentionDays=1, MaxRetentionDays=90
        ),
        LOCKED,
    ),
    Outside(
        "lock put",
        "Vault",
        "LockConfiguration",
        lambda _, name: client("backup").put_backup_vault_lock_configuration(
            BackupVaultName=name, MinRetentionDays=1
        ),
        repairable=False,
    ),
    Outside(
        "notifications taken away",
        "Vault",
        "Notifications",
        lambda _, name: client("backup").delete_backup_vault_notifications(BackupVaultName=name),
        NOTIFIED,
    ),
    Outside(
        "events changed",
        "Vault",
        "Notifications.BackupVaultEvents",
        lambda _, name: client("backup").put_backup_vault_notifications(
            BackupVaultName=name, SNSTopicArn=TOPIC, BackupVaultEvents=["BACKUP_JOB_COMPLETED"]
        ),
        NOTIFIED,
    ),
    Outside("statement of the topic", "Vault", "Notifications.TopicPolicy", _empty_topic_policy, NOTIFIED),
    Outside(
        "vault gone",
        "Vault",
        "BackupVaultName",
        lambda _, name: client("backup").delete_backup_vault(BackupVaultName=name),
        repairable=False,
    ),
    Outside(
        "plan gone",
        "Plan",
        "BackupPlan",
        _delete_plan,
        repairable=False,
    ),
)


@pytest.mark.parametrize("outside", CHANGES, ids=str)
def test_every_change_from_outside_is_found_and_repaired(
    deployed: Deployed,
    drift: Drift,
    account: Account,
    outside: Outside,
) -> None:
    # GIVEN
    account.new_topic("alarms")
    base = PLAN if outside.logical_id == "Plan" else {}
    physical_id = deployed.create(outside.logical_id, {**base, **outside.properties})
    untouched = drift()

    # WHEN
    outside.change(account, physical_id)
    code, found = drift()
    mended, after = drift(repair=True)

    # THEN
    assert (untouched[0], untouched[1]["findings"]) == (0, [])
    assert code == 1
    paths = [finding["path"] for finding in found["findings"]]
    assert outside.path in paths
    assert len(paths) == 1 or outside.name in ("name of a rule", "cold storage")
    assert {finding["logicalId"] for finding in found["findings"]} == {outside.logical_id}
    if outside.repairable:
        assert (mended, after["findings"]) == (0, [])
        assert [finding["path"] for finding in after["repaired"]] == paths
        assert drift()[0] == 0
    else:
        assert mended == 1
        assert after["findings"] == found["findings"]


def test_a_selection_of_its_own_is_found_and_repaired(deployed: Deployed, drift: Drift) -> None:
    # GIVEN
    plan_id = deployed.create("Plan", {k: v for k, v in PLAN.items() if k != "Selections"})
    deployed.create("Selection", {"BackupPlanId": plan_id, "Resources": [TABLE]})
    assert drift()[0] == 0

    # WHEN
    (listed,) = client("backup").list_backup_selections(BackupPlanId=plan_id)["BackupSelectionsList"]
    client("backup").delete_backup_selection(BackupPlanId=plan_id, SelectionId=listed["SelectionId"])
    _, found = drift()
    drift(repair=True)

    # THEN
    assert [(f["logicalId"], f["path"], f["kind"]) for f in found["findings"]] == [
        ("Selection", "BackupSelection", "Missing")
    ]
    assert drift()[0] == 0
    # and the provider knows it for its own: the next update makes no other
    deployed.update("Selection", {"BackupPlanId": plan_id, "Resources": [TABLE]})
    assert len(client("backup").list_backup_selections(BackupPlanId=plan_id)["BackupSelectionsList"]) == 1


def test_what_others_add_is_no_drift(deployed: Deployed, drift: Drift, account: Account) -> None:
    """Tags of others, policies by way of RoleName, selections that other resources have in the plan."""
    plan_id = deployed.create("Plan", PLAN)
    client("backup").tag_resource(ResourceArn=_plan_arn(plan_id), Tags={"cost": "1"})
    role = account.new_role("other")
    other = {"SelectionName": "theirs", "IamRoleArn": role, "Resources": [TABLE]}
    client("backup").create_backup_selection(BackupPlanId=plan_id, BackupSelection=other)
    client("iam").put_role_policy(
        RoleName=_role_of_own(plan_id), PolicyName="x", PolicyDocument=json.dumps(POLICY)
    )

    assert drift()[0] == 0


def _role_of_own(plan_id: str) -> str:
    listed = client("backup").list_backup_selections(BackupPlanId=plan_id)["BackupSelectionsList"]
    (arn,) = [str(s["IamRoleArn"]) for s in listed if s["SelectionName"] == "all"]
    return arn.rpartition("/")[2]


def test_after_an_update_the_new_properties_count(deployed: Deployed, drift: Drift) -> None:
    deployed.create("Plan", PLAN)

    deployed.update("Plan", {**PLAN, "BackupPlanTags": {"team": "b"}})

    assert drift()[0] == 0


def test_a_stack_of_an_older_provider_says_that_it_cannot_be_compared(
    deployed: Deployed, drift: Drift
) -> None:
    deployed.create("Vault", {})
    path = parameter_path(STACK_ID, "Vault")
    client("ssm").delete_parameter(Name=f"{path}/1")

    code, printed = drift()

    assert code == 2
    assert printed["ok"] is False
    assert "older version of the provider" in printed["notLookedAt"][0]


def test_a_record_of_another_vault_is_not_compared_with(deployed: Deployed, drift: Drift) -> None:
    deployed.create("Vault", {})
    deployed.members = [("Vault", "Custom::BackupVault", "another")]

    code, printed = drift()

    assert code == 2
    assert "older than its last update" in printed["notLookedAt"][0]


@pytest.mark.parametrize("repair", [False, True])
def test_nothing_is_looked_at_or_repaired_while_a_stack_operation_runs(
    deployed: Deployed, drift: Drift, repair: bool
) -> None:
    name = deployed.create("Vault", {"BackupVaultTags": {"team": "a"}})
    client("backup").tag_resource(ResourceArn=_vault_arn(name), Tags={"team": "b"})
    deployed.status = "UPDATE_IN_PROGRESS"

    with pytest.raises(CannotLook, match="UPDATE_IN_PROGRESS"):
        drift(repair=repair)

    assert client("backup").list_tags(ResourceArn=_vault_arn(name))["Tags"]["team"] == "b"


def test_an_operation_that_begins_meanwhile_stops_the_repair(
    deployed: Deployed, drift: Drift, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = deployed.create("Vault", {"BackupVaultTags": {"team": "a"}})
    client("backup").tag_resource(ResourceArn=_vault_arn(name), Tags={"team": "b"})
    answers = iter(["UPDATE_COMPLETE", "UPDATE_IN_PROGRESS"])
    monkeypatch.setattr(CallsOfStacks, "status_of", lambda *_: next(answers))

    with pytest.raises(CannotLook, match="nothing was repaired"):
        drift(repair=True)

    assert client("backup").list_tags(ResourceArn=_vault_arn(name))["Tags"]["team"] == "b"


def test_looking_writes_nothing(deployed: Deployed, drift: Drift, backup: Any) -> None:
    name = deployed.create("Vault", {"BackupVaultTags": {"team": "a"}})
    client("backup").tag_resource(ResourceArn=_vault_arn(name), Tags={"team": "b"})
    backup.calls.clear()

    drift()

    assert backup.calls.writes() == []


def test_all_stacks_with_records(deployed: Deployed, drift: Drift) -> None:
    name = deployed.create("Vault", {"BackupVaultTags": {"team": "a"}})
    client("backup").tag_resource(ResourceArn=_vault_arn(name), Tags={"team": "b"})

    code, printed = drift(all=True)

    assert code == 1
    assert printed["stack"] is None
    assert [f["logicalId"] for f in printed["findings"]] == ["shop/Vault"]


def test_for_a_person(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    name = deployed.create("Vault", {"BackupVaultTags": {"team": "a"}})
    client("backup").tag_resource(ResourceArn=_vault_arn(name), Tags={"team": "b"})
    capsys.readouterr()

    run(argparse.Namespace(stack="shop", all=False, repair=True, json=False), deployed.calls())

    printed = capsys.readouterr().out
    assert "Vault: Changed BackupVaultTags.team" in printed
    assert printed.index("expected: a") < printed.index("repaired: Vault BackupVaultTags.team")
    assert "shop: as it was deployed, 1 resource(s) compared" in printed
