"""The definition of a correct resource: pairs of requests, after the CloudFormation CLI's contract suite.

Every test is named ``test_<first>_<second>`` and is run for each type it applies to, through the real
handlers. A custom
resource differs from a registered one in one point: a Delete of what is gone is SUCCESS.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from cfn_backup.protocol import provider
from local_aws.strict_backup import Switches
from tests.fake_cloudformation import (
    BYSTANDER,
    SIGNATURE,
    AtOnce,
    Context,
    Late,
    Lost,
    Resource,
    Stack,
    StackResource,
    Throttled,
    Twice,
    answer_lost,
    kill,
    status,
    unreachable,
)
from tests.proofs.crash_points.faults import DENIED
from tests.proofs.crash_points.scenarios import (
    DAILY,
    IN_THEIRS,
    KEY,
    NOTIFICATIONS,
    OTHER_KEY,
    TABLES,
    plan,
    selection,
    vault,
)
from tests.proofs.meaning import meaning, unexcused
from tests.proofs.report import TALLY
from tests.proofs.wire import ACCOUNT, REGION, Call, error_response, response, untouched
from tests.proofs.world import BUCKET, CLASSES, PLAN, ROLE, SELECTION, TABLE, VAULT, World

STACK = "shop"
INVENTED = "shop-Vault-1AB2C3D4E5F6"
NOBODYS = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/nobodys/12345678-0000-4000-8000-000000000000"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


@dataclass(frozen=True)
class Subject:
    """A type in two versions, with what it needs beside it and the attributes that it has."""

    type: str
    first: Resource
    second: Resource
    other: tuple[Resource, ...]
    attributes: frozenset[str]
    id_shape: str
    replaces: bool
    """Whether the way from the first version to the second is a replacement."""
    invalid: Mapping[str, Any]
    taken: Mapping[str, Any] | None = None
    """Properties that ask for a name which somebody else has."""

    @property
    def id(self) -> str:
        return self.first.logical_id

    def template(self, version: int = 1) -> list[Resource]:
        return [*self.other, self.first if version == 1 else self.second]


_TARGET = Resource("Target", PLAN, IN_THEIRS)
_SELECTION = {"BackupPlanId": {"Ref": "Target"}, "SelectionName": "tables"}
SUBJECTS = {
    "plan": Subject(
        PLAN,
        plan(
            **DAILY, DefaultVault={"RemovalPolicy": "DESTROY"}, Selections=[TABLES], BackupPlanTags={"a": "1"}
        ),
        plan(
            Preset="dailyMonthly1YearRetention",
            DefaultVault={"RemovalPolicy": "DESTROY"},
            BackupPlanTags={"a": "2"},
        ),
        (),
        frozenset(
            {
                "BackupPlanId",
                "BackupPlanArn",
                "VersionId",
                "BackupPlanName",
                "BackupVaultName",
                "BackupVaultArn",
                "RoleArn",
                "RoleName",
            }
        ),
        UUID,
        False,
        {"Preset": "hourly", "Colour": "blue"},
    ),
    "vault": Subject(
        VAULT,
        vault(
            EncryptionKeyArn=KEY,
            RemovalPolicy="DESTROY",
            Notifications=NOTIFICATIONS,
            BackupVaultTags={"a": "1"},
        ),
        vault(
            EncryptionKeyArn=KEY,
            RemovalPolicy="DESTROY",
            BackupVaultTags={"a": "2"},
            LockConfiguration={"MinRetentionDays": 3},
        ),
        (),
        frozenset({"BackupVaultName", "BackupVaultArn", "EncryptionKeyArn", "LockDate"}),
        r"[A-Za-z0-9_-]{2,50}",
        False,
        {"RemovalPolicy": "BURN", "Colour": "blue"},
        {"BackupVaultName": "theirs", "RemovalPolicy": "DESTROY"},
    ),
    "selection": Subject(
        SELECTION,
        selection(**_SELECTION, Resources=[TABLE]),
        selection(**_SELECTION, Resources=[TABLE, BUCKET]),
        (_TARGET,),
        frozenset({"SelectionId", "BackupPlanId", "Id", "RoleArn", "RoleName"}),
        f"{UUID}_{UUID}",
        True,
        {"BackupPlanId": "x", "Resources": [], "Colour": "blue"},
    ),
}


@pytest.fixture(params=SUBJECTS)
def subject(request: pytest.FixtureRequest) -> Subject:
    return SUBJECTS[str(request.param)]


@pytest.fixture
def world() -> Iterator[World]:
    with World(threads=True) as world:
        yield world
        # whatever a test did: nothing of others' was touched, and after the stack nothing is left.
        world.wire.tamper = untouched
        _tear_down(world)
        present = meaning(world)
        left = unexcused(present, present)
        if world.vault_removed_by_hand:
            left = [line for line in left if not line.startswith("statement ")]
        TALLY["leaks"] += len(left)
        TALLY["touched"] += len(world.touched())
        assert left == []
        assert world.touched() == []


def _tear_down(world: World) -> None:
    for stack in {stack.name for stack in world.cloudformation.stacks}:
        living = world.cloudformation.find_stack(stack)
        if living is not None:
            world.cloudformation.delete_stack(stack)
    world.cloudformation.settle()


def create(world: World, subject: Subject, version: int = 1) -> Stack:
    return world.cloudformation.create_stack(STACK, subject.template(version))


def update(world: World, subject: Subject, version: int = 2, *more: Resource) -> Stack:
    return world.cloudformation.update_stack(STACK, [*subject.template(version), *more])


def count_of(world: World, subject: Subject) -> int:
    """How many physical resources of the type there are; the selection's plan and a plan's selections do
    not count.
    """
    kind = {PLAN: "plan", VAULT: "vault", SELECTION: "selection"}[subject.type]
    own = [name for name in world.added() if name.startswith(f"{kind}/")]
    return len(own)


def events_of(world: World, request_type: str, subject: Subject) -> list[dict[str, Any]]:
    return world.cloudformation.requests_of(request_type, subject.id)


def fails(request_type: str, *after: str) -> Resource:
    return Resource("Bystander", BYSTANDER, {"FailOn": request_type}, depends_on=after)


# ---- the CloudFormation CLI's pairs ----------------------------------------------------------------------


def test_create_delete(world: World, subject: Subject) -> None:
    stack = create(world, subject)
    assert stack.status == "CREATE_COMPLETE"
    assert world.cloudformation.delete_stack(STACK).status == "DELETE_COMPLETE"
    assert world.added() == {}


def test_create_create(world: World, subject: Subject) -> None:
    """The same thing of another owner is refused, by name; where there is no writable name there are two
    things.
    """
    if subject.taken is None:
        assert create(world, subject).status == "CREATE_COMPLETE"
        assert world.cloudformation.create_stack("other", subject.template()).status == "CREATE_COMPLETE"
        return
    stack = world.cloudformation.create_stack(STACK, [replace(subject.first, properties=subject.taken)])
    assert stack.status == "ROLLBACK_COMPLETE"
    assert "theirs exists and does not belong to this resource" in stack.reasons[0]


def test_create_create_same_event(world: World, subject: Subject) -> None:
    """F10: delivered twice, one after the other."""
    world.cloudformation.deliver(Twice(), logical_id=subject.id, request_type="Create")
    stack = create(world, subject)
    world.cloudformation.settle()
    assert stack.status == "CREATE_COMPLETE"
    assert count_of(world, subject) == 1
    puts = [
        put.body
        for put in world.cloudformation.bucket.puts
        if put.url == events_of(world, "Create", subject)[0]["ResponseURL"]
    ]
    assert len({json.loads(body)["PhysicalResourceId"] for body in puts}) == 1


def test_create_create_same_event_at_once(world: World, subject: Subject) -> None:
    """F10: delivered twice at the same moment."""
    world.cloudformation.deliver(AtOnce(3), logical_id=subject.id, request_type="Create")
    stack = create(world, subject)
    assert stack.status == "CREATE_COMPLETE"
    assert count_of(world, subject) == 1


def test_create_read(world: World, subject: Subject) -> None:
    """What the attributes say is what there is, and there is every attribute."""
    stack = create(world, subject)
    resource = stack.resources[subject.id]
    assert resource.attributes.keys() == subject.attributes
    assert re.fullmatch(subject.id_shape, resource.physical_id)
    assert _reads_as(world, subject, resource.attributes)


def _reads_as(world: World, subject: Subject, attributes: Mapping[str, str]) -> bool:
    if subject.type == VAULT:
        read = world.ask("DescribeBackupVault", BackupVaultName=attributes["BackupVaultName"])
        same = (attributes["BackupVaultArn"], attributes["EncryptionKeyArn"]) == (
            read["BackupVaultArn"],
            read["EncryptionKeyArn"],
        )
        return same and bool(attributes["LockDate"]) == (read.get("LockDate") is not None)
    if subject.type == PLAN:
        read = world.ask("GetBackupPlan", BackupPlanId=attributes["BackupPlanId"])
        vaults = {rule["TargetBackupVaultName"] for rule in read["BackupPlan"]["Rules"]}
        return (attributes["VersionId"], attributes["BackupPlanArn"], {attributes["BackupVaultName"]}) == (
            read["VersionId"],
            read["BackupPlanArn"],
            vaults,
        )
    ids = {"BackupPlanId": attributes["BackupPlanId"], "SelectionId": attributes["SelectionId"]}
    read = world.ask("GetBackupSelection", **ids)
    return bool(read["BackupSelection"]["IamRoleArn"] == attributes["RoleArn"])


def test_update_read(world: World, subject: Subject) -> None:
    create(world, subject)
    stack = update(world, subject)
    assert stack.status == "UPDATE_COMPLETE"
    resource = stack.resources[subject.id]
    assert resource.attributes.keys() == subject.attributes
    assert _reads_as(world, subject, resource.attributes)


def test_delete_delete(world: World, subject: Subject) -> None:
    """Delivered twice: both are SUCCESS."""
    create(world, subject)
    world.cloudformation.deliver(Twice(), logical_id=subject.id, request_type="Delete")
    assert world.cloudformation.delete_stack(STACK).status == "DELETE_COMPLETE"
    world.cloudformation.settle()
    url = events_of(world, "Delete", subject)[0]["ResponseURL"]
    bodies = [json.loads(put.body) for put in world.cloudformation.bucket.puts if put.url == url]
    assert [body["Status"] for body in bodies] == ["SUCCESS", "SUCCESS"]


def test_delete_create(world: World, subject: Subject) -> None:
    create(world, subject)
    world.cloudformation.delete_stack(STACK)
    assert create(world, subject).status == "CREATE_COMPLETE"
    assert count_of(world, subject) == 1


def test_delete_update(world: World, subject: Subject) -> None:
    """Somebody deleted it: the update makes it anew (a registered type would say NotFound, and the stack
    would be stuck).
    """
    stack = create(world, subject)
    _remove_by_hand(world, subject, stack.resources[subject.id].physical_id)
    stack = update(world, subject)
    assert stack.status == "UPDATE_COMPLETE"
    assert count_of(world, subject) == 1


def _remove_by_hand(world: World, subject: Subject, physical_id: str) -> None:
    if subject.type == VAULT:
        world.ask("DeleteBackupVault", BackupVaultName=physical_id)
        world.vault_removed_by_hand = True
    elif subject.type == SELECTION:
        selection_id, plan_id = physical_id.split("_")
        world.ask("DeleteBackupSelection", BackupPlanId=plan_id, SelectionId=selection_id)
    else:
        for listed in world.ask("ListBackupSelections", BackupPlanId=physical_id)["BackupSelectionsList"]:
            world.ask("DeleteBackupSelection", BackupPlanId=physical_id, SelectionId=listed["SelectionId"])
        world.ask("DeleteBackupPlan", BackupPlanId=physical_id)


def test_update_without_create(world: World, subject: Subject) -> None:
    """An Update that its stack does not wait for does nothing."""
    stack = world.cloudformation.create_stack("other", [plan(**IN_THEIRS)])
    writes = len(world.backup.calls.writes())
    event = _event(world, subject, "Update", "8a1d4f3e-0000-4000-8000-000000000000") | {"StackId": stack.id}
    answer = _serve(world, subject, event)
    assert answer["Status"] == "FAILED"
    assert len(world.backup.calls.writes()) == writes


def test_update_tags(world: World, subject: Subject) -> None:
    """Tags can be updated, alone, without a new version or a replacement."""
    if subject.type == SELECTION:
        pytest.skip("selections have no tags")
    stack = create(world, subject)
    before = stack.resources[subject.id]
    name = "BackupPlanTags" if subject.type == PLAN else "BackupVaultTags"
    tagged = replace(subject.first, properties={**subject.first.properties, name: {"b": "3"}})
    stack = world.cloudformation.update_stack(STACK, [tagged])
    after = stack.resources[subject.id]
    assert stack.status == "UPDATE_COMPLETE"
    assert (after.physical_id, after.attributes) == (before.physical_id, before.attributes)
    line = next(line for line in meaning(world) if line.startswith(subject.id.lower()))
    assert '"b": "3"' in line
    assert '"a": "1"' not in line


def test_update_noop(world: World, subject: Subject) -> None:
    """A change of nothing but spelling writes nothing."""
    create(world, subject)
    same = replace(subject.first, properties={**subject.first.properties, "ServiceTimeout": 600})
    writes = len(world.backup.calls.writes())
    before = world.added()
    stack = world.cloudformation.update_stack(STACK, [*subject.other, same])
    assert stack.status == "UPDATE_COMPLETE"
    assert len(world.backup.calls.writes()) == writes
    assert world.added() == before


# ---- the list of what custom resources must survive ------------------------------------------------------


def test_create_fail_delete_marker(world: World, subject: Subject) -> None:
    """F7: nothing was made, so the id is the marker, and its Delete is SUCCESS."""
    stack = world.cloudformation.create_stack(
        STACK, [*subject.other, replace(subject.first, properties=subject.invalid)]
    )
    assert stack.status == "ROLLBACK_COMPLETE"
    assert stack.resources[subject.id].physical_id.startswith("create-failed:")


def test_create_fail_partial_delete(world: World, subject: Subject) -> None:
    """F8: half of it was made and could not be undone at once; the Delete that follows finishes the job."""
    operation = {
        PLAN: "CreateBackupSelection",
        VAULT: "PutBackupVaultNotifications",
        SELECTION: "GetBackupSelection",
    }[subject.type]
    struck: list[Call] = []

    def tamper(call: Call, attempt: int, carry_out: Any) -> Any:
        event = world.cloudformation.service.attempts[-1].event
        creating = event["RequestType"] == "Create" and event["LogicalResourceId"] == subject.id
        if creating and (call.operation == operation or struck):
            struck.append(call)
            return error_response(
                call.service, "https://x", DENIED.get(call.service, "AccessDenied"), "no", 403
            )
        return carry_out()

    world.wire.tamper = tamper
    stack = create(world, subject)
    # the undo was struck too
    assert len(struck) > 1
    assert stack.status == "ROLLBACK_COMPLETE"
    answered = [json.loads(put.body)["PhysicalResourceId"] for put in world.cloudformation.bucket.puts]
    assert any(re.fullmatch(subject.id_shape, one) for one in answered[len(subject.other) :])


def test_delete_foreign_id(world: World, subject: Subject) -> None:
    """CloudFormation invents ids; what is not ours in shape is nothing, and what others own stays."""
    stack = Stack("nobodys", NOBODYS, "DELETE_IN_PROGRESS")
    stack.resources[subject.id] = StackResource(Resource(subject.id, subject.type), {}, "DELETE_IN_PROGRESS")
    world.cloudformation.stacks.append(stack)
    for physical_id in (INVENTED, "create-failed:x", "theirs", "x" * 1024, f"{'é' * 100}_1"):
        answer = _serve(world, subject, _event(world, subject, "Delete", physical_id))
        assert answer["Status"] == "SUCCESS"
        assert answer["PhysicalResourceId"] == physical_id


def test_delete_before_create_finishes(world: World, subject: Subject) -> None:
    """F12: the Delete comes while the Create runs, with an id that CloudFormation made up."""
    cancelled: list[str] = []

    def tamper(call: Call, attempt: int, carry_out: Any) -> Any:
        answer = carry_out()
        event = world.cloudformation.service.attempts[-1].event
        if call.operation.startswith("Create") and event["LogicalResourceId"] == subject.id and not cancelled:
            cancelled.append(call.operation)
            stack = world.cloudformation.find_stack(STACK)
            assert stack is not None
            world.cloudformation.cancel_creation(stack, subject.id)
        return answer

    world.wire.tamper = tamper
    stack = create(world, subject)
    world.cloudformation.settle()
    assert cancelled
    assert stack.status == "ROLLBACK_COMPLETE"
    present = meaning(world)
    assert unexcused(present, present) == []


def test_update_inplace(world: World, subject: Subject) -> None:
    stack = create(world, subject)
    before = stack.resources[subject.id].physical_id
    stack = update(world, subject)
    assert stack.status == "UPDATE_COMPLETE"
    assert (stack.resources[subject.id].physical_id != before) == subject.replaces


def test_update_replace_cleanup(world: World, subject: Subject) -> None:
    """The new one first, then the old one goes; what is there in the end means what the template says."""
    if not subject.replaces and subject.type != VAULT:
        pytest.skip("a plan is never replaced")
    stack = create(world, subject)
    before = stack.resources[subject.id].physical_id
    if subject.type == VAULT:
        new = replace(subject.first, properties={**subject.first.properties, "EncryptionKeyArn": OTHER_KEY})
        stack = world.cloudformation.update_stack(STACK, [new])
    else:
        stack = update(world, subject)
    assert stack.status == "UPDATE_COMPLETE"
    assert stack.resources[subject.id].physical_id != before
    assert count_of(world, subject) == 1


def test_update_fail_rollback(world: World, subject: Subject) -> None:
    """F14: the update fails, and the one back finds what is there."""
    create(world, subject)
    before = meaning(world)
    invalid = replace(subject.first, properties=subject.invalid)
    stack = world.cloudformation.update_stack(STACK, [*subject.other, invalid])
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert meaning(world) == before


def test_update_replace_fail_rollback(world: World, subject: Subject) -> None:
    """F14: it succeeds, another resource fails, and everything is as before, with the id of before."""
    stack = create(world, subject)
    before, physical_id = meaning(world), stack.resources[subject.id].physical_id
    stack = update(world, subject, 2, fails("Create", subject.id))
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert meaning(world) == before
    assert stack.resources[subject.id].physical_id == physical_id


def test_update_after_external_delete(world: World, subject: Subject) -> None:
    """Somebody deleted it, and the rollback of an update has to cope with that, too."""
    stack = create(world, subject)
    before = meaning(world)
    _remove_by_hand(world, subject, stack.resources[subject.id].physical_id)
    stack = update(world, subject, 2, fails("Create", subject.id))
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert meaning(world) == before


def test_update_attributes_equal_create(world: World, subject: Subject) -> None:
    """F15: GetAtt finds after an update what it found before."""
    stack = create(world, subject)
    created = set(stack.resources[subject.id].attributes)
    stack = update(world, subject)
    assert set(stack.resources[subject.id].attributes) == created == subject.attributes


def test_old_schema_delete(world: World, subject: Subject) -> None:
    """F29: properties that no version of the provider takes any more do not keep a resource from going."""
    stack = create(world, subject)
    stack.resources[subject.id].properties = {"Retired": ["anything"], **subject.invalid}
    assert world.cloudformation.delete_stack(STACK).status == "DELETE_COMPLETE"


def test_stale_event(world: World, subject: Subject) -> None:
    """F11: delivered when CloudFormation has given up, a Create makes nothing."""
    world.cloudformation.deliver(Late(4000), logical_id=subject.id, request_type="Create")
    stack = create(world, subject)
    world.cloudformation.settle()
    assert stack.status == "ROLLBACK_COMPLETE"
    assert count_of(world, subject) == 0


def test_duplicate_update(world: World, subject: Subject) -> None:
    """The second delivery, behind the first's answer, changes nothing."""
    create(world, subject)
    world.cloudformation.deliver(Twice(30), logical_id=subject.id, request_type="Update")
    stack = update(world, subject)
    before = meaning(world)
    world.cloudformation.settle()
    assert stack.status == "UPDATE_COMPLETE"
    assert meaning(world) == before


