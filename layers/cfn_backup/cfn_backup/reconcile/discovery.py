"""What the stacks that a selection names contain."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from cfn_backup.aws import stacks
from cfn_backup.aws.session import concurrently
from cfn_backup.desired.arns import KINDS_BY_TYPE, arn_of
from cfn_backup.desired.selection import Found
from cfn_backup.reconcile.work import Work
from cfn_backup.symbolic import known
from cfn_backup.symbolic.values import Str
from cfn_backup.written.selection import Resource


def find_contents(work: Work, named: Iterable[Str]) -> Found:
    """The ARNs of every supported resource, by the stack as it was named, in template order.

    Raises NotFound for a stack that does not exist.
    """
    names = [known(name) for name in named]
    found = concurrently([partial(_supported, work, name) for name in names])
    return dict(zip(names, found, strict=True))


def _supported(work: Work, stack_name: str) -> tuple[str, ...]:
    supported = [r for r in stacks.contents(work.session, stack_name) if r.type in KINDS_BY_TYPE]
    instances = [r.physical_id for r in supported if r.type == "AWS::RDS::DBInstance"]
    # an Aurora instance is backed up with its cluster, which may be of another stack
    members = stacks.members_of_clusters(work.session, instances) if instances else set()
    return tuple(
        known(arn_of(Resource(KINDS_BY_TYPE[r.type], r.physical_id), work.place))
        for r in supported
        if not (r.type == "AWS::RDS::DBInstance" and r.physical_id in members)
    )
