"""The rules that only a deployment can check, since AWS has to be asked."""

from __future__ import annotations

from cfn_backup.rules.registry import OWN, reading_rule

reading_rule(
    "E9501",
    title="New key for a vault with a fixed name",
    explanation="The key of a vault cannot be changed, so a new vault is needed, and the old one still has the name.",
    way_out="Change `BackupVaultName`, too, or leave it out: then names are generated.",
    source="AWS Backup Developer Guide: Backup vault creation and deletion",
)

reading_rule(
    "E9409",
    title="Emptying that is not allowed",
    explanation="Whether recovery points may be deleted with their vault decides whoever installs the provider: as long as its "
    "parameter `AllowEmptyOnDelete` is `false`, its functions lack the permission.",
    way_out="Have the provider's stack updated with `AllowEmptyOnDelete=true`, or leave `EmptyOnDelete` out.",
    source=OWN,
)
