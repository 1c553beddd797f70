"""Handing a vault with recovery points over to the state machine that empties it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial

from cfn_backup.aws.errors import GeneralServiceException
from cfn_backup.aws.executions import RUNNING, SUCCEEDED
from cfn_backup.aws.vaults import VaultParts
from cfn_backup.emptying.order import Order
from cfn_backup.emptying.ownership import record_of, refuse_to_empty
from cfn_backup.emptying.starting import MACHINE_VARIABLE, is_allowed, key_of, start_or_join
from cfn_backup.reconcile.work import Pending, Work, log

NOT_ALLOWED = (
    "the installer of the provider does not allow that: the provider's stack has the parameter "
    "AllowEmptyOnDelete, which is false"
)


def is_to_be_emptied(work: Work, vault: VaultParts) -> bool:
    """Whether the vault carries the record of EmptyOnDelete, and is the owner's by its creation token.

    Raises NotToBeEmptied for a vault that carries the record and is not.
    """
    if record_of(vault) is None:
        return False
    refuse_to_empty(work.owner, vault)
    return True


def hand_over(work: Work, found: Sequence[VaultParts], *, with_role: bool) -> None:
    """Leaves the request to the state machine, which empties these vaults one after the other, deletes them
    and answers. ``with_role``: the owner's role goes then, too: AWS Backup deletes points with it."""
    first = found[0].state
    order = Order(
        vault_name=first.name,
        stack_id=str(work.owner.stack_id),
        logical_id=work.owner.logical_id,
        delete_vault=True,
        request_id=work.request_id,
        physical_id=str(work.physical_id),
        with_role=with_role,
        then=tuple(vault.state.name for vault in found[1:]),
    )
    key = key_of(first.name, first.creator_request_id)
    work.leave(Pending(key, partial(_begin, work, order, key)))


def _begin(work: Work, order: Order, key: str) -> bool:
    """False if the request has been served: Lambda has delivered it once more, later.

    Raises GeneralServiceException if the execution that an earlier delivery started has died.
    """
    begun = start_or_join(work.session, os.environ[MACHINE_VARIABLE], order, key, pause=work.deadline.sleep)
    log.info(
        "emptying the vault %s", order.vault_name, extra={"execution": begun.name, "joined": begun.joined}
    )
    if begun.status not in (RUNNING, SUCCEEDED):
        raise GeneralServiceException(
            f"The execution {begun.name}, which emptied the vault {order.vault_name} for this request, ended "
            f"as {begun.status}. Delete again: that starts a new one"
        )
    return begun.status == RUNNING


__all__ = ["NOT_ALLOWED", "hand_over", "is_allowed", "is_to_be_emptied"]
