"""The Lambda function behind ``Custom::BackupPlan``: wiring, nothing else."""

from cfn_backup.protocol import provider

handler = provider("cfn_backup.reconcile.plan:BackupPlanResource", serves="Custom::BackupPlan")
