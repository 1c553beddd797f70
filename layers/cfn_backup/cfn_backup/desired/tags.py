"""Which tags are the provider's to take away again: its own, and those that it put for the author."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping

from cfn_backup.desired.owner import TAG_KEYS_TAG
from cfn_backup.written.tags import OF_AWS, OF_PROVIDER

_LENGTH = 4
"""Characters of a key's digest: 24 bits, so that the keys of all 50 tags fit into the 256 characters that a
tag's value may have."""


def recorded(tags: Mapping[str, str]) -> dict[str, str]:
    """The tags, and one more that says which of them the author wanted."""
    keys = "".join(sorted(_digest(key) for key in tags if not key.startswith(OF_PROVIDER)))
    return {**tags, **({TAG_KEYS_TAG: keys} if keys else {})}


def surplus_keys(actual: Mapping[str, str], desired: Mapping[str, str]) -> list[str]:
    """The keys of the tags to take away. What somebody else put stays."""
    record = actual.get(TAG_KEYS_TAG, "")
    put = {record[start : start + _LENGTH] for start in range(0, len(record), _LENGTH)}
    return sorted(
        key
        for key in actual.keys() - desired.keys()
        if key.startswith(OF_PROVIDER) or (_digest(key) in put and not key.startswith(OF_AWS))
    )


def _digest(key: str) -> str:
    return base64.b64encode(hashlib.sha256(key.encode()).digest()[:3]).decode()
