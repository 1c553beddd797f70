"""The Lambda function behind the state machine that empties vaults: wiring, nothing else."""

from cfn_backup.protocol.vault_emptier import handler

__all__ = ["handler"]
