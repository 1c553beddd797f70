"""In a template a value may be an intrinsic function: it is kept, and rules skip what they cannot know."""

from __future__ import annotations

from typing import Any

import pytest

from cfn_backup.symbolic.values import Choice, Unknown
from cfn_backup.written.findings import Findings
from cfn_backup.written.plan import BackupPlan, Lifecycle, Rule
from cfn_backup.written.reader import read, unresolved
from cfn_backup.written.selection import (
    BackupSelection,
    MatchAllTags,
    Resource,
    Selection,
    StackContents,
    Tag,
)
from cfn_backup.written.vault import BackupVault
from tests.rules.reading import TABLE, codes, found_in_plan, found_in_selection, found_in_vault

REF = {"Ref": "P"}
NO_VALUE = {"Ref": "AWS::NoValue"}


def chosen(then: Any, otherwise: Any = NO_VALUE) -> dict[str, Any]:
    """An Fn::If."""
    return {"Fn::If": ["Cond", then, otherwise]}


def the(cls: type, properties: Any) -> Any:
    """What is read of a template, without a problem."""
    findings = Findings()
    result = read(cls, properties, findings, resolve=unresolved)
    assert findings.found == []
    return result


@pytest.mark.parametrize(
    "node",
    [
        REF,
        {"Fn::GetAtt": ["A", "Arn"]},
        {"Fn::Sub": "${A}"},
        {"Fn::ImportValue": "x"},
        {"Condition": "C"},
    ],
)
def test_a_value_can_be_any_intrinsic_function(node: Any) -> None:
    rule = the(
        Rule,
        {
            "RuleName": node,
            "StartWindowMinutes": node,
            "EnableContinuousBackup": node,
            "Lifecycle": {"DeleteAfterDays": node},
        },
    )
    unknown = Unknown(node)
    assert rule == Rule(
        rule_name=unknown,
        start_window_minutes=unknown,
        enable_continuous_backup=unknown,
        lifecycle=Lifecycle(delete_after_days=unknown),
    )


def test_lists_and_maps_can_be_intrinsic_functions() -> None:
    plan = the(
        BackupPlan, {"BackupPlanRules": REF, "BackupPlanTags": REF, "DefaultVault": REF, "Selections": [REF]}
    )
    unknown = Unknown(REF)
    assert plan == BackupPlan(
        backup_plan_rules=unknown, backup_plan_tags=unknown, default_vault=unknown, selections=(unknown,)
    )


def test_no_value_is_absence() -> None:
    # GIVEN AWS::NoValue as value, in a list and in a map
    properties = {
        "BackupPlanName": NO_VALUE,
        "Nonsense": NO_VALUE,
        "BackupPlanRules": [NO_VALUE, {"RuleName": "a"}],
        "BackupPlanTags": {"a": NO_VALUE, "b": "c"},
    }

    # THEN it is as if nothing stood there
    assert the(BackupPlan, properties) == BackupPlan(
        # an absent item keeps its place, so that the others have the author's indexes
        backup_plan_rules=(None, Rule(rule_name="a")),
        backup_plan_tags={"b": "c"},
    )


def test_both_branches_of_a_condition_are_read() -> None:
    properties = {
        "BackupPlanRules": chosen(
            [{"RuleName": "a"}, {"Fn::If": ["Other", {"Lifecycle": {"DeleteAfterDays": "7"}}, NO_VALUE]}]
        )
    }
    assert the(BackupPlan, properties).backup_plan_rules == Choice(
        "Cond",
        (
            Rule(rule_name="a"),
            Choice("Other", Rule(lifecycle=Lifecycle(delete_after_days=7)), None),
        ),
        None,
    )


def test_entries_of_resources() -> None:
    get = {"Fn::GetAtt": ["Table", "Arn"]}
    selection = the(
        BackupSelection,
        {
            "BackupPlanId": REF,
            "Resources": [
                get,
                {"DynamoDBTable": REF},
                chosen(TABLE, {"Stack": REF}),
                chosen({"Tag": {"Key": "a", "Value": REF}}),
                {"Tag": chosen({"Key": "a", "Value": "b"})},
                {"MatchAllTags": REF},
            ],
        },
    )
    assert selection.resources == (
        Resource("Arn", Unknown(get)),
        Resource("DynamoDBTable", Unknown(REF)),
        Choice("Cond", Resource("Arn", TABLE), StackContents(Unknown(REF))),
        Choice("Cond", Tag(key="a", value=Unknown(REF)), None),
        Choice("Cond", Tag(key="a", value="b"), None),
        MatchAllTags(Unknown(REF)),
    )


