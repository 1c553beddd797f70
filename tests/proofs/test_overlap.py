"""Two deliveries of one Create at the same time, of which one fails: the first answer is true."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING

import pytest

from tests.fake_cloudformation import Resource, current_process
from tests.fake_cloudformation.process import Process
from tests.proofs.crash_points.faults import DENIED, CarryOut
from tests.proofs.crash_points.scenarios import DESTROY, EVERYTHING, IN_THEIRS, TABLES, plan, selection, vault
from tests.proofs.meaning import Meaning, meaning, unexcused
from tests.proofs.report import TALLY
from tests.proofs.wire import Call, error_response, untouched
from tests.proofs.world import ROLE, TABLE, World

if TYPE_CHECKING:
    from botocore.awsrequest import AWSResponse

STACK = "shop"
NEVER = 0
"""No call has this number."""
SEEN_AFTER = 2.0
"""Seconds from an answer to the stack's showing it."""
_SELECTION = {"BackupPlanId": {"Ref": "Plan"}, "SelectionName": "tables", "Resources": [TABLE]}
TEMPLATES: dict[str, tuple[Resource, ...]] = {
    "plan": (plan(Preset="daily35DayRetention", DefaultVault=DESTROY, Selections=[TABLES]),),
    "plan with nothing of its own": (plan(**IN_THEIRS, Selections=[{**TABLES, "IamRoleArn": ROLE}]),),
    "vault": (vault(**EVERYTHING, **DESTROY),),
    "selection": (plan(**IN_THEIRS), selection(**_SELECTION)),
    "selection with a given role": (plan(**IN_THEIRS), selection(**_SELECTION, IamRoleArn=ROLE)),
}


class Overlap:
    """Runs the second delivery, all of it, before the n-th call of the first; one of the two is refused a
    call. A ``Tamper``.
    """

    def __init__(self, world: World, logical_id: str, begins_at: int, refused: str = "", at: int = 0) -> None:
        self._world, self._logical_id = world, logical_id
        self._begins_at, self._refused, self._at = begins_at, refused, at
        self._processes: dict[str, Process | None] = {}
        self.calls = {"first": 0, "second": 0}
        self.struck = False

    def __call__(self, call: Call, attempt: int, carry_out: CarryOut) -> AWSResponse:
        event = self._world.cloudformation.service.attempts[-1].event
        if event["RequestType"] != "Create" or event["LogicalResourceId"] != self._logical_id:
            return carry_out()
        self._show_answer()
        which = self._which()
        self.calls[which] += attempt == 1
        if which == "first" and self.calls["first"] == self._begins_at and "second" not in self._processes:
            self._deliver_again()
        if (which, self.calls[which]) == (self._refused, self._at):
            self.struck = True
            code = DENIED.get(call.service, "AccessDenied")
            return error_response(call.service, "https://proof", code, "Access denied for a proof", 403)
        return carry_out()

    def _which(self) -> str:
        process = current_process()
        self._processes.setdefault("first", process)
        if process is not self._processes["first"]:
            self._processes["second"] = process
        return "first" if process is self._processes["first"] else "second"

    def _deliver_again(self) -> None:
        service = self._world.cloudformation.service
        first = service.attempts[-1]
        thread = threading.Thread(target=service._execute, args=(first.function, first.event, 1))
        thread.start()
        thread.join()

    def _show_answer(self) -> None:
        """The fake takes answers when the function has ended, CloudFormation when they come."""
        cloudformation = self._world.cloudformation
        put = cloudformation.bucket.first(cloudformation.requests[-1]["ResponseURL"])
        if put is None or self._world.clock.now() < put.at + SEEN_AFTER:
            return
        answer = json.loads(put.body)
        resource = cloudformation.stacks[-1].resources[self._logical_id]
        resource.physical_id = answer["PhysicalResourceId"]
        resource.status = "CREATE_COMPLETE" if answer["Status"] == "SUCCESS" else "CREATE_FAILED"


def run(
    template: tuple[Resource, ...], begins_at: int, refused: str = "", at: int = 0
) -> tuple[Overlap, str, Meaning]:
    """The deliveries, how the stack ended, and what there was then; deleted, it leaves nothing."""
    with World() as world:
        world.wire.tamper = overlap = Overlap(world, template[-1].logical_id, begins_at, refused, at)
        ended = world.cloudformation.create_stack(STACK, template).status
        world.cloudformation.settle()
        world.wire.tamper = untouched
        present = meaning(world)
        world.cloudformation.delete_stack(STACK)
        left = meaning(world)
        leaks = unexcused(left, left)
        TALLY["leaks"] += len(leaks)
        TALLY["touched"] += len(world.touched())
        assert (leaks, world.touched()) == ([], [])
        return overlap, ended, present


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("refused", ["first", "second"])
def test_what_is_answered_first_is_true(name: str, refused: str) -> None:
    template = TEMPLATES[name]
    # GIVEN the number of calls of a delivery that nothing disturbs
    alone, ended, whole = run(template, NEVER)
    assert ended == "CREATE_COMPLETE"
    number = alone.calls["first"]

    for begins_at in sorted({1, number // 2, number}):
        # AND of two that go well
        together, ended, present = run(template, begins_at)
        assert (ended, present) == ("CREATE_COMPLETE", whole)
        assert together.calls["second"] > 0
        for at in range(begins_at if refused == "first" else 1, together.calls[refused] + 1):
            # WHEN one of them is refused a call
            overlap, ended, present = run(template, begins_at, refused, at)
            assert overlap.struck
            TALLY["overlapping deliveries"] += 1

            # THEN there is what CloudFormation believes there is
            expected = whole if ended == "CREATE_COMPLETE" else Meaning()
            differences = [*(expected - present), *unexcused(Meaning(present - expected), present)]
            assert (differences, begins_at, at) == ([], begins_at, at)
            TALLY["overlapping deliveries survived"] += 1
