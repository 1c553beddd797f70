"""What IAM says to a request under policies, for the condition keys that no local AWS knows, and without one.

The rules are those of «Policy evaluation logic» and «IAM JSON policy elements: Condition operators» (IAM User
Guide), as far as the policies of this project use them: identity policies of one account.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

Statement = Mapping[str, Any]


@dataclass(frozen=True)
class Request:
    """A call as IAM sees it. `context` has the condition keys, in any case, that the service gives."""

    action: str
    resource: str
    context: Mapping[str, str | Sequence[str]] = field(default_factory=dict)

    def value(self, key: str) -> str | Sequence[str] | None:
        """The value of a condition key, whose name has no case."""
        return {name.lower(): value for name, value in self.context.items()}.get(key.lower())


def is_allowed(request: Request, statements: Iterable[Statement]) -> bool:
    """Whether some statement allows the request and none denies it."""
    effects = {s["Effect"] for s in statements if _covers(s, request) and _met(s, request)}
    return effects == {"Allow"}


def _covers(statement: Statement, request: Request) -> bool:
    if "NotAction" in statement:
        of_action = not _matches(request.action.lower(), map(str.lower, _listed(statement["NotAction"])))
    else:
        of_action = _matches(request.action.lower(), map(str.lower, _listed(statement["Action"])))
    return of_action and _matches(request.resource, _listed(statement["Resource"]))


def _met(statement: Statement, request: Request) -> bool:
    return all(
        _holds(operator, request.value(key), _listed(expected))
        for operator, keys in statement.get("Condition", {}).items()
        for key, expected in keys.items()
    )


def _holds(operator: str, actual: str | Sequence[str] | None, expected: Sequence[str]) -> bool:
    quantifier, _, name = operator.rpartition(":")
    if name == "Null":
        return (actual is None) == (expected[0] == "true")
    values = [] if actual is None else _listed(actual)
    if quantifier == "ForAllValues":
        return all(_compares(name, value, expected) for value in values)
    return any(_compares(name, value, expected) for value in values)


def _compares(operator: str, actual: str, expected: Sequence[str]) -> bool:
    if operator in {"StringEquals", "Bool"}:
        return actual in expected
    if operator in {"StringLike"}:
        return _matches(actual, expected)
    if operator in {"ArnLike", "ArnEquals"}:
        return any(_matches_arn(actual, pattern) for pattern in expected)
    raise NotImplementedError(operator)


def _matches_arn(actual: str, pattern: str) -> bool:
    """Each of the six parts by itself, so that no wildcard reaches over a colon."""
    one, other = actual.split(":", 5), pattern.split(":", 5)
    return len(one) == len(other) and all(map(fnmatchcase, one, other))


def _matches(value: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(value, pattern.replace("[", "[[]")) for pattern in patterns)


def _listed(value: Any) -> list[str]:
    items = value if isinstance(value, list | tuple) else [value]
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in items]
