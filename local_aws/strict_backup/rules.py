"""Which function carries which rule of the rulebook.

A rule id stands beside the code that makes it true; `rulebook.py` says what the rule is, and a test compares
the two, so that the table in the documentation cannot claim what the code does not do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

CARRIED_BY: dict[str, set[str]] = defaultdict(set)


def keeps[F: Callable[..., object]](*rule_ids: str) -> Callable[[F], F]:
    """Marks a function as the place where the rules are kept."""

    def mark(function: F) -> F:
        for rule_id in rule_ids:
            CARRIED_BY[rule_id].add(f"{function.__module__.rpartition('.')[2]}.{function.__qualname__}")
        return function

    return mark
