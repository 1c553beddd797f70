"""Every stored case: what the CDK synthesizes, and what comes of our template or of the way there and
back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.parity.comparing import compared, there_and_back
from tests.parity.programs import FAMILIES, programs_of
from tests.parity.programs.program import Program
from tests.parity.synthesize import stored

type RecordProperty = Callable[[str, object], None]

PROGRAMS: dict[str, Program] = {
    f"{family}/{name}": program for family in FAMILIES for name, program in programs_of(family).items()
}
STORED: dict[str, dict[str, Any]] = {
    f"{family}/{name}": template for family in FAMILIES for name, template in stored(family).items()
}
WITH_OURS = sorted(name for name, program in PROGRAMS.items() if program.custom is not None)


def test_every_program_has_a_stored_case() -> None:
    # synthesize with: .venv-parity/bin/python -m tests.parity.synthesize
    assert sorted(STORED) == sorted(PROGRAMS)


@pytest.mark.parametrize("name", WITH_OURS)
def test_our_template_means_what_the_cdk_synthesizes(name: str, record_property: RecordProperty) -> None:
    # GIVEN a program of the CDK and the same said with our types
    program = PROGRAMS[name]
    record_property("parity", name)
    ours = program.template()
    assert ours is not None

    # WHEN ours is turned into native resources
    comparison = compared(STORED[name], ours, program.differences)

    # THEN nothing differs but what differs deliberately, and that does differ
    assert comparison.differences == []
    assert comparison.not_shown == []


@pytest.mark.parametrize("name", sorted(STORED))
def test_a_native_template_comes_back_as_it_was(name: str, record_property: RecordProperty) -> None:
    # GIVEN a native template with the custom types put in mechanically, WHEN it is ejected, THEN it
    # means the same
    record_property("parity", name)

    assert there_and_back(STORED[name]) == []
