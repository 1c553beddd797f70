"""The rules about the single resources that a selection names."""

from __future__ import annotations

from collections.abc import Iterator

from cfn_backup.desired.place import Place
from cfn_backup.rules.arns import elsewhere, is_no_arn, partial_arn, resource_of, shown_value
from cfn_backup.rules.asking import listed_items
from cfn_backup.rules.registry import Fault, rule
from cfn_backup.rules.returns import RETURNS, SELECTABLE, Returns, returns_arn
from cfn_backup.rules.selections import entries
from cfn_backup.rules.subjects import SelectionSubject
from cfn_backup.symbolic.asking import decided
from cfn_backup.symbolic.functions import Reference
from cfn_backup.symbolic.paths import Path
from cfn_backup.symbolic.values import Str, Unknown, Unreadable
from cfn_backup.written.arns import Arn, parse_arn
from cfn_backup.written.recast import shown
from cfn_backup.written.resource_types import services_of_entry
from cfn_backup.written.selection import Resource

ARN = "Arn"
TIMESTREAM_TABLE = "TimestreamTable"
API = "AWS Backup API: BackupSelection, Resources"

_ENTRY_OF_ID = {
    "i-": "Ec2Instance",
    "vol-": "EbsVolume",
}
"""What an id that begins so is an id of."""


def _resources(subject: SelectionSubject) -> Iterator[tuple[Path, Resource, Str]]:
    """The entries that name one resource, with the decided value."""
    for at, entry in entries(subject.selection):
        if isinstance(entry, Resource):
            value = decided(entry.value)
            if value is not None and not isinstance(value, Unreadable):
                yield (at if entry.kind == ARN and entry.at == at else entry.at or at), entry, value


def _excluded(subject: SelectionSubject) -> Iterator[tuple[Path, Str]]:
    yield from listed_items(subject.selection.not_resources, subject.selection.at / "NotResources")


@rule(
    "E9310",
    subject=SelectionSubject,
    title="Not an ARN",
    explanation="A bare entry of `Resources` or `NotResources` is an ARN or `*`. What `Ref` of most "
    "resources returns is a name or an id.",
    way_out="Give the ARN (often `!GetAtt <resource>.Arn`). In `Custom::BackupPlan` and "
    "`Custom::BackupSelection` an entry can also say what an id is: `DynamoDBTable: !Ref Table`.",
    source=API,
)
def not_an_arn(subject: SelectionSubject) -> Iterator[Fault]:
    for at, entry, value in _resources(subject):
        if entry.kind == ARN:
            yield from _no_arn(value, at, subject, takes_entries=not subject.native)
        elif isinstance(value, str) and not value.strip():
            yield Fault(at, "is empty: give an id, a name or an ARN")
    for at, value in _excluded(subject):
        yield from _no_arn(value, at, subject, takes_entries=False)


def _no_arn(value: Str, at: Path, subject: SelectionSubject, *, takes_entries: bool) -> Iterator[Fault]:
    found = resource_of(value, subject.place)
    if found:
        reference, resource_type = found
        returns = RETURNS.get(resource_type)
        if returns and returns_arn(resource_type, reference.attribute) is False:
            yield Fault(at, _not_its_arn(reference, resource_type, returns, takes_entries=takes_entries))
        return
    if value == "*" or not isinstance(value, str | Unknown):
        return
    if isinstance(value, str) and "${" in value:
        yield Fault(at, f"is {shown(value)}, in which ${{…}} stays as it is written: write !Sub before it")
        return
    wrong = parse_arn(value) is None if isinstance(value, str) else is_no_arn(value)
    if not wrong:
        return
    if value == "":
        yield Fault(at, "is empty, where an ARN is expected")
        return
    hint = _entry_for(value) if takes_entries else ""
    yield Fault(at, f"is {shown_value(value)}, which is no ARN; give the ARN{hint}")


def _not_its_arn(reference: Reference, resource_type: str, returns: Returns, *, takes_entries: bool) -> str:
    what = returns.ref if not reference.attribute else f"its {reference.attribute}"
    message = (
        f"is {reference.logical_id} by {what}, where the ARN is expected: write "
        f"{returns.arn_of(reference.logical_id)}"
    )
    if takes_entries and returns.entry:
        message += f", or {returns.entry}: !Ref {reference.logical_id}"
    if resource_type not in SELECTABLE:
        message = (
            f"is {reference.logical_id}, an {resource_type}, which AWS Backup does not back up: name another"
        )
    return message


def _entry_for(value: Str) -> str:
    """The entry with one key that takes such a value, as a suggestion."""
    if not isinstance(value, str):
        return ", or a map with one key that says what it is"
    for beginning, kind in _ENTRY_OF_ID.items():
        if value.startswith(beginning):
            return f", or write {kind}: {value[:60]}"
    if value.startswith("fs-"):
        return f", or write EfsFileSystem: {value[:60]} or FsxFileSystem: {value[:60]}"
    return f", or say what it is, such as DynamoDBTable: {value[:60]} or S3Bucket: {value[:60]}"


@rule(
    "E9316",
    subject=SelectionSubject,
    title="Not a resource of this kind",
    explanation="An entry says what its value is. An ARN has to be of that kind's service, a reference to a "
    "resource of that kind, and a Timestream table is known only together with its database.",
    way_out="Use the entry for the kind that it is, or a bare ARN. Of a Timestream table give "
    "`<database>|<table>` (its `Ref`), `<database>/<table>` or the ARN.",
    source="Service Authorization Reference: Resource types of each service",
)
def not_of_this_kind(subject: SelectionSubject) -> Iterator[Fault]:
    for at, entry, value in _resources(subject):
        if entry.kind == ARN:
            continue
        found = resource_of(value, subject.place)
        if found:
            yield from _other_type(entry.kind, *found, at)
        elif isinstance(value, str) and not value.startswith("arn:"):
            if entry.kind == TIMESTREAM_TABLE and value.strip():
                yield from _table_without_database(value, at)
        else:
            yield from _other_service(entry.kind, value, at)


