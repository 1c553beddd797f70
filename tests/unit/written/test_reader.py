"""Values are recast by the type that is declared, and what does not fit is named."""

from __future__ import annotations

from typing import Any

import pytest

from cfn_backup.symbolic import Unreadable
from cfn_backup.written.findings import Findings
from cfn_backup.written.plan import BackupPlan, Lifecycle, Rule
from cfn_backup.written.reader import read
from cfn_backup.written.selection import (
    TYPED_ENTRIES,
    BackupSelection,
    Conditions,
    MatchAllTags,
    Resource,
    StackContents,
    Tag,
    TagCondition,
)
from cfn_backup.written.vault import BackupVault, Notifications
from tests.rules.reading import TABLE


def the(cls: type, properties: Any) -> Any:
    """What is read, without a problem."""
    findings = Findings()
    result = read(cls, properties, findings)
    assert findings.found == []
    return result


def the_code(cls: type, properties: Any) -> str:
    """The code of the only problem."""
    findings = Findings()
    read(cls, properties, findings)
    [problem] = findings.found
    return problem.code


@pytest.mark.parametrize(
    ("written", "number"),
    [("35", 35), (35, 35), ("35.0", 35), (35.0, 35), ("-1", -1), ("0", 0), ("007", 7), ("36500.00", 36500)],
)
def test_whole_numbers(written: Any, number: int) -> None:
    assert the(Lifecycle, {"DeleteAfterDays": written}).delete_after_days == number


@pytest.mark.parametrize(
    "written",
    [
        "",
        " 35",
        "35 ",
        "1e3",
        "35.5",
        35.5,
        "0x10",
        "+5",
        "٣",
        True,
        "true",
        "nan",
        float("nan"),
        float("inf"),
        "9" * 5000,
    ],
)
def test_what_is_no_whole_number(written: Any) -> None:
    assert the_code(Lifecycle, {"DeleteAfterDays": written}) == "E9004"


@pytest.mark.parametrize(
    ("written", "boolean"), [("true", True), ("False", False), ("FALSE", False), (True, True), (False, False)]
)
def test_booleans(written: Any, boolean: bool) -> None:
    assert the(Rule, {"EnableContinuousBackup": written}).enable_continuous_backup is boolean


@pytest.mark.parametrize("written", ["", "yes", "1", 1, 0, " true"])
def test_what_is_no_boolean(written: Any) -> None:
    assert the_code(Rule, {"EnableContinuousBackup": written}) == "E9005"


@pytest.mark.parametrize(
    ("written", "text"), [("x", "x"), ("", ""), (1, "1"), (1.5, "1.5"), (True, "true"), (False, "false")]
)
def test_text(written: Any, text: str) -> None:
    assert the(Tag, {"Key": "k", "Value": written}).value == text


@pytest.mark.parametrize("written", [None, [], {}, ["x"], {"a": "b"}])
def test_what_is_no_text(written: Any) -> None:
    assert the_code(Tag, {"Key": "k", "Value": written}) == "E9003"


def test_tags_are_a_map_of_text() -> None:
    assert the(BackupVault, {"BackupVaultTags": {"a": 1, "b": True, 3: "c"}}).backup_vault_tags == {
        "a": "1",
        "b": "true",
        "3": "c",
    }


def test_a_policy_is_kept_as_it_is_and_may_be_json_text() -> None:
    policy = {"Statement": [{"Effect": "Allow", "Sid": "1"}]}
    assert the(BackupVault, {"AccessPolicy": policy}).access_policy == policy
    assert the(BackupVault, {"AccessPolicy": '{"Statement": []}'}).access_policy == {"Statement": []}


def test_what_is_absent_is_none_and_what_is_empty_is_empty() -> None:
    # WHEN nothing is given, or empty things
    nothing = the(BackupPlan, {})
    empty = the(
        BackupPlan, {"Selections": [], "DefaultVault": {}, "BackupPlanTags": {}, "BackupPlanRules": [{}]}
    )

    # THEN the two can be told apart
    assert nothing == BackupPlan()
    assert empty == BackupPlan(
        selections=(), default_vault=BackupVault(), backup_plan_tags={}, backup_plan_rules=(Rule(),)
    )


def test_a_value_that_could_not_be_read_is_marked() -> None:
    findings = Findings()
    plan = read(BackupPlan, {"WindowsVss": "perhaps", "BackupPlanRules": [{}, "x"]}, findings)
    assert plan == BackupPlan(windows_vss=Unreadable("perhaps"), backup_plan_rules=(Rule(), Unreadable("x")))


@pytest.mark.parametrize("properties", [None, [], "x", 1, True])
def test_properties_that_are_no_map_give_nothing(properties: Any) -> None:
    findings = Findings()
    assert read(BackupVault, properties, findings) is None
    assert [problem.code for problem in findings.found] == ["E9003"]


def test_names_follow_cloudformation() -> None:
    notifications = the(
        Notifications, {"SNSTopicArn": "t", "BackupVaultEvents": ["A"], "ManageTopicPolicy": "false"}
    )
    assert notifications == Notifications(
        sns_topic_arn="t", backup_vault_events=("A",), manage_topic_policy=False
    )


def test_presets_have_two_spellings_and_one_meaning() -> None:
    assert the(BackupPlan, {"Preset": "daily_weekly_monthly7_year_retention"}).preset == (
        "dailyWeeklyMonthly7YearRetention"
    )
    assert the(Rule, {"Preset": "monthly5_year"}).preset == "monthly5Year"


def test_the_comparison_of_tags_is_written_in_any_case() -> None:
    condition = the(
        TagCondition, {"ConditionType": "StringEquals", "ConditionKey": "a", "ConditionValue": "b"}
    )
    assert condition.condition_type == "STRINGEQUALS"


def test_a_single_value_where_a_list_is_expected() -> None:
    findings = Findings()
    read(BackupSelection, {"BackupPlanId": "p", "Resources": TABLE}, findings)
    [problem] = findings.found
    assert "a single value where a list is expected" in problem.message


@pytest.mark.parametrize("kind", TYPED_ENTRIES)
def test_entries_that_name_one_thing(kind: str) -> None:
    assert the(BackupSelection, {"BackupPlanId": "p", "Resources": [{kind: "x"}]}).resources == (
        Resource(kind, "x"),
    )


def test_other_entries() -> None:
    # WHEN every other kind of entry is read
    selection = the(
        BackupSelection,
        {
            "BackupPlanId": "p",
            "Resources": [
                TABLE,
                {"Tag": {"Key": "stage", "Value": "prod"}},
                {"Tag": {"Key": "a", "Value": 1, "Operation": "stringequals"}},
                {"MatchAllTags": {"stage": "prod", "n": 1}},
                {"Stack": "shop"},
            ],
        },
    )

    # THEN each is what it says
    assert selection.resources == (
        Resource("Arn", TABLE),
        Tag(key="stage", value="prod"),
        Tag(key="a", value="1", operation="STRINGEQUALS"),
        MatchAllTags({"stage": "prod", "n": "1"}),
        StackContents("shop"),
    )


def test_conditions_may_be_empty() -> None:
    assert the(BackupSelection, {"BackupPlanId": "p", "Conditions": {}}).conditions == Conditions()
