"""Text of which a part may not be known yet."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from cfn_backup.symbolic.values import Intrinsic, Str
from cfn_backup.written.reader import NO_VALUE
from cfn_backup.written.recast import recast_text


def concat(*parts: Str) -> Str:
    """The parts joined: plain text if all are known, else ``Fn::Join``, as the AWS CDK renders it."""
    if all(isinstance(part, str) for part in parts):
        return "".join(str(part) for part in parts)
    pieces: list[object] = []
    for part in parts:
        if isinstance(part, Intrinsic):
            pieces.append(part.node)
        elif part and pieces and isinstance(pieces[-1], str):
            pieces[-1] += part
        elif part:
            pieces.append(part)
    return Intrinsic({"Fn::Join": ["", pieces]})


def is_choice(value: Str) -> bool:
    """Whether a condition chooses the text (``Fn::If``)."""
    argument = value.node.get("Fn::If") if isinstance(value, Intrinsic) else None
    return isinstance(argument, list) and len(argument) == 3


def in_branches(value: Str, change: Callable[[Str], Str]) -> Str:
    """The text changed; where a condition chooses it, in each branch that has one."""
    if not isinstance(value, Intrinsic) or not is_choice(value):
        return change(value)
    condition, *branches = value.node["Fn::If"]
    changed = (b if b == NO_VALUE else _node(in_branches(_text(b), change)) for b in branches)
    return Intrinsic({"Fn::If": [condition, *changed]})


def alternatives_of(values: Any) -> Iterator[Str]:
    """Every text that can turn out to be in a list, of which conditions may choose all or parts."""
    if isinstance(values, Intrinsic) and is_choice(values):
        values = [branch for branch in values.node["Fn::If"][1:] if branch != NO_VALUE]
    if isinstance(values, list):
        for value in values:
            yield from alternatives_of(value)
    else:
        yield values if isinstance(values, Intrinsic) else _text(values)


def _text(branch: Any) -> Str:
    return Intrinsic(branch) if isinstance(branch, Mapping) else recast_text(branch)


def _node(value: Str) -> Any:
    return value.node if isinstance(value, Intrinsic) else value


def shortened(text: str, limit: int) -> str:
    """At most ``limit`` characters; of a longer text both ends, and between them a digest of all of
    it, so that two texts stay two."""
    if len(text) <= limit:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()[:6]
    tail = (limit - len(digest) - 1) // 2
    head = limit - len(digest) - 2 - tail
    return f"{text[:head]}-{digest}-{text[-tail:]}"


def cut_in_the_middle(text: str, limit: int) -> str:
    """At most ``limit`` characters, taken from both ends."""
    if len(text) <= limit:
        return text
    tail = limit - limit // 2
    return text[: limit - tail] + text[-tail:]
