"""A world with the clock standing still, one for each test."""

from __future__ import annotations

import pytest

from .simulation import World


@pytest.fixture
def world() -> World:
    return World()
