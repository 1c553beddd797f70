"""Whether a vault may be emptied for the one who asks. AWS never gives a recovery point back, so all of this
has to be true at the beginning of every slice, whatever the execution's input says."""

from __future__ import annotations

from cfn_backup.aws.errors import ProviderError
from cfn_backup.aws.vaults import VaultParts, VaultState
from cfn_backup.desired.owner import EMPTY_ON_DELETE_TAG, REMOVAL_POLICY_TAG, Owner
from cfn_backup.emptying.order import Order
from cfn_backup.emptying.points import RdsPoints
from cfn_backup.written.vault import DESTROY


class NotToBeEmptied(ProviderError):
    """Raised when a vault is not the owner's, or nobody recorded that it is to be emptied."""


def owner_of(order: Order) -> Owner:
    """The custom resource for which the order was made. A stack id that is none owns nothing."""
    name = order.stack_id.partition(":stack/")[2].partition("/")[0]
    return Owner(order.stack_id, name, order.logical_id)


def refuse_to_empty(owner: Owner, vault: VaultParts) -> None:
    """Raises NotToBeEmptied, unless the vault is the owner's by its creation token and by its tags, and has
    the record that its template wants it emptied and deleted."""
    name = vault.state.name
    refuse_vault_of_others(owner, vault.state)
    if not owner.owns_tags(vault.tags):
        raise NotToBeEmptied(
            f"The vault {name} is not emptied: its cfn-backup-provider tags do not say that it belongs to "
            "this resource of this stack"
        )
    if record_of(vault) is None:
        raise NotToBeEmptied(
            f"The vault {name} is not emptied: it does not carry the record of EmptyOnDelete. Set "
            "RemovalPolicy: DESTROY and EmptyOnDelete: true in the template, update the stack, then try again"
        )


def refuse_vault_of_others(owner: Owner, state: VaultState) -> None:
    """Raises NotToBeEmptied, unless the vault has a creation token of the owner; nobody can change that."""
    if not owner.owns_token(state.creator_request_id):
        raise NotToBeEmptied(
            f"The vault {state.name} is not emptied: it was not made by this resource of this stack (its "
            "creation token says so)"
        )


def record_of(vault: VaultParts) -> RdsPoints | None:
    """What is recorded on the vault: what to do with continuous points of RDS; None if it is not to be
    emptied."""
    if vault.tags.get(REMOVAL_POLICY_TAG) != DESTROY:
        return None
    try:
        return RdsPoints(vault.tags.get(EMPTY_ON_DELETE_TAG, ""))
    except ValueError:
        return None
