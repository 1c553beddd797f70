"""What the installer does not allow is refused, with the parameter that says so."""

from __future__ import annotations

from typing import Any

import pytest

from cfn_backup.aws.errors import AccessDenied
from cfn_backup.aws.installer import InstallersPolicy

ACCOUNT = "123456789012"
STRICT = InstallersPolicy.from_environment(
    {
        "COPY_ACCOUNTS": f"{ACCOUNT},",
        "COPY_REGIONS": "eu-west-1,eu-central-1",
        "ALLOW_COMPLIANCE_LOCKS": "false",
        "ALLOW_ACCOUNT_WIDE_SELECTIONS": "false",
        "PASSABLE_ROLES": "role/backup/*",
        "ROLE_PATH": "/provider/",
        "KEYS": "key/1234*",
        "DISABLED": "true",
    }
)
OPEN = InstallersPolicy.from_environment({})
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}"


def _copying(account: str, region: str = "eu-west-1") -> dict[str, Any]:
    arn = f"arn:aws:backup:{region}:{account}:backup-vault:copies"
    rule = {"RuleName": "Daily", "CopyActions": [{"DestinationBackupVaultArn": arn}]}
    return {"BackupPlan": {"BackupPlanName": "p", "Rules": [rule]}}


def _selecting(role: str = "provider/shop", **members: Any) -> dict[str, Any]:
    arn = f"arn:aws:iam::{ACCOUNT}:role/{role}"
    return {"BackupSelection": {"SelectionName": "s", "IamRoleArn": arn, **members}}


REFUSED = (
    ("CreateBackupPlan", _copying("999999999999"), "CopyAccounts"),
    ("UpdateBackupPlan", _copying("999999999999"), "CopyAccounts"),
    ("CreateBackupPlan", _copying(""), "CopyAccounts"),
    ("UpdateBackupPlan", _copying(ACCOUNT, "us-east-1"), "CopyRegions"),
    (
        "PutBackupVaultLockConfiguration",
        {"MinRetentionDays": 7, "ChangeableForDays": 3},
        "AllowComplianceLocks",
    ),
    ("CreateBackupSelection", _selecting(Resources=["*"]), "AllowAccountWideSelections"),
    ("CreateBackupSelection", _selecting(Resources=["*"], NotResources=["x"]), "AllowAccountWideSelections"),
    ("CreateBackupSelection", _selecting("admin", Resources=["arn:a"]), "PassableRoles"),
    ("CreateBackupSelection", _selecting("providers/admin", Resources=["arn:a"]), "PassableRoles"),
    ("CreateBackupVault", {"EncryptionKeyArn": f"{KEY}:key/ffff"}, "Keys"),
)
ALLOWED: tuple[tuple[str, dict[str, Any]], ...] = (
    ("CreateBackupPlan", _copying(ACCOUNT)),
    ("UpdateBackupPlan", _copying(ACCOUNT, "eu-central-1")),
    ("UpdateBackupPlan", {"BackupPlan": {"Rules": [{"RuleName": "Daily"}]}}),
    ("PutBackupVaultLockConfiguration", {"MinRetentionDays": 7}),
    ("CreateBackupSelection", _selecting(Resources=["arn:aws:dynamodb:*:*:table/*"])),
    ("CreateBackupSelection", _selecting(Resources=["*"], ListOfTags=[{"ConditionKey": "stage"}])),
    ("CreateBackupSelection", _selecting(Resources=["*"], Conditions={"StringEquals": [{"x": "y"}]})),
    ("CreateBackupSelection", _selecting("backup/nightly", Resources=["arn:a"])),
    ("CreateBackupVault", {"EncryptionKeyArn": f"{KEY}:key/1234abcd"}),
    ("CreateBackupVault", {"EncryptionKeyArn": f"{KEY}:alias/backups"}),
    ("CreateBackupVault", {}),
    ("DeleteBackupVault", {}),
)


@pytest.mark.parametrize(("operation", "parameters", "parameter"), REFUSED)
def test_what_is_not_allowed_is_refused(operation: str, parameters: dict[str, Any], parameter: str) -> None:
    with pytest.raises(AccessDenied, match=rf"\(its parameter {parameter}\)"):
        STRICT.refuse_call(operation, parameters)


@pytest.mark.parametrize(("operation", "parameters"), ALLOWED)
def test_what_is_allowed_is_not_refused(operation: str, parameters: dict[str, Any]) -> None:
    STRICT.refuse_call(operation, parameters)


@pytest.mark.parametrize(("operation", "parameters", "parameter"), REFUSED)
def test_without_a_decision_nothing_is_refused(
    operation: str, parameters: dict[str, Any], parameter: str
) -> None:
    assert parameter
    OPEN.refuse_call(operation, parameters)


def test_the_switch_refuses_everything_in_a_sentence() -> None:
    OPEN.refuse_if_disabled()
    with pytest.raises(AccessDenied, match="The provider is switched off"):
        STRICT.refuse_if_disabled()