def test_what_stands_beside_a_transform_is_read() -> None:
    # GIVEN an Fn::Transform that will bring more properties
    node = {"Fn::Transform": {"Name": "x"}, "RuleName": "a"}

    # THEN what is written already is known, and nothing is missing
    assert the(BackupPlan, {"BackupPlanRules": [node]}).backup_plan_rules == (Rule(rule_name="a"),)
    assert the(Tag, {"Fn::Transform": {"Name": "x"}, "Key": "k"}).key == "k"
    assert the(BackupSelection, {"BackupPlanId": "p", "Fn::Transform": {"Name": "x"}}) == BackupSelection(
        backup_plan_id="p"
    )


def test_rules_wait_for_properties_that_a_macro_will_bring() -> None:
    macro = {"Fn::Transform": {"Name": "AWS::Include"}, "ServiceToken": "x"}
    assert codes(found_in_plan(macro, symbolic=True)) == []
    assert codes(found_in_selection(macro, symbolic=True)) == []
    assert codes(found_in_vault({**macro, "BackupVaultNam": "x"}, symbolic=True)) == ["E9001"]


def test_at_a_deployment_an_intrinsic_function_is_the_wrong_type() -> None:
    assert codes(found_in_plan({"Preset": REF})) == ["E9003"]


def test_a_tag_may_be_called_condition() -> None:
    assert the(BackupVault, {"BackupVaultTags": {"Condition": "x"}}).backup_vault_tags == {"Condition": "x"}


@pytest.mark.parametrize(
    "properties",
    [
        {"Preset": REF},
        {"BackupPlanRules": REF},
        {"BackupPlanRules": [{"ScanActions": [{"ScanMode": "FULL_SCAN"}]}], "ScanSettings": REF},
        {
            "BackupPlanRules": [
                {"EnableContinuousBackup": True, "TargetBackupVault": v} for v in (REF, "Main")
            ]
        },
        {"BackupPlanRules": [{"Lifecycle": {"DeleteAfterDays": REF, "MoveToColdStorageAfterDays": 30}}]},
        {"BackupPlanRules": [{"EnableContinuousBackup": REF, "Lifecycle": {"DeleteAfterDays": 99}}]},
        {
            "BackupPlanRules": [
                {"CopyActions": [{"DestinationBackupVaultArn": REF}], "TargetBackupVault": REF}
            ]
        },
        {"Preset": "daily35DayRetention", "DefaultVault": {"LockConfiguration": {"MinRetentionDays": REF}}},
        {"Preset": "daily35DayRetention", "Selections": [{"SelectionName": REF, "Resources": REF}] * 2},
    ],
)
def test_rules_skip_what_they_cannot_know(properties: Any) -> None:
    assert codes(found_in_plan(properties, symbolic=True)) == []


@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"BackupPlanRules": chosen([{"ScheduleExpression": "rate(1 day)"}], [{}])}, "E9208"),
        ({"BackupPlanRules": chosen([{}], [{"ScheduleExpression": "rate(1 day)"}])}, "E9208"),
        ({"BackupPlanRules": [{"Lifecycle": chosen({}, {"DeleteAfterDays": 0})}]}, "E9215"),
        ({"Preset": "daily35DayRetention", "DefaultVault": chosen({"BackupVaultName": "a.b"})}, "E9401"),
        (
            {
                "Preset": "daily35DayRetention",
                "DefaultVault": chosen({"LockConfiguration": {"MinRetentionDays": 99}}),
            },
            "E9229",
        ),
        ({"BackupPlanRules": []}, "E9201"),
        ({"BackupPlanRules": chosen([], [{}])}, "E9201"),
        ({"BackupPlanRules": [chosen({"RuleName": "a"})]}, "E9201"),
        ({"BackupVault": chosen("Main"), "DefaultVault": {}, "BackupPlanRules": [{}]}, "E9227"),
        ({"BackupVault": "Main", "DefaultVault": chosen({}), "BackupPlanRules": [{}]}, "E9227"),
        (
            {
                "BackupPlanRules": [
                    {},
                    *(chosen({"EnableContinuousBackup": True, "TargetBackupVault": v}) for v in ("AA", "BB")),
                ]
            },
            "E9219",
        ),
        ({"BackupPlanRules": [NO_VALUE]}, "E9201"),
        (
            {
                "Preset": "daily35DayRetention",
                "Selections": [chosen({"SelectionName": "a", "Resources": []})],
            },
            "E9304",
        ),
    ],
)
def test_every_branch_is_checked(properties: Any, code: str) -> None:
    assert codes(found_in_plan(properties, symbolic=True)) == [code]


