"""Texts of which a part may be unknown."""

from __future__ import annotations

from typing import Any

from cfn_backup.symbolic.values import Str, Unknown, to_template


def concat(*parts: Str) -> Str:
    """The parts as one text: plain if all of them are, else ``Fn::Join``, as the AWS CDK renders it."""
    if all(isinstance(part, str) for part in parts):
        return "".join(str(part) for part in parts)
    pieces: list[Any] = []
    for part in parts:
        if not isinstance(part, str):
            pieces.append(to_template(part))
        elif part and pieces and isinstance(pieces[-1], str):
            pieces[-1] += part
        elif part:
            pieces.append(part)
    return Unknown({"Fn::Join": ["", pieces]})
