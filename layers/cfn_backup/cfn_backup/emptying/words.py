"""What people are told: in a stack's events, in the log, by `cfn-backup empty`."""

from __future__ import annotations

from datetime import UTC, datetime

from cfn_backup.emptying.estimate import in_words, seconds_for
from cfn_backup.emptying.order import Order
from cfn_backup.emptying.progress import Progress


def begun(order: Order, points: int, calls_per_second: float) -> str:
    """Said when the work begins, with the estimate."""
    seconds = seconds_for(points, calls_per_second)
    return (
        f"emptying the vault {order.vault_name}: {points} recovery points, about {in_words(seconds)} at "
        f"{calls_per_second:g} a second"
    )


def goes_on(order: Order, progress: Progress, left: int, now: float) -> str:
    """The answer to a request whose time is over before the vault is empty."""
    elapsed = max(1.0, now - progress.started_at)
    rate = progress.taken / elapsed
    rest = seconds_for(left, rate or progress.rate)
    end = datetime.fromtimestamp(now + rest, UTC)
    of = max(progress.at_first, left)
    return (
        f"The vault {order.vault_name} is not empty yet: {left} of {of} recovery points are left after "
        f"{in_words(elapsed)}, at {rate:.1f} a second. The emptying goes on and ends about "
        f"{end:%Y-%m-%d %H:%M} UTC, in {in_words(rest)}. Delete again then: it takes a moment. A deletion "
        "before that joins it"
    )


def not_emptied(order: Order, progress: Progress, why: str) -> str:
    """The answer when the vault cannot be emptied."""
    gone = (
        "Nothing was deleted"
        if not progress.taken
        else f"{progress.taken} recovery points were deleted before"
    )
    return f"The vault {order.vault_name} is not deleted: {why}. {gone}"
