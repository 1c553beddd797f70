"""The marker of a Create that made nothing; no real id can be taken for it."""

from __future__ import annotations

import re

import pytest

from cfn_backup.protocol import ids

PLAN = "0f1e2d3c-4b5a-4697-8899-aabbccddeeff"
SELECTION = "a1b2c3d4-e5f6-4a7b-8c9d-0e1f2a3b4c5d"


def test_marker() -> None:
    assert ids.create_failed("abc") == "create-failed:abc"


@pytest.mark.parametrize(
    "real", [PLAN, f"{SELECTION}_{PLAN}", "shop-Vault-12345678", "shop-Plan-1AB2C3D4E5F6"]
)
def test_no_real_id_is_a_marker(real: str) -> None:
    """F7: neither one of ours nor one that CloudFormation makes up."""
    assert not real.startswith(ids.CREATE_FAILED)
    assert not re.fullmatch(r"[a-zA-Z0-9_-]{2,50}", ids.create_failed(real[:10]))
