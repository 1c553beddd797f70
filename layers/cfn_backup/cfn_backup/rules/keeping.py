"""The rules about keys and roles that go with their stack, while recovery points that need them stay."""

from __future__ import annotations

from collections.abc import Iterator

from cfn_backup.rules.across import KeyOfVault, RoleOfSelection
from cfn_backup.rules.registry import Fault, rule

WHILE_POINTS_STAY = "while the vault and its recovery points stay"


@rule(
    "W9608",
    subject=KeyOfVault,
    title="Key that goes with the stack",
    explanation="The vault is kept when its stack goes, and its key of the same template is not: recovery "
    "points that are encrypted with it can then be read by nobody, once the key's waiting period is over.",
    way_out="Give the key `DeletionPolicy: Retain` and `UpdateReplacePolicy: Retain`.",
    source="AWS Key Management Service Developer Guide: Deleting AWS KMS keys",
)
def key_goes_with_the_stack(subject: KeyOfVault) -> Iterator[Fault]:
    if subject.vault.is_kept and not subject.key.is_retained:
        key = subject.key.logical_id
        message = (
            f"is the key {key}, which is deleted with the stack {WHILE_POINTS_STAY}, and then nobody can "
            f"read them: give {key} DeletionPolicy: Retain"
        )
        yield Fault(subject.vault.vault.at / "EncryptionKeyArn", message)


@rule(
    "W9609",
    subject=RoleOfSelection,
    title="Role that goes with the stack",
    explanation="AWS Backup deletes recovery points with the role that made them. If the role goes with its "
    "stack, and the vault is kept, points that stay become EXPIRED at the end of their retention: they are "
    "not deleted, and cost on.",
    way_out="Give the role `DeletionPolicy: Retain`. `Custom::BackupPlan` and `Custom::BackupSelection` "
    "make and keep a role if `IamRoleArn` is left out.",
    source="AWS Backup API: DeleteRecoveryPoint; AWS Backup Developer Guide: Deleting backups",
)
def role_goes_with_the_stack(subject: RoleOfSelection) -> Iterator[Fault]:
    if not subject.role.is_retained and any(vault.is_kept for vault in subject.vaults):
        role = subject.role.logical_id
        message = (
            f"is the role {role}, which is deleted with the stack {WHILE_POINTS_STAY}, and AWS Backup then "
            f"cannot delete them: give {role} DeletionPolicy: Retain"
        )
        yield Fault(subject.selection.at / "IamRoleArn", message)
