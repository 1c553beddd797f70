"""How much an author may write: more is refused before anything looks at it.

Each limit is beyond what AWS Backup takes, such as 500 resources in a selection or 50 tags of a resource
(developer guide, Quotas).
"""

from __future__ import annotations

from collections.abc import Mapping

DEEPEST = 40
"""Maps and lists within each other."""
MOST_MEMBERS = 2_000
"""Of one map or list."""
MOST_VALUES = 15_000
"""Of all maps and lists together."""
LONGEST = 65_536
"""Characters of one text or name."""


def excess(properties: Mapping[str, object]) -> str | None:
    """What is too much in the properties, in words that quote none of them; None if nothing is.

    Takes no longer and needs no more memory than properties within the limits do.
    """
    level: list[object] = [properties]
    values = depth = 0
    while level:
        depth += 1
        if depth > DEEPEST:
            return f"more than {DEEPEST} maps and lists within each other"
        values += len(level)
        below: list[object] = []
        for value in level:
            members = _members(value)
            if len(members) > MOST_MEMBERS:
                return f"a map or list with {len(members):,} members; allowed are {MOST_MEMBERS:,}"
            if values + len(below) + len(members) > MOST_VALUES:
                return f"more than {MOST_VALUES:,} values"
            longest = max((len(text) for text in _texts(value)), default=0)
            if longest > LONGEST:
                return f"a text of {longest:,} characters; allowed are {LONGEST:,}"
            below += members
        level = below
    return None


def _members(value: object) -> list[object]:
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    if isinstance(value, Mapping):
        return [str(name) for name in value]
    return [value] if isinstance(value, str) else []
