"""Policy documents."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def same_policy(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    """Whether two policies or statements say the same, however they are written: the order of lists does not
    matter, and a single value is the same as a list of it."""
    return _canonical(one) == _canonical(other)


def policy_digest(policy: Mapping[str, Any]) -> str:
    """The same for policies that say the same."""
    return hashlib.sha256(_canonical(policy).encode()).hexdigest()[:32]


def _canonical(value: Any) -> str:
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return _plain(value[0]) if len(value) == 1 else sorted(map(_plain, value), key=_canonical)
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)
