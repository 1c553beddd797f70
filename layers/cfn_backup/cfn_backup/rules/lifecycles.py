"""The rules about how long recovery points live."""

from __future__ import annotations

from collections.abc import Iterator

from cfn_backup.rules.asking import is_true, number
from cfn_backup.rules.registry import Fault, rule
from cfn_backup.rules.subjects import LifecycleSubject

LONGEST_DAYS = 36500
FOR_EVER = -1
"""Given for both days, it removes the lifecycle (API: Lifecycle)."""
COLD_STORAGE_DAYS = 90


@rule(
    "E9214",
    subject=LifecycleSubject,
    title="Deleted before 90 days in cold storage",
    explanation="Recovery points that move to cold storage stay there for at least 90 days.",
    way_out="Make `DeleteAfterDays` at least 90 more than `MoveToColdStorageAfterDays`, or leave one of them out.",
    source="AWS Backup API: Lifecycle; observed: «Invalid lifecycle. DeleteAfterDays cannot be less than 90 "
    "days apart from MoveToColdStorageAfterDays»",
)
def deleted_too_early(subject: LifecycleSubject) -> Iterator[Fault]:
    delete, cold = _days(subject)
    if not subject.of_copy and is_true(subject.rule.rule.enable_continuous_backup):
        # cold storage is refused there as such
        return
    if delete is None or cold is None or delete < 1 or cold < 1 or delete >= cold + COLD_STORAGE_DAYS:
        return
    if not subject.is_written("DeleteAfterDays") and subject.is_written("MoveToColdStorageAfterDays"):
        latest = delete - COLD_STORAGE_DAYS
        message = (
            f"is {cold}, but the preset deletes after {delete} days, and recovery points stay in cold "
            f"storage for at least {COLD_STORAGE_DAYS}: "
            + (f"give {latest} or less, or " if latest >= 1 else "")
            + f"give DeleteAfterDays: {cold + COLD_STORAGE_DAYS} or more"
        )
        yield Fault(subject.at("MoveToColdStorageAfterDays"), message)
        return
    message = (
        f"is {delete}, but recovery points that move to cold storage after {cold} days stay there for at "
        f"least {COLD_STORAGE_DAYS}: give {cold + COLD_STORAGE_DAYS} or more, or leave out "
        "MoveToColdStorageAfterDays"
    )
    yield Fault(subject.at("DeleteAfterDays"), message)


@rule(
    "E9215",
    subject=LifecycleSubject,
    title="Days out of range",
    explanation="Days are 1 to 36,500 (100 years). -1 in both `DeleteAfterDays` and "
    "`MoveToColdStorageAfterDays` means for ever.",
    way_out="Give days in the range, or leave the property out.",
    source="AWS Backup API: Lifecycle; observed: «Invalid lifecycle. DeleteAfterDays cannot be less than 1 "
    "or more than 36500 days»",
)
def days_out_of_range(subject: LifecycleSubject) -> Iterator[Fault]:
    delete, cold = _days(subject)
    if delete == cold == FOR_EVER:
        return
    for days, name, none in (
        (delete, "DeleteAfterDays", "no deletion"),
        (cold, "MoveToColdStorageAfterDays", "no move"),
    ):
        if days is not None and not 1 <= days <= LONGEST_DAYS:
            message = (
                f"is {days}; allowed is 1 to {LONGEST_DAYS:,}. Leave it out for {none}, or give -1 for both "
                "DeleteAfterDays and MoveToColdStorageAfterDays"
            )
            yield Fault(subject.at(name), message)


def _days(subject: LifecycleSubject) -> tuple[int | None, int | None]:
    lifecycle = subject.lifecycle
    return number(lifecycle.delete_after_days), number(lifecycle.move_to_cold_storage_after_days)
