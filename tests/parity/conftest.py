"""Counts the cases also where only these tests run and nothing else has registered the count."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.parity import reporting

if TYPE_CHECKING:
    import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Registers the count once."""
    if not config.pluginmanager.is_registered(reporting):
        config.pluginmanager.register(reporting)
