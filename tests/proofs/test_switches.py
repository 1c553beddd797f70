"""Stacks succeed while the services are slow, contrary and inconsistent: the switches of the strict AWS
Backup.
"""

from __future__ import annotations

import pytest

from local_aws.strict_backup import Switches
from tests.fake_cloudformation import Resource
from tests.proofs.crash_points.scenarios import FULL_PLAN, plan, selection, vault
from tests.proofs.meaning import meaning, unexcused
from tests.proofs.report import TALLY
from tests.proofs.world import BUCKET, TABLE, World

FIRST: tuple[Resource, ...] = (
    vault(RemovalPolicy="DESTROY"),
    plan(**FULL_PLAN),
    selection(BackupPlanId={"Ref": "Plan"}, Resources=[TABLE]),
)
SECOND: tuple[Resource, ...] = (
    vault(RemovalPolicy="DESTROY", BackupVaultTags={"a": "b"}),
    plan(
        **{
            **FULL_PLAN,
            "Selections": [{"SelectionName": "tables", "Resources": [BUCKET]}],
            "AllowRestores": False,
        }
    ),
    selection(BackupPlanId={"Ref": "Plan"}, Resources=[{"Tag": {"Key": "backup", "Value": "yes"}}]),
)

SWITCHES = {
    "a role becomes assumable only after a while": Switches(role_assumable_lag_seconds=40),
    "a role is allowed to look at tags only after a while": Switches(
        role_permission_lag_seconds=40, tag_permission_always_checked=True
    ),
    "both, counted in attempts": Switches(role_assumable_attempts=4, role_permission_attempts=3),
    "a plan refuses deletion for a while after its selections": Switches(plan_deletion_lag_seconds=60),
    "a missing vault answers AccessDenied": Switches(missing_vault_answers="AccessDenied"),
    "a missing vault answers ResourceNotFound": Switches(missing_vault_answers="ResourceNotFound"),
    "selections are read late": Switches(selection_read_lag_seconds=12),
    "names of selections are unique": Switches(selection_names_unique=True),
    "names of rules are unique": Switches(rule_names_unique=True),
    "a document cannot be put again": Switches(same_document_update_refused=True),
    "rules are read back complete": Switches(rules_read_back_complete=True),
    "every fifth call is throttled": Switches(throttle_every=5),
    "the service is down for a moment": Switches(unavailable_next=3),
    "pages are short": Switches(page_size=1),
    "all of it": Switches(
        role_assumable_lag_seconds=40,
        plan_deletion_lag_seconds=60,
        selection_names_unique=True,
        rules_read_back_complete=True,
        throttle_every=7,
        page_size=1,
    ),
}


@pytest.mark.parametrize("switches", SWITCHES.values(), ids=[name.replace(" ", "-") for name in SWITCHES])
def test_stack_lives(switches: Switches) -> None:
    # GIVEN a service that behaves like that
    with World(switches=switches) as world:
        # WHEN a stack is created, updated, updated back and deleted
        created = world.cloudformation.create_stack("shop", FIRST)
        assert created.status == "CREATE_COMPLETE", created.reasons
        before = meaning(world)
        updated = world.cloudformation.update_stack("shop", SECOND)
        assert updated.status == "UPDATE_COMPLETE", updated.reasons
        assert world.cloudformation.update_stack("shop", FIRST).status == "UPDATE_COMPLETE"
        back = meaning(world)
        deleted = world.cloudformation.delete_stack("shop")
        # THEN every step succeeds, the way back leads back, and nothing is left
        assert deleted.status == "DELETE_COMPLETE", deleted.reasons
        left = meaning(world)
        TALLY["leaks"] += len(unexcused(left, left))
        TALLY["touched"] += len(world.touched())
        assert left == {}
        assert world.touched() == []
        if not switches.selection_names_unique:
            assert back == before
