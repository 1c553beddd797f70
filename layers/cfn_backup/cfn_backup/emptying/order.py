"""What a state machine's execution is told to do."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Order:
    """Which vault to empty, and for whom. It is the execution's input, which whoever may see executions can
    read: nothing in it is secret, and none of it is believed unless the vault itself says so too."""

    vault_name: str
    stack_id: str
    logical_id: str
    delete_vault: bool
    """Whether the vault goes too, as a stack's deletion wants it; `cfn-backup empty` leaves it."""
    request_id: str = ""
    """Of CloudFormation's request that began the work; empty when none did."""
    physical_id: str = ""
    """Of the resource for which the work is done: of a plan, when the vault is its default vault."""
    with_role: bool = False
    """Whether the owner's role goes after the last vault: AWS Backup deletes the recovery points with it."""
    then: tuple[str, ...] = ()
    """More vaults of the same owner, to be emptied afterwards."""

    def next(self) -> Order | None:
        """The order for the vault that follows; None after the last."""
        return dataclasses.replace(self, vault_name=self.then[0], then=self.then[1:]) if self.then else None

    def to_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, members: Mapping[str, Any]) -> Order:
        """Raises TypeError for what is no order. Members that a newer version wrote are left out."""
        known = {field.name for field in dataclasses.fields(cls)}
        order = cls(**{name: value for name, value in members.items() if name in known})
        texts = (
            *(order.vault_name, order.stack_id, order.logical_id, order.request_id, order.physical_id),
            *order.then,
        )
        words = (order.delete_vault, order.with_role)
        if not all(isinstance(one, str) for one in texts) or not all(isinstance(one, bool) for one in words):
            raise TypeError("The order's members do not have the types of an order.")
        return dataclasses.replace(order, then=tuple(order.then))
