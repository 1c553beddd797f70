"""The ARNs of what a selection names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from cfn_backup.desired.place import Place
from cfn_backup.symbolic.functions import pieces_of, reference_of
from cfn_backup.symbolic.text import concat
from cfn_backup.symbolic.values import Choice, Str, Unknown, each
from cfn_backup.written.selection import Resource

# service, and the resource part up to the id; from the Service Authorization Reference. Amazon
# DocumentDB and Amazon Neptune share the ARNs of Amazon RDS.
_FORMS: Mapping[str, tuple[str, str]] = {
    "DynamoDBTable": ("dynamodb", "table/"),
    "Ec2Instance": ("ec2", "instance/"),
    "EbsVolume": ("ec2", "volume/"),
    "EfsFileSystem": ("elasticfilesystem", "file-system/"),
    "RdsDatabaseInstance": ("rds", "db:"),
    "RdsDatabaseCluster": ("rds", "cluster:"),
    "RdsServerlessCluster": ("rds", "cluster:"),
    "FsxFileSystem": ("fsx", "file-system/"),
    "DocumentDbCluster": ("rds", "cluster:"),
    "NeptuneCluster": ("rds", "cluster:"),
    "RedshiftCluster": ("redshift", "cluster:"),
}

KINDS_BY_TYPE: Mapping[str, str] = {
    "AWS::DynamoDB::Table": "DynamoDBTable",
    "AWS::DynamoDB::GlobalTable": "DynamoDBTable",
    "AWS::EC2::Instance": "Ec2Instance",
    "AWS::EC2::Volume": "EbsVolume",
    "AWS::EFS::FileSystem": "EfsFileSystem",
    "AWS::RDS::DBInstance": "RdsDatabaseInstance",
    "AWS::RDS::DBCluster": "RdsDatabaseCluster",
    "AWS::S3::Bucket": "S3Bucket",
    "AWS::FSx::FileSystem": "FsxFileSystem",
    "AWS::DocDB::DBCluster": "DocumentDbCluster",
    "AWS::Neptune::DBCluster": "NeptuneCluster",
    "AWS::Redshift::Cluster": "RedshiftCluster",
    "AWS::Timestream::Table": "TimestreamTable",
}
"""The kinds of entry by CloudFormation type; each type's ``Ref``, which is its physical id, is the id that
the ARN ends with."""


def arn_of(resource: Resource, place: Place) -> Str:
    """The ARN of an entry whose value is an ARN, an id or a name; in each branch where a condition chooses it."""
    arn: Str = each(resource.value, lambda value: _arn_of(replace(resource, value=value), place))
    return arn


def _arn_of(resource: Resource, place: Place) -> Str:
    value = resource.value
    if resource.kind == "Arn" or is_arn(value, place):
        return value
    if resource.kind == "S3Bucket":
        return concat("arn:", place.partition, ":s3:::", value)
    if resource.kind == "CloudFormationStack":
        return _arn(place, "cloudformation", "stack/", value, "/*")
    if resource.kind == "TimestreamTable":
        database, table = _database_and_table(value)
        return _arn(place, "timestream", "database/", database, "/table/", table)
    service, form = _FORMS[resource.kind]
    return _arn(place, service, form, value)


def _arn(place: Place, service: str, *resource: Str) -> Str:
    return concat(
        "arn:", place.partition, f":{service}:", place.region, ":", place.account_id, ":", *resource
    )


def _database_and_table(value: Str) -> tuple[Str, Str]:
    # the Ref of an AWS::Timestream::Table is `database|table`
    if not isinstance(value, str):
        parts = {"Fn::Split": ["|", value.node if isinstance(value, Unknown) else value]}
        return Unknown({"Fn::Select": [0, parts]}), Unknown({"Fn::Select": [1, parts]})
    database, _, table = value.replace("/", "|").partition("|")
    return database, table


def is_arn(value: Str, place: Place) -> bool:
    """Whether a value that is not chosen is an ARN; of a function, as far as its form tells."""
    if isinstance(value, str):
        return value.startswith("arn:")
    if isinstance(value, Choice):
        return False
    reference = reference_of(value)
    if reference is not None and reference.attribute:
        return reference.attribute.lower().endswith("arn")
    if reference is not None:
        nested = place.resource_types.get(reference.logical_id) == "AWS::CloudFormation::Stack"
        return nested or reference.logical_id == "AWS::StackId"
    pieces = pieces_of(value) or ("",)
    return isinstance(pieces[0], str) and pieces[0].startswith("arn:")


def service_of(arn: Str, place: Place) -> str | None:
    """The service part of an ARN; ``*`` if the ARN can be of any service, None if it cannot be told."""
    if isinstance(arn, Unknown):
        return _service_of_function(arn, place)
    if not isinstance(arn, str):
        return None
    parts = arn.split(":", 5)
    return "*" if len(parts) < 3 or "*" in parts[2] else parts[2]


def _service_of_function(arn: Unknown, place: Place) -> str | None:
    reference = reference_of(arn)
    if reference is not None and reference.attribute:
        kind = KINDS_BY_TYPE.get(place.resource_types.get(reference.logical_id, ""))
        return None if kind is None else ("s3" if kind == "S3Bucket" else _FORMS.get(kind, (kind, ""))[0])
    # of `arn:${AWS::Partition}:dynamodb:…`, as text or as the pieces of a join
    text = "".join(piece if isinstance(piece, str) else "$" for piece in pieces_of(arn) or ())
    service = re.match(r"arn:[^:]*:([a-z0-9-]+):", text)
    return service[1] if service else None
