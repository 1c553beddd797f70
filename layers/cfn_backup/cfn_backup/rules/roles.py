"""The rules about the role of a selection, as far as the selection itself tells."""

from __future__ import annotations

from collections.abc import Iterator

from cfn_backup.rules.arns import is_no_arn, known_text, partial_arn, resource_of, shown_value
from cfn_backup.rules.asking import is_given, is_true, known_items
from cfn_backup.rules.registry import Fault, rule
from cfn_backup.rules.returns import RETURNS, ROLE, returns_arn
from cfn_backup.rules.selections import selects_by_tags
from cfn_backup.rules.subjects import PlanSubject, SelectionSubject
from cfn_backup.symbolic.asking import decided
from cfn_backup.symbolic.paths import Path
from cfn_backup.symbolic.values import Str
from cfn_backup.written.arns import is_role_arn
from cfn_backup.written.selection import Selection

EXAMPLE = "arn:aws:iam::111122223333:role/Backup"


@rule(
    "E9317",
    subject=SelectionSubject,
    title="Not a role",
    explanation="`IamRoleArn` is the ARN of a role.",
    way_out="Give the ARN (`!GetAtt <role>.Arn`). In `Custom::BackupPlan` and `Custom::BackupSelection` it "
    "may be left out: then a role is made.",
    source="AWS Backup API: BackupSelection, IamRoleArn",
)
def not_a_role(subject: SelectionSubject) -> Iterator[Fault]:
    role, at = decided(subject.selection.iam_role_arn), subject.selection.at / "IamRoleArn"
    found = resource_of(role, subject.place)
    if found:
        reference, resource_type = found
        if resource_type == ROLE:
            if returns_arn(ROLE, reference.attribute) is False:
                what = f"its {reference.attribute}" if reference.attribute else RETURNS[ROLE].ref
                message = (
                    f"is {reference.logical_id} by {what}, where the ARN is expected: write !GetAtt "
                    f"{reference.logical_id}.Arn"
                )
                yield Fault(at, message)
        elif resource_type.startswith("AWS::") and not resource_type.startswith("AWS::CloudFormation::"):
            yield Fault(
                at, f"is {reference.logical_id}, an {resource_type}, where the ARN of a role is expected"
            )
        return
    if _is_no_role(role):
        yield Fault(at, f"is {shown_value(role)}, which is not the ARN of a role, such as {EXAMPLE}")


def _is_no_role(role: Str | None) -> bool:
    if isinstance(role, str):
        return not is_role_arn(role)
    if is_no_arn(role):
        return True
    arn = partial_arn(role)
    if arn is None or arn.service in (None, "iam"):
        return arn is not None and arn.resource is not None and not arn.resource.startswith("role/")
    return True


@rule(
    "W9321",
    subject=SelectionSubject,
    title="Role that only the console makes",
    explanation="`AWSBackupDefaultServiceRole` is made by the console of AWS Backup, when somebody first "
    "assigns resources there. In an account where nobody did, the deployment fails: «IAM Role … cannot be "
    "assumed by AWS Backup».",
    way_out="Make a role in the template. In `Custom::BackupPlan` and `Custom::BackupSelection` leave "
    "`IamRoleArn` out: then a role is made.",
    source="AWS Backup Developer Guide: IAM service roles",
)
def role_of_the_console(subject: SelectionSubject) -> Iterator[Fault]:
    role = known_text(decided(subject.selection.iam_role_arn)) or ""
    if role.endswith("/AWSBackupDefaultServiceRole"):
        instead = (
            "make a role in the template" if subject.native else "leave IamRoleArn out, and a role is made"
        )
        message = (
            "is AWSBackupDefaultServiceRole, which only the console makes: in an account where nobody used "
            f"it the deployment fails, so {instead}"
        )
        yield Fault(subject.selection.at / "IamRoleArn", message)


@rule(
    "W9318",
    subject=(SelectionSubject, PlanSubject),
    title="Role that may not see tags",
    explanation="AWS Backup creates a selection by tags only with a role that may call `tag:GetResources`. "
    "With `DisableDefaultBackupPolicy` the role that is made may not, and nothing can be attached to it "
    "before the selection is created, so the deployment fails.",
    way_out="Give `IamRoleArn`, a role of your own that may, or leave `DisableDefaultBackupPolicy` out.",
    source="Observed: AWS Backup's error ERROR_3018, «is not authorized to call tag:GetResources»",
)
def made_role_may_not_see_tags(subject: SelectionSubject | PlanSubject) -> Iterator[Fault]:
    if isinstance(subject, SelectionSubject):
        # the selections of a plan share a role, which the plan's property is about
        if not subject.inline and _lacks_policy(subject.selection):
            yield _may_not_see_tags(subject.selection.at, "this selection")
    elif is_true(subject.plan.disable_default_backup_policy):
        selections = (one for _, one in known_items(subject.plan.selections, Path()))
        if any(not is_given(one.iam_role_arn) and selects_by_tags(one) for one in selections):
            yield _may_not_see_tags(subject.plan.at, "those selections")


def _lacks_policy(selection: Selection) -> bool:
    without = is_true(selection.disable_default_backup_policy) and not is_given(selection.iam_role_arn)
    return without and selects_by_tags(selection)


def _may_not_see_tags(at: Path, what: str) -> Fault:
    message = (
        f"is true, and tags select: AWS Backup creates {what} only with a role that may call "
        "tag:GetResources, which the role that is made then may not. Give IamRoleArn, a role of your own "
        "that may, or leave DisableDefaultBackupPolicy out"
    )
    return Fault(at / "DisableDefaultBackupPolicy", message)
