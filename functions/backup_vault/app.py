"""The Lambda function behind ``Custom::BackupVault``: wiring, nothing else."""

from cfn_backup.protocol import provider

handler = provider("cfn_backup.reconcile.vault:BackupVaultResource", serves="Custom::BackupVault")
