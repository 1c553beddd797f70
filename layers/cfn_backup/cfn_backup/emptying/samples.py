"""How long AWS Backup takes from a deletion to the point being gone, by resource type: timed on one point of
each type at a time. No figures are published."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cfn_backup.aws.errors import ProviderError
from cfn_backup.aws.recovery_points import RecoveryPoint, is_gone
from cfn_backup.aws.session import Session
from cfn_backup.emptying.progress import Sample

_FIRST_LOOK = 1.0
_GROWTH = 0.25
"""Of the time that has passed: a figure is at most so much too high."""
_TYPES = 20
_REST = 300.0
"""Seconds between two points of one type: a figure now and then is enough."""
_LONGEST = 86_400.0
"""Seconds after which a point is not waited for any more."""


class Samples:
    """The points that are being timed on one vault. ``gone`` is told the type and the seconds."""

    def __init__(
        self,
        session: Session,
        vault: str,
        open_: Mapping[str, Sample],
        gone: Callable[[str, float], None],
    ) -> None:
        self._session = session
        self._vault = vault
        self._gone = gone
        self.open = dict(open_)
        self._rests_until: dict[str, float] = {}
        self._next_look = min((sample.look_at for sample in self.open.values()), default=float("inf"))

    def begin(self, point: RecoveryPoint, now: float) -> None:
        """The deletion of this point has begun; it is timed if no other of its type is."""
        kind = point.resource_type
        if kind not in self.open and len(self.open) < _TYPES and now >= self._rests_until.get(kind, 0):
            self.open[kind] = Sample(point.arn, now, now + _FIRST_LOOK)
            self._next_look = min(self._next_look, now + _FIRST_LOOK)

    def look(self, now: float) -> None:
        """Looks at those whose turn it is: one cheap read each."""
        if now < self._next_look:
            return
        for kind, sample in list(self.open.items()):
            if now >= sample.look_at:
                self._look_at(kind, sample, now)
        self._next_look = min((sample.look_at for sample in self.open.values()), default=float("inf"))

    def _look_at(self, kind: str, sample: Sample, now: float) -> None:
        passed = now - sample.deleted_at
        try:
            gone = is_gone(self._session, self._vault, sample.arn)
        except ProviderError:
            gone = False  # a figure is not worth a failure
        if gone:
            self._gone(kind, passed)
        if gone or passed > _LONGEST:
            del self.open[kind]
            self._rests_until[kind] = now + _REST
        else:
            self.open[kind] = Sample(sample.arn, sample.deleted_at, now + max(_FIRST_LOOK, passed * _GROWTH))
