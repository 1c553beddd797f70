"""Reads the entries of a selection's ``Resources``: an ARN, or a map with one key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cfn_backup.symbolic.values import UNREADABLE, Choice, Intrinsic, Prop
from cfn_backup.written.declarations import TEXT, TEXT_MAP, Kind
from cfn_backup.written.recast import shown
from cfn_backup.written.selection import (
    TYPED_ENTRIES,
    Entry,
    MatchAllTags,
    Resource,
    StackContents,
    Tag,
)
from cfn_backup.written.unknown_members import nearest_of

if TYPE_CHECKING:
    from cfn_backup.written.reader import Reader

KINDS = (*TYPED_ENTRIES, "Tag", "MatchAllTags", "Stack")
VALUE = Prop("")
TAG = Kind("object", cls=Tag, choosable=True)


def read_entry(reader: Reader, raw: object, path: str) -> Entry | Choice[Entry]:
    """One entry; an intrinsic function stands for an ARN."""
    if isinstance(raw, Intrinsic):
        return Resource("Arn", raw)
    if not isinstance(raw, Mapping):
        return _arn(reader, raw, path)
    if len(raw) != 1:
        reader.findings.add("E9313", path, f"has {len(raw)} keys; an entry is an ARN or a map with one key")
        return UNREADABLE
    [(kind, value)] = raw.items()
    return _typed(reader, str(kind), value, f"{path}.{kind}")


def _arn(reader: Reader, raw: object, path: str) -> Entry:
    if isinstance(raw, list) or raw is None:
        reader.findings.add("E9313", path, f"is {shown(raw)}; an entry is an ARN or a map with one key")
        return UNREADABLE
    return Resource("Arn", reader.read(TEXT, raw, path, VALUE))


def _typed(reader: Reader, kind: str, value: object, path: str) -> Entry | Choice[Entry]:
    if kind == "Tag":
        tag = reader.read(TAG, value, path, VALUE)
        return Intrinsic({"Tag": tag.node}) if isinstance(tag, Intrinsic) and tag.node else _given(tag)
    if kind == "MatchAllTags":
        tags = reader.read(TEXT_MAP, value, path, VALUE)
        return MatchAllTags(_given(tags))
    if kind == "Stack":
        return StackContents(_given(reader.read(TEXT, value, path, VALUE)))
    if kind in TYPED_ENTRIES:
        return Resource(kind, _given(reader.read(TEXT, value, path, VALUE)))
    nearest = nearest_of(kind, KINDS)
    hint = f"did you mean {nearest}?" if nearest else f"known are {', '.join(KINDS)}"
    reader.findings.add("E9313", path, f"is no kind of entry; {hint}")
    return UNREADABLE


def _given(value: Any) -> Any:
    """An entry without a value (``AWS::NoValue``) selects nothing that could be known."""
    return UNREADABLE if value is None else value


DESCRIPTIONS: Mapping[str, str] = {
    "Arn": "An ARN, as if it stood there alone.",
    "DynamoDBTable": "A table: its name or ARN.",
    "Ec2Instance": "An instance: its id or ARN.",
    "EbsVolume": "A volume: its id or ARN.",
    "EfsFileSystem": "A file system: its id or ARN.",
    "RdsDatabaseInstance": "A database instance: its identifier or ARN.",
    "RdsDatabaseCluster": "An Aurora or Multi-AZ cluster: its identifier or ARN.",
    "RdsServerlessCluster": "An Aurora Serverless cluster: its identifier or ARN.",
    "S3Bucket": "A bucket: its name or ARN. It needs versioning, as AWS Backup asks for.",
    "FsxFileSystem": "A file system: its id or ARN.",
    "DocumentDbCluster": "A cluster: its identifier or ARN.",
    "NeptuneCluster": "A cluster: its identifier or ARN.",
    "RedshiftCluster": "A cluster: its identifier or ARN.",
    "TimestreamTable": "A table: `<database>|<table>` (its `Ref`), `<database>/<table>`, or its ARN.",
    "CloudFormationStack": "A stack, backed up as one composite recovery point: its name, id or ARN.",
    "Tag": "`{Key, Value, Operation}`: everything with this tag. Goes to `ListOfTags`, which is ORed with "
    "the rest.",
    "MatchAllTags": "`{key: value, …}`: only what has all these tags. Goes to `Conditions`, which narrow the "
    "rest; alone it selects everything with these tags.",
    "Stack": "The name or id of a stack: every resource in it, and in its nested stacks, that AWS Backup "
    "supports, found during the deployment. The instances of an Aurora cluster are left out in favour of the "
    "cluster. For the own stack (`!Ref AWS::StackName`) let the resource depend on what it should find. What "
    "comes to the stack later is not found until a property of this resource changes.",
}
"""What each key of an entry takes; ``!Ref`` of a resource gives the name or id."""
