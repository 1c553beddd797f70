"""Create, update and delete, choreographed once for every resource type.

A type (``BackupPlanResource`` …) says how to check, make, adjust and remove itself; when each of that
happens, and when nothing may happen, is said here.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import partial
from typing import Final, final

from cfn_backup.aws.session import concurrently
from cfn_backup.reconcile.looking import is_given_up_now, is_still_being_created, read_facts, refuse, stand
from cfn_backup.reconcile.standing import Asked, Standing, Verdict, judge
from cfn_backup.reconcile.work import Pending, Result, Work, log

ANSWER_ARRIVES: Final = 3.0
"""Seconds until the stack shows an answer that another delivery has just given. Not documented."""


class Lifecycle[Desired](ABC):
    """A resource type. ``Desired`` is what must exist for one resource of it.

    A request that CloudFormation does not make is refused with ResourceConflict, and nothing is done.
    """

    @final
    def create(self, work: Work) -> Result:
        """Makes the resource, or takes back what it made. Delivered twice, it makes one thing and gives the
        same answer."""
        desired, standing = concurrently([partial(self.check, work), partial(stand, work, Asked.CREATE)])
        if standing.live is not None:
            return self.answer_again(work, desired, standing.live)
        if standing.verdict is Verdict.GIVEN_UP:
            # an earlier delivery may have been killed behind the Delete, which then could not see what it
            # made
            self._take_back(work)
        refuse(Asked.CREATE, standing)
        try:
            return self.make(work, desired)
        except Exception:
            self._take_back(work)
            raise

    @final
    def update(self, work: Work) -> Result:
        """Makes what is there equal to what is asked for; a rollback is the same operation."""
        desired, standing = concurrently([partial(self.check, work), partial(stand, work, Asked.UPDATE)])
        refuse(Asked.UPDATE, standing)
        return self.adjust(work, desired)

    @final
    def delete(self, work: Work) -> Pending | None:
        """Removes the resource. Pending if something that outlives the invocation does that, and answers."""
        standing = stand(work, Asked.DELETE)
        refuse(Asked.DELETE, standing)
        if standing.verdict in (Verdict.EARLIER_LIFE, Verdict.GONE):
            return None
        return self.remove(work, standing)

    @abstractmethod
    def check(self, work: Work) -> Desired:
        """What must exist, after every check that needs no writing call. Notes in ``work`` what an earlier
        delivery of a Create made. Raises whatever is wrong with the request."""

    @abstractmethod
    def make(self, work: Work, desired: Desired) -> Result:
        """Makes it; what an earlier delivery made is met. Identifies itself in ``work`` at once after the
        first thing that can be named."""

    @abstractmethod
    def adjust(self, work: Work, desired: Desired) -> Result:
        """Makes what is there equal to what is desired; makes no writing call if it is."""

    @abstractmethod
    def answer_again(self, work: Work, desired: Desired, physical_id: str) -> Result:
        """What CloudFormation has been told of the resource that it has."""

    @abstractmethod
    def remove(self, work: Work, standing: Standing) -> Pending | None:
        """Removes what the request names, and, where the standing says so, everything else of the owner."""

    @abstractmethod
    def undo(self, work: Work) -> None:
        """Removes what a failed Create made."""

    def is_fulfilled(self, work: Work) -> bool:  # noqa: ARG002 - for types that can tell
        """Whether another delivery of this Create got to its end."""
        return False

    def _take_back(self, work: Work) -> None:
        """Takes back what a failed Create made; if that fails, too, the id stays noted for the Delete that
        follows.

        What another delivery of the same Create made is not taken away from it, as long as the stack waits
        for an answer: the Delete that follows a failure does that.
        """
        try:
            if not is_given_up_now(work) and self._is_of_another_delivery(work):
                log.warning("nothing is undone: another delivery of this Create made some of it")
                return
            if judge(read_facts(work, Asked.CREATE)).verdict is not Verdict.ANSWERED:
                self.undo(work)
        except Exception as error:
            # whatever it is: what made the Create fail is what must be answered
            log.warning("what was made could not be removed yet: %s", error)
        else:
            work.identify(None)

    def _is_of_another_delivery(self, work: Work) -> bool:
        if not work.met_earlier and is_still_being_created(work):
            # what a delivery made that runs beside this one cannot always be told from what this one made;
            # that it has answered can, once the stack shows it
            work.deadline.sleep(max(0, min(ANSWER_ARRIVES, work.deadline.remaining())))
        return work.met_earlier or (not work.completing and self.is_fulfilled(work))
