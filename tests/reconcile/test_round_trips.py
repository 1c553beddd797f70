"""How long a person waits: calls that have to wait for each other."""

from __future__ import annotations

from tests.reconcile.calls import Calls
from tests.reconcile.stack import Stack


def test_a_preset_plan_with_vault_role_and_selection_takes_five_round_trips(
    stack: Stack, calls: Calls
) -> None:
    # GIVEN
    properties = {
        "Preset": "dailyMonthly1YearRetention",
        "Selections": [{"SelectionName": "Tables", "Resources": [{"DynamoDBTable": "orders"}]}],
    }
    calls.latency = 0.1

    # WHEN
    stack.create("Plan", properties)

    # THEN
    assert calls.rounds() <= 5, calls.made