@pytest.mark.parametrize("request_type", ["Create", "Update", "Delete"])
def test_timeout(world: World, subject: Subject, request_type: str) -> None:
    """F2, F3: the deadline comes, and the watchdog answers with the right id, once."""
    if request_type != "Create":
        create(world, subject)
    struck: list[str] = []

    def tamper(call: Call, attempt: int, carry_out: Any) -> Any:
        event = world.cloudformation.service.attempts[-1].event
        if event["RequestType"] == request_type and event["LogicalResourceId"] == subject.id and not struck:
            struck.append(event["RequestId"])
            world.clock.advance_to(world.cloudformation.service.attempts[-1].at + 297)
        return carry_out()

    world.wire.tamper = tamper
    stack = {"Create": create, "Update": update, "Delete": lambda w, _: w.cloudformation.delete_stack(STACK)}[
        request_type
    ](world, subject)
    event = next(event for event in world.cloudformation.requests if event["RequestId"] == struck[0])
    (body,) = [
        json.loads(put.body) for put in world.cloudformation.bucket.puts if put.url == event["ResponseURL"]
    ]
    assert body["Status"] == "FAILED"
    assert "did not finish within" in body["Reason"]
    if request_type == "Create":
        assert body["PhysicalResourceId"]
    else:
        assert body["PhysicalResourceId"] == event["PhysicalResourceId"]
    assert stack.status in ("ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "DELETE_FAILED")


def test_update_timeout_while_others_are_rolled_back(world: World) -> None:
    """Lambda delivers a timed-out Update again when its resource is as it was, and others are not yet."""

    # GIVEN
    def template(version: str) -> list[Resource]:
        tagged = {"RemovalPolicy": "DESTROY", "BackupVaultTags": {"version": version}}
        return [Resource("Slow", VAULT, tagged), replace(SUBJECTS["vault"].first, properties=tagged)]

    world.cloudformation.create_stack(STACK, template("1"))
    before = meaning(world)
    service = world.cloudformation.service
    struck: list[str] = []

    def tamper(call: Call, attempt: int, carry_out: Any) -> Any:
        event = service.attempts[-1].event
        if event["LogicalResourceId"] == "Vault" and call.operation == "TagResource" and not struck:
            carry_out()
            struck.append("timed out")
            world.clock.advance_to(service.attempts[-1].at + 300)
        if event["LogicalResourceId"] == "Slow" and struck == ["timed out"]:
            struck.append("rolling back")
            while service.run_next(until=world.clock.now() + 120):
                pass
        return carry_out()

    # WHEN
    world.wire.tamper = tamper
    stack = world.cloudformation.update_stack(STACK, template("2"))

    # THEN
    assert len(struck) == 2
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert meaning(world) == before
    assert len([a for a in service.attempts if a.event["LogicalResourceId"] == "Vault"]) == 4


def test_response_retry(world: World, subject: Subject) -> None:
    """F4: the bucket fails a few times."""
    world.cloudformation.bucket.faults[:] = [status(500), unreachable, status(503), answer_lost]
    assert create(world, subject).status == "CREATE_COMPLETE"


def test_response_403(world: World, subject: Subject) -> None:
    """F4: an expired URL is final for the invocation; Lambda's next one answers."""
    world.cloudformation.bucket.faults[:] = [status(403)]
    assert create(world, subject).status == "CREATE_COMPLETE"
    assert count_of(world, subject) == 1


def test_response_4096_property(world: World, subject: Subject) -> None:
    """F5: a thousand problems fit into 4096 bytes, the first of them readable."""
    bad = {f"Wrong{number:04d}é": "x" * 50 for number in range(1000)}
    stack = world.cloudformation.create_stack(STACK, [*subject.other, replace(subject.first, properties=bad)])
    assert stack.status == "ROLLBACK_COMPLETE"
    assert "Wrong0000" in stack.resources[subject.id].reason or "Wrong0000" in " ".join(stack.reasons)
    assert all(len(put.body) <= 4096 for put in world.cloudformation.bucket.puts)


def test_unicode_reason(world: World, subject: Subject) -> None:
    bad = {"Größe\ud83d\ude00": "\u0000", "Farbe": "☂" * 3000}
    stack = world.cloudformation.create_stack(STACK, [*subject.other, replace(subject.first, properties=bad)])
    assert stack.status == "ROLLBACK_COMPLETE"
    assert any("Größe" in reason for reason in stack.reasons)


def test_nonempty_id_always(world: World, subject: Subject) -> None:
    create(world, subject)
    update(world, subject, 2, fails("Create", subject.id))
    world.cloudformation.update_stack(
        STACK, [*subject.other, replace(subject.first, properties=subject.invalid)]
    )
    world.cloudformation.delete_stack(STACK)
    bodies = [json.loads(put.body) for put in world.cloudformation.bucket.puts]
    assert len(bodies) >= 5
    assert all(body["PhysicalResourceId"] for body in bodies)


def test_one_put_only(world: World, subject: Subject) -> None:
    create(world, subject)
    update(world, subject)
    world.cloudformation.delete_stack(STACK)
    urls = [put.url for put in world.cloudformation.bucket.puts]
    assert len(urls) == len(set(urls)) == len(world.cloudformation.requests)
    assert world.cloudformation.bucket.tries == len(urls)


def test_log_canary(world: World, subject: Subject, capsys: pytest.CaptureFixture[str]) -> None:
    """F21: neither the signature of a URL nor a property's value is in any log, whatever happens."""
    canary = "canary-5f3a-of-nobody"
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        tagged = {**subject.invalid, "Description": canary}
        world.cloudformation.create_stack("bad", [*subject.other, replace(subject.first, properties=tagged)])
        create(world, subject)
        world.wire.tamper = lambda call, _, carry_out: kill() if call.number == 2 else carry_out()
        update(world, subject)
    finally:
        logging.getLogger().setLevel(logging.WARNING)
    written = "".join(capsys.readouterr())
    assert "request" in written
    assert canary not in written
    assert SIGNATURE not in written


def test_warm_state(world: World, subject: Subject) -> None:
    """F31: one process serves many events; nothing of one is in the answer to another."""
    world.cloudformation.create_stack(
        "bad", [*subject.other, replace(subject.first, properties=subject.invalid)]
    )
    create(world, subject)
    other = world.cloudformation.create_stack("other", subject.template())
    bodies = [json.loads(put.body) for put in world.cloudformation.bucket.puts]
    assert other.status == "CREATE_COMPLETE"
    assert "Reason" not in bodies[-1]
    assert bodies[-1]["StackId"] == other.id


def test_unknown_type(world: World, subject: Subject) -> None:
    """A token that belongs to another type is a slip worth a plain word."""
    event = _event(world, subject, "Create", None) | {"ResourceType": "Custom::Backup"}
    answer = _serve(world, subject, event)
    assert answer["Status"] == "FAILED"
    assert "Custom::Backup" in answer["Reason"]


def test_unknown_request(world: World, subject: Subject) -> None:
    answer = _serve(world, subject, _event(world, subject, "Read", None))
    assert answer["Status"] == "FAILED"
    assert len(world.wire.calls) == 0


def test_bad_response_host(world: World, subject: Subject) -> None:
    """An event that names another host gets no answer, and nothing is done for it."""
    event = _event(world, subject, "Create", None) | {"ResponseURL": "https://example.com/answer"}
    handler = provider(CLASSES[subject.type], subject.type)
    with pytest.raises(Exception, match="no ResponseURL of CloudFormation"):
        handler(event, _context(world))
    assert world.wire.calls == []
    assert world.cloudformation.bucket.tries == 0


def test_foreign_account_stack(world: World, subject: Subject) -> None:
    """A StackId of another account was made up by the invoker."""
    event = _event(world, subject, "Create", None)
    event["StackId"] = event["StackId"].replace(ACCOUNT, "999999999999")
    answer = _serve(world, subject, event)
    assert answer["Status"] == "FAILED"
    assert world.wire.calls == []


def test_never_starts_responder(subject: Subject) -> None:
    """F1: a function that cannot even be imported is answered for, and the stack rolls back without an
    hour's wait.
    """

    def broken(event: Any, context: Any) -> None:
        raise ImportError("No module named 'cfn_backup'")

    with World(functions=dict.fromkeys(CLASSES, broken)) as world:
        stack = world.cloudformation.create_stack(
            STACK, [subject.first if not subject.other else subject.other[0]]
        )
        assert stack.status == "ROLLBACK_FAILED"
        assert "could not serve this request" in stack.reasons[0]
        assert world.added() == {}


def test_throttled_to_death_responder(world: World, subject: Subject) -> None:
    """F1: the event got too old in Lambda's queue."""
    world.cloudformation.deliver(Throttled(), logical_id=subject.id, request_type="Create")
    stack = create(world, subject)
    assert stack.status == "ROLLBACK_COMPLETE"
    assert "too old" in stack.reasons[0]


def test_lost_event_delete(world: World, subject: Subject) -> None:
    """Nobody ever answers: CloudFormation invents an id, and its Delete is SUCCESS."""
    world.cloudformation.deliver(Lost(), logical_id=subject.id, request_type="Create")
    stack = create(world, subject)
    assert stack.status == "ROLLBACK_COMPLETE"


def test_role_not_assumable_then_ok(subject: Subject) -> None:
    """F17: a new role is not known everywhere at once."""
    if subject.type == VAULT:
        pytest.skip("a vault has no role")
    with World(switches=Switches(role_assumable_attempts=5, role_permission_attempts=2)) as world:
        assert create(world, subject).status == "CREATE_COMPLETE"
        assert len(world.backup.calls.of("CreateBackupSelection")) > 5


def test_plan_with_selection_delete_retry(subject: Subject) -> None:
    """F18: the plan refuses to go for a while after its selections."""
    if subject.type == VAULT:
        pytest.skip("a vault has no selections")
    with World(switches=Switches(plan_deletion_lag_seconds=50)) as world:
        create(world, subject)
        assert world.cloudformation.delete_stack(STACK).status == "DELETE_COMPLETE"
        assert world.added() == {}
        refused = [call for call in world.backup.calls.of("DeleteBackupPlan") if call.error]
        assert refused


def test_vault_access_denied_means_gone(world: World) -> None:
    """F20: a vault that does not exist answers AccessDenied, and the list tells the difference."""
    subject = SUBJECTS["vault"]
    stack = create(world, subject)
    _remove_by_hand(world, subject, stack.resources[subject.id].physical_id)
    assert world.cloudformation.delete_stack(STACK).status == "DELETE_COMPLETE"


def test_vault_access_denied_means_denied(world: World) -> None:
    """F20, the reverse: it exists and may not be read, so nothing is taken for gone."""
    subject = SUBJECTS["vault"]
    create(world, subject)

    def tamper(call: Call, attempt: int, carry_out: Any) -> Any:
        if call.operation == "DescribeBackupVault":
            return response(
                "https://x", 403, {"x-amzn-errortype": "AccessDeniedException"}, b'{"message": "no"}'
            )
        return carry_out()

    world.wire.tamper = tamper
    stack = world.cloudformation.delete_stack(STACK)
    assert stack.status == "DELETE_FAILED"
    assert count_of(world, subject) == 1


def test_existing_vault_survives_rollback(world: World) -> None:
    """F9: Create meets somebody else's vault; its rollback must not delete that."""
    taken = vault(BackupVaultName="theirs", RemovalPolicy="DESTROY")
    stack = world.cloudformation.create_stack(STACK, [taken])
    assert stack.status == "ROLLBACK_COMPLETE"
    assert world.touched() == []
    assert world.backup.calls.of("DeleteBackupVault") == []


def test_existing_role_survives_rollback(world: World) -> None:
    """F9 for a role of the generated name that somebody else has."""
    # GIVEN a stack's id, as the next one will have it
    first = world.cloudformation.create_stack(STACK, [vault(RemovalPolicy="DESTROY")])
    name = f"shop-Plan-{first.id.rpartition('/')[2][:8]}"
    world.make_role(name, "/cfn-backup-provider/")
    before = world.things()[f"role/{name}"]
    # WHEN a plan of it wants a role
    stack = world.cloudformation.update_stack(
        STACK, [vault(RemovalPolicy="DESTROY"), plan(**IN_THEIRS, Selections=[TABLES])]
    )
    # THEN it is refused, and the role is as it was
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert world.things()[f"role/{name}"] == before
    world.foreign[f"role/{name}"] = before


def test_key_replacement_fixed_name(world: World) -> None:
    """F13: said in plain words before anything is written."""
    named = {"BackupVaultName": "shop-named", "RemovalPolicy": "DESTROY"}
    world.cloudformation.create_stack(STACK, [vault(**named, EncryptionKeyArn=KEY)])
    writes = len(world.backup.calls.writes())
    stack = world.cloudformation.update_stack(STACK, [vault(**named, EncryptionKeyArn=OTHER_KEY)])
    assert stack.status == "UPDATE_ROLLBACK_COMPLETE"
    assert "too, so that a new vault is made" in stack.reasons[0]
    assert len(world.backup.calls.writes()) == writes


def test_two_stacks_at_once(world: World, subject: Subject) -> None:
    """Two stacks with the same template have nothing to do with each other."""
    one = create(world, subject)
    two = world.cloudformation.create_stack("other", subject.template())
    world.cloudformation.delete_stack(STACK)
    assert (one.status, two.status) == ("DELETE_COMPLETE", "CREATE_COMPLETE")
    assert _reads_as(world, subject, two.resources[subject.id].attributes)


def _event(world: World, subject: Subject, request_type: str, physical_id: str | None) -> dict[str, Any]:
    """A request that is nobody's, unless a test makes it a stack's."""
    event = {
        "RequestType": request_type,
        "ResponseURL": world.cloudformation.bucket.presign(NOBODYS, subject.id),
        "StackId": NOBODYS,
        "RequestId": "9c1d4f3e-0000-4000-8000-000000000001",
        "LogicalResourceId": subject.id,
        "ResourceType": subject.type,
        "ResourceProperties": {
            "ServiceToken": "x",
            "BackupPlanId": "p",
            "IamRoleArn": ROLE,
            "Resources": [TABLE],
        }
        if subject.type == SELECTION
        else {"ServiceToken": "x", **({} if subject.type == VAULT else IN_THEIRS)},
    }
    return event | ({"PhysicalResourceId": physical_id} if physical_id else {})


def _context(world: World) -> Context:
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:f:live"
    return Context("f", arn, "00000000-0000-4000-8000-000000000000", world.clock, world.clock.now() + 300)


def _serve(world: World, subject: Subject, event: dict[str, Any]) -> dict[str, Any]:
    provider(CLASSES[subject.type], subject.type)(event, _context(world))
    put = world.cloudformation.bucket.first(event["ResponseURL"])
    assert put is not None
    answer: dict[str, Any] = json.loads(put.body)
    return answer
