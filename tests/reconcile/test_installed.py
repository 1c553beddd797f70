"""What the installer of the provider decided holds for every request, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from cfn_backup.aws.errors import AccessDenied, InvalidRequest
from cfn_backup.aws.installer import InstallersPolicy
from cfn_backup.desired.owner import STACK_ID_TAG
from tests.reconcile.account import Account
from tests.reconcile.calls import Calls
from tests.reconcile.stack import ACCOUNT, REGION, Stack

RULE = {"RuleName": "r", "ScheduleExpression": "cron(0 1 * * ? *)"}
ELSEWHERE = f"arn:aws:backup:{REGION}:999999999999:backup-vault:copies"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/12345678-1234-4123-8123-123456789012"
TABLES = {"SelectionName": "Tables", "Resources": [f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"]}
SHARED_NAMES = ("Backup", "BackupWithS3", "BackupAndRestore", "BackupAndRestoreWithS3")


def _plan(**members: Any) -> dict[str, Any]:
    return {"BackupPlanRules": [RULE], **members}


@pytest.mark.parametrize(
    ("logical_id", "properties", "policy", "parameter"),
    [
        ("Plan", _plan(BackupPlanRules=[{**RULE, "CopyActions": [{"DestinationBackupVaultArn": ELSEWHERE}]}]),
         InstallersPolicy(copy_accounts=frozenset({ACCOUNT})), "CopyAccounts"),
        ("Plan", _plan(DefaultVault={"LockConfiguration": {"MinRetentionDays": 7, "ChangeableForDays": 3}}),
         InstallersPolicy(compliance_locks=False), "AllowComplianceLocks"),
        ("Vault", {"LockConfiguration": {"MinRetentionDays": 7, "ChangeableForDays": 3}},
         InstallersPolicy(compliance_locks=False), "AllowComplianceLocks"),
        ("Vault", {"EncryptionKeyArn": KEY},
         InstallersPolicy(keys="key/ffff*"), "Keys"),
        ("Plan", _plan(Selections=[{"SelectionName": "All", "Resources": ["*"]}]),
         InstallersPolicy(account_wide_selections=False), "AllowAccountWideSelections"),
        ("Plan", _plan(Selections=[{**TABLES, "IamRoleArn": f"arn:aws:iam::{ACCOUNT}:role/admin"}]),
         InstallersPolicy(passable_roles=""), "PassableRoles"),
    ],
)  # fmt: skip
def test_what_the_installer_does_not_allow_is_refused_before_anything_is_written(
    logical_id: str,
    properties: Mapping[str, Any],
    policy: InstallersPolicy,
    parameter: str,
    stack: Stack,
    account: Account,
    calls: Calls,
) -> None:
    # GIVEN a decision of the installer
    account.new_role("admin")
    before = len(calls.writes())
    stack.policy = policy
    # WHEN a template asks for what it does not allow
    with pytest.raises(AccessDenied, match=parameter):
        stack.create(logical_id, properties)
    # THEN nothing was written
    assert len(calls.writes()) == before


@pytest.fixture
def shared(account: Account) -> InstallersPolicy:
    """Where the provider's stack brings the roles."""
    arns = tuple(account.new_role(f"shared-{name}") for name in SHARED_NAMES)
    return InstallersPolicy(shared_roles=arns, passable_roles="")


@pytest.mark.parametrize(
    ("members", "name"),
    [
        ({"Selections": [TABLES]}, "Backup"),
        ({"Selections": [{"SelectionName": "B", "Resources": ["arn:aws:s3:::b"]}]}, "BackupWithS3"),
        ({"Selections": [TABLES], "AllowRestores": True}, "BackupAndRestore"),
        ({"Selections": [{"SelectionName": "B", "Resources": ["*"]}], "AllowRestores": True},
         "BackupAndRestoreWithS3"),
    ],
)  # fmt: skip
def test_a_shared_role_is_used_and_none_is_made(
    members: Mapping[str, Any],
    name: str,
    stack: Stack,
    account: Account,
    calls: Calls,
    shared: InstallersPolicy,
) -> None:
    # GIVEN roles of the provider's stack
    before = account.everything()
    stack.policy = shared
    # WHEN a plan with selections is made, updated and deleted
    made = stack.create("Plan", _plan(DefaultVault={"RemovalPolicy": "DESTROY"}, **members))
    assert made.attributes["RoleName"] == f"shared-{name}"
    stack.update("Plan", _plan(BackupPlanName="other", DefaultVault={"RemovalPolicy": "DESTROY"}, **members))
    stack.delete("Plan")
    # THEN the role has not changed, nor was any made
    assert account.everything() == before
    assert not [call for call in calls.writes() if "Role" in call]


def test_a_selection_of_its_own_uses_a_shared_role(
    stack: Stack, account: Account, shared: InstallersPolicy
) -> None:
    stack.policy = shared
    plan = stack.create("Plan", _plan())
    made = stack.create("Selection", {"BackupPlanId": plan.physical_id, "Resources": ["arn:aws:s3:::b"]})
    assert made.attributes["RoleName"] == "shared-BackupWithS3"
    stack.delete("Selection")
    assert "shared-BackupWithS3" in account.role_names()


def test_a_role_that_was_made_for_another_stack_is_refused(stack: Stack, account: Account) -> None:
    # GIVEN a role on the provider's path, with another owner
    path, tags = "/cfn-backup-provider/", [{"Key": STACK_ID_TAG, "Value": "another"}]
    arn = account.iam.create_role(
        RoleName="other", Path=path, AssumeRolePolicyDocument="{}", Tags=tags
    )["Role"]["Arn"]  # fmt: skip
    stack.policy = InstallersPolicy(passable_roles="")
    # WHEN a template names it
    with pytest.raises(InvalidRequest, match="was made for another stack"):
        stack.create("Plan", _plan(Selections=[{**TABLES, "IamRoleArn": arn}]))
    # THEN only a parameter of the provider allows it
    stack.policy = InstallersPolicy(passable_roles="role/cfn-backup-provider/oth*")
    with pytest.raises(Exception, match="assumed"):
        stack.create("Plan", _plan(Selections=[{**TABLES, "IamRoleArn": arn}]))
