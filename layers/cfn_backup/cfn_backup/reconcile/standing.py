"""Whether a request is the current word on its resource: a pure function of what was read.

Whoever may invoke the provider can send an event in any stack's name, and Lambda delivers events late and
twice. So only what CloudFormation itself says is happening is done. Reading, looking again and undoing are
elsewhere (``reconcile.looking``, ``reconcile.lifecycle``).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

ROLLING_BACK = "UPDATE_ROLLBACK_IN_PROGRESS"
CREATING = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS")
"""The statuses of a stack in which CloudFormation sends a Create, and waits for its answer."""
DELETING = ("DELETE_IN_PROGRESS", "ROLLBACK_IN_PROGRESS")
"""The statuses of a stack in which everything of it goes."""
CLEANING_UP = ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
"""The statuses of a stack that deletes what an update replaced, removed, or made before it was rolled
back."""
BEING_UPDATED = ("UPDATE_IN_PROGRESS", ROLLING_BACK)
"""The statuses of a resource that is being updated, or taken back."""


class Asked(Enum):
    """What the request asks for."""

    CREATE = "creation"
    UPDATE = "update"
    DELETE = "deletion"


class Verdict(Enum):
    """What is to be done with a request. The value of a refusal is its reason."""

    CURRENT = "current"
    """It is what CloudFormation is doing. On a Delete: everything of the owner goes."""
    ANSWERED = "answered"
    """A Create whose answer CloudFormation has: nothing is done, and the answer is given again."""
    EARLIER_LIFE = "earlier life"
    """A Delete that belongs to an earlier life of a resource that is being created now: nothing is done."""
    GONE = "gone"
    """A Delete of what is deleted already, delivered once more: nothing is done."""
    REPLACED = "replaced"
    """A Delete of what the stack no longer has; what it has now stays."""
    CLEAN_UP = "clean-up"
    """A Delete of a clean-up: only what it names goes, since something else of the owner may be what
    stands."""
    UNSEEN = "CloudFormation shows no such resource of this stack, so nothing is done"
    GIVEN_UP = "CloudFormation does not wait for it any more, so nothing is made or changed"
    """A Create of what is gone, or an Update that is over. What a Create left behind then is nobody's."""
    NOT_ASKED = "CloudFormation does not say that it is doing this to the resource, so nothing is done"
    OTHER_TYPE = "CloudFormation has another type of resource under this logical id, so nothing is done"


REFUSALS = frozenset({Verdict.UNSEEN, Verdict.GIVEN_UP, Verdict.NOT_ASKED, Verdict.OTHER_TYPE})


@dataclass(frozen=True)
class Facts:
    """What a request is, and what CloudFormation shows of its stack and resource."""

    asked: Asked
    physical_id: str | None
    """Of the event; None on Create."""
    type: str
    """Of the event; a template may use any custom resource as AWS::CloudFormation::CustomResource."""
    stack_status: str
    """Empty if the stack cannot be seen, or was not looked at: a Create or Update of a resource that the
    stack has shows in the resource's own status."""
    resource_status: str = ""
    """Empty if the stack has no such resource."""
    resource_type: str = ""
    resource_id: str = ""
    """The physical id that CloudFormation has of the resource."""


@dataclass(frozen=True)
class Standing:
    """A verdict. ``live``: the physical id that the stack has and keeps, if that is another than the
    event's."""

    verdict: Verdict
    live: str | None = None

    @property
    def refused(self) -> bool:
        return self.verdict in REFUSALS


def judge(facts: Facts) -> Standing:
    """The verdict on a request that is about to be carried out."""
    if facts.resource_type and facts.resource_type != facts.type:
        return Standing(Verdict.OTHER_TYPE)
    match facts.asked:
        case Asked.CREATE:
            return _creation(facts)
        case Asked.UPDATE:
            return _update(facts)
        case Asked.DELETE:
            return _deletion(facts)


def is_given_up(facts: Facts) -> bool:
    """Whether the stack has given up a creation that has begun.

    CloudFormation cancels a creation by sending a Delete while the Create still runs
    (aws-cloudformation/cloudformation-coverage-roadmap#1730); that Delete cannot see what is made after it. A
    stack that cannot be seen for a moment has given nothing up.
    """
    if facts.resource_status:
        return has_failed(facts.resource_status)
    return facts.stack_status not in ("", *CREATING)


def has_failed(resource_status: str) -> bool:
    """Whether the resource is gone, or going, or was never made as far as CloudFormation knows."""
    # DELETE_SKIPPED: it was kept. CREATE_FAILED: the watchdog, or somebody's clock, was faster
    deleted = resource_status.startswith("DELETE_") and resource_status != "DELETE_SKIPPED"
    return deleted or resource_status == "CREATE_FAILED"


def _creation(facts: Facts) -> Standing:
    status = facts.resource_status
    if status == "CREATE_IN_PROGRESS":
        return Standing(Verdict.CURRENT)
    if not status:
        return Standing(Verdict.GIVEN_UP if is_given_up(facts) else Verdict.UNSEEN)
    if status == "DELETE_FAILED" or not (has_failed(status) or facts.resource_id):
        return Standing(Verdict.NOT_ASKED)
    if has_failed(status):
        return Standing(Verdict.GIVEN_UP)
    return Standing(Verdict.ANSWERED, facts.resource_id)


def _update(facts: Facts) -> Standing:
    status = facts.resource_status
    if status in BEING_UPDATED:
        return Standing(Verdict.CURRENT)
    if not status:
        return Standing(Verdict.UNSEEN)
    return Standing(Verdict.GIVEN_UP)


def _deletion(facts: Facts) -> Standing:
    if not facts.stack_status:
        return Standing(Verdict.UNSEEN)
    if facts.resource_status == "CREATE_IN_PROGRESS":
        return Standing(Verdict.EARLIER_LIFE)
    if facts.resource_status == "DELETE_COMPLETE" and facts.resource_id == facts.physical_id:
        return Standing(Verdict.GONE)
    if facts.resource_status and not has_failed(facts.resource_status):
        return _deletion_of_what_stands(facts)
    being_deleted = facts.resource_status == "DELETE_IN_PROGRESS"
    if being_deleted or facts.stack_status in (*DELETING, ROLLING_BACK, *CLEANING_UP):
        return Standing(Verdict.CLEAN_UP if facts.stack_status in CLEANING_UP else Verdict.CURRENT)
    return Standing(Verdict.NOT_ASKED)


def _deletion_of_what_stands(facts: Facts) -> Standing:
    """The stack has the resource and keeps it: a Delete of it would show in its status."""
    replaced = facts.resource_id not in ("", facts.physical_id)
    if replaced and facts.stack_status in (ROLLING_BACK, *CLEANING_UP):
        return Standing(Verdict.REPLACED, facts.resource_id)
    if not replaced and facts.stack_status in CLEANING_UP:
        # what the stack shows in a clean-up may be the Delete itself, which is not documented
        return Standing(Verdict.CLEAN_UP)
    return Standing(Verdict.NOT_ASKED)
