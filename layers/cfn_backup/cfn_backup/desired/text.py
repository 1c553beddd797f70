"""Text of which a part may not be known yet."""

from __future__ import annotations

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


def cut_in_the_middle(text: str, limit: int) -> str:
    """At most ``limit`` characters, taken from both ends: the end is what tells generated names apart."""
    if len(text) <= limit:
        return text
    tail = limit - limit // 2
    return text[: limit - tail] + text[-tail:]
