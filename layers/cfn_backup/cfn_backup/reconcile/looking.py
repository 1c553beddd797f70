"""Asking CloudFormation how a request stands, and asking again before it is refused."""

from __future__ import annotations

from functools import partial

from cfn_backup.aws import stacks
from cfn_backup.aws.errors import ResourceConflict
from cfn_backup.aws.session import concurrently
from cfn_backup.reconcile.standing import Asked, Facts, Standing, Verdict, is_given_up, judge
from cfn_backup.reconcile.work import Work

LOOKS, PAUSE = 3, 2.0
"""How often CloudFormation is asked before a request is refused on its word, and seconds between: a status
may be read before it has arrived everywhere."""


def stand(work: Work, asked: Asked) -> Standing:
    """How the request stands; looked at again before a refusal."""
    for _ in range(LOOKS - 1):
        standing = judge(read_facts(work, asked))
        if not standing.refused:
            return standing
        work.deadline.sleep(max(0, min(PAUSE, work.deadline.remaining())))
    return judge(read_facts(work, asked))


def refuse(asked: Asked, standing: Standing) -> None:
    """Raises ResourceConflict for a request that CloudFormation does not make."""
    if standing.refused:
        raise ResourceConflict(f"This {asked.value} is refused: {standing.verdict.value}")


def refuse_if_overtaken(work: Work) -> None:
    """Raises ResourceConflict if the stack has given up the resource that is being created."""
    if is_given_up_now(work):
        raise ResourceConflict("CloudFormation cancelled the creation of this resource while it was going on")


def is_given_up_now(work: Work) -> bool:
    """Whether the stack has given up the creation that is going on."""
    return is_given_up(read_facts(work, Asked.CREATE))


def is_still_being_created(work: Work) -> bool:
    return judge(read_facts(work, Asked.CREATE)).verdict is Verdict.CURRENT


def read_facts(work: Work, asked: Asked) -> Facts:
    """One round trip. The stack itself is asked for a Delete, and where it has no such resource."""
    stack_id = str(work.owner.stack_id)
    of_stack = partial(stacks.stack_status, work.session, stack_id)
    resource, *status = concurrently(
        [
            partial(stacks.resource_in_stack, work.session, stack_id, work.owner.logical_id),
            *([of_stack] if asked is Asked.DELETE else []),
        ]
    )
    if resource is None:
        return Facts(asked, work.physical_id, work.resource_type, status[0] if status else of_stack())
    return Facts(
        asked,
        work.physical_id,
        work.resource_type,
        status[0] if status else "",
        resource_status=resource.status,
        resource_type=resource.type if work.resource_type else "",
        resource_id=resource.physical_id,
    )
