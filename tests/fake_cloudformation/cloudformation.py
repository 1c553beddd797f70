"""Carries out stacks of custom resources with the real protocol, and does to them all that the real service
does.
"""

from __future__ import annotations

import itertools
import random
import string
import threading
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from cfn_backup.protocol import provider
from tests.fake_cloudformation import answers, describe, seams
from tests.fake_cloudformation.answers import Answer
from tests.fake_cloudformation.bucket import ResponseBucket
from tests.fake_cloudformation.clock import Clock
from tests.fake_cloudformation.delivery import Delivery, Once
from tests.fake_cloudformation.lambda_service import Event, Function, Handler, LambdaService
from tests.fake_cloudformation.stack import Stack, StackEvent, StackResource
from tests.fake_cloudformation.template import Resource, in_order, resolve

BYSTANDER = "Test::Bystander"
"""A resource of another kind in the same stack; ``FailOn: Create|Update|Delete`` says when it fails."""

CLEAN_UP_TRIES = 3
"""A Delete in the clean-up of an update is tried three times, then CloudFormation goes on without it."""

DEFAULT_SERVICE_TIMEOUT = 3600


@dataclass
class _Rule:
    """Which events are delivered how, and how often yet."""

    how: Delivery
    logical_id: str | None
    request_type: str | None
    times: int


@dataclass
class _Change:
    """What an update has done to one resource, for its clean-up or its rollback."""

    before: StackResource | None
    """None when the update created it."""
    after: StackResource


@dataclass
class _Leftover:
    """A physical resource that belongs to nobody once the update is through."""

    resource: StackResource
    physical_id: str
    properties: dict[str, Any] = field(default_factory=dict)


