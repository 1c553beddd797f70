"""The physical ids that CloudFormation gets to see; pure.

A resource's id has one strict shape per type, so that an id which CloudFormation invented, or the marker of a
Create that made nothing, can never be mistaken for it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

CREATE_FAILED = "create-failed:"
"""A failed Create must answer with an id too; this one says that there is nothing to delete (aws-cdk PR
#5525).
"""

PHYSICAL_ID_LIMIT = 1024
"""Bytes of a PhysicalResourceId (user guide, crpg-ref-responses)."""

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_PLAN_ID = re.compile(_UUID)
_SELECTION_ID = re.compile(rf"(?P<selection>{_UUID})_(?P<plan>{_UUID})")
_VAULT_NAME = re.compile(r"[a-zA-Z0-9_-]{2,50}")


def create_failed(request_id: str) -> str:
    """The marker of a Create that made nothing, or undid everything."""
    return f"{CREATE_FAILED}{request_id}"


def is_create_failed(physical_id: str) -> bool:
    """Whether the id is a marker. None of the real shapes has a colon, so none can be taken for one."""
    return physical_id.startswith(CREATE_FAILED)


def is_plan_id(physical_id: str) -> bool:
    return _PLAN_ID.fullmatch(physical_id) is not None


def is_vault_name(physical_id: str) -> bool:
    return _VAULT_NAME.fullmatch(physical_id) is not None


@dataclass(frozen=True)
class SelectionId:
    """The two ids without which a selection can be neither read nor deleted."""

    selection_id: str
    plan_id: str

    def __str__(self) -> str:
        return f"{self.selection_id}_{self.plan_id}"

    @classmethod
    def parse(cls, physical_id: str) -> SelectionId | None:
        """None when the id is not of this shape: the marker, or one that CloudFormation invented."""
        match = _SELECTION_ID.fullmatch(physical_id)
        return cls(match["selection"], match["plan"]) if match else None
