"""Values of a template as a person reads them: a function is ``${…}``, as in ``Fn::Sub``."""

from __future__ import annotations

import json
import re
from typing import Any

from cfn_backup.symbolic import Unknown
from cfn_backup.symbolic.functions import pieces_of, reference_of

_STACK_UUID = re.compile(r'\$\{\{"Fn::Select": \[0, .*"AWS::StackId".*\}\}', re.DOTALL)
_NOT_IN_BRACES = re.compile(r":(?![^{}]*\})")


def shown(value: Any) -> str:
    """The value as text; a function that makes a text is put together as far as its parts are known."""
    if isinstance(value, Unknown):
        return _function(value)
    return str(value)


def _function(value: Unknown) -> str:
    pieces = pieces_of(value)
    if pieces is not None:
        return _STACK_UUID.sub("${digits of the stack's id}", "".join(map(shown, pieces)))
    reference = reference_of(value)
    if reference is not None:
        return "${" + str(reference) + "}"
    return "${" + json.dumps(value.node) + "}"


def arn_parts(text: str) -> list[str] | None:
    """The six parts of an ARN of which some may be ``${…}``; None for other texts."""
    parts = _NOT_IN_BRACES.split(text)
    if parts[0] != "arn" or len(parts) < 6:
        return None
    return [*parts[:5], ":".join(parts[5:])]
