"""The physical id of what was never made. The other ids are their resources' own business, in ``reconcile``.

None of those has a colon: a plan's is a UUID, a selection's two of them, a vault's its name. So the marker
cannot be mistaken for one.
"""

from __future__ import annotations

CREATE_FAILED = "create-failed:"
"""A failed Create has to answer with an id too (aws-cdk PR #5525); this one says that nothing is there."""

PHYSICAL_ID_LIMIT = 1024
"""Bytes of a PhysicalResourceId (user guide, crpg-ref-responses)."""


def create_failed(request_id: str) -> str:
    """The marker of a Create that made nothing, or undid everything."""
    return f"{CREATE_FAILED}{request_id}"
