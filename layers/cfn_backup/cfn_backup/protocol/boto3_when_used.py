"""crhelper imports boto3 for clients that it never makes here; that takes a fifth of a cold start."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType


class _WhenUsed(ModuleType):
    """Stands for boto3 in a module that imported it, and is it as soon as that module asks for anything."""

    def __getattr__(self, name: str) -> object:
        import boto3  # noqa: PLC0415 - that is the point

        return getattr(boto3, name)


@contextmanager
def boto3_when_used() -> Iterator[None]:
    """Whatever is imported within gets boto3 when it uses it; later imports get it at once, as ever."""
    if "boto3" in sys.modules:
        yield
        return
    stand_in = sys.modules["boto3"] = _WhenUsed("boto3")
    try:
        yield
    finally:
        if sys.modules.get("boto3") is stand_in:
            del sys.modules["boto3"]