def test_the_other_readers_skip_what_they_cannot_know() -> None:
    either = chosen([TABLE], [f"{TABLE}2"])
    assert codes(found_in_selection({"BackupPlanId": REF, "Resources": either}, symbolic=True)) == []
    assert codes(found_in_selection({"BackupPlanId": REF, "Conditions": REF}, symbolic=True)) == []
    assert (
        codes(
            found_in_vault(
                {"EmptyOnDelete": REF, "LockConfiguration": REF, "AccessPolicy": REF}, symbolic=True
            )
        )
        == []
    )


@pytest.mark.parametrize("key", ["Fn::If", "Fn::Sub"])
def test_a_function_beside_other_members_is_refused_and_they_are_read(key: str) -> None:
    findings = Findings()
    rule = {"Lifecycle": {key: ["C", 1, 2], "DeleteAfterDays": "x"}}

    read(Rule, rule, findings, resolve=unresolved)

    assert [(one.code, one.path) for one in findings.found] == [
        ("E9014", f"Lifecycle.{key}"),
        ("E9004", "Lifecycle.DeleteAfterDays"),
    ]


@pytest.mark.parametrize("argument", ["Cond", ["Cond"], ["Cond", 1, 2, 3], [1, 2, 3]])
def test_a_choice_that_cloudformation_does_not_take_is_refused(argument: Any) -> None:
    findings = Findings()

    read(Lifecycle, {"DeleteAfterDays": {"Fn::If": argument}}, findings, resolve=unresolved)

    assert [one.code for one in findings.found] == ["E9014"]


def test_a_finding_says_under_which_choices_it_holds() -> None:
    findings = Findings()
    nested = {"Fn::If": ["Long", {"Fn::If": ["Very", "99999x", "35"]}, "7"]}

    read(Lifecycle, {"DeleteAfterDays": nested}, findings, resolve=unresolved)

    assert [(one.path, one.choices) for one in findings.found] == [
        ("DeleteAfterDays", {"Long": True, "Very": True})
    ]


def test_a_condition_that_is_decided_by_the_branch_is_not_chosen_again() -> None:
    node = chosen(chosen("1", "wrong"), "2")

    assert the(Lifecycle, {"DeleteAfterDays": node}).delete_after_days == Choice("Cond", 1, 2)


def test_a_dynamic_reference_is_an_unknown_value() -> None:
    text = "{{resolve:ssm:/days}}"

    assert the(Lifecycle, {"DeleteAfterDays": text}).delete_after_days == Unknown(text)


def test_region_and_account_may_not_be_known() -> None:
    # GIVEN a template that is read where nobody knows where it will be deployed
    properties = {
        "Preset": "daily35DayRetention",
        "BackupVault": "arn:aws:backup:us-east-1:444455556666:backup-vault:Main",
        "Selections": [{"SelectionName": "a", "Resources": [TABLE]}],
    }

    # THEN an ARN may be in its place
    assert codes(found_in_plan(properties, symbolic=True)) == []
    assert the(BackupPlan, properties).selections == (
        Selection(selection_name="a", resources=(Resource("Arn", TABLE),)),
    )


def test_conditions_nested_beyond_measure_are_refused() -> None:
    node: Any = [{"RuleName": "a"}]
    for number in range(60):
        node = {"Fn::If": [f"C{number}", node, NO_VALUE]}
    findings = Findings()

    read(BackupPlan, {"BackupPlanRules": node}, findings, resolve=unresolved)

    assert {one.code for one in findings.found} == {"E9003"}
