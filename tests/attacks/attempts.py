"""Every attempt."""

from __future__ import annotations

from tests.attacks.attempt import Attempt
from tests.attacks.replays import replays_and_races
from tests.attacks.through_events import through_events
from tests.attacks.through_properties import through_properties
from tests.attacks.with_credentials import with_credentials


def all_attempts() -> list[Attempt]:
    """By the way in."""
    return [*with_credentials(), *through_properties(), *through_events(), *replays_and_races()]
