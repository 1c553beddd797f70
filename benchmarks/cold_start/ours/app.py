"""The function behind Custom::BackupVault, with a creation that makes one call instead of several."""

from cfn_backup.protocol import provider

handler = provider("one_call:OneCall", serves="Custom::BackupVault")
