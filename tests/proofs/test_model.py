"""Random sequences of stack operations, of odd deliveries, and of what others do meanwhile, against the
strict AWS Backup.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.fake_cloudformation import AtOnce, Late, Lost, Once, Resource, Throttled, Twice
from tests.proofs.crash_points.scenarios import (
    ALL_TYPES,
    DAILY,
    DESTROY,
    NOTIFICATIONS,
    WITH_SELECTIONS,
    fails_on,
    plan,
    selection,
    vault,
)
from tests.proofs.meaning import Meaning, meaning, unexcused
from tests.proofs.report import TALLY
from tests.proofs.wire import Call
from tests.proofs.world import BUCKET, ROLE, TABLE, World

EXAMPLES, STEPS = 40, 16
STACKS = ("shop", "kiosk")
TEMPLATES: tuple[tuple[Resource, ...], ...] = (
    (plan(**DAILY, DefaultVault=DESTROY),),
    (plan(**WITH_SELECTIONS),),
    (
        plan(
            **{**WITH_SELECTIONS, "Selections": [{"SelectionName": "tables", "Resources": [TABLE, BUCKET]}]},
            AllowRestores=True,
            BackupPlanTags={"a": "b"},
        ),
    ),
    ALL_TYPES,
    (
        vault(**DESTROY, BackupVaultTags={"a": "b"}, LockConfiguration={"MinRetentionDays": 3}),
        plan(BackupVault={"Ref": "Vault"}, **DAILY),
        selection(BackupPlanId={"Ref": "Plan"}, Resources=[TABLE, BUCKET], IamRoleArn=ROLE),
    ),
    (vault(Notifications=NOTIFICATIONS), plan(BackupVault={"Ref": "Vault"}, **DAILY)),
)
PROTECTING = frozenset({1, 2, 3, 4})
"""Those in which the table is selected."""
DELIVERIES = (Once(), Twice(), Twice(30), AtOnce(2), Late(100), Late(4000), Lost(), Throttled())


def of_stack(world: World, stack_id: str) -> Meaning:
    """What is there of one stack, with its own name and id taken out."""
    name, uuid = stack_id.split("/")[1:]
    mine = [line for line in meaning(world).elements() if uuid[:8] in line]
    return Meaning(re.sub(rf"{name}-|{re.escape(stack_id)}|{uuid[:8]}", "…", line) for line in mine)


@functools.cache
def fresh(template: int) -> Meaning:
    """What the template means: what a stack made of nothing else has."""
    with World(seed=77) as world:
        stack = world.cloudformation.create_stack("fresh", TEMPLATES[template])
        assert stack.status == "CREATE_COMPLETE", stack.reasons
        return of_stack(world, stack.id)


class Model(RuleBasedStateMachine):
    """What CloudFormation believes, beside the world as it is."""

    def __init__(self) -> None:
        super().__init__()
        for template in range(len(TEMPLATES)):
            fresh(template)
        self.world = World()
        self.world.__enter__()
        self.believed: dict[str, int] = {}
        self.disturbed: set[str] = set()
        self.guarded = ""
        self.unprotected: list[str] = []
        self.points: set[str] = set()
        self.world.wire.after_each = self._look

    def teardown(self) -> None:
        world = self.world
        try:
            for name in STACKS:
                if world.cloudformation.find_stack(name):
                    self._delete(name)
            world.cloudformation.settle()
            present = meaning(world)
            left = [line for line in unexcused(present, present) if not self._excused(line)]
            TALLY["leaks"] += len(left)
            TALLY["touched"] += len(world.touched())
            assert left == []
            assert world.touched() == []
        finally:
            world.__exit__()

    # ---- stacks ------------------------------------------------------------------------------------------

    @rule(
        name=st.sampled_from(STACKS),
        template=st.integers(0, len(TEMPLATES) - 1),
        how=st.sampled_from(DELIVERIES),
        fails=st.booleans(),
    )
    def create(self, name: str, template: int, how: Callable[..., None], fails: bool) -> None:
        if self.world.cloudformation.find_stack(name):
            return
        self.world.cloudformation.deliver(how, request_type="Create")
        more = (
            [fails_on("Create", *(resource.logical_id for resource in TEMPLATES[template]))] if fails else []
        )
        stack = self.world.cloudformation.create_stack(name, [*TEMPLATES[template], *more])
        if stack.status == "CREATE_COMPLETE":
            self.believed[name] = template
        else:
            assert stack.status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED"), stack.status
            self._delete(name)

    @rule(
        name=st.sampled_from(STACKS),
        template=st.integers(0, len(TEMPLATES) - 1),
        how=st.sampled_from(DELIVERIES),
        fails=st.booleans(),
    )
    def update(self, name: str, template: int, how: Callable[..., None], fails: bool) -> None:
        if name not in self.believed:
            return
        self.world.cloudformation.deliver(how, request_type="Update")
        if {self.believed[name], template} <= PROTECTING and name not in self.disturbed:
            self.guarded = self._id(name)
        more = (
            [fails_on("Create", *(resource.logical_id for resource in TEMPLATES[template]))] if fails else []
        )
        stack = self.world.cloudformation.update_stack(name, [*TEMPLATES[template], *more])
        self.guarded = ""
        if stack.status == "UPDATE_COMPLETE":
            self.believed[name] = template
        elif stack.status == "UPDATE_ROLLBACK_FAILED":
            self.disturbed.add(name)
        else:
            assert stack.status == "UPDATE_ROLLBACK_COMPLETE", stack.status

    @rule(name=st.sampled_from(STACKS), how=st.sampled_from(DELIVERIES))
    def delete(self, name: str, how: Callable[..., None]) -> None:
        if name in self.believed:
            self.world.cloudformation.deliver(how, request_type="Delete")
            self._delete(name)

    @rule()
    def deliver_what_is_left(self) -> None:
        self.world.cloudformation.settle()

    @rule(seconds=st.sampled_from([30, 600, 90000]))
    def wait(self, seconds: int) -> None:
        self.world.clock.advance(seconds=seconds)

    # ---- others ------------------------------------------------------------------------------------------

    @precondition(lambda self: self.believed)
    @rule(data=st.data(), kind=st.sampled_from(["selection", "plan", "role"]))
    def somebody_deletes(self, data: st.DataObject, kind: str) -> None:
        names = [name for name in self.world.added() if name.startswith(f"{kind}/")]
        if not names:
            return
        name = data.draw(st.sampled_from(sorted(names)))
        self.disturbed |= set(self.believed)
        if kind == "role":
            role = self.world._iam.get_role(name.split("/")[1])
            role.managed_policies.clear()
            self.world._iam.delete_role(role.name)
            return
        _, plan_id, *selection_id = name.split("/")
        for one in selection_id or [
            found.split("/")[2] for found in self.world.things() if found.startswith(f"selection/{plan_id}/")
        ]:
            self.world.ask("DeleteBackupSelection", BackupPlanId=plan_id, SelectionId=one)
        if kind == "plan":
            self.world.ask("DeleteBackupPlan", BackupPlanId=plan_id)

    @precondition(lambda self: self.believed)
    @rule(data=st.data(), made_with=st.sampled_from([ROLE, None]))
    def a_backup_runs(self, data: st.DataObject, made_with: str | None) -> None:
        vaults = sorted(name.split("/")[1] for name in self.world.added() if name.startswith("vault/"))
        if vaults:
            vault_name = data.draw(st.sampled_from(vaults))
            self.points.add(f"point/{vault_name}/{self.world.put_recovery_point(vault_name, made_with)}")

    @precondition(lambda self: self.believed)
    @rule(data=st.data())
    def somebody_changes_a_vault(self, data: st.DataObject) -> None:
        vaults = sorted(name.split("/")[1] for name in self.world.added() if name.startswith("vault/"))
        if vaults:
            policy = {"Version": "2012-10-17", "Statement": []}
            self.world.ask(
                "PutBackupVaultAccessPolicy",
                BackupVaultName=data.draw(st.sampled_from(vaults)),
                Policy=json.dumps(policy),
            )
            self.disturbed |= set(self.believed)

    @rule(name=st.sampled_from(["shop-Plan", "kiosk-Vault", "kiosk-Selection"]), number=st.integers(0, 99))
    def somebody_makes_alike_things(self, name: str, number: int) -> None:
        before = set(self.world.things())
        alike = f"{name}-{number:08d}"
        if f"vault/{alike}" not in before:
            self.world._make_vault(alike, {"cfn-backup-provider:logical-id": name.rpartition("-")[2]})
            self.world._make_plan(alike, {})
            now = self.world.things()
            self.world.foreign |= {thing: now[thing] for thing in now.keys() - before}

    # ---- what holds after each ---------------------------------------------------------------------------

    @invariant()
    def what_is_believed_is_true(self) -> None:
        for name in self.believed.keys() - self.disturbed:
            stack = self.world.cloudformation.find_stack(name)
            assert stack is not None
            actual, expected = of_stack(self.world, stack.id), fresh(self.believed[name])
            assert Meaning(expected - actual) == {}, f"{name} lacks"
            assert unexcused(Meaning(actual - expected), actual) == [], f"{name} has too much"

    @invariant()
    def others_are_left_alone(self) -> None:
        assert self.world.touched() == []

    @invariant()
    def no_recovery_point_is_lost(self) -> None:
        assert self.points <= self.world.things().keys()

    @invariant()
    def nothing_was_unprotected(self) -> None:
        assert self.unprotected == []

    @invariant()
    def count(self) -> None:
        TALLY["model steps"] += 1
        TALLY["model steps survived"] += 1

    # ---- -------------------------------------------------------------------------------------------------

    def _look(self, call: Call) -> None:
        """After each call of an update between two templates that select the table: some selection of the
        stack does.
        """
        if not self.guarded:
            return
        documents = [
            one.document
            for plan_ in self.world.backup._state.place("123456789012", "eu-west-1").plans_in_use()
            if self.guarded in plan_.tags.values()
            for one in plan_.selections.values()
        ]
        if not any(TABLE in document.get("Resources", ()) for document in documents):
            self.unprotected.append(str(call))

    def _delete(self, name: str) -> None:
        self.believed.pop(name, None)
        stack = self.world.cloudformation.delete_stack(name)
        for _ in range(2):
            if stack.status == "DELETE_FAILED":
                failed = [
                    one for one, resource in stack.resources.items() if resource.status == "DELETE_FAILED"
                ]
                full = [one for one in failed if "recovery point" in stack.resources[one].reason]
                stack = self.world.cloudformation.delete_stack(name, retain=full)
        assert stack.status == "DELETE_COMPLETE", stack.reasons
        self.disturbed.discard(name)

    def _id(self, name: str) -> str:
        stack = self.world.cloudformation.find_stack(name)
        assert stack is not None
        return stack.id

    def _excused(self, line: str) -> bool:
        """Somebody else took it away from under the provider."""
        return line.startswith("point ")


@pytest.mark.parametrize("number", range(2))
def test_model(number: int, rounds: int) -> None:
    """Two halves, so that two workers can share them."""
    model = type(f"Model{number}", (Model,), {})
    chosen = settings(
        max_examples=EXAMPLES // 2 * rounds,
        stateful_step_count=STEPS,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        derandomize=rounds == 1,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(model, settings=chosen)
