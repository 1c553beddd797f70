"""What ``cfn-backup init`` writes is deployed as it stands."""

import uuid

import pytest

from cfn_backup_tools.init.wishes import Kind, Lock, Wishes, protected
from cfn_backup_tools.init.writing import template
from local_aws.read_back import Clients
from local_aws.stacks import Stacks

pytestmark = pytest.mark.e2e


def test_a_first_template_is_deployed_and_deleted(clients: Clients) -> None:
    # GIVEN everything that can be asked for
    copies = f"copies-{uuid.uuid4().hex[:8]}"
    arn = clients.backup.create_backup_vault(BackupVaultName=copies)["BackupVaultArn"]
    wishes = Wishes(protected("backup=yes"), "7y", True, Lock.GOVERNANCE, arn, Kind.CUSTOM)
    stacks, name = Stacks(clients.cloudformation), f"init-{uuid.uuid4().hex[:8]}"

    # WHEN
    outputs = stacks.create(name, template(wishes))

    # THEN the plan has the rules, and each copies to the other vault
    plan = clients.backup.get_backup_plan(BackupPlanId=outputs["BackupPlanId"])["BackupPlan"]
    assert [rule["RuleName"] for rule in plan["Rules"]] == ["Daily", "Weekly", "Monthly7Year"]
    assert {copy["DestinationBackupVaultArn"] for rule in plan["Rules"] for copy in rule["CopyActions"]} == {
        arn
    }
    assert {rule["Lifecycle"]["DeleteAfterDays"] for rule in plan["Rules"]} == {35, 90, 2555}

    # THEN they keep their backups in the vault of the template, which is locked
    [vault] = {rule["TargetBackupVaultName"] for rule in plan["Rules"]}
    assert clients.backup.describe_backup_vault(BackupVaultName=vault)["MinRetentionDays"] == 7

    # THEN it can be deleted, and the vault stays
    stacks.delete(name)
    assert clients.backup.describe_backup_vault(BackupVaultName=vault)["Locked"]
