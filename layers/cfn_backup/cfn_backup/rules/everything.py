"""Loads every rule there is, for the author's tools and the reference page."""

from __future__ import annotations

from cfn_backup.rules.properties import OF_PLANS, OF_SELECTIONS, OF_VAULTS
from cfn_backup.rules.properties import load as load_modules

ACROSS = ("buckets", "databases", "keeping", "roles_of_template", "together", "topics")
OTHERS = ("deploying", "opt_in", "reading", "region_settings")


def load() -> None:
    """Registers every rule of this room."""
    load_modules(*OF_PLANS, *OF_SELECTIONS, *OF_VAULTS, *ACROSS, *OTHERS)
