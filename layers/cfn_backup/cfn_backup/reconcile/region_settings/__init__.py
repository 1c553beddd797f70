"""``Custom::BackupRegionSettings``: which resource types AWS Backup protects in a Region, and manages fully."""

from cfn_backup.reconcile.region_settings.resource import BackupRegionSettingsResource

__all__ = ["BackupRegionSettingsResource"]
