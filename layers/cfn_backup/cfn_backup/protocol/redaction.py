"""Keeps what an author wrote out of the log: a property can hold a secret,
and an exception's text can quote it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

SHORTEST = 8
"""Characters. What is shorter is a number, a flag or a word of ours, not a secret;
to hide it would make logs unreadable.
"""


class Redaction:
    """Puts the property's path, ``<Selections[0].SelectionName>``, in the place of its value."""

    def __init__(self, properties: Mapping[str, Any] | None = None) -> None:
        found = {value: path for value, path in _scalars(properties or {}, "") if len(value) >= SHORTEST}
        # longest first: a value that contains another one has to go as a whole.
        self._paths = sorted(found.items(), key=lambda item: len(item[0]), reverse=True)

    def of(self, value: Any) -> Any:
        """The value, redacted wherever there is text in it."""
        if isinstance(value, str):
            for secret, path in self._paths:
                if secret in value:
                    value = value.replace(secret, f"<{path}>")
            return value
        if isinstance(value, Mapping):
            return {name: self.of(item) for name, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.of(item) for item in value]
        if value is None or isinstance(value, bool | int | float):
            return value
        return self.of(str(value))


def _scalars(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every scalar below a value as text, with its path."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _scalars(item, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _scalars(item, f"{path}[{index}]")
    elif value is not None:
        yield str(value), path
