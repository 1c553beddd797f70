"""Keeps what an author wrote out of the log: a property can hold a secret,
and an exception's text can quote it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

SHORTEST = 8
"""Characters. What is shorter is a number, a flag or a word of ours, not a secret;
to hide it would make logs unreadable.
"""

BEGINNING = 60
"""Characters. A message may quote as little as this of a long value, and cut off the rest."""


class Redaction:
    """Puts the property's path, ``<Selections[0].SelectionName>``, in the place of its value."""

    def __init__(self, properties: Mapping[str, Any] | None = None) -> None:
        found = {value: path for value, path in _scalars(properties or {}) if len(value) >= SHORTEST}
        # longest first: a value that contains another one has to go as a whole.
        self._paths = sorted(found.items(), key=lambda item: len(item[0]), reverse=True)

    def of(self, value: Any) -> Any:
        """The value, redacted wherever there is text in it."""
        if isinstance(value, str):
            for secret, path in self._paths:
                if secret in value:
                    value = value.replace(secret, f"<{path}>")
                if len(secret) > BEGINNING:
                    value = _without_beginning(value, secret, f"<{path}>")
            return value
        if isinstance(value, Mapping):
            return {name: self.of(item) for name, item in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.of(item) for item in value]
        if value is None or isinstance(value, bool | int | float):
            return value
        return self.of(str(value))


def _without_beginning(text: str, secret: str, mark: str) -> str:
    """The mark in the place of the secret's beginning, and of as much of the rest as follows it."""
    shown = ""
    while (start := text.find(secret[:BEGINNING])) >= 0:
        same = BEGINNING
        while same < len(secret) and text[start + same : start + same + 1] == secret[same]:
            same += 1
        shown += text[:start] + mark
        text = text[start + same :]
    return shown + text


def _scalars(properties: Any) -> Iterator[tuple[str, str]]:
    """Every scalar of the properties as text, with its path, those of JSON in a string too."""
    # no recursion: what nests deeper than Python can recurse has to get its answer as well
    left = [(properties, "")]
    while left:
        value, path = left.pop()
        if isinstance(value, Mapping):
            left += [(item, f"{path}.{name}" if path else str(name)) for name, item in value.items()]
        elif isinstance(value, list):
            left += [(item, f"{path}[{index}]") for index, item in enumerate(value)]
        elif value is not None:
            yield str(value), path
            left.append((_parsed(value), path))


def _parsed(value: Any) -> Any:
    """What a string holds that is a JSON map or list, as a policy can be; else None."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None
