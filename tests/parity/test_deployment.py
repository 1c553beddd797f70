"""What the provider makes in an account is what the native form of the same template says."""

from __future__ import annotations

from typing import Any

import pytest

from tests.parity.comparing import ejected
from tests.parity.deploying import Known, at_home, can_be_deployed, deploy, resolved
from tests.parity.programs import FAMILIES, programs_of
from tests.parity.programs.program import Program
from tests.reconcile.account import Account
from tests.reconcile.conftest import account, backup, calls, clock, cloudformation, stack  # noqa: F401 - fixtures
from tests.reconcile.stack import Stack

PROGRAMS: dict[str, Program] = {
    f"{family}/{name}": program
    for family in FAMILIES
    for name, program in programs_of(family).items()
    if can_be_deployed(program)
}

# What AWS Backup shows of a rule that does not say it (developer guide, Creating a backup plan).
DEFAULTS = {
    "ScheduleExpression": "cron(0 5 ? * * *)",
    "ScheduleExpressionTimezone": "Etc/UTC",
    "StartWindowMinutes": 480,
    "CompletionWindowMinutes": 10080,
    "EnableContinuousBackup": False,
}
OWNERSHIP = "cfn-backup-provider:"


@pytest.mark.parametrize("name", sorted(PROGRAMS))
def test_the_provider_makes_what_eject_writes(name: str, stack: Stack, account: Account) -> None:  # noqa: F811
    # GIVEN the vaults and the role that templates name
    for vault in ("given", "existing-vault"):
        account.backup.create_backup_vault(BackupVaultName=vault)
    account.iam.create_role(RoleName="existing", AssumeRolePolicyDocument=TRUST)
    template = at_home(PROGRAMS[name].template() or {})

    # WHEN the provider creates the resources
    known = deploy(stack, template)

    # THEN the account holds what the native template says
    native = ejected(template)["Resources"]
    returned = with_native_returns(native, known, account)
    for logical_id, resource in native.items():
        properties = resolved(resource.get("Properties", {}), returned)
        CHECKS[resource["Type"]](logical_id, properties, returned, account)


TRUST = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "backup.amazonaws.com"}, "Action": "sts:AssumeRole"}]}'  # noqa: E501


def with_native_returns(native: dict[str, Any], known: Known, account: Account) -> Known:  # noqa: F811
    """What the native resources return, as far as others refer to it."""
    returned: Known = {name: dict(values) for name, values in known.items()}
    for logical_id, resource in native.items():
        owner = next((name for name in known if logical_id.startswith(name)), "")
        if resource["Type"] == "AWS::Backup::BackupVault" and logical_id not in known:
            name = known[owner]["BackupVaultName"]
            returned[logical_id] = {
                "Ref": name,
                "BackupVaultName": name,
                "BackupVaultArn": known[owner]["BackupVaultArn"],
            }
        if resource["Type"] == "AWS::IAM::Role":
            returned[logical_id] = {"Ref": known[owner]["RoleName"], "Arn": known[owner]["RoleArn"]}
    return returned


def check_plan(logical_id: str, properties: dict[str, Any], known: Known, account: Account) -> None:  # noqa: F811
    deployed = account.plan(known[logical_id]["Ref"])
    native = properties["BackupPlan"]
    assert deployed["BackupPlanName"] == native["BackupPlanName"]
    for rule, made in zip(native["BackupPlanRule"], deployed["Rules"], strict=True):
        expected = {("TargetBackupVaultName" if k == "TargetBackupVault" else k): v for k, v in rule.items()}
        shown = {k: v for k, v in made.items() if k in expected or DEFAULTS.get(k) != v}
        assert as_shown(shown) == as_shown(expected)
    assert deployed["AdvancedBackupSettings"] == native.get("AdvancedBackupSettings")
    assert own_tags(deployed["tags"]) == properties.get("BackupPlanTags", {})


def check_vault(logical_id: str, properties: dict[str, Any], known: Known, account: Account) -> None:  # noqa: F811
    vault = account.vault(known[logical_id]["BackupVaultName"])
    assert known[logical_id]["BackupVaultName"] == properties["BackupVaultName"]
    lock = {k: v for k, v in properties.get("LockConfiguration", {}).items() if k != "ChangeableForDays"}
    assert {k: v for k, v in vault["lock"].items() if k != "Locked"} == lock
    assert vault["policy"] == properties.get("AccessPolicy")
    assert own_tags(vault["tags"]) == properties.get("BackupVaultTags", {})


def check_role(logical_id: str, properties: dict[str, Any], known: Known, account: Account) -> None:  # noqa: F811
    attached = account.iam.list_attached_role_policies(RoleName=known[logical_id]["Ref"])["AttachedPolicies"]
    assert sorted(p["PolicyArn"] for p in attached) == sorted(properties.get("ManagedPolicyArns", []))
    role = account.iam.get_role(RoleName=known[logical_id]["Ref"])["Role"]
    assert role["AssumeRolePolicyDocument"] == properties["AssumeRolePolicyDocument"]


def check_selection(logical_id: str, properties: dict[str, Any], known: Known, account: Account) -> None:  # noqa: F811
    plan_id = properties["BackupPlanId"]
    found = account.backup.list_backup_selections(BackupPlanId=plan_id)["BackupSelectionsList"]
    native = properties["BackupSelection"]
    (one,) = [s for s in found if s["SelectionName"] == native["SelectionName"]]
    made = account.backup.get_backup_selection(BackupPlanId=plan_id, SelectionId=one["SelectionId"])[
        "BackupSelection"
    ]
    if not any(made.get("Conditions", {}).values()):
        # the service shows each comparison as an empty list where there is none
        made.pop("Conditions", None)
    assert {name: value for name, value in made.items() if value} == native


def own_tags(tags: dict[str, str]) -> dict[str, str]:
    """Tags without those that say whose something is."""
    return {name: value for name, value in tags.items() if not name.startswith(OWNERSHIP)}


def as_shown(value: Any) -> Any:
    """Every scalar as text: a parameter's number arrives as one."""
    if isinstance(value, dict):
        return {name: as_shown(member) for name, member in value.items()}
    return [as_shown(item) for item in value] if isinstance(value, list) else str(value)


CHECKS = {
    "AWS::Backup::BackupPlan": check_plan,
    "AWS::Backup::BackupVault": check_vault,
    "AWS::Backup::BackupSelection": check_selection,
    "AWS::IAM::Role": check_role,
}
