"""Policy documents."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

_ROOT = re.compile(r"arn:[a-z-]+:iam::([0-9]{12}):root$")
"""The user of an account for whom IAM also takes the account's id, and in whom AWS may show it (IAM user
guide, AWS JSON policy elements: Principal)."""


def same_policy(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    """Whether two policies or statements say the same, however they are written: the order of lists does not
    matter, a single value is the same as a list of it, and an account the same as its root."""
    return _canonical(one) == _canonical(other)


def policy_digest(policy: Mapping[str, Any]) -> str:
    """The same for policies that say the same."""
    return hashlib.sha256(_canonical(policy).encode()).hexdigest()[:32]


def _canonical(value: Any) -> str:
    return json.dumps(canonical_policy(value), sort_keys=True)


def canonical_policy(value: Any, key: str = "") -> Any:
    """The one form of all policies, or parts of policies, that say the same. ``key``: of which member it is
    the value."""
    if key in ("Principal", "NotPrincipal"):
        return _principal(value)
    if isinstance(value, Mapping):
        return {key: canonical_policy(member, key) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return (
            canonical_policy(value[0])
            if len(value) == 1
            else sorted(map(canonical_policy, value), key=_canonical)
        )
    if isinstance(value, bool):
        return str(value).lower()
    return None if value is None else str(value)


def _principal(value: Any) -> Any:
    """The principals as sorted lists, each once."""
    if value == "*":
        value = {"AWS": "*"}
    if not isinstance(value, Mapping):
        return canonical_policy(value)
    return {kind: _members(kind, members) for kind, members in value.items()}


def _members(kind: str, members: Any) -> list[str]:
    texts = [str(one) for one in (members if isinstance(members, list | tuple) else [members])]
    return sorted({_ROOT.sub(r"\1", text) if kind == "AWS" else text for text in texts})
