"""What can still be done about a vault that is to go and has recovery points."""

from __future__ import annotations

from cfn_backup.aws.vaults import VaultState

CLEANING_UP = "CLEANUP_IN_PROGRESS"
CREATION_ROLLED_BACK = "ROLLBACK_IN_PROGRESS"


def refusal(vault: VaultState, stack_name: str, stack_status: str, logical_id: str) -> str:
    """Why the vault is not deleted, and the way out in this state of the stack.

    ``stack_status``: of the stack while it deletes the resource; empty if it is not known.
    """
    count = max(vault.recovery_points, 1)
    points = "1 recovery point" if count == 1 else f"{count} recovery points"
    why = (
        f"The vault {vault.name} has {points} and is not deleted: its RemovalPolicy asks for that, but "
        "EmptyOnDelete, which deletes them first, was not set when the deletion began."
    )
    return " ".join(filter(None, (why, _in(stack_status, stack_name, logical_id), _under_lock(vault))))


def _in(stack_status: str, stack_name: str, logical_id: str) -> str:
    if stack_status.endswith(CLEANING_UP):
        return (
            "The update ends without that: the vault stays, and no stack has it any more. Keep it, or delete "
            "its recovery points and then the vault yourself."
        )
    retain = f"aws cloudformation delete-stack --stack-name {stack_name} --retain-resources {logical_id}"
    first = "Delete the stack again, which fails with DELETE_FAILED. "
    return (
        f"{first if stack_status == CREATION_ROLLED_BACK else ''}A stack in DELETE_FAILED cannot be updated. "
        f"To keep the vault and delete the rest: {retain}. "
        "To delete the vault: delete its recovery points, then the stack again."
    )


def _under_lock(vault: VaultState) -> str:
    if not vault.locked:
        return ""
    locked = "The vault is locked, so no recovery point of it can be deleted."
    if vault.lock_date is None:
        remove = f"aws backup delete-backup-vault-lock-configuration --backup-vault-name {vault.name}"
        return f"{locked} Remove the lock first: {remove}."
    return (
        f"{locked} Until {vault.lock_date.isoformat()} the lock can be removed; from then on nobody can, and "
        "the recovery points only expire."
    )
