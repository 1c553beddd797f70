"""What the stack itself says of a resource: whether a Delete or a Create is still the current word on it."""

from __future__ import annotations

from dataclasses import dataclass

from cfn_backup.aws import stacks
from cfn_backup.aws.errors import ResourceConflict
from cfn_backup.reconcile.work import Work


@dataclass(frozen=True)
class Standing:
    """How the stack stands to a resource, beside the request at hand."""

    live: str | None
    """The physical id that the stack has and keeps: another than the event's. On a Create: the answer that CloudFormation
    has already, so that this delivery came too late to do anything."""
    being_created: bool


def standing_of(work: Work) -> Standing:
    """Asks CloudFormation. A Delete after a replacement, or one delivered late, must not touch what the stack has now."""
    resource = stacks.resource_in_stack(work.session, str(work.owner.stack_id), work.owner.logical_id)
    if resource is None or resource.status.startswith("DELETE_") or resource.status == "CREATE_FAILED":
        return Standing(live=None, being_created=False)
    if resource.status == "CREATE_IN_PROGRESS":
        return Standing(live=None, being_created=True)
    known = resource.physical_id or None
    return Standing(live=known if known != work.physical_id else None, being_created=False)


def refuse_if_overtaken(work: Work) -> None:
    """Raises ResourceConflict if the stack meanwhile deletes the resource that is being created.

    CloudFormation cancels a creation by sending a Delete while the Create still runs
    (aws-cloudformation/cloudformation-coverage-roadmap#1730); that Delete cannot see what is made after it.
    """
    stack_id = str(work.owner.stack_id)
    resource = stacks.resource_in_stack(work.session, stack_id, work.owner.logical_id)
    status = resource.status if resource else stacks.stack_status(work.session, stack_id) or "DELETE_COMPLETE"
    # CREATE_FAILED: the watchdog, or somebody's clock, was faster
    if status.startswith("DELETE_") or status == "CREATE_FAILED":
        raise ResourceConflict("CloudFormation cancelled the creation of this resource while it was going on")
