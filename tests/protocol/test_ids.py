"""The shapes of physical ids; none can be taken for another."""

from __future__ import annotations

import pytest
from cfn_backup.protocol import ids

PLAN = "0f1e2d3c-4b5a-4697-8899-aabbccddeeff"
SELECTION = "a1b2c3d4-e5f6-4a7b-8c9d-0e1f2a3b4c5d"
FOREIGN = [
    "",
    "shop-Plan-1AB2C3D4E5F6:",
    "create-failed:abc",
    f"{PLAN}|{SELECTION}",
    f"{PLAN} ",
    "a/b",
    PLAN.upper(),
]


def test_marker() -> None:
    assert ids.create_failed("abc") == "create-failed:abc"
    assert ids.is_create_failed("create-failed:abc")
    assert not ids.is_create_failed(PLAN)


def test_plan_id() -> None:
    assert ids.is_plan_id(PLAN)
    assert not any(ids.is_plan_id(foreign) for foreign in FOREIGN)


def test_vault_name() -> None:
    assert ids.is_vault_name("shop-Vault-12345678")
    assert not any(
        ids.is_vault_name(foreign) for foreign in ("", "x", "x" * 51, "a b", "a/b", "create-failed:abc")
    )


def test_selection_id() -> None:
    both = ids.SelectionId(SELECTION, PLAN)
    assert str(both) == f"{SELECTION}_{PLAN}"
    assert ids.SelectionId.parse(str(both)) == both


@pytest.mark.parametrize("foreign", [*FOREIGN, PLAN, SELECTION, "a_b"])
def test_selection_id_foreign(foreign: str) -> None:
    assert ids.SelectionId.parse(foreign) is None
