"""The vault as it is reconciled, imports and checks included, up to the first call."""

from cfn_backup.aws import vaults
from cfn_backup.desired.vault import expand_vault
from cfn_backup.reconcile.vault import BackupVaultResource
from cfn_backup.reconcile.work import Result, Work
from cfn_backup.rules import read_vault


class OneCall(BackupVaultResource):
    def create(self, work: Work) -> Result:
        given = read_vault(work.properties, work.place, work.findings)
        work.refuse_errors()
        if given is None:
            raise TypeError(given)
        expand_vault(given, work.owner)
        found = vaults.find_vault(work.session, "orders")
        return Result("orders", {"BackupVaultArn": found.arn if found else ""})
