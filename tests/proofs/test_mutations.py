"""The proofs find what they are there for: one part of the provider is broken by hand, and some proof must
fail.

Each mutation names what is broken and the proofs that have to find it. It is broken in this process, so a
name that is no
longer there is an error, not a pass.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

import cfn_backup.aws.deadline
import cfn_backup.aws.plans
import cfn_backup.aws.selections
import cfn_backup.aws.vaults
import cfn_backup.protocol.answer
import cfn_backup.protocol.sender
import cfn_backup.protocol.staleness
import cfn_backup.protocol.watchdog
import cfn_backup.reconcile.lifecycle
import cfn_backup.reconcile.plan
import cfn_backup.reconcile.role
import cfn_backup.reconcile.selection
import cfn_backup.reconcile.vault
from cfn_backup.desired.owner import Owner
from local_aws.strict_backup import Switches
from tests.fake_cloudformation import Late, Twice, status
from tests.proofs.crash_points.faults import FAULTS
from tests.proofs.crash_points.scenarios import SCENARIOS
from tests.proofs.crash_points.trial import rehearse, run
from tests.proofs.meaning import meaning, unexcused
from tests.proofs.test_contract import STACK, SUBJECTS, create, update
from tests.proofs.wire import Call
from tests.proofs.world import World

type Break = Callable[[pytest.MonkeyPatch], None]
type Proof = Callable[[], bool]
"""Whether the provider passes."""


def nothing(*_: Any, **__: Any) -> None:
    """What a broken part does."""


def crash_points(scenario: str, fault: str) -> Proof:
    """All points of a scenario with a fault."""

    def passes() -> bool:
        chosen = next(one for one in SCENARIOS if one.name == scenario)
        kind = next(one for one in FAULTS if one.name == fault)
        rehearsal = rehearse(chosen)
        positions = range(1, len(rehearsal.calls) + 1)
        return rehearsal.problems == [] and all(
            run(chosen, kind, at, rehearsal).problems == [] for at in positions
        )

    return passes


def lives(**switches: Any) -> Proof:
    """A stack's life against a contrary service."""

    def passes() -> bool:
        with World(switches=Switches(**switches)) as world:
            created = create(world, SUBJECTS["plan"]).status
            deleted = world.cloudformation.delete_stack(STACK).status
            return (created, deleted) == ("CREATE_COMPLETE", "DELETE_COMPLETE") and world.added() == {}

    return passes


def takes_no_names() -> bool:
    """A vault of somebody else's is met."""
    subject = SUBJECTS["vault"]
    assert subject.taken is not None
    with World() as world:
        create_taken = [subject.first.__class__(subject.id, subject.type, subject.taken)]
        stack = world.cloudformation.create_stack(STACK, create_taken)
        return stack.status == "ROLLBACK_COMPLETE" and world.touched() == []


def short_answers() -> bool:
    """A thousand problems."""
    subject = SUBJECTS["vault"]
    bad = {f"Wrong{number:04d}": "x" * 50 for number in range(1000)}
    with World() as world:
        stack = world.cloudformation.create_stack(
            STACK, [subject.first.__class__(subject.id, subject.type, bad)]
        )
        return "Wrong0000" in stack.reasons[0]


def one_of_two_deliveries() -> bool:
    """The same Create twice."""
    with World() as world:
        world.cloudformation.deliver(Twice(), request_type="Create")
        create(world, SUBJECTS["selection"])
        world.cloudformation.deliver(Twice(), request_type="Create")
        world.cloudformation.settle()
        present = [name for name in world.added() if name.startswith(("plan/", "selection/"))]
        return len(present) == 2


def takes_back_what_was_cancelled() -> bool:
    """The Delete comes while the Create runs, and cannot see what is made after it."""
    with World() as world:
        cancelled: list[str] = []

        def tamper(call: Call, attempt: int, carry_out: Any) -> Any:
            if call.operation == "CreateRole" and not cancelled:
                cancelled.append(call.operation)
                stack = world.cloudformation.find_stack(STACK)
                assert stack is not None
                world.cloudformation.cancel_creation(stack, "Selection")
            return carry_out()

        world.wire.tamper = tamper
        create(world, SUBJECTS["selection"])
        world.cloudformation.settle()
        return bool(cancelled) and world.added() == {}


def refuses_stale_events() -> bool:
    """A Create that nobody waits for any more."""
    with World() as world:
        world.cloudformation.deliver(Late(4000), request_type="Create")
        create(world, SUBJECTS["vault"])
        calls = len(world.wire.calls)
        world.cloudformation.settle()
        return len(world.wire.calls) == calls


