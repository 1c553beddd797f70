"""The Lambda function behind ``Custom::BackupRegionSettings``: wiring, nothing else."""

from cfn_backup.protocol import provider

handler = provider(
    "cfn_backup.reconcile.region_settings:BackupRegionSettingsResource", serves="Custom::BackupRegionSettings"
)
