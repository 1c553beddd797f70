"""What ``Ref`` and ``Fn::GetAtt`` of a resource return, for the types that backup templates refer to.

Source: the AWS CloudFormation template reference, section Return values of each type.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ROLE = "AWS::IAM::Role"
KEY = "AWS::KMS::Key"
TOPIC = "AWS::SNS::Topic"
BUCKET = "AWS::S3::Bucket"

VAULT_TYPES = (
    "Custom::BackupVault",
    "AWS::Backup::BackupVault",
    "AWS::Backup::LogicallyAirGappedBackupVault",
)
"""The types of resources that are vaults."""
PLAN_TYPES = ("Custom::BackupPlan", "AWS::Backup::BackupPlan")


@dataclass(frozen=True)
class Returns:
    """What a type's references return."""

    ref: str
    """What ``Ref`` returns, in words: ``its name``, ``its ARN``."""
    arn: str | None
    """The attribute with the ARN; empty if ``Ref`` returns it, None if nothing does."""
    form: str = ""
    """Where no attribute has the ARN: how it is written, with ``{}`` for the logical id."""
    entry: str = ""
    """The kind of a selection's entry that takes its ``Ref``."""
    arns: tuple[str, ...] = ()
    """Further attributes that return the same ARN."""

    def arn_of(self, logical_id: str) -> str:
        """How a template writes the ARN of this resource."""
        if self.arn is None:
            return f'!Sub "{self.form.format("${" + logical_id + "}")}"'
        return f"!GetAtt {logical_id}.{self.arn}" if self.arn else f"!Ref {logical_id}"


def _own(service: str, resource: str) -> str:
    return (
        f"arn:${{{{AWS::Partition}}}}:{service}:${{{{AWS::Region}}}}:${{{{AWS::AccountId}}}}:{resource}{{}}"
    )


SELECTABLE: Mapping[str, Returns] = {
    "AWS::DynamoDB::Table": Returns("its name", "Arn", entry="DynamoDBTable"),
    "AWS::DynamoDB::GlobalTable": Returns("its name", "Arn", entry="DynamoDBTable"),
    "AWS::Serverless::SimpleTable": Returns("its name", "Arn", entry="DynamoDBTable"),
    "AWS::EC2::Instance": Returns("its id", None, _own("ec2", "instance/"), entry="Ec2Instance"),
    "AWS::EC2::Volume": Returns("its id", None, _own("ec2", "volume/"), entry="EbsVolume"),
    "AWS::EFS::FileSystem": Returns("its id", "Arn", entry="EfsFileSystem"),
    "AWS::RDS::DBInstance": Returns("its identifier", "DBInstanceArn", entry="RdsDatabaseInstance"),
    "AWS::RDS::DBCluster": Returns("its identifier", "DBClusterArn", entry="RdsDatabaseCluster"),
    "AWS::S3::Bucket": Returns("its name", "Arn", entry="S3Bucket"),
    "AWS::FSx::FileSystem": Returns("its id", "ResourceARN", entry="FsxFileSystem"),
    "AWS::FSx::Volume": Returns("its id", "ResourceARN"),
    "AWS::DocDB::DBCluster": Returns(
        "its identifier", None, _own("rds", "cluster:"), entry="DocumentDbCluster"
    ),
    "AWS::Neptune::DBCluster": Returns(
        "its identifier", None, _own("rds", "cluster:"), entry="NeptuneCluster"
    ),
    "AWS::Redshift::Cluster": Returns(
        "its identifier", None, _own("redshift", "cluster:"), entry="RedshiftCluster"
    ),
    "AWS::Timestream::Table": Returns("its database and name", "Arn", entry="TimestreamTable"),
    "AWS::EKS::Cluster": Returns("its name", "Arn"),
    "AWS::DSQL::Cluster": Returns("its identifier", "ResourceArn"),
    "AWS::CloudFormation::Stack": Returns("its ARN", "", entry="CloudFormationStack"),
}
"""The types whose resources AWS Backup backs up."""

OTHERS: Mapping[str, Returns] = {
    ROLE: Returns("its name", "Arn"),
    KEY: Returns("its id", "Arn"),
    "AWS::KMS::ReplicaKey": Returns("its id", "Arn"),
    "AWS::KMS::Alias": Returns("its name", None, _own("kms", "")),
    TOPIC: Returns("its ARN", "", arns=("TopicArn",)),
    "Custom::BackupVault": Returns("its name", "BackupVaultArn"),
    "AWS::Backup::BackupVault": Returns("its name", "BackupVaultArn"),
    "AWS::Backup::LogicallyAirGappedBackupVault": Returns("its name", "BackupVaultArn"),
}

RETURNS: Mapping[str, Returns] = {**SELECTABLE, **OTHERS}

NATIVE_ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "AWS::Backup::BackupPlan": ("BackupPlanArn", "BackupPlanId", "VersionId"),
    "AWS::Backup::BackupSelection": ("BackupPlanId", "Id", "SelectionId"),
    "AWS::Backup::BackupVault": ("BackupVaultArn", "BackupVaultName"),
    "AWS::Backup::LogicallyAirGappedBackupVault": ("BackupVaultArn", "VaultState", "VaultType"),
}
"""Everything that ``Fn::GetAtt`` returns of a native backup resource."""


def returns_arn(resource_type: str, attribute: str) -> bool | None:
    """Whether a reference returns the ARN of the resource itself; None for a type that is not known here."""
    returns = RETURNS.get(resource_type)
    if returns is None:
        return None
    return returns.arn is not None and attribute in (returns.arn, *returns.arns)
