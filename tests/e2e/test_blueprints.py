"""Both sides of the compliance blueprint on the local AWS, in its one account."""

import json
from pathlib import Path

import pytest

from local_aws.instance import ROOT
from local_aws.read_back import Clients
from local_aws.stacks import Stacks

pytestmark = pytest.mark.e2e

BLUEPRINT = ROOT / "blueprints" / "compliance"
ACCOUNT = "000000000000"


def _create(clients: Clients, name: str, template: Path, **parameters: str) -> dict[str, str]:
    """The outputs of the stack."""
    return Stacks(clients.cloudformation).create(name, template.read_text(), parameters)


def test_the_compliance_blueprint_makes_what_it_promises(clients: Clients) -> None:
    # GIVEN the vault at the other side
    other = _create(clients, "blueprint-copies", BLUEPRINT / "copies.yaml", OrganizationId="o-exampleorgid")

    # WHEN the backups are deployed
    made = _create(
        clients,
        "blueprint-backups",
        BLUEPRINT / "backups.yaml",
        CopyVaultArn=other["VaultArn"],
        CopyAccountId=ACCOUNT,
        FailuresTo="backups@example.com",
    )

    # THEN every rule copies to it, and keeps there as long as here
    plan = clients.backup.get_backup_plan(BackupPlanId=made["PlanId"])["BackupPlan"]
    kept = {}
    for rule in plan["Rules"]:
        [copy] = rule["CopyActions"]
        assert copy["DestinationBackupVaultArn"] == other["VaultArn"]
        kept[rule["RuleName"]] = (rule["Lifecycle"]["DeleteAfterDays"], copy["Lifecycle"]["DeleteAfterDays"])
    assert kept == {"Daily": (35, 35), "Weekly": (90, 90), "Monthly7Year": (2555, 2555)}

    # AND both vaults are locked for that range, each with a key of its own
    vaults = [
        clients.backup.describe_backup_vault(BackupVaultName=arn.rpartition(":")[2])
        for arn in (made["VaultArn"], other["VaultArn"])
    ]
    assert [(v["MinRetentionDays"], v["MaxRetentionDays"]) for v in vaults] == [(35, 2555)] * 2
    assert all(v["Locked"] and "LockDate" not in v for v in vaults)
    assert len({v["EncryptionKeyArn"] for v in vaults}) == 2

    # AND only the organisation may copy in, and the mail is told of what the filter lets through
    policy = json.loads(
        clients.backup.get_backup_vault_access_policy(BackupVaultName="compliance-copies")["Policy"]
    )
    [statement] = policy["Statement"]
    assert statement["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}}
    told = clients.backup.get_backup_vault_notifications(BackupVaultName=made["VaultName"])
    assert set(told["BackupVaultEvents"]) == {
        "BACKUP_JOB_COMPLETED", "COPY_JOB_FAILED", "RESTORE_JOB_COMPLETED",
    }  # fmt: skip

    # AND both go again, but for their vaults
    stacks = Stacks(clients.cloudformation)
    stacks.delete("blueprint-backups")
    stacks.delete("blueprint-copies")
    left = {v["BackupVaultName"] for v in clients.backup.list_backup_vaults()["BackupVaultList"]}
    assert {made["VaultName"], "compliance-copies"} <= left


def test_the_lock_becomes_permanent_only_by_the_parameter(clients: Clients) -> None:
    other = _create(
        clients,
        "blueprint-permanent",
        BLUEPRINT / "copies.yaml",
        OrganizationId="o-exampleorgid",
        VaultName="permanent",
        ChangeableForDays="30",
    )
    vault = clients.backup.describe_backup_vault(BackupVaultName=other["VaultArn"].rpartition(":")[2])
    assert vault["LockDate"] > vault["CreationDate"]
    Stacks(clients.cloudformation).delete("blueprint-permanent")


def test_the_product_and_its_launch_role_can_be_deployed(clients: Clients) -> None:
    # GIVEN the role that deploys the product, and the product as somebody launches it
    folder = ROOT / "rollout" / "service_catalog"
    assert _create(clients, "launch-role", folder / "launch-role.yaml") == {"RoleName": "BackupsLaunchRole"}
    made = _create(clients, "SC-product", folder / "product.yaml", Plan="dailyMonthly1YearRetention")

    # THEN its vault is locked, and everything but the vault goes with it
    vault = clients.backup.describe_backup_vault(BackupVaultName=made["Vault"])
    assert (vault["Locked"], vault["MinRetentionDays"]) == (True, 7)
    stacks = Stacks(clients.cloudformation)
    stacks.delete("SC-product")
    stacks.delete("launch-role")
    assert made["Vault"] in {
        v["BackupVaultName"] for v in clients.backup.list_backup_vaults()["BackupVaultList"]
    }