def _other_type(kind: str, reference: Reference, resource_type: str, at: Path) -> Iterator[Fault]:
    returns = SELECTABLE.get(resource_type)
    if returns is None or not returns.entry or _is_kind(kind, returns.entry):
        return
    message = (
        f"is {reference.logical_id}, an {resource_type}, and no {kind}: write {returns.entry}: !Ref "
        f"{reference.logical_id}"
    )
    yield Fault(at, message)


def _is_kind(kind: str, entry: str) -> bool:
    same_arns = {"RdsDatabaseCluster", "RdsServerlessCluster", "DocumentDbCluster", "NeptuneCluster"}
    return kind == entry or (kind in same_arns and entry in same_arns)


def _table_without_database(value: str, at: Path) -> Iterator[Fault]:
    database, _, table = value.replace("/", "|").partition("|")
    if not database or not table:
        message = (
            f"is {shown(value)}, of which the database is not known: write <database>|<table> (what !Ref of "
            "the table returns), <database>/<table>, or the ARN"
        )
        yield Fault(at, message)


def _other_service(kind: str, value: Str, at: Path) -> Iterator[Fault]:
    arn, services = partial_arn(value), services_of_entry(kind)
    if arn is None or arn.service is None or not services or "*" in arn.service or arn.service in services:
        return
    message = (
        f"is an ARN of {arn.service}, and {kind} is of {' or '.join(services)}: name the kind that it is, or "
        "write the ARN alone"
    )
    yield Fault(at, message)


@rule(
    "E9308",
    subject=SelectionSubject,
    title="Wildcard inside a name",
    explanation="In the resource part of an ARN `*` can only be the last character. It can also stand for "
    "the Region or account, and alone for everything.",
    way_out="Select by the beginning of the name, or by tags.",
    source=API,
)
def wildcard_inside(subject: SelectionSubject) -> Iterator[Fault]:
    for at, entry, value in _resources(subject):
        if entry.kind != ARN and isinstance(value, str) and not value.startswith("arn:"):
            inside = "*" in (value if entry.kind == "CloudFormationStack" else value[:-1])
        else:
            inside = _has_wildcard_inside(value)
        if inside:
            message = (
                f"is {shown_value(value)}, with * inside the name: * can only be its last character, such as "
                "arn:aws:s3:::logs-*. To select by other parts of a name use tags"
            )
            yield Fault(at, message)


def _has_wildcard_inside(value: Str) -> bool:
    arn = parse_arn(value) if isinstance(value, str) else None
    resource = arn.resource if arn else getattr(partial_arn(value), "resource", None)
    return bool(resource) and "*" in str(resource)[:-1]


@rule(
    "W9315",
    subject=SelectionSubject,
    title="Wildcard inside an excluded name",
    explanation="`*` is documented as the last character of an ARN only; elsewhere in `NotResources` it may "
    "exclude nothing.",
    way_out="Exclude by the beginning of the name, or by tags with `StringNotEquals`.",
    source="AWS Backup API: BackupSelection, NotResources",
)
def wildcard_inside_excluded(subject: SelectionSubject) -> Iterator[Fault]:
    for at, value in _excluded(subject):
        if _has_wildcard_inside(value):
            message = (
                f"is {shown_value(value)}, and * is documented as the last character only, so this may "
                "exclude nothing: exclude by the beginning of the name, or by tags"
            )
            yield Fault(at, message)


@rule(
    "E9309",
    subject=SelectionSubject,
    title="Resource elsewhere",
    explanation="A selection finds resources of its own Region and account.",
    way_out="Deploy a plan where the resource is.",
    source="AWS Backup Developer Guide: Assign resources with AWS CLI; observed: «Invalid ARN … Expected region is …»",
)
def resource_elsewhere(subject: SelectionSubject) -> Iterator[Fault]:
    for at, _, value in _resources(subject):
        arn = parse_arn(value) if isinstance(value, str) else None
        where = _elsewhere(arn, subject.place)
        if where:
            message = f"{where}, and a selection finds resources of its own Region and account only"
            yield Fault(at, message)


def _elsewhere(arn: Arn | None, place: Place) -> str | None:
    return elsewhere(arn, place) if arn else None


@rule(
    "W9324",
    subject=SelectionSubject,
    title="Resource type that AWS Backup does not back up",
    explanation="AWS Backup knows the resource types of its feature availability page. An ARN of another "
    "service selects nothing.",
    way_out="Leave the entry out.",
    source="AWS Backup Developer Guide: Feature availability by resource",
)
def unsupported_service(subject: SelectionSubject) -> Iterator[Fault]:
    for at, entry, value in _resources(subject):
        arn = partial_arn(value)
        if entry.kind != ARN or arn is None or arn.service is None or "*" in arn.service:
            continue
        if arn.service in NEVER_BACKED_UP:
            message = (
                f"is {shown_value(value)}, an ARN of {arn.service}, which AWS Backup does not back up: leave "
                "it out"
            )
            yield Fault(at, message)


NEVER_BACKED_UP = frozenset({
    "apigateway", "cloudfront", "cloudwatch", "codebuild", "cognito-idp", "ecr", "ecs", "elasticache",
    "elasticloadbalancing", "es", "events", "iam", "kinesis", "kms", "lambda", "logs", "route53", "secretsmanager",
    "sns", "sqs", "ssm", "states",
})  # fmt: skip
"""Services without any resource type that AWS Backup supports."""
