"""The rules about what is selected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cfn_backup.symbolic.alternatives import alternatives, elements, surely_empty, text
from cfn_backup.symbolic.values import Choice, Intrinsic, Place, Str, Sym
from cfn_backup.written.arns import Arn, elsewhere, is_role_arn, parse_arn
from cfn_backup.written.problems import Findings
from cfn_backup.written.recast import shown
from cfn_backup.written.resource_types import services_of_entry
from cfn_backup.written.selection import (
    TAG_PREFIX,
    Condition,
    ConditionParameter,
    Conditions,
    MatchAllTags,
    Resource,
    Selection,
    Tag,
)

MOST_ARNS = 500
MOST_WILDCARDS = 30
MOST_CONDITIONS = 30
"""Developer guide, Backup plan resource assignments quotas."""

TIMESTREAM_TABLE = "TimestreamTable"


def check_selection(
    selection: Selection, place: Place, findings: Findings, path: str = "", *, shares_role: bool = False
) -> None:
    """Reports everything about a selection that AWS Backup would refuse, or that selects nothing."""
    at = f"{path}." if path else ""
    _check_something_selected(selection, findings, path)
    for where, entry in elements(selection.resources, f"{at}Resources"):
        if isinstance(entry, Resource):
            _check_resource(entry, place, findings, where)
    _check_not_resources(selection.not_resources, findings, f"{at}NotResources")
    _check_numbers(selection, findings, at)
    _check_role(selection, findings, at, shares_role=shares_role)
    for where, condition in elements(selection.list_of_tags, f"{at}ListOfTags"):
        _check_bare_key(condition.condition_key, findings, f"{where}.ConditionKey")
    for where, parameter in parameters(selection.conditions, f"{at}Conditions"):
        _check_prefixed_key(parameter.condition_key, findings, f"{where}.ConditionKey")


def selects_by_tags(selection: Selection) -> bool:
    """Whether tags decide what is selected, under some condition."""
    return (
        any(alternatives(selection.list_of_tags))
        or bool(parameters(selection.conditions, ""))
        or any(isinstance(entry, Tag | MatchAllTags) for _, entry in elements(selection.resources, ""))
    )


def warn_of_role_without_policy(findings: Findings, path: str, what: str) -> None:
    """The role that is made would not have what AWS Backup asks for when a selection by tags is created."""
    findings.add(
        "W9318",
        path,
        f"is true, and tags select: AWS Backup creates {what} only with a role that may call "
        "tag:GetResources, which the role that is made then may not. Give IamRoleArn, a role of your own "
        "that may, or leave DisableDefaultBackupPolicy out",
    )


def _check_role(selection: Selection, findings: Findings, at: str, *, shares_role: bool) -> None:
    role = text(selection.iam_role_arn)
    if role is not None and not is_role_arn(role):
        findings.add(
            "E9317",
            f"{at}IamRoleArn",
            f"is {shown(role)}, which is not the ARN of a role, such as "
            "arn:aws:iam::111122223333:role/Backup",
        )
    lacks_policy = selection.disable_default_backup_policy is True and selection.iam_role_arn is None
    if lacks_policy and not shares_role and selects_by_tags(selection):
        warn_of_role_without_policy(findings, f"{at}DisableDefaultBackupPolicy", "this selection")


def parameters(conditions: Sym[Conditions] | None, path: str) -> list[tuple[str, ConditionParameter]]:
    """Every comparison of ``Conditions``, with its path."""
    return [
        found
        for known in alternatives(conditions)
        for operator, listed in (
            ("StringEquals", known.string_equals),
            ("StringNotEquals", known.string_not_equals),
            ("StringLike", known.string_like),
            ("StringNotLike", known.string_not_like),
        )
        for found in elements(listed, f"{path}.{operator}")
    ]


def _check_something_selected(selection: Selection, findings: Findings, path: str) -> None:
    if _nothing_among(selection.resources) and surely_empty(selection.list_of_tags):
        if not _nothing_required(selection.conditions) or selection.extra:
            return
        findings.add(
            "E9304",
            path,
            "selects nothing: give at least one of Resources, ListOfTags and Conditions, such as "
            'Resources: [{Tag: {Key: backup, Value: "true"}}]',
        )


def _nothing_among(resources: Any) -> bool:
    if not isinstance(resources, tuple):
        return resources is None
    return all(isinstance(entry, MatchAllTags) and not entry.tags for entry in resources)


def _nothing_required(conditions: Sym[Conditions] | None) -> bool:
    if isinstance(conditions, Choice | Intrinsic):
        return False
    return conditions is None or all(
        surely_empty(listed)
        for listed in (
            conditions.string_equals,
            conditions.string_not_equals,
            conditions.string_like,
            conditions.string_not_like,
        )
    )


def _check_resource(entry: Resource, place: Place, findings: Findings, path: str) -> None:
    value = text(entry.value)
    if value is None or (entry.kind == "Arn" and value == "*"):
        return
    if entry.kind != "Arn":
        path = f"{path}.{entry.kind}"
        if not value.startswith("arn:"):
            _check_id(entry.kind, value, findings, path)
            return
    arn = parse_arn(value)
    if arn is None:
        findings.add(
            "E9310",
            path,
            f"is {shown(value)}, which is no ARN; give an ARN, or say what it is, such as DynamoDBTable: "
            f"{value[:60]}",
        )
        return
    _check_service(entry.kind, arn, findings, path)
    if "*" in arn.resource[:-1]:
        _refuse_wildcard(value, findings, path)
    where = elsewhere(arn, place)
    if where:
        findings.add(
            "E9309", path, f"{where}; a selection finds resources of its own Region and account only"
        )


def _check_id(kind: str, value: str, findings: Findings, path: str) -> None:
    """An id or a name, of which the ARN is made."""
    if not value.strip():
        findings.add("E9310", path, "is empty; give an id, a name or an ARN")
        return
    if "*" in (value if kind == "CloudFormationStack" else value[:-1]):
        # of a stack's name more follows in the ARN
        _refuse_wildcard(value, findings, path)
    if kind == TIMESTREAM_TABLE:
        database, _, table = value.replace("/", "|").partition("|")
        if not database or not table:
            findings.add(
                "E9316",
                path,
                f"is {shown(value)}, of which the database is not known: write <database>|<table> (what "
                "!Ref of the table gives), <database>/<table>, or the ARN",
            )


def _check_service(kind: str, arn: Arn, findings: Findings, path: str) -> None:
    services = services_of_entry(kind)
    if services and "*" not in arn.service and arn.service not in services:
        findings.add(
            "E9316",
            path,
            f"is an ARN of {arn.service}, and {kind} is of {' or '.join(services)}: name the kind that it "
            "is, or write the ARN alone",
        )


def _refuse_wildcard(value: str, findings: Findings, path: str) -> None:
    findings.add(
        "E9308",
        path,
        f"is {shown(value)}; in the resource part of an ARN * can only be the last character, such as "
        "arn:aws:s3:::logs-*. To select by other parts of a name use tags",
    )


def _check_not_resources(listed: Sym[tuple[Str, ...]] | None, findings: Findings, path: str) -> None:
    for where, value in elements(listed, path):
        if value != "*" and parse_arn(value) is None:
            findings.add("E9310", where, f"is {shown(value)}, which is no ARN")
        elif "*" in value.split(":", 5)[-1][:-1]:
            message = (
                f"is {shown(value)}; AWS Backup documents * only as the last character, so this may exclude "
                "nothing"
            )
            findings.add("W9315", where, message)


def _check_numbers(selection: Selection, findings: Findings, at: str) -> None:
    entries = selection.resources if isinstance(selection.resources, tuple) else ()
    resources = [entry.value for entry in entries if isinstance(entry, Resource)]
    excluded = selection.not_resources if isinstance(selection.not_resources, tuple) else ()
    for arns, name in ((resources, "Resources"), (list(excluded), "NotResources")):
        _check_at_most(MOST_ARNS, len(arns), "E9305", "ARNs", findings, at + name)
        wildcards = sum(isinstance(arn, str) and "*" in arn for arn in arns)
        _check_at_most(MOST_WILDCARDS, wildcards, "E9306", "ARNs with wildcards", findings, at + name)
    listed = selection.list_of_tags if isinstance(selection.list_of_tags, tuple) else ()
    tags = sum(isinstance(item, Condition | Tag) for item in (*listed, *entries))
    _check_at_most(MOST_CONDITIONS, tags, "E9307", "tags", findings, f"{at}ListOfTags")
    conditions = 0 if isinstance(selection.conditions, Choice) else len(parameters(selection.conditions, ""))
    conditions += sum(_tags_in(entry) for entry in entries)
    _check_at_most(MOST_CONDITIONS, conditions, "E9307", "conditions", findings, f"{at}Conditions")


def _tags_in(entry: object) -> int:
    return len(entry.tags) if isinstance(entry, MatchAllTags) and isinstance(entry.tags, Mapping) else 0


def _check_at_most(most: int, number: int, code: str, what: str, findings: Findings, path: str) -> None:
    if number > most:
        message = (
            f"has {number} {what}; a selection can have {most}. Split it into several selections, or select "
            "by tags"
        )
        findings.add(code, path, message)


def _check_prefixed_key(key: Str | None, findings: Findings, path: str) -> None:
    if isinstance(key, str) and not key.startswith(TAG_PREFIX):
        findings.add(
            "E9312",
            path,
            f"is {shown(key)}, which matches nothing: in Conditions write {TAG_PREFIX}{key[:100]}; only "
            "ListOfTags has bare tag keys",
        )


def _check_bare_key(key: Str, findings: Findings, path: str) -> None:
    if isinstance(key, str) and key.startswith(TAG_PREFIX):
        bare = key.removeprefix(TAG_PREFIX)
        message = (
            f"is {shown(key)}; in ListOfTags write the bare tag key, {bare[:100]}, as the prefix is for "
            "Conditions"
        )
        findings.add("W9314", path, message)
