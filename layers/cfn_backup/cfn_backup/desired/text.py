"""Texts that have to fit into a limit."""

from __future__ import annotations

import hashlib


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
