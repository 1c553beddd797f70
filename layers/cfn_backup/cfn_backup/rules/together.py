"""The rules about backup resources of one template together: plans with vaults, selections with plans."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from cfn_backup.desired.rules import rules_of, sure_rules
from cfn_backup.rules.across import PlanInTemplate, PlanOfSelection, TwiceSelected, VaultInTemplate
from cfn_backup.rules.asking import is_true, text
from cfn_backup.rules.registry import OWN, Fault, rule
from cfn_backup.rules.returns import PLAN_TYPES
from cfn_backup.symbolic.asking import decided
from cfn_backup.symbolic.paths import Path
from cfn_backup.symbolic.values import Unreadable
from cfn_backup.written.arns import VAULT_NAME
from cfn_backup.written.plan import BackupPlan

NEARLY = 0.85
"""How like each other two names have to be, for one to be taken for a slip of the other."""
VAULT_OF_THE_ACCOUNT = "Default"


@rule(
    "W9601",
    subject=PlanInTemplate,
    title="Plan that nothing selects for",
    explanation="No selection of the template is for this plan, and the plan is not handed on in an output. "
    "A plan without a selection backs up nothing.",
    way_out="Add a selection. If another stack selects for the plan, hand its id on in an output, or suppress this.",
    source="AWS Backup Developer Guide: Assign resources to a backup plan",
)
def plan_nothing_selects_for(subject: PlanInTemplate) -> Iterator[Fault]:
    if not subject.is_selected_for:
        kind = "an AWS::Backup::BackupSelection" if subject.plan.native else "Selections to it"
        yield Fault(
            Path(), f"backs up nothing, since no selection of the template is for this plan: add {kind}"
        )


@rule(
    "E9604",
    subject=PlanInTemplate,
    title="Two plans that are the same",
    explanation="AWS Backup refuses a plan whose document, name included, another plan has.",
    way_out="Leave one of the two out, or change its name.",
    source="AWS Backup API: CreateBackupPlan; observed: «Backup plan with the same plan document already exists»",
)
def plans_alike(subject: PlanInTemplate) -> Iterator[Fault]:
    name = text(subject.plan.backup_plan_name)
    for logical_id, other in subject.alike:
        if name is not None and _document(other) == _document(subject.plan):
            at = subject.plan.at / "BackupPlanName"
            yield Fault(
                at,
                f"is {name}, and the plan {logical_id} has the same name and rules: AWS Backup refuses the second",
            )
            return


def _document(plan: BackupPlan) -> object:
    return (
        plan.native,
        plan.preset,
        plan.backup_plan_name,
        plan.backup_plan_rules,
        plan.advanced_backup_settings,
    )


@rule(
    "W9602",
    subject=PlanInTemplate,
    title="Vault of nearly the same name",
    explanation="A rule names a vault by text that no vault of the template has, but one has nearly. AWS "
    "Backup takes the plan, and every job fails if there is no such vault.",
    way_out="Write `!Ref` of the vault, which cannot be misspelt.",
    source="AWS Organizations User Guide: Backup policy syntax (vaults must exist before a plan can run)",
)
def vault_of_nearly_the_same_name(subject: PlanInTemplate) -> Iterator[Fault]:
    targets = [(subject.plan.at / "BackupVault", text(subject.plan.backup_vault))]
    targets += [
        (planned.at / "TargetBackupVault", text(planned.rule.target_backup_vault))
        for planned in sure_rules(rules_of(subject.plan))
    ]
    for at, name in targets:
        if (
            name is None
            or not VAULT_NAME.fullmatch(name)
            or name in (*subject.vault_names, VAULT_OF_THE_ACCOUNT)
        ):
            continue
        near = difflib.get_close_matches(name, subject.vault_names, n=1, cutoff=NEARLY)
        if near and not _differ_by_a_number(name, near[0]):
            message = (
                f"is {name}, and the vault of the template is called {near[0]}: write !Ref of that vault if "
                "it is meant"
            )
            yield Fault(at, message)


def _differ_by_a_number(one: str, other: str) -> bool:
    digits = str.maketrans("", "", "0123456789")
    return one.translate(digits) == other.translate(digits)


@rule(
    "E9603",
    subject=VaultInTemplate,
    title="Two vaults of one name",
    explanation="The name of a vault is unique in an account and Region. AWS Backup refuses the second.",
    way_out="Give each vault its own name. `Custom::BackupVault` makes one if `BackupVaultName` is left out.",
    source="Observed: «Backup vault with the same name already exists»",
)
def vaults_of_one_name(subject: VaultInTemplate) -> Iterator[Fault]:
    name = decided(subject.vault.backup_vault_name)
    for logical_id, other in subject.others:
        if name is not None and not isinstance(name, Unreadable) and name == decided(other.backup_vault_name):
            shown = name if isinstance(name, str) else "the same"
            message = (
                f"is {shown}, the name of the vault {logical_id}, too, and AWS Backup refuses the second: "
                "rename one"
            )
            yield Fault(subject.vault.at / "BackupVaultName", message)
            return


@rule(
    "W9611",
    subject=VaultInTemplate,
    title="Deletion policy against removal policy",
    explanation="`DeletionPolicy` decides whether CloudFormation asks the provider to delete at all, "
    "`RemovalPolicy` what the provider then does. With `DeletionPolicy: Retain` a `RemovalPolicy` other "
    "than `RETAIN` never takes effect when the stack goes; with `DeletionPolicy: Delete` alone the vault is "
    "kept, since `RemovalPolicy` is `RETAIN` if it is left out.",
    way_out="Leave `DeletionPolicy` out, and let `RemovalPolicy` say what is meant.",
    source=OWN,
)
def deletion_policy_against_removal_policy(subject: VaultInTemplate) -> Iterator[Fault]:
    if subject.vault.native:
        return
    removal, policy = decided(subject.vault.removal_policy), subject.deletion_policy
    if policy in ("Retain", "RetainExceptOnCreate") and removal == "DESTROY":
        message = f"is {policy}, so RemovalPolicy: DESTROY never takes effect: leave one of the two out"
        yield Fault(ATTRIBUTES / "DeletionPolicy", message)
    elif policy == "Delete" and removal in (None, "RETAIN"):
        message = (
            "is Delete, but the vault is kept, since its RemovalPolicy is RETAIN: write RemovalPolicy: "
            "DESTROY to delete it"
        )
        yield Fault(ATTRIBUTES / "DeletionPolicy", message)


ATTRIBUTES = Path(("..",))
"""Leads from a resource's properties to its attributes."""