def retries_its_answer() -> bool:
    """The bucket fails twice; the function was executed once."""
    with World() as world:
        world.cloudformation.bucket.faults[:] = [status(500), status(503)]
        create(world, SUBJECTS["vault"])
        return len(world.cloudformation.service.attempts) == 1


def answers_in_time() -> bool:
    """The one call that takes too long; the answer comes from the same execution."""
    with World() as world:

        def slow(call: Call, attempt: int, carry_out: Any) -> Any:
            if world.cloudformation.service.attempts[-1].event["RequestType"] == "Create":
                world.clock.advance_to(world.cloudformation.service.attempts[-1].at + 300)
            return carry_out()

        world.wire.tamper = slow
        stack = create(world, SUBJECTS["vault"])
        return "did not finish within" in stack.reasons[0]


def replaces_selections_in_order() -> bool:
    """Clean-up of the old one leaves the new one."""
    with World() as world:
        create(world, SUBJECTS["selection"])
        update(world, SUBJECTS["selection"])
        world.cloudformation.delete_stack(STACK)
        present = meaning(world)
        return unexcused(present, present) == []


@dataclass(frozen=True)
class Mutation:
    """``break_it`` breaks one thing; ``found_by`` must then fail, and passes otherwise."""

    break_it: Break
    found_by: Proof


def everywhere(name: str, *modules: Any, by: Any = nothing) -> Break:
    """A function replaced in every module that imported it."""

    def break_it(monkeypatch: pytest.MonkeyPatch) -> None:
        for module in modules:
            monkeypatch.setattr(module, name, by)

    return break_it


def once(call: Callable[[], Any], *_: Any, **__: Any) -> Any:
    """In place of ``until_accepted``."""
    return call()


RESOURCES = (cfn_backup.reconcile.plan, cfn_backup.reconcile.vault, cfn_backup.reconcile.selection)
MUTATIONS = {
    "a failed Create of a vault undoes nothing, and says it did": Mutation(
        everywhere(
            "undo", cfn_backup.reconcile.vault.BackupVaultResource, by=lambda _, work: work.identify(None)
        ),
        crash_points("create a vault with everything", "error before"),
    ),
    "everything belongs to everybody, by its tags and its creation token": Mutation(
        everywhere("owns", Owner, by=lambda *_: True), takes_no_names
    ),
    "a role that is not assumable yet is not waited for": Mutation(
        everywhere("until_accepted", cfn_backup.aws.selections, by=once), lives(role_assumable_attempts=3)
    ),
    "a plan that is not free yet is not waited for": Mutation(
        everywhere("until_accepted", cfn_backup.aws.plans, by=once), lives(plan_deletion_lag_seconds=30)
    ),
    "an answer may be of any size": Mutation(
        everywhere("BODY_LIMIT", cfn_backup.protocol.answer, by=10**9), short_answers
    ),
    "the watchdog sleeps": Mutation(
        everywhere("_reached", cfn_backup.protocol.watchdog.Watchdog), answers_in_time
    ),
    "an answer is sent once": Mutation(
        everywhere("TRIES", cfn_backup.protocol.sender, by=1), retries_its_answer
    ),
    "no event is stale": Mutation(
        everywhere("is_stale", cfn_backup.protocol.staleness, by=lambda *_: False), refuses_stale_events
    ),
    "tokens are not repeatable": Mutation(
        everywhere("token", Owner, by=lambda self, *_: f"{self.token_prefix}{random.random()}"[:50]),  # noqa: S311
        crash_points("create a preset plan", "killed"),
    ),
    "a creation that was cancelled is gone through with": Mutation(
        everywhere("refuse_if_overtaken", *RESOURCES), takes_back_what_was_cancelled
    ),
    "an update that was rolled back is carried out": Mutation(
        everywhere("refuse", cfn_backup.reconcile.lifecycle),
        crash_points("put everything around a vault", "timed out"),
    ),
    "a role is left behind": Mutation(
        everywhere("remove_role", cfn_backup.reconcile.plan, cfn_backup.reconcile.selection),
        crash_points("delete a selection with a role", "error before"),
    ),
    "a vault that is gone gets its statement back": Mutation(
        everywhere("find_vault", cfn_backup.aws.vaults, by=lambda *_: object()),
        crash_points("delete a vault with everything", "answer lost"),
    ),
    "selections are forgotten": Mutation(
        everywhere("delete_selection", cfn_backup.aws.selections), replaces_selections_in_order
    ),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mutation = MUTATIONS[name]
    # GIVEN a proof that the provider passes
    assert mutation.found_by()
    # WHEN one part of the provider is broken
    mutation.break_it(monkeypatch)
    # THEN the proof fails
    assert not mutation.found_by()
