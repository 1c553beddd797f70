"""What the stack itself says of a resource: whether a Delete or a Create is still the current word on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cfn_backup.aws import stacks
from cfn_backup.aws.errors import ResourceConflict
from cfn_backup.reconcile.work import Work, log

CREATING = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS")
"""The statuses of a stack in which CloudFormation sends a Create, and waits for its answer."""
ROLLING_BACK = "UPDATE_ROLLBACK_IN_PROGRESS"
UPDATING = ("UPDATE_IN_PROGRESS", ROLLING_BACK)
CLEANING_UP = ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS")
LOOKS, PAUSE = 3, 2.0
"""How often the stack is asked before a request is refused on its word, and seconds between: a status may be
read before it has arrived everywhere."""
ANSWER_ARRIVES = 3.0
"""Seconds until the stack shows an answer that another delivery has just given. Not documented."""


@dataclass(frozen=True)
class Standing:
    """How the stack stands to a resource, beside the request at hand."""

    live: str | None
    """The physical id that the stack has and keeps: another than the event's. On a Create: the answer that
    CloudFormation has already, so that this delivery came too late to do anything."""
    being_created: bool


def standing_of(work: Work) -> Standing:
    """Asks CloudFormation. A Delete after a replacement, or one delivered late, must not touch what the
    stack has now."""
    resource = stacks.resource_in_stack(work.session, str(work.owner.stack_id), work.owner.logical_id)
    if resource is None or _has_failed(resource):
        return Standing(live=None, being_created=False)
    if resource.status == "CREATE_IN_PROGRESS":
        return Standing(live=None, being_created=True)
    known = resource.physical_id or None
    return Standing(live=known if known != work.physical_id else None, being_created=False)


def is_cleaning_up(work: Work) -> bool:
    """Whether the stack deletes what an update replaced or rolled back.

    What it says of the resource may then be the Delete itself, which is not documented; another one of the
    same owner may be what stands.
    """
    return stacks.stack_status(work.session, str(work.owner.stack_id)) in CLEANING_UP


def _has_failed(resource: stacks.StackResource) -> bool:
    # DELETE_SKIPPED: it was kept. CREATE_FAILED: the watchdog, or somebody's clock, was faster
    deleted = resource.status.startswith("DELETE_") and resource.status != "DELETE_SKIPPED"
    return deleted or resource.status == "CREATE_FAILED"


def refuse_if_too_late(work: Work, standing: Standing) -> None:
    """Raises ResourceConflict if the stack had given up the resource before its creation began, so that
    nothing is made that only this delivery, if it lives, could take back."""
    if not standing.being_created and _remains(work, _is_given_up):
        raise ResourceConflict("CloudFormation does not wait for this creation any more; nothing was made")


def refuse_if_overtaken(work: Work) -> None:
    """Raises ResourceConflict if the stack has given up the resource that is being created.

    CloudFormation cancels a creation by sending a Delete while the Create still runs
    (aws-cloudformation/cloudformation-coverage-roadmap#1730); that Delete cannot see what is made after it.
    And Lambda delivers the event of a function that it had to kill once more, behind the rollback.
    """
    if _is_given_up(work):
        raise ResourceConflict("CloudFormation cancelled the creation of this resource while it was going on")


def _is_given_up(work: Work) -> bool:
    resource = stacks.resource_in_stack(work.session, str(work.owner.stack_id), work.owner.logical_id)
    if resource is None:
        # a stack of which nothing is known proves nothing
        return stacks.stack_status(work.session, str(work.owner.stack_id)) not in ("", *CREATING)
    return _has_failed(resource)


def undo_creation(work: Work, remove: Callable[[], None], is_fulfilled: Callable[[], bool]) -> None:
    """Takes back what a failed Create made; if that fails, too, the id stays noted for the Delete that
    follows.

    What another delivery of the same Create made is not taken away from it, as long as the stack waits for an
    answer: the Delete that follows a failure does that. ``is_fulfilled``: whether another delivery got to the
    end.
    """
    try:
        if not _is_given_up(work):
            if not work.met_earlier and standing_of(work).being_created:
                # what a delivery made that runs beside this one cannot always be told from what this one
                # made; that it has answered can, once the stack shows it, and ``remove`` asks
                work.deadline.sleep(max(0, min(ANSWER_ARRIVES, work.deadline.remaining())))
            if work.met_earlier or (not work.completing and is_fulfilled()):
                log.warning("nothing is undone: another delivery of this Create made some of it")
                return
        remove()
    except Exception as error:
        # whatever it is: what made the Create fail is what must be answered
        log.warning("what was made could not be removed yet: %s", error)
    else:
        work.identify(None)


def refuse_late_update(work: Work) -> None:
    """Raises ResourceConflict if the stack awaits no update of the resource.

    A function that ran out of time has answered by its watchdog before Lambda kills it. Lambda then delivers
    the event again, a minute later, when the update has long been rolled back; carried out, it would bring
    back what was taken back.
    """
    if _remains(work, _awaits_no_update):
        raise ResourceConflict("CloudFormation does not wait for this update any more; nothing was changed")


def _awaits_no_update(work: Work) -> bool:
    stack_id = str(work.owner.stack_id)
    resource = stacks.resource_in_stack(work.session, stack_id, work.owner.logical_id)
    status = resource.status if resource else ""
    if status.startswith(("DELETE_", "UPDATE_FAILED")):
        return True
    of_stack = stacks.stack_status(work.session, stack_id)
    # the stack may still be rolling others back when this resource is as it was
    is_back = of_stack == ROLLING_BACK and status.endswith("_COMPLETE")
    return is_back or of_stack not in ("", *UPDATING)


def _remains(work: Work, is_so: Callable[[Work], bool]) -> bool:
    for _ in range(LOOKS - 1):
        if not is_so(work):
            return False
        work.deadline.sleep(max(0, min(PAUSE, work.deadline.remaining())))
    return is_so(work)