@rule(
    "E9605",
    subject=PlanOfSelection,
    title="Not a plan",
    explanation="`BackupPlanId` is the id of a plan. AWS Backup finds no plan by anything else.",
    way_out="Write `!Ref` of the plan.",
    source="Observed: «Cannot find Backup plan with ID …»",
)
def not_a_plan(subject: PlanOfSelection) -> Iterator[Fault]:
    at = Path(("BackupPlanId",))
    if subject.type in PLAN_TYPES:
        if subject.attribute not in ("", "BackupPlanId"):
            message = (
                f"is the {subject.attribute} of {subject.logical_id}, where its id is expected: write !Ref "
                f"{subject.logical_id}"
            )
            yield Fault(at, message)
    elif subject.type.startswith(("AWS::", "Custom::Backup")) and not subject.type.startswith(
        "AWS::CloudFormation::"
    ):
        yield Fault(
            at,
            f"is {subject.logical_id}, which is no plan but {_article(subject.type)}: write !Ref of a plan",
        )


def _article(resource_type: str) -> str:
    return f"an {resource_type}" if resource_type.startswith("A") else f"a {resource_type}"


@rule(
    "W9618",
    subject=TwiceSelected,
    title="Resource in several continuous plans",
    explanation="A resource has one continuous backup. Where the rules of several plans ask for it, the "
    "first makes it, and the others make snapshots.",
    way_out="Leave `EnableContinuousBackup` in one of the plans.",
    source="AWS Backup Developer Guide: Continuous backups and point-in-time recovery, overlapping rules",
)
def several_continuous_plans(subject: TwiceSelected) -> Iterator[Fault]:
    if _is_continuous(subject.plan) and _is_continuous(subject.other):
        message = (
            f"selects {subject.resource.logical_id}, of which the plan {subject.other_id} makes a continuous "
            "backup already: AWS Backup makes one, and snapshots for the other, so leave "
            "EnableContinuousBackup out of one of the plans"
        )
        yield Fault(subject.at, message)


def _is_continuous(plan: BackupPlan) -> bool:
    return any(is_true(one.rule.enable_continuous_backup) for one in sure_rules(rules_of(plan)))
