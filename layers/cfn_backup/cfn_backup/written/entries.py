"""Reads the entries of a selection's ``Resources``: an ARN, or a map with one key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from cfn_backup.symbolic.paths import Path
from cfn_backup.symbolic.values import Choice, Sym, Unknown, Unreadable, each
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
TAG = Kind("object", cls=Tag)


def read_entry(reader: Reader, raw: object, at: Path) -> Entry | Choice[Entry]:
    """One entry; an intrinsic function stands for an ARN."""
    if isinstance(raw, Unknown):
        return Resource("Arn", raw, at)
    if not isinstance(raw, Mapping):
        return _arn(reader, raw, at)
    if len(raw) != 1:
        reader.findings.add("E9313", at, f"has {len(raw)} keys; an entry is an ARN or a map with one key")
        return Unreadable(raw, at)
    [(kind, value)] = raw.items()
    return _typed(reader, str(kind), value, at / str(kind), raw)


def _arn(reader: Reader, raw: object, at: Path) -> Entry:
    if isinstance(raw, list) or raw is None:
        reader.findings.add("E9313", at, f"is {shown(raw)}; an entry is an ARN or a map with one key")
        return Unreadable(raw, at)
    return Resource("Arn", reader.read(TEXT, raw, at), at)


def _typed(reader: Reader, kind: str, value: object, at: Path, raw: object) -> Entry | Choice[Entry]:
    if kind == "Tag":
        return _tag(reader.read(TAG, value, at))
    if kind == "MatchAllTags":
        return MatchAllTags(_given(reader.read(TEXT_MAP, value, at)), at)
    if kind == "Stack":
        return StackContents(_given(reader.read(TEXT, value, at)), at)
    if kind in TYPED_ENTRIES:
        return Resource(kind, _given(reader.read(TEXT, value, at)), at)
    nearest = nearest_of(kind, KINDS)
    hint = f"did you mean {nearest}?" if nearest else f"known are {', '.join(KINDS)}"
    reader.findings.add("E9313", at, f"is no kind of entry; {hint}")
    return Unreadable(raw, at)


def _tag(value: Sym[Tag] | None) -> Entry | Choice[Entry]:
    """The entry. A function in place of a tag keeps its key, so that it is not taken for an ARN."""

    def entry(tag: Tag | Unknown) -> Entry:
        return tag if isinstance(tag, Tag | Unreadable) else Unknown({"Tag": tag.node}, tag.at)

    tagged: Entry | Choice[Entry] = Unreadable(None) if value is None else each(value, entry)
    return tagged


def _given(value: Any) -> Any:
    """An entry without a value (``AWS::NoValue``) selects nothing that could be known."""
    return Unreadable(None) if value is None else value


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
