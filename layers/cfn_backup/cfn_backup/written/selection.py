"""What authors write for ``Custom::BackupSelection`` and in a plan's ``Selections``."""

# ruff: noqa: RUF009 - prop makes a dataclass field
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from cfn_backup.symbolic.paths import Path
from cfn_backup.symbolic.values import Bool, Str, Sym, Unknown
from cfn_backup.written.declarations import Listed, Part, ResourceProperties, TextMap, prop

NAME = r"^[a-zA-Z0-9\-_.]{1,50}$"
NAME_IN_WORDS = "1 to 50 letters, digits, - _ and ."
"""Of rules and selections (API: BackupRule, BackupSelection)."""

TAG_PREFIX = "aws:ResourceTag/"
"""What keys in ``Conditions`` begin with."""

TYPED_ENTRIES = (
    "Arn",
    "DynamoDBTable",
    "Ec2Instance",
    "EbsVolume",
    "EfsFileSystem",
    "RdsDatabaseInstance",
    "RdsDatabaseCluster",
    "RdsServerlessCluster",
    "S3Bucket",
    "FsxFileSystem",
    "DocumentDbCluster",
    "NeptuneCluster",
    "RedshiftCluster",
    "TimestreamTable",
    "CloudFormationStack",
)
"""The one-key maps of ``Resources`` whose value is an id, a name or an ARN."""


@dataclass(frozen=True)
class Resource:
    """An entry of ``Resources`` that names one thing: a bare ARN is the kind ``Arn``."""

    kind: str
    """One of TYPED_ENTRIES."""
    value: Str
    at: Path = field(default=Path(), compare=False, repr=False)
    """Where the value was written."""


@dataclass(frozen=True)
class StackContents:
    """``Stack: <name or id>``: every supported resource of that stack and its nested stacks, found during the
    deployment."""

    stack: Str
    at: Path = field(default=Path(), compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Tag(Part):
    """A tag that selects, ORed with everything else that selects."""

    key: Str = prop("The tag key.", required=True)
    value: Str = prop("The tag value.", required=True)
    operation: Str | None = prop(
        "How the value is compared.",
        default="STRINGEQUALS",
        allowed=("STRINGEQUALS",),
        explained="other comparisons are written in Conditions",
        spelling="any case",
        code="E9311",
    )


@dataclass(frozen=True)
class MatchAllTags:
    """Tags that must all be there: they narrow what else is selected."""

    tags: TextMap
    at: Path = field(default=Path(), compare=False, repr=False)


type Entry = Resource | StackContents | Tag | MatchAllTags | Unknown


@dataclass(frozen=True, kw_only=True)
class TagCondition(Part):
    """A tag selector of the native ``ListOfTags``."""

    condition_type: Str = prop(
        "How the value is compared.",
        required=True,
        allowed=("STRINGEQUALS",),
        explained="other comparisons are written in Conditions",
        spelling="any case",
        code="E9311",
    )
    condition_key: Str = prop("The bare tag key.", required=True)
    condition_value: Str = prop("The tag value.", required=True)


@dataclass(frozen=True, kw_only=True)
class ConditionParameter(Part):
    """One comparison of the native ``Conditions``."""

    condition_key: Str | None = prop("The key, with the prefix `aws:ResourceTag/`.")
    condition_value: Str | None = prop("The value to compare with.")


@dataclass(frozen=True, kw_only=True)
class Conditions(Part):
    """Comparisons that must all hold."""

    # the AWS CDK writes these members in small letters (``stringEquals``), and only the service refuses that
    free_json: ClassVar[bool] = True

    string_equals: Listed[ConditionParameter] | None = prop("Equal, case-sensitive.")
    string_not_equals: Listed[ConditionParameter] | None = prop("Not equal, case-sensitive.")
    string_like: Listed[ConditionParameter] | None = prop("Equal, where `*` stands for any characters.")
    string_not_like: Listed[ConditionParameter] | None = prop(
        "Not equal, where `*` stands for any characters."
    )


@dataclass(frozen=True, kw_only=True)
class Selection(Part):
    """What a plan backs up, and with which role. The members that an inline selection has."""

    service_shape: ClassVar[str] = "BackupSelection"

    selection_name: Str | None = prop(
        "The selection's name; required inside a plan's `Selections`.",
        default="the logical id",
        update="Replacement",
        pattern=NAME,
        explained=NAME_IN_WORDS,
        code="E9301",
    )
    resources: Listed[Entry] | None = prop(
        "What is selected: ARNs, or maps with one key.", update="Replacement"
    )
    not_resources: Listed[str] | None = prop("ARNs that are left out.", update="Replacement")
    list_of_tags: Listed[TagCondition] | None = prop(
        "Tags that select, ORed with each other and with `Resources`.", update="Replacement"
    )
    conditions: Sym[Conditions] | None = prop(
        'Tags that narrow what is selected; alone they get `Resources: ["*"]`.', update="Replacement"
    )
    iam_role_arn: Str | None = prop(
        "The ARN of the role that AWS Backup assumes.", default="a role is made", update="Replacement"
    )
    allow_restores: Bool | None = prop(
        "Whether the role that is made may restore, too.", default="false", native=None
    )
    disable_default_backup_policy: Bool | None = prop(
        "Whether the role that is made goes without the managed policy for backups. A selection by tags "
        "cannot be created with such a role: give it `IamRoleArn`.",
        default="false",
        native=None,
    )
    extra: Mapping[str, Any] = prop("Native members that this page does not name.", factory=dict)


@dataclass(frozen=True, kw_only=True)
class BackupSelection(Selection, ResourceProperties):
    """A selection of its own, of any plan."""

    resource_type: ClassVar[str] = "Custom::BackupSelection"
    native_type: ClassVar[str] = "AWS::Backup::BackupSelection"
    ref: ClassVar[str] = "`<SelectionId>_<BackupPlanId>`."
    attributes: ClassVar[Mapping[str, str]] = {
        "SelectionId": "The id of the selection.",
        "BackupPlanId": "The id of the plan.",
        "Id": "`<SelectionId>_<BackupPlanId>`, as `Ref`.",
        "RoleArn": "The ARN of the role that AWS Backup assumes.",
        "RoleName": "The name of the role, given or made.",
    }

    backup_plan_id: Str = prop(
        "The plan: `!Ref` of a `Custom::BackupPlan` or of an `AWS::Backup::BackupPlan`.",
        required=True,
        update="Replacement",
        native=None,
    )
