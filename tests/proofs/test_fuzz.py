"""Any JSON as properties or as event: one valid answer, or a refusal before anything is done."""

from __future__ import annotations

import itertools
import json
import random
import string
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cfn_backup.protocol import provider
from tests.fake_cloudformation import Context, Resource, Stack, StackResource, answers
from tests.proofs.crash_points.scenarios import ALL_TYPES, EVERYTHING, FULL_PLAN
from tests.proofs.meaning import meaning, unexcused
from tests.proofs.report import TALLY
from tests.proofs.wire import ACCOUNT, REGION
from tests.proofs.world import CLASSES, PLAN, ROLE, SELECTION, TABLE, VAULT, World

INPUTS = 150
ANY_TEXT = st.text(max_size=30) | st.sampled_from(
    ["true", "1", "-1", "", "*", TABLE, ROLE, "cron(0 5 * * ? *)", "null", "é" * 99]
)
ANY_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)
VALID: dict[str, dict[str, Any]] = {
    PLAN: {"BackupPlanRules": [{"RuleName": "r", "TargetBackupVault": "theirs"}], **FULL_PLAN},
    VAULT: {**EVERYTHING, "RemovalPolicy": "DESTROY"},
    SELECTION: {
        "BackupPlanId": "of-nobody",
        "Resources": [TABLE, {"Tag": {"Key": "a", "Value": "b"}}],
        "ListOfTags": [],
    },
}
PROVIDERS = {name: provider(reference, name) for name, reference in CLASSES.items()}
PHASES = (Phase.explicit, Phase.generate)
"""The first input that fails is shown as it is: making it smaller takes minutes."""
_numbers = itertools.count(1)


def as_sent(value: Any) -> Any:
    """Every scalar as CloudFormation sends it."""
    if isinstance(value, dict):
        return {name: as_sent(member) for name, member in value.items()}
    if isinstance(value, list):
        return [as_sent(item) for item in value]
    return value if isinstance(value, str) else json.dumps(value)


def properties_of(resource_type: str) -> st.SearchStrategy[dict[str, Any]]:
    """Valid properties of which any part is left out or replaced by anything, and anything beside them."""
    valid = VALID[resource_type]
    part = st.sampled_from(sorted(valid))
    replaced = st.dictionaries(part, ANY_JSON, max_size=3)
    spoiled = st.dictionaries(part, st.integers(0, 10**6), max_size=2).map(
        lambda seeds: {name: _spoiled(valid[name], seed) for name, seed in seeds.items()}
    )
    unknown = st.dictionaries(ANY_TEXT, ANY_JSON, max_size=1)
    kept = st.sets(part)
    return st.tuples(kept, replaced, spoiled, unknown).map(
        lambda all_: {name: valid[name] for name in all_[0]} | all_[1] | all_[2] | all_[3]
    )


def _spoiled(value: Any, seed: int) -> Any:
    """The value with one leaf of it replaced; the seed decides which, and by what."""
    source = random.Random(seed)  # noqa: S311 - the same in every run
    if isinstance(value, dict) and value:
        name = source.choice(sorted(value))
        return {**value, name: _spoiled(value[name], seed)}
    if isinstance(value, list) and value:
        index = source.randrange(len(value))
        return [*value[:index], _spoiled(value[index], seed), *value[index + 1 :]]
    nonsense = "".join(source.choices(string.printable, k=9))
    return source.choice([None, "", "x", "-5", "99999999", [], {}, ["x"], {"a": "b"}, nonsense])


def event_of(
    world: World, resource_type: str, properties: Any, request_type: str = "Create"
) -> dict[str, Any]:
    """A request of a stack that waits for it."""
    number = next(_numbers)
    stack = Stack(
        "fuzz",
        f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/fuzz/{number:08d}-0000-4000-8000-000000000000",
    )
    resource = StackResource(Resource("Fuzzed", resource_type), {}, "CREATE_IN_PROGRESS")
    stack.resources["Fuzzed"] = resource
    world.cloudformation.stacks[:] = [stack]
    return {
        "RequestType": request_type,
        "ResponseURL": world.cloudformation.bucket.presign(stack.id, "Fuzzed"),
        "StackId": stack.id,
        "RequestId": f"{number:08d}-0000-4000-8000-000000000001",
        "LogicalResourceId": "Fuzzed",
        "ResourceType": resource_type,
        "ResourceProperties": properties,
    }


