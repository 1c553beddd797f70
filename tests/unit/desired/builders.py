"""What is expanded in these tests: properties as an author writes them, of a stack or, symbolically, of a
template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cfn_backup.desired.owner import Owner
from cfn_backup.desired.place import Place
from cfn_backup.desired.plan import Plan, expand_plan
from cfn_backup.desired.selection import Selection, expand_selection
from cfn_backup.desired.vault import Vault, expand_vault
from cfn_backup.symbolic import Str
from cfn_backup.written.declarations import Part
from cfn_backup.written.findings import Findings
from cfn_backup.written.plan import BackupPlan
from cfn_backup.written.reader import read, unresolved
from cfn_backup.written.selection import BackupSelection
from cfn_backup.written.vault import BackupVault

STACK_ID = "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/0a1b2c3d-0000-1111-2222-333344445555"
PLACE = Place("aws", "eu-west-1", "123456789012")
TYPES = {"Table": "AWS::DynamoDB::Table", "Bucket": "AWS::S3::Bucket", "Nested": "AWS::CloudFormation::Stack"}
TEMPLATE = Place.of_template(TYPES)

HERE = "eu-west-1:123456789012"
# Each kind of entry of Resources: a value, and the ARN that is meant.
ENTRIES = {
    "DynamoDBTable": ("orders", f"arn:aws:dynamodb:{HERE}:table/orders"),
    "Ec2Instance": ("i-1", f"arn:aws:ec2:{HERE}:instance/i-1"),
    "EbsVolume": ("vol-1", f"arn:aws:ec2:{HERE}:volume/vol-1"),
    "EfsFileSystem": ("fs-1", f"arn:aws:elasticfilesystem:{HERE}:file-system/fs-1"),
    "RdsDatabaseInstance": ("db", f"arn:aws:rds:{HERE}:db:db"),
    "RdsDatabaseCluster": ("c", f"arn:aws:rds:{HERE}:cluster:c"),
    "RdsServerlessCluster": ("c", f"arn:aws:rds:{HERE}:cluster:c"),
    "S3Bucket": ("b", "arn:aws:s3:::b"),
    "FsxFileSystem": ("fs-1", f"arn:aws:fsx:{HERE}:file-system/fs-1"),
    "DocumentDbCluster": ("c", f"arn:aws:rds:{HERE}:cluster:c"),
    "NeptuneCluster": ("c", f"arn:aws:rds:{HERE}:cluster:c"),
    "RedshiftCluster": ("c", f"arn:aws:redshift:{HERE}:cluster:c"),
    "TimestreamTable": ("d|t", f"arn:aws:timestream:{HERE}:database/d/table/t"),
    "CloudFormationStack": ("shop", f"arn:aws:cloudformation:{HERE}:stack/shop/*"),
}

type Found = Mapping[Str, tuple[Str, ...]]


def owner(logical_id: str = "Plan", stack: str = "shop") -> Owner:
    return Owner(STACK_ID, stack, logical_id)


def plan(properties: dict[str, Any], place: Place = PLACE, found: Found | None = None) -> Plan:
    given = _read(BackupPlan, properties, place)
    return expand_plan(given, Owner.of_template("Plan") if place is TEMPLATE else owner(), place, found)


def vault(properties: dict[str, Any], place: Place = PLACE) -> Vault:
    return expand_vault(_read(BackupVault, properties, place), owner("Vault"))


def selection(properties: dict[str, Any], place: Place = PLACE, found: Found | None = None) -> Selection:
    given = _read(BackupSelection, {"BackupPlanId": "p", **properties}, place)
    return expand_selection(given, Owner.of_template("S") if place is TEMPLATE else owner("S"), place, found)


def _read[T: Part](cls: type[T], properties: dict[str, Any], place: Place) -> T:
    findings = Findings()
    given = read(cls, properties, findings, resolve=unresolved if place is TEMPLATE else None)
    return findings.require(given)


def rules(properties: dict[str, Any], place: Place = PLACE) -> list[dict[str, Any]]:
    return list(plan(properties, place).document["Rules"])


def rule(**members: Any) -> dict[str, Any]:
    """The only rule of a plan, as expanded."""
    [expanded] = rules({"BackupVault": "theirs", "BackupPlanRules": [members]})
    return expanded
