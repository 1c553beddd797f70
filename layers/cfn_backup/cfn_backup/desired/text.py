"""Text of which a part may not be known yet."""

from __future__ import annotations

import hashlib

from cfn_backup.model.values import Intrinsic, Str


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
