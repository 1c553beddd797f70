"""The recovery points of one vault, cheap enough for a million of them.

Every point has a position. One byte per position says whether the point still exists, so pages are found with
a byte search. A block of alike points is only its template and a count; a point of it becomes an object of
its own when it changes.
"""

from __future__ import annotations

import bisect
import dataclasses
import heapq
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .rules import keeps

_PRESENT, _GONE = 0, 1


@dataclass(frozen=True)
class RecoveryPoint:
    """One recovery point, and what will happen to it. ARNs and date that are left empty are filled in when it
    is put into a vault.

    :param continuous: it belongs to a continuous backup (R7).
    :param expires_on_delete: the role that made it is gone, so the first deletion leaves it EXPIRED (R2).
    :param snapshot_locked: its snapshot is locked or used by an AMI: every deletion leaves it EXPIRED (R11).
    :param legal_hold: held, whatever the legal holds of the account say (R4).
    :param access_point: a backup access point refers to it, which refuses deletion.
    :param busy: another action runs on it (R3).
    :param ready_at: when a point that is CREATING becomes COMPLETED, in seconds since the epoch.
    :param deletion_seconds: how long its deletion takes, if not as long as the switch says.
    """

    recovery_point_arn: str = ""
    resource_arn: str = ""
    resource_type: str = "EBS"
    creation_date: float = 0
    iam_role_arn: str | None = None
    status: str = "COMPLETED"
    status_message: str | None = None
    lifecycle: Mapping[str, Any] | None = None
    backup_plan_id: str | None = None
    parent_recovery_point_arn: str | None = None
    is_parent: bool = False
    backup_size_in_bytes: int = 1024
    continuous: bool = False
    expires_on_delete: bool = False
    snapshot_locked: bool = False
    legal_hold: bool = False
    access_point: bool = False
    busy: bool = False
    ready_at: float | None = None
    deletion_seconds: float | None = None

    @property
    def is_cluster_state(self) -> bool:
        """Whether this is the point of an EKS composite that holds the cluster itself (DG:eks-backups)."""
        return self.resource_type == "EKS" and self.parent_recovery_point_arn is not None


@dataclass(frozen=True)
class PointFilter:
    """The `By…` parameters of ListRecoveryPointsByBackupVault; None is no restriction."""

    resource_arn: str | None = None
    resource_type: str | None = None
    backup_plan_id: str | None = None
    parent_recovery_point_arn: str | None = None
    created_before: float | None = None
    created_after: float | None = None

    def accepts(self, point: RecoveryPoint) -> bool:
        return (
            self.resource_arn in (None, point.resource_arn)
            and self.resource_type in (None, point.resource_type)
            and self.backup_plan_id in (None, point.backup_plan_id)
            and self.parent_recovery_point_arn in (None, point.parent_recovery_point_arn)
            and (self.created_before is None or point.creation_date < self.created_before)
            and (self.created_after is None or point.creation_date > self.created_after)
        )


@dataclass(frozen=True)
class _Block:
    """`count` points from `start` on, alike but for their ARN, which ends in the position as 17 hex
    digits."""

    start: int
    count: int
    template: RecoveryPoint

    @property
    def end(self) -> int:
        return self.start + self.count

    def point(self, position: int) -> RecoveryPoint:
        return dataclasses.replace(
            self.template, recovery_point_arn=f"{self.template.recovery_point_arn}{position:017x}"
        )

    def position_of(self, arn: str) -> int | None:
        prefix, digits = arn[:-17], arn[-17:]
        if prefix != self.template.recovery_point_arn or not set(digits) <= set("0123456789abcdef"):
            return None
        position = int(digits, 16)
        return position if self.start <= position < self.end else None


