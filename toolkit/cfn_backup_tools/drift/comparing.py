"""Where two documents differ: a pure function, down to the single value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cfn_backup_tools.account.findings import Finding
from cfn_backup_tools.drift.facets import Facet

ADDED, MISSING, CHANGED = "Added", "Missing", "Changed"


def differences(facet: Facet, logical_id: str) -> list[Finding]:
    """One finding for each value that is not as it should be."""
    fix = "cfn-backup drift --repair, or an update of the stack with a change to this resource"
    return [
        Finding(
            logical_id,
            _kind(expected, actual),
            fix=fix if facet.repair else facet.advice,
            path=path,
            expected=expected,
            actual=actual,
        )
        for path, expected, actual in _leaves(facet.path, facet.expected, facet.actual)
    ]


def _kind(expected: Any, actual: Any) -> str:
    if expected is None:
        return ADDED
    return MISSING if actual is None else CHANGED


def _leaves(path: str, expected: Any, actual: Any) -> Iterator[tuple[str, Any, Any]]:
    if expected == actual:
        return
    if not (isinstance(expected, Mapping) and isinstance(actual, Mapping)):
        yield path, expected, actual
        return
    for name in sorted({*expected, *actual}):
        yield from _leaves(_below(path, name), expected.get(name), actual.get(name))


def _below(path: str, name: str) -> str:
    """A rule stands in brackets after ``Rules``, as in a list."""
    return f"{path}[{name}]" if path.endswith(".Rules") else f"{path}.{name}"
