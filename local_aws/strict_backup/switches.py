"""What can be turned on, off or slowed down. Every field is one behaviour of AWS Backup that is not certain,
not wanted in every test, or takes time; the comment above a field is its entry in docs/strict-backup.md."""

from __future__ import annotations

import dataclasses
import json
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .errors import invalid_parameter

OrganizationRole = Literal["none", "member", "management"]
MissingVaultAnswer = Literal["AccessDenied", "ResourceNotFound"]


@dataclass(frozen=True)
class Switches:
    """All switches at their defaults. Make a changed copy with `dataclasses.replace` or `changed`."""

    # Every call takes this long before it is looked at.
    latency_seconds: float = 0.0
    # This many of the next calls answer ThrottlingException.
    throttle_next: int = 0
    # Every n-th call answers ThrottlingException; 0 is never.
    throttle_every: int = 0
    # This many of the next calls answer ServiceUnavailableException, HTTP 500.
    unavailable_next: int = 0
    # This many of the next calls that succeed are done, but answer ServiceUnavailableException all the same.
    answers_lost_next: int = 0
    # The four switches above apply to these operations only; empty is all.
    faulty_operations: tuple[str, ...] = ()
    # The documented rates are kept, per account and Region: more answers ThrottlingException (G13).
    rates_enforced: bool = False
    # IAM actions that the caller lacks: `backup-storage:MountCapsule` or a `kms:` action (V8,
    # CreateBackupVault), `iam:PassRole` (CreateBackupSelection), `backup:TagResource`,
    # `iam:CreateServiceLinkedRole` (R2).
    caller_lacks: tuple[str, ...] = ()

    # What lock, policy, notification and delete calls answer for a vault that does not exist (V12, V15).
    missing_vault_answers: MissingVaultAnswer = "AccessDenied"
    # A vault keeps reporting its last recovery points this long after they are gone (V14, V21).
    vault_not_empty_lag_seconds: float = 0.0
    # Vaults per account and Region; more is LimitExceededException (V22).
    vault_quota: int = 300
    # A lock put again without ChangeableForDays keeps its lock date instead of losing it (L11).
    lock_date_survives_reput: bool = False

    # Plans per account and Region; more is LimitExceededException (B32).
    plan_quota: int = 300
    # Two plans of one name are refused even when their documents differ (B2a).
    plan_names_unique: bool = False
    # UpdateBackupPlan with a document that the plan or another one already has is refused (B5).
    same_document_update_refused: bool = False
    # Deleting a plan is refused for this long after its last selection was deleted (B9).
    plan_deletion_lag_seconds: float = 0.0
    # Two rules of one name in a plan are refused (B13).
    rule_names_unique: bool = False
    # CompletionWindowMinutes must be greater than StartWindowMinutes (B19).
    completion_after_start: bool = False
    # Partitions where OptInToArchiveForSupportedResources is refused (B28).
    partitions_without_ebs_archive: tuple[str, ...] = ("aws-us-gov",)
    # 10 rules per plan, 5 copy actions per rule, 10 recovery point tags, 10 tag-using selections per plan
    # (B31).
    policy_quotas_enforced: bool = False
    # GetBackupPlan shows CopyActions, RecoveryPointTags and EnableContinuousBackup even where they were not
    # given.
    rules_read_back_complete: bool = False

    # A role is not assumable until this long after its creation (S6).
    role_assumable_lag_seconds: float = 0.0
    # The first n selections that name a role find it not assumable (S6).
    role_assumable_attempts: int = 0
    # A role is not allowed tag:GetResources until this long after its creation (S6).
    role_permission_lag_seconds: float = 0.0
    # The first n selections that name an assumable role find it not allowed tag:GetResources (S6).
    role_permission_attempts: int = 0
    # tag:GetResources is asked of the role even when the selection uses no tags (S5).
    tag_permission_always_checked: bool = False
    # Two selections of one name in a plan are refused (S12).
    selection_names_unique: bool = False
    # ConditionType may be written in any case (S16).
    condition_type_any_case: bool = False
    # Get and List do not show a selection until this long after its creation (S18).
    selection_read_lag_seconds: float = 0.0

    # Backup jobs run when their plans' schedules say. Off by itself, so that a test that runs at five in the
    # morning finds what it finds at noon.
    scheduled_jobs: bool = False
    # A deleted recovery point stays DELETING this long before it is gone or EXPIRED (R1, R2).
    recovery_point_deletion_seconds: float = 0.0
    # The cluster-state point in a composite of EKS can be deleted, as one sentence of the developer guide has
    # it, instead of going only with its composite, as another has it (R6).
    eks_state_point_deletable: bool = False
    # DisassociateRecoveryPoint takes a continuous point of Aurora out of the vault; else it is refused (R7).
    aurora_disassociation_accepted: bool = False
    # The account's place in AWS Organizations (G6).
    organization_role: OrganizationRole = "none"
    # Items of a page when the caller gives no MaxResults.
    page_size: int = 100

    def changed(self, changes: Mapping[str, Any]) -> Switches:
        """A copy with `changes` applied, as JSON gives them; an unknown name or a wrong type is refused."""
        kinds = typing.get_type_hints(Switches)
        for name, value in changes.items():
            if name not in kinds:
                raise invalid_parameter(f"There is no switch {name}.")
            if not _fits(value, kinds[name]):
                raise invalid_parameter(f"The switch {name} cannot be {value!r}.")
        fitting: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in changes.items()
        }
        return dataclasses.replace(self, **fitting)

    @classmethod
    def from_json(cls, text: str) -> Switches:
        """The defaults changed by a JSON object, as in the environment variable STRICT_BACKUP_SWITCHES."""
        return cls().changed(json.loads(text or "{}"))

    def as_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


def _fits(value: object, kind: Any) -> bool:
    if typing.get_origin(kind) is Literal:
        return value in typing.get_args(kind)
    if typing.get_origin(kind) is tuple:
        return isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
    if kind is bool or isinstance(value, bool):
        return kind is bool and isinstance(value, bool)
    numbers = (int, float) if kind is float else (int,)
    return isinstance(value, numbers) and value >= 0
