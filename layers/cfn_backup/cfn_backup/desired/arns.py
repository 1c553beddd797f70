"""The ARNs of what a selection names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from cfn_backup.desired.text import concat, in_branches, is_choice
from cfn_backup.symbolic.values import Intrinsic, Place, Str
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
    """The ARN of an entry whose value is an ARN, an id or a name."""
    value = resource.value
    if resource.kind == "Arn" or is_arn(value, place):
        return value
    if is_choice(value):
        return in_branches(value, lambda chosen: arn_of(replace(resource, value=chosen), place))
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
    if isinstance(value, Intrinsic):
        parts = {"Fn::Split": ["|", value.node]}
        return Intrinsic({"Fn::Select": [0, parts]}), Intrinsic({"Fn::Select": [1, parts]})
    database, _, table = value.replace("/", "|").partition("|")
    return database, table


def is_arn(value: Str, place: Place) -> bool:
    """Whether the value is an ARN; of an intrinsic, as far as its form tells."""
    if isinstance(value, str):
        return value.startswith("arn:")
    function, argument = next(iter(value.node.items()), ("", ""))
    if function == "Fn::GetAtt":
        return _parts(argument)[-1].lower().endswith("arn")
    if function == "Ref":
        nested = place.resource_types.get(str(argument)) == "AWS::CloudFormation::Stack"
        return nested or argument == "AWS::StackId"
    if function == "Fn::Sub":
        return str(argument[0] if isinstance(argument, list) and argument else argument).startswith("arn:")
    if function == "Fn::Join":
        pieces = argument[1] if isinstance(argument, list) and len(argument) == 2 else []
        return bool(
            isinstance(pieces, list)
            and pieces
            and isinstance(pieces[0], str)
            and pieces[0].startswith("arn:")
        )
    return False


def _parts(argument: object) -> list[str]:
    """What an ``Fn::GetAtt`` names, from the logical id to the attribute; nothing where that is not plain."""
    parts = argument if isinstance(argument, list) and argument else str(argument).split(".")
    return [part if isinstance(part, str) else "" for part in parts]


def service_of(arn: Str, place: Place) -> str | None:
    """The service part of an ARN; ``*`` if the ARN can be of any service, None if it cannot be told."""
    if isinstance(arn, Intrinsic):
        return _service_of_intrinsic(arn, place)
    parts = arn.split(":", 5)
    return "*" if len(parts) < 3 or "*" in parts[2] else parts[2]


def _service_of_intrinsic(arn: Intrinsic, place: Place) -> str | None:
    function, argument = next(iter(arn.node.items()), ("", ""))
    if function == "Fn::GetAtt":
        kind = KINDS_BY_TYPE.get(place.resource_types.get(_parts(argument)[0], ""))
        return None if kind is None else ("s3" if kind == "S3Bucket" else _FORMS.get(kind, (kind, ""))[0])
    # of `arn:${AWS::Partition}:dynamodb:…`, as text or as the pieces of a join
    pieces = argument[1] if function == "Fn::Join" and isinstance(argument, list) else argument
    pieces = pieces if isinstance(pieces, list) else [pieces]
    text = re.sub(r"\$\{[^}]*}", "$", "".join(p if isinstance(p, str) else "$" for p in pieces))
    service = re.match(r"arn:[^:]*:([a-z0-9-]+):", text)
    return service[1] if service else None
