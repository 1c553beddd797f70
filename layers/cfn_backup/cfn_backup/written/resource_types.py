"""AWS Backup's names for resource types, from the ARNs and entries that select them."""

from __future__ import annotations

from collections.abc import Mapping

from cfn_backup.written.arns import parse_arn

OF_ENTRY: Mapping[str, str] = {
    "DynamoDBTable": "DynamoDB",
    "Ec2Instance": "EC2",
    "EbsVolume": "EBS",
    "EfsFileSystem": "EFS",
    "RdsDatabaseInstance": "RDS",
    "RdsDatabaseCluster": "Aurora",
    "RdsServerlessCluster": "Aurora",
    "S3Bucket": "S3",
    "FsxFileSystem": "FSx",
    "DocumentDbCluster": "DocumentDB",
    "NeptuneCluster": "Neptune",
    "RedshiftCluster": "Redshift",
    "TimestreamTable": "Timestream",
    "CloudFormationStack": "CloudFormation",
}

OF_SERVICE: Mapping[str, str] = {
    "dynamodb": "DynamoDB",
    "elasticfilesystem": "EFS",
    "s3": "S3",
    "fsx": "FSx",
    "redshift": "Redshift",
    "redshift-serverless": "Redshift Serverless",
    "timestream": "Timestream",
    "cloudformation": "CloudFormation",
    "storagegateway": "Storage Gateway",
    "backup-gateway": "VirtualMachine",
    "ssm-sap": "SAP HANA on Amazon EC2",
    "eks": "EKS",
    "dsql": "DSQL",
}
"""Services with one resource type, by the name in their ARNs."""

OF_RESOURCE: Mapping[tuple[str, str], str] = {
    ("ec2", "instance/"): "EC2",
    ("ec2", "volume/"): "EBS",
    ("rds", "db:"): "RDS",
    # also the ARNs of DocumentDB and Neptune clusters
    ("rds", "cluster:"): "Aurora",
}
"""Services with several, by the name in their ARNs and how the resource begins."""


SERVICES_OF_ENTRY: Mapping[str, tuple[str, ...]] = {
    # elastic clusters have a service of their own
    "DocumentDbCluster": ("rds", "docdb-elastic"),
    "NeptuneCluster": ("rds",),
    "RedshiftCluster": ("redshift", "redshift-serverless"),
}
"""Where the ARNs of an entry's kind are of other services than its resource type tells."""


def services_of_entry(kind: str) -> tuple[str, ...]:
    """The services that the ARN of a one-key entry can be of; empty for ``Arn``, which can be of any."""
    if kind in SERVICES_OF_ENTRY:
        return SERVICES_OF_ENTRY[kind]
    resource_type = OF_ENTRY.get(kind)
    of_several = [service for (service, _), name in OF_RESOURCE.items() if name == resource_type]
    return (*(service for service, name in OF_SERVICE.items() if name == resource_type), *of_several)


def resource_type_of_entry(kind: str) -> str | None:
    """The resource type of a one-key entry; None for ``Arn``, which can be anything."""
    return OF_ENTRY.get(kind)


def resource_type_of_arn(text: str) -> str | None:
    """The resource type of an ARN; None where it can be several, or is not known."""
    arn = parse_arn(text)
    if arn is None:
        return None
    for (service, beginning), resource_type in OF_RESOURCE.items():
        if arn.service == service and arn.resource.startswith(beginning):
            return resource_type
    return OF_SERVICE.get(arn.service)


VAULT_TYPES = (
    "Custom::BackupVault",
    "AWS::Backup::BackupVault",
    "AWS::Backup::LogicallyAirGappedBackupVault",
)
"""The types of resources that are vaults."""