@dataclass
class RecoveryPointStore:
    """Points in the order in which they were put; ended and pending deletions are settled by `settle`."""

    last_gone: float | None = None
    has_access_points: bool = False
    _marks: bytearray = field(default_factory=bytearray)
    _count: int = 0
    _own: dict[int, RecoveryPoint] = field(default_factory=dict)
    _positions: dict[str, int] = field(default_factory=dict)
    _blocks: list[_Block] = field(default_factory=list)
    _nested: Counter[str] = field(default_factory=Counter)
    _cluster_states: dict[str, str] = field(default_factory=dict)  # by composite
    _pending: list[tuple[float, int]] = field(default_factory=list)
    _creating: list[tuple[float, int]] = field(default_factory=list)

    def __len__(self) -> int:
        return self._count

    def put(self, point: RecoveryPoint) -> None:
        if self.position(point.recovery_point_arn) is not None:
            raise ValueError(f"{point.recovery_point_arn} is already in the vault.")
        position = len(self._marks)
        self._marks.append(_PRESENT)
        self._own[position] = point
        self._positions[point.recovery_point_arn] = position
        if point.ready_at is not None:
            heapq.heappush(self._creating, (point.ready_at, position))
        if point.is_cluster_state and point.parent_recovery_point_arn is not None:
            self._cluster_states[point.parent_recovery_point_arn] = point.recovery_point_arn
        self._added(point, 1)

    def put_block(self, template: RecoveryPoint, count: int) -> None:
        """`count` points like `template`, whose ARN is the prefix of theirs."""
        self._blocks.append(_Block(len(self._marks), count, template))
        self._marks.extend(bytes(count))
        self._added(template, count)

    def find(self, arn: str) -> RecoveryPoint | None:
        position = self.position(arn)
        return None if position is None else self._at(position)

    def position(self, arn: str) -> int | None:
        position = self._positions.get(arn)
        if position is None:
            candidates = (block.position_of(arn) for block in self._blocks)
            position = next((found for found in candidates if found is not None), None)
        return None if position is None or self._marks[position] == _GONE else position

    def walk(self, accepted: PointFilter, start: int = 0) -> Iterator[tuple[int, RecoveryPoint]]:
        """Positions and points from `start` on that the filter accepts."""
        own = sorted(self._own) if self._blocks else []
        position = self._marks.find(_PRESENT, start)
        while position >= 0:
            following = position + 1
            block = None if position in self._own else self._block_at(position)
            if block and not accepted.accepts(block.template):
                # only what has changed in the block can still be accepted
                following = min([block.end, *own[bisect.bisect(own, position) :][:1]])
            elif accepted.accepts(point := self._at(position)):
                yield position, point
            position = self._marks.find(_PRESENT, following)

    def nested_in(self, arn: str) -> int:
        """How many points name this one as their parent."""
        return self._nested[arn]

    def cluster_state_in(self, arn: str) -> str | None:
        """The ARN of the cluster-state point of this composite, if it has one."""
        found = self._cluster_states.get(arn)
        return None if found is None or self.position(found) is None else found

    def change(self, arn: str, **changes: Any) -> None:
        """Changes what the point is, but not whether it exists."""
        position = self._existing(arn)
        before = self._at(position)
        self._own[position] = after = dataclasses.replace(before, **changes)
        self._count_parent(before.parent_recovery_point_arn, -1)
        self._count_parent(after.parent_recovery_point_arn, 1)

    def settle_at(self, arn: str, due: float) -> None:
        """The point is DELETING; at `due` its deletion ends."""
        heapq.heappush(self._pending, (due, self._existing(arn)))

    def settle(self, now: float) -> None:
        """Completes the points that are ready, and ends the deletions that are due: the point is gone, or
        EXPIRED if it is to expire."""
        while self._creating and self._creating[0][0] <= now:
            _, position = heapq.heappop(self._creating)
            if self._marks[position] == _PRESENT and (point := self._at(position)).status == "CREATING":
                self._own[position] = dataclasses.replace(point, status="COMPLETED", ready_at=None)
        while self._pending and self._pending[0][0] <= now:
            due, position = heapq.heappop(self._pending)
            if self._marks[position] == _PRESENT:
                self._end_deletion(position, due)

    @keeps("R11")
    def _end_deletion(self, position: int, due: float) -> None:
        point = self._at(position)
        if not (point.expires_on_delete or point.snapshot_locked):
            self.remove(point.recovery_point_arn, due)
            return
        message = (
            "The snapshot of this recovery point is locked or in use."
            if point.snapshot_locked
            else "The role that made this recovery point cannot be assumed by AWS Backup."
        )
        self._own[position] = dataclasses.replace(
            point, status="EXPIRED", status_message=message, expires_on_delete=False
        )

    def remove(self, arn: str, now: float) -> None:
        """Takes the point out; a composite goes with its last nested point, and the cluster state of EKS goes
        with its composite (R6)."""
        position = self._existing(arn)
        point = self._at(position)
        self._marks[position] = _GONE
        self._own.pop(position, None)
        self._positions.pop(arn, None)
        self._count -= 1
        self.last_gone = now
        self._count_parent(point.parent_recovery_point_arn, -1)
        if (cluster_state := self.cluster_state_in(arn)) is not None:
            self.remove(cluster_state, now)
        self.remove_empty_composite(point.parent_recovery_point_arn, now)

    def remove_empty_composite(self, arn: str | None, now: float) -> None:
        """Takes a point out that is not a parent any more."""
        if arn is not None and not self._nested[arn] and self.position(arn) is not None:
            self.remove(arn, now)

    def _existing(self, arn: str) -> int:
        position = self.position(arn)
        if position is None:
            raise KeyError(arn)
        return position

    def _at(self, position: int) -> RecoveryPoint:
        if position in self._own:
            return self._own[position]
        block = self._block_at(position)
        if block is None:
            raise KeyError(position)
        return block.point(position)

    def _block_at(self, position: int) -> _Block | None:
        index = bisect.bisect_right(self._blocks, position, key=lambda block: block.start) - 1
        if index >= 0 and position < self._blocks[index].end:
            return self._blocks[index]
        return None

    def _added(self, point: RecoveryPoint, count: int) -> None:
        self._count += count
        self.has_access_points = self.has_access_points or point.access_point
        self._count_parent(point.parent_recovery_point_arn, count)

    def _count_parent(self, arn: str | None, change: int) -> None:
        if arn is not None:
            self._nested[arn] += change