class FakeCloudFormation:
    """Stacks of one account and Region. A context manager: inside of it, the protocol's answers come here.

    ``handlers`` maps a resource type to its Lambda handler, or to the ``package.module:Class`` that
    ``provider`` takes. ``on_failure`` is the handler of the failure responder.
    """

    def __init__(
        self,
        handlers: Mapping[str, Handler | str],
        *,
        on_failure: Handler | None = None,
        account_id: str = "123456789012",
        region: str = "eu-west-1",
        partition: str = "aws",
        clock: Clock | None = None,
        function_timeout: float = 300,
        seed: int = 1,
    ) -> None:
        self.account_id, self.region, self.partition = account_id, region, partition
        self.clock = clock or Clock()
        self.bucket = ResponseBucket(self.clock, region, partition)
        self.service = LambdaService(self.clock)
        self.stacks: list[Stack] = []
        self.requests: list[Event] = []
        self._random = random.Random(seed)  # noqa: S311 - the same ids in every run
        self._numbers = itertools.count(1)
        self._rules: list[_Rule] = []
        self._responder = on_failure
        self._functions = self._deploy(handlers, on_failure, function_timeout)
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        self._exit.enter_context(seams.replaced(self.clock, self.bucket, self._responder))
        describe.running.append(self)
        self._exit.callback(describe.running.remove, self)
        return self

    def __exit__(self, *error: object) -> None:
        self._exit.close()

    # ---- what a user does
    # --------------------------------------------------------------------------------------

    def create_stack(self, name: str, resources: Iterable[Resource]) -> Stack:
        """CREATE_COMPLETE, or ROLLBACK_COMPLETE, or ROLLBACK_FAILED."""
        stack = Stack(name, self._arn("cloudformation", f"stack/{name}/{self._uuid()}"))
        self.stacks.append(stack)
        self._stack_status(stack, "CREATE_IN_PROGRESS")
        for definition in in_order(resources):
            if not self._create(stack, definition):
                return self._roll_creation_back(stack)
        self._stack_status(stack, "CREATE_COMPLETE")
        return stack

    def update_stack(self, name: str, resources: Iterable[Resource]) -> Stack:
        """UPDATE_COMPLETE, or UPDATE_ROLLBACK_COMPLETE, or UPDATE_ROLLBACK_FAILED."""
        stack = self._existing(name)
        self._stack_status(stack, "UPDATE_IN_PROGRESS")
        wanted = in_order(resources)
        changes: list[_Change] = []
        for definition in wanted:
            if not self._create_or_update(stack, definition, changes):
                return self._roll_update_back(stack, changes)
        self._stack_status(stack, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
        self._clean_up(stack, self._replaced(changes))
        self._remove(stack, keep={definition.logical_id for definition in wanted})
        self._stack_status(stack, "UPDATE_COMPLETE")
        return stack

    def delete_stack(self, name: str, *, retain: Iterable[str] = ()) -> Stack:
        """DELETE_COMPLETE or DELETE_FAILED; in the latter case it can be called again, with resources to
        retain.
        """
        stack = self._existing(name)
        self._stack_status(stack, "DELETE_IN_PROGRESS")
        self._delete_all(stack, retain=set(retain))
        failed = any(resource.status == "DELETE_FAILED" for resource in stack.resources.values())
        self._stack_status(stack, "DELETE_FAILED" if failed else "DELETE_COMPLETE")
        return stack

    def settle(self) -> None:
        """Delivers everything that is still in Lambda's queue: duplicates, retries, events that come too
        late.
        """
        while self.service.run_next(until=float("inf")):
            pass

    # ---- what a test does to it
    # ----------------------------------------------------------------------------------

    def deliver(
        self, how: Delivery, *, logical_id: str | None = None, request_type: str | None = None, times: int = 1
    ) -> None:
        """Has the next events of that resource and type delivered otherwise than once."""
        self._rules.append(_Rule(how, logical_id, request_type, times))

    def cancel_creation(self, stack: Stack, logical_id: str) -> None:
        """Another resource failed: the Delete comes while the Create still runs, with an id that
        CloudFormation made up.

        To be called from inside the running Create. When this returns, the Delete has been answered.
        """
        resource = stack.resources[logical_id]
        resource.request_id = ""
        resource.physical_id = self._invented_id(stack, logical_id)
        self._stack_status(stack, "ROLLBACK_IN_PROGRESS")
        self._resource_status(stack, resource, "CREATE_FAILED", "Resource creation cancelled")
        # not in the thread of the Create, whose process this is none of.
        thread = threading.Thread(target=self._delete, args=(stack, resource))
        thread.start()
        thread.join()

    def find_stack(self, name_or_id: str) -> Stack | None:
        """A stack by its id, or, unless it was deleted, by its name."""
        for stack in reversed(self.stacks):
            if name_or_id == stack.id or (name_or_id == stack.name and stack.status != "DELETE_COMPLETE"):
                return stack
        return None

    def requests_of(self, request_type: str, logical_id: str | None = None) -> list[Event]:
        """The requests made so far, each once however often it was delivered."""
        return [
            event
            for event in self.requests
            if event["RequestType"] == request_type and logical_id in (None, event["LogicalResourceId"])
        ]

    # ---- creating
    # -------------------------------------------------------------------------------------------------

    def _create(self, stack: Stack, definition: Resource) -> bool:
        resource = StackResource(definition, {})
        stack.resources[definition.logical_id] = resource
        self._resource_status(stack, resource, "CREATE_IN_PROGRESS")
        try:
            resource.properties = self._properties(stack, definition)
        except LookupError as error:
            self._resource_status(stack, resource, "CREATE_FAILED", str(error))
            return False
        answer = self._ask(stack, resource, "Create")
        if answer is None:
            # cancelled meanwhile: its fate is settled, whatever it answers now.
            return False
        resource.physical_id = answer.physical_id or self._invented_id(stack, definition.logical_id)
        if not answer.success:
            self._resource_status(stack, resource, "CREATE_FAILED", answer.reason)
            return False
        resource.attributes = answer.data
        self._resource_status(stack, resource, "CREATE_COMPLETE")
        return True

    def _roll_creation_back(self, stack: Stack) -> Stack:
        self._stack_status(stack, "ROLLBACK_IN_PROGRESS")
        self._delete_all(stack, retain=set())
        failed = any(resource.status == "DELETE_FAILED" for resource in stack.resources.values())
        self._stack_status(stack, "ROLLBACK_FAILED" if failed else "ROLLBACK_COMPLETE")
        return stack

    # ---- updating
    # -------------------------------------------------------------------------------------------------

    def _create_or_update(self, stack: Stack, definition: Resource, changes: list[_Change]) -> bool:
        before = stack.resources.get(definition.logical_id)
        if before is None or before.status == "DELETE_COMPLETE":
            created = self._create(stack, definition)
            changes.append(_Change(None, stack.resources[definition.logical_id]))
            return created
        if before.definition.type != definition.type:
            raise ValueError("the type of a custom resource cannot change in an update")
        after = StackResource(definition, {}, before.status, "", before.physical_id, before.attributes)
        stack.resources[definition.logical_id] = after
        try:
            after.properties = self._properties(stack, definition)
        except LookupError as error:
            changes.append(_Change(before, after))
            self._resource_status(stack, after, "UPDATE_FAILED", str(error))
            return False
        if after.properties == before.properties:
            return True
        changes.append(_Change(before, after))
        return self._update(stack, after, old=before.properties)

    def _update(self, stack: Stack, resource: StackResource, old: dict[str, Any]) -> bool:
        self._resource_status(stack, resource, "UPDATE_IN_PROGRESS")
        answer = self._ask(stack, resource, "Update", old=old)
        if answer is None or not answer.success:
            # an id of the FAILED answer counts: a new one is taken for a replacement that has to go again.
            resource.physical_id = (answer and answer.physical_id) or resource.physical_id
            self._resource_status(stack, resource, "UPDATE_FAILED", answer.reason if answer else "")
            return False
        resource.physical_id = answer.physical_id or resource.physical_id
        resource.attributes = answer.data
        self._resource_status(stack, resource, "UPDATE_COMPLETE")
        return True

    def _replaced(self, changes: list[_Change]) -> list[_Leftover]:
        """The old physical resources of replacements, with their old properties."""
        return [
            _Leftover(change.after, change.before.physical_id, change.before.properties)
            for change in changes
            if change.before is not None
            and change.before.physical_id != change.after.physical_id
            and change.before.definition.update_replace_policy == "Delete"
        ]

    def _roll_update_back(self, stack: Stack, changes: list[_Change]) -> Stack:
        """Every change is taken back in turn: an Update with the maps swapped; what was created goes in the
        clean-up.
        """
        self._stack_status(stack, "UPDATE_ROLLBACK_IN_PROGRESS")
        leftovers: list[_Leftover] = []
        for change in reversed(changes):
            attempted = change.after
            if change.before is None:
                continue
            if not attempted.properties:
                # it never got as far as a request.
                stack.resources[attempted.definition.logical_id] = change.before
                continue
            back = StackResource(
                change.before.definition, change.before.properties, "", "", attempted.physical_id, {}
            )
            stack.resources[back.definition.logical_id] = back
            if not self._update(stack, back, old=attempted.properties):
                self._stack_status(stack, "UPDATE_ROLLBACK_FAILED")
                return stack
            if back.physical_id != attempted.physical_id:
                leftovers.append(_Leftover(back, attempted.physical_id, attempted.properties))
        self._stack_status(stack, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
        self._clean_up(stack, leftovers)
        self._remove(
            stack,
            keep={c.after.definition.logical_id for c in changes if c.before} | _untouched(stack, changes),
        )
        self._stack_status(stack, "UPDATE_ROLLBACK_COMPLETE")
        return stack

    # ---- deleting
    # -------------------------------------------------------------------------------------------------

    def _delete(self, stack: Stack, resource: StackResource) -> bool:
        self._resource_status(stack, resource, "DELETE_IN_PROGRESS")
        answer = self._ask(stack, resource, "Delete")
        if answer is not None and answer.success and answer.physical_id == resource.physical_id:
            self._resource_status(stack, resource, "DELETE_COMPLETE")
            return True
        reason = answer.reason if answer else ""
        self._resource_status(
            stack, resource, "DELETE_FAILED", reason or "the answer changed the physical id"
        )
        return False

    def _delete_all(self, stack: Stack, retain: set[str]) -> None:
        """Every resource, those made last first. One that cannot be deleted does not keep the others."""
        for logical_id, resource in reversed(stack.resources.items()):
            if resource.status == "DELETE_COMPLETE" or not resource.physical_id:
                continue
            if logical_id in retain or resource.definition.deletion_policy == "Retain":
                self._resource_status(stack, resource, "DELETE_SKIPPED")
            else:
                self._delete(stack, resource)

    def _remove(self, stack: Stack, keep: set[str]) -> None:
        """What is no longer in the template goes in the clean-up of an update."""
        gone = [logical_id for logical_id in reversed(stack.resources) if logical_id not in keep]
        for logical_id in gone:
            resource = stack.resources[logical_id]
            if resource.physical_id and resource.definition.deletion_policy != "Retain":
                self._try_three_times(stack, resource)
            del stack.resources[logical_id]

    def _clean_up(self, stack: Stack, leftovers: Iterable[_Leftover]) -> None:
        for leftover in leftovers:
            old = StackResource(
                leftover.resource.definition, leftover.properties, "", "", leftover.physical_id, {}
            )
            current = leftover.resource.status
            self._try_three_times(stack, old)
            leftover.resource.status = current

    def _try_three_times(self, stack: Stack, resource: StackResource) -> None:
        for _ in range(CLEAN_UP_TRIES):
            if self._delete(stack, resource):
                return

    # ---- asking the function
    # ----------------------------------------------------------------------------------------

    def _ask(
        self, stack: Stack, resource: StackResource, request_type: str, old: dict[str, Any] | None = None
    ) -> Answer | None:
        """Sends a request and waits for its answer, an hour if need be; None when it was called off
        meanwhile.
        """
        if resource.definition.type == BYSTANDER:
            return _bystander(resource, request_type)
        function = self._functions[resource.definition.type]
        event = self._event(stack, resource, function, request_type, old)
        resource.request_id = event["RequestId"]
        self.requests.append(event)
        self._delivery_of(event)(self.service, function, event)
        gives_up = self.clock.now() + _service_timeout(resource)
        while resource.request_id == event["RequestId"]:
            put = self.bucket.first(event["ResponseURL"])
            if put is not None:
                return answers.read(put.body, event)
            if not self.service.run_next(until=gives_up):
                self.clock.advance_to(gives_up)
                return answers.no_answer()
        return None

    def _event(
        self,
        stack: Stack,
        resource: StackResource,
        function: Function,
        request_type: str,
        old: dict[str, Any] | None,
    ) -> Event:
        token = {"ServiceToken": function.arn}
        event: Event = {
            "RequestType": request_type,
            "ServiceToken": function.arn,
            "ResponseURL": self.bucket.presign(stack.id, resource.definition.logical_id),
            "StackId": stack.id,
            "RequestId": self._uuid(),
            "LogicalResourceId": resource.definition.logical_id,
            "ResourceType": resource.definition.type,
            "ResourceProperties": token | resource.properties,
        }
        if request_type != "Create":
            event["PhysicalResourceId"] = resource.physical_id
        if old is not None:
            event["OldResourceProperties"] = token | old
        return event

    def _delivery_of(self, event: Event) -> Delivery:
        for rule in self._rules:
            fits = rule.logical_id in (None, event["LogicalResourceId"])
            if rule.times and fits and rule.request_type in (None, event["RequestType"]):
                rule.times -= 1
                return rule.how
        return Once()

    def _properties(self, stack: Stack, definition: Resource) -> dict[str, Any]:
        pseudo = {
            "AWS::AccountId": self.account_id,
            "AWS::Partition": self.partition,
            "AWS::Region": self.region,
            "AWS::StackId": stack.id,
            "AWS::StackName": stack.name,
        }
        properties: dict[str, Any] = resolve(
            dict(definition.properties), lambda name: pseudo.get(name) or stack.ref(name), stack.get_att
        )
        return properties

    # ---- bookkeeping
    # --------------------------------------------------------------------------------------------------

    def _deploy(
        self, handlers: Mapping[str, Handler | str], on_failure: Handler | None, timeout: float
    ) -> dict[str, Function]:
        responder = None
        if on_failure is not None:
            responder = Function(
                "failure-responder", self._arn("lambda", "function:failure-responder"), on_failure, 60
            )
        functions = {}
        for resource_type, handler in handlers.items():
            name = resource_type.rpartition("::")[2]
            arn = self._arn("lambda", f"function:{name}:live")
            serve = provider(handler, resource_type) if isinstance(handler, str) else handler
            functions[resource_type] = Function(name, arn, serve, timeout, on_failure=responder)
        return functions

    def _arn(self, service: str, rest: str) -> str:
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{rest}"

    def _uuid(self) -> str:
        return str(UUID(int=self._random.getrandbits(128), version=4))

    def _invented_id(self, stack: Stack, logical_id: str) -> str:
        """What CloudFormation calls a resource that never told its id."""
        letters = self._random.choices(string.ascii_uppercase + string.digits, k=12)
        return f"{stack.name}-{logical_id}-{''.join(letters)}"

    def _existing(self, name: str) -> Stack:
        stack = self.find_stack(name)
        if stack is None:
            raise KeyError(f"Stack [{name}] does not exist")
        return stack

    def _stack_status(self, stack: Stack, status: str) -> None:
        stack.status = status
        stack.events.append(StackEvent(self.clock.now(), stack.name, status, "", stack.id))

    def _resource_status(self, stack: Stack, resource: StackResource, status: str, reason: str = "") -> None:
        resource.status, resource.reason = status, reason
        logical_id = resource.definition.logical_id
        stack.events.append(StackEvent(self.clock.now(), logical_id, status, reason, resource.physical_id))


def _untouched(stack: Stack, changes: list[_Change]) -> set[str]:
    """What was in the stack before the update, and that the update never came to."""
    return stack.resources.keys() - {change.after.definition.logical_id for change in changes}


def _bystander(resource: StackResource, request_type: str) -> Answer:
    if resource.properties.get("FailOn") == request_type:
        return Answer(False, resource.physical_id or None, f"the bystander fails on {request_type}")
    return Answer(True, resource.physical_id or f"bystander-{resource.definition.logical_id}")


def _service_timeout(resource: StackResource) -> float:
    return float(resource.properties.get("ServiceTimeout", DEFAULT_SERVICE_TIMEOUT))
