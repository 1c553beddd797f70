"""Every wrong template is told exactly its one mistake, where it stands; no correct one is told an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import load
from cfn_backup_tools.validate.checking import Checked, check
from tests.corpus.expectations import FOLDER, expectation_of

WRONG = sorted(path for path in (FOLDER / "wrong").iterdir() if path.suffix != ".expect")
CORRECT = sorted((FOLDER / "correct").iterdir())


def _checked(path: Path) -> Checked:
    template = load(str(path))
    return check(template, Resolver(template, {}))


def test_the_corpus_is_as_large_as_it_has_to_be() -> None:
    assert len(WRONG) >= 150
    assert len(CORRECT) >= 250
    assert sum("native" in path.name for path in CORRECT) >= 60
    assert sum(path.name.startswith("branch-") for path in WRONG) >= 40


@pytest.mark.parametrize("path", WRONG, ids=lambda path: path.name)
def test_a_wrong_template_is_told_its_mistake_where_it_stands(path: Path) -> None:
    expected = expectation_of(path)

    findings = _checked(path).findings

    found = [one for one in findings if one.finding.code == expected.code]
    assert len(found) == 1, list(map(str, findings))
    [only] = found
    assert [str(one) for one in findings if one is not only] == []
    assert only.finding.severity.value == expected.severity
    assert (only.logical_id, only.finding.path) == (expected.logical_id, expected.path)
    assert (only.location.line, only.location.column) == (expected.line, expected.column)
    if expected.end_column is not None:
        assert only.location.end_column == expected.end_column
    assert all(choice in only.choice for choice in expected.choices), only.choice
    assert bool(only.choice) == bool(expected.choices), only.choice
    assert [word for word in expected.words if word not in only.finding.message] == [], str(only)


@pytest.mark.parametrize("path", CORRECT, ids=lambda path: path.name)
def test_a_correct_template_is_told_no_error(path: Path) -> None:
    findings = _checked(path).findings

    assert [str(one) for one in findings if one.is_error] == []
