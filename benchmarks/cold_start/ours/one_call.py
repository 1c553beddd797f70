"""A request for a vault, with the imports and the checks of its reconciliation, up to the first call."""

from cfn_backup.aws import vaults
from cfn_backup.desired.vault import expand_vault
from cfn_backup.reconcile import vault  # noqa: F401 - what the function itself imports
from cfn_backup.reconcile.work import Pending, Result, Work
from cfn_backup.rules import read_vault


class OneCall:
    """Looks a vault up, whatever the request."""

    def create(self, work: Work) -> Result:
        given = read_vault(work.properties, work.place, work.findings)
        work.refuse_errors()
        if given is None:
            raise TypeError(given)
        expand_vault(given, work.owner)
        found = vaults.find_vault(work.session, "orders")
        return Result("orders", {"BackupVaultArn": found.arn if found else ""})

    def update(self, work: Work) -> Result:
        return self.create(work)

    def delete(self, work: Work) -> Pending | None:
        self.create(work)
        return None
