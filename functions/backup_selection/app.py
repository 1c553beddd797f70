"""The Lambda function behind ``Custom::BackupSelection``: wiring, nothing else."""

from cfn_backup.protocol import provider

handler = provider("cfn_backup.reconcile.selection:BackupSelectionResource", serves="Custom::BackupSelection")
