"""Some of the attempts of ``make attacks``, of each way in, with the test suite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.attacks.__main__ import arena
from tests.attacks.arena import Arena
from tests.attacks.attempt import Attempt
from tests.attacks.attempts import all_attempts
from tests.attacks.judging import judged

pytestmark = pytest.mark.e2e


def _sample() -> Iterator[Attempt]:
    """Every ninth of each way in."""
    attempts = all_attempts()
    for way in dict.fromkeys(attempt.way for attempt in attempts):
        yield from [attempt for attempt in attempts if attempt.way == way][::9]


SAMPLE = tuple(_sample())


@pytest.fixture(scope="module")
def place() -> Iterator[Arena]:
    with arena("sample") as made:
        yield made


def test_there_are_enough_of_each_way() -> None:
    assert len(all_attempts()) >= 120
    assert {attempt.way for attempt in SAMPLE} == {attempt.way for attempt in all_attempts()}


@pytest.mark.parametrize("attempt", SAMPLE, ids=lambda attempt: f"{attempt.way}: {attempt.what}")
def test_an_attempt_is_refused_and_nothing_is_done(attempt: Attempt, place: Arena) -> None:
    verdict = judged(place, attempt)
    assert verdict.as_expected, (verdict.told, verdict.changed)
