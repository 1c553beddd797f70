"""What comes out of ``eject`` passes cfn-lint: a sample of the cases, all of them on request."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfn_backup_tools.eject.ejection import eject
from cfn_backup_tools.template.template import load
from tests.parity.comparing import ejected
from tests.parity.linting import lint_errors
from tests.parity.test_cases import PROGRAMS, WITH_OURS

REFUSED = "region-settings.yaml"
"""Has no native form: tests/eject/test_refusals.py."""
EXAMPLES = sorted(
    file for file in (Path(__file__).parents[2] / "examples").glob("*.yaml") if file.name != REFUSED
)
SAMPLE = WITH_OURS[::40]


def errors_of(name: str) -> list[str]:
    """cfn-lint's errors about a case's native form."""
    template = PROGRAMS[name].template()
    assert template is not None
    return lint_errors(ejected(template))


@pytest.mark.parametrize("name", SAMPLE)
def test_a_sample_passes(name: str) -> None:
    assert errors_of(name) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(WITH_OURS) - set(SAMPLE)))
def test_every_other_case_passes(name: str) -> None:
    assert errors_of(name) == []


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.name)
def test_every_example_passes_in_both_languages(file: Path) -> None:
    template = load(str(file))

    for target in ("yaml", "json"):
        assert lint_errors(eject(template, {}, target).text) == []
