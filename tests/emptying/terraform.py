"""Terraform's way of emptying a vault, to compare with."""

from __future__ import annotations

from .simulation import VAULT, World

_POLL = 10.0
"""Seconds between two looks of a `retry.StateChangeConf` after its first delay growing from 100 ms (Terraform
plugin SDK, helper/retry): 0.1, 0.2, 0.4 … up to 10."""


def terraform_seconds(count: int) -> float:
    """Seconds that `force_destroy` takes for so many points: each is deleted, then waited for, then the next
    (hashicorp/terraform-provider-aws, internal/service/backup/vault.go)."""
    world = World()
    world.put(count)
    begun = world.clock.now()
    for point in _points(world):
        world.session.call(
            "backup", "DeleteRecoveryPoint", BackupVaultName=VAULT, RecoveryPointArn=point["RecoveryPointArn"]
        )
        _await_gone(world, point["RecoveryPointArn"])
    return world.clock.now() - begun


def _points(world: World) -> list[dict[str, str]]:
    return list(
        world.session.pages(
            "backup", "ListRecoveryPointsByBackupVault", "RecoveryPoints", BackupVaultName=VAULT
        )
    )


def _await_gone(world: World, arn: str) -> None:
    from cfn_backup.aws.recovery_points import is_gone  # noqa: PLC0415

    pause = 0.1
    while True:
        world.clock.sleep(pause)
        if is_gone(world.session, VAULT, arn):
            return
        pause = min(_POLL, pause * 2)