def serve(world: World, resource_type: str, event: Any) -> answers.Answer | None:
    """The answer as CloudFormation understands it; None when the function failed, saying nothing."""
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f:live"
    before = len(world.cloudformation.bucket.puts)
    context = Context("f", arn, "00000000-0000-4000-8000-000000000000", world.clock, world.clock.now() + 300)
    try:
        PROVIDERS[resource_type](event, context)
    except Exception as error:
        if type(error).__name__ not in ("Unanswerable", "NotDelivered"):
            raise
        assert world.cloudformation.bucket.puts[before:] == []
        return None
    (put,) = world.cloudformation.bucket.puts[before:]
    return answers.read(put.body, event)


def inputs(rounds: int) -> settings:
    """How many inputs are tried; the same ones in a run that is not asked for more."""
    return settings(
        max_examples=INPUTS * rounds,
        deadline=None,
        phases=PHASES,
        derandomize=rounds == 1,
        suppress_health_check=list(HealthCheck),
    )


def count(world: World) -> None:
    TALLY["fuzz inputs survived"] += 1
    TALLY["touched"] += len(world.touched())


@pytest.mark.parametrize("resource_type", CLASSES)
def test_any_properties(resource_type: str, rounds: int) -> None:
    with World() as world:

        @inputs(rounds)
        @given(properties_of(resource_type).map(as_sent))
        def check(properties: dict[str, Any]) -> None:
            TALLY["fuzz inputs"] += 1
            # GIVEN a Create with these properties, which went through JSON
            event = json.loads(
                json.dumps(event_of(world, resource_type, {"ServiceToken": "x", **properties}))
            )
            calls = len(world.backup.calls)
            # WHEN it is served
            answer = serve(world, resource_type, event)
            # THEN there is one valid answer; what was refused as invalid cost no writing call, and left
            # nothing
            assert answer is not None
            assert answer.valid, answer
            if not answer.success:
                invalid = "Internal error" in answer.reason or "[E" in answer.reason
                writes = [call for call in list(world.backup.calls)[calls:] if call.write]
                assert "Internal error" not in answer.reason, answer.reason
                assert not (invalid and writes), (answer.reason, writes)
                assert world.added() == {}, answer.reason
            else:
                # and what was made goes again, whatever it is
                stack = world.cloudformation.stacks[0]
                stack.status = stack.resources["Fuzzed"].status = "DELETE_IN_PROGRESS"
                delete = event | {"RequestType": "Delete", "PhysicalResourceId": answer.physical_id}
                delete["ResponseURL"] = world.cloudformation.bucket.presign(stack.id, "Fuzzed")
                deleted = serve(world, resource_type, delete)
                assert deleted is not None
                assert deleted.success, deleted.reason
                present = meaning(world)
                assert unexcused(present, present) == []
                world.foreign = world.things()
            assert world.touched() == []
            count(world)

        check()


@pytest.mark.parametrize("resource_type", CLASSES)
def test_any_event(resource_type: str, rounds: int) -> None:
    keys = [
        "RequestType",
        "ResponseURL",
        "StackId",
        "RequestId",
        "LogicalResourceId",
        "ResourceType",
        "ResourceProperties",
    ]
    parts = st.dictionaries(
        st.sampled_from([*keys, "PhysicalResourceId", "CrHelperPoll"]), ANY_JSON, min_size=1, max_size=3
    )
    with World() as world:

        @inputs(rounds)
        @given(
            ANY_JSON | parts,
            st.sampled_from(["Create", "Update", "Delete"]),
            st.sets(st.sampled_from(keys), max_size=1),
        )
        def check(given_: Any, request_type: str, missing: set[str]) -> None:
            TALLY["fuzz inputs"] += 1
            # GIVEN an event of which anything may be anything else
            whole = event_of(world, resource_type, {"ServiceToken": "x"}, request_type)
            event = {**whole, **given_} if isinstance(given_, dict) else given_
            if isinstance(event, dict):
                event = {name: part for name, part in event.items() if name not in missing}
            calls = len(world.backup.calls)
            # WHEN it is served
            answer = serve(world, resource_type, event)
            # THEN there is one valid answer, or none and nothing was done
            if answer is None:
                assert len(world.backup.calls) == calls
            else:
                assert answer.valid, answer
            if answer is None or not answer.success:
                assert world.added() == {}
            world.foreign = world.things()
            count(world)

        check()


def test_template_is_valid() -> None:
    """What the fuzzing starts from is accepted, so that it does not stop at the first check each time."""
    with World() as world:
        stack = world.cloudformation.create_stack("shop", ALL_TYPES)
        assert stack.status == "CREATE_COMPLETE"
    assert set(VALID) == set(CLASSES)
