"""Every rule: what breaks it, what does not, and what the message says."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cfn_backup.rules.registry import GROUPS
from cfn_backup_tools.validate.catalogue import every_rule
from tests.corpus.expectations import expectation_of
from tests.corpus.test_corpus import WRONG
from tests.rules.cases import CASES, ELSEWHERE, TOGETHER, Case
from tests.rules.reading import codes, found_in_plan, rule

if TYPE_CHECKING:
    from cfn_backup.written.findings import Findings

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r'"([EW]9\d{3})"')


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.code}-{str(case.properties)[:60]}")
def test_a_rule_is_broken_or_not(case: Case) -> None:
    # WHEN the properties are read
    findings = case.find(case.properties)

    # THEN exactly this is found
    assert set(codes(findings)) == ({case.code} if case.code else set())


@pytest.mark.parametrize(("find", "properties", "expected"), TOGETHER, ids=range(len(TOGETHER)))
def test_rules_that_are_broken_together(
    find: Callable[[object], Findings], properties: Any, expected: set[str]
) -> None:
    assert set(codes(find(properties))) == expected


def test_every_rule_has_a_case() -> None:
    tested = {case.code for case in CASES} | {code for _, _, expected in TOGETHER for code in expected}
    in_corpus = {expectation_of(template).code for template in WRONG}
    assert set(every_rule()) == (tested - {None}) | set(ELSEWHERE) | in_corpus


def test_every_code_that_is_used_is_in_the_rulebook() -> None:
    # GIVEN every code in the sources, but for the families of the cfn-lint rules (E9200 and so on)
    sources = [*(ROOT / "layers/cfn_backup/cfn_backup").rglob("*.py"), *(ROOT / "toolkit").rglob("*.py")]
    used = {
        code
        for file in sources
        if file.name != "rulebook.py"
        for code in CODE.findall(file.read_text())
        if not code.endswith("00")
    }

    # THEN the rulebook has each of them
    assert used - set(every_rule()) == set()
    # AND each of its rules is used
    assert set(every_rule()) - used == set()


def test_every_rule_says_what_why_and_what_to_do() -> None:
    for code, text in every_rule().items():
        assert code[1:3] in GROUPS
        assert all((text.title, text.explanation, text.way_out, text.source)), code
        assert text.severity.value == {"E": "error", "W": "warning"}[code[0]]


def test_all_problems_are_reported_at_once_each_with_its_path() -> None:
    # GIVEN a plan with a mistake in each of its parts
    properties = {
        "ServiceToken": "arn:aws:lambda:eu-west-1:111122223333:function:x",
        "ServiceTimeout": "600",
        "Presett": "x",
        "WindowsVss": "maybe",
        "BackupPlanRules": [
            {"Lifecycle": {"DeleteAfterDays": "60", "MoveToColdStorageAfterDays": "30"}},
            {"ScheduleExpression": "rate(1 day)", "CopyActions": [{"DestinationBackupVaultArn": "Main"}]},
        ],
        "DefaultVault": {"BackupVaultName": "a.b"},
        "Selections": [{"SelectionName": "a b", "Resources": ["Orders"]}],
    }

    # WHEN it is read
    findings = found_in_plan(properties)

    # THEN all of them are found, where they are
    assert {problem.path for problem in findings.errors} == {
        "Presett",
        "WindowsVss",
        "BackupPlanRules[0].Lifecycle.DeleteAfterDays",
        "BackupPlanRules[1].ScheduleExpression",
        "BackupPlanRules[1].CopyActions[0].DestinationBackupVaultArn",
        "DefaultVault.BackupVaultName",
        "Selections[0].SelectionName",
        "Selections[0].Resources[0]",
    }


def test_what_is_wrong_with_a_rule_of_a_preset_is_said_of_the_preset() -> None:
    # GIVEN a default vault whose lock does not allow the preset's retention
    findings = found_in_plan(
        {"Preset": "daily35DayRetention", "DefaultVault": {"LockConfiguration": {"MinRetentionDays": 90}}}
    )

    # THEN the path is what was written, and the message names the rule
    [problem] = findings.errors
    assert problem.path == "Preset"
    assert problem.message.startswith("brings the rule Daily with 35 days, but the lock of the default vault")


def test_a_value_that_could_not_be_read_is_reported_once() -> None:
    # GIVEN rules that are no list: the plan has rules, although they cannot be read
    assert codes(found_in_plan({"BackupPlanRules": "daily"})) == ["E9006"]


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"Presett": "x", **rule()}, "did you mean Preset?"),
        ({"Preset": "daily35DaysRetention"}, "Did you mean daily35DayRetention?"),
        (rule(TargetBackupVaultName="x"), "write TargetBackupVault"),
        ({"Rules": [], **rule()}, "write BackupPlanRules"),
        ({"BackupPlan": {}, **rule()}, "stand at the top here"),
        (rule(Lifecycle={"DeleteAfterEvent": "DELETE_AFTER_COPY"}), "cannot be given"),
        (rule(ScheduleExpressionTimezone="Europe/Zürich"), "did you mean Europe/Zurich?"),
        (rule(StartWindowMinutes="30"), "60 to 52,560,000"),
    ],
)
def test_a_message_shows_the_way_out(properties: Any, words: str) -> None:
    [problem] = found_in_plan(properties).found
    assert words in problem.message
