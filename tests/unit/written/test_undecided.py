"""In a template a value may be an intrinsic function: it is kept, and rules skip what they cannot know."""

from __future__ import annotations

from typing import Any

import pytest

from cfn_backup.desired.place import Place
from cfn_backup.rules import Findings, read_plan
from cfn_backup.symbolic.values import Choice, Unknown
from cfn_backup.written.plan import BackupPlan, Lifecycle, Rule
from cfn_backup.written.reader import read
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
SOMEWHERE = Place(Unknown({"Ref": "AWS::Partition"}), Unknown({"Ref": "AWS::Region"}), Unknown({"Ref": "A"}))


def chosen(then: Any, otherwise: Any = NO_VALUE) -> dict[str, Any]:
    """An Fn::If."""
    return {"Fn::If": ["Cond", then, otherwise]}


def the(cls: type, properties: Any) -> Any:
    """What is read of a template, without a problem."""
    findings = Findings()
    result = read(cls, properties, findings, symbolic=True)
    assert findings.found == []
    return result


@pytest.mark.parametrize(
    "node",
    [
        REF,
        {"Fn::GetAtt": ["A", "Arn"]},
        {"Fn::Sub": "${A}"},
        {"Fn::ImportValue": "x"},
        chosen("1", "2"),
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
        backup_plan_rules=(Rule(rule_name="a"),), backup_plan_tags={"b": "c"}
    )


def test_both_branches_of_a_condition_are_read() -> None:
    properties = {
        "BackupPlanRules": chosen(
            [{"RuleName": "a"}, chosen({"Lifecycle": chosen({"DeleteAfterDays": "7"})})]
        )
    }
    assert the(BackupPlan, properties).backup_plan_rules == Choice(
        "Cond",
        (
            Rule(rule_name="a"),
            Choice("Cond", Rule(lifecycle=Choice("Cond", Lifecycle(delete_after_days=7), None)), None),
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


def test_a_transform_beside_properties_hides_them() -> None:
    # GIVEN an Fn::Transform that will bring more properties
    node = {"Fn::Transform": {"Name": "x"}, "RuleName": "a"}

    # THEN the rule is not known
    assert the(BackupPlan, {"BackupPlanRules": [node]}).backup_plan_rules == (Unknown(node),)
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
        {"BackupPlanRules": chosen([], [{}])},
        {"BackupPlanRules": [chosen({"RuleName": "a"})]},
        {"BackupVault": chosen("Main"), "DefaultVault": {}, "BackupPlanRules": [{}]},
        {"BackupVault": "Main", "DefaultVault": chosen({}), "BackupPlanRules": [{}]},
        {"BackupPlanRules": [{"ScanActions": [{"ScanMode": "FULL_SCAN"}]}], "ScanSettings": REF},
        {
            "BackupPlanRules": [
                {"EnableContinuousBackup": True, "TargetBackupVault": v} for v in (REF, "Main")
            ]
        },
        {
            "BackupPlanRules": [
                chosen({"EnableContinuousBackup": True, "TargetBackupVault": v}) for v in ("AA", "BB")
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
    assert codes(found_in_selection({"BackupPlanId": REF, "Resources": chosen([TABLE])}, symbolic=True)) == []
    assert codes(found_in_selection({"BackupPlanId": REF, "Conditions": REF}, symbolic=True)) == []
    assert (
        codes(
            found_in_vault(
                {"EmptyOnDelete": REF, "LockConfiguration": REF, "AccessPolicy": REF}, symbolic=True
            )
        )
        == []
    )


def test_region_and_account_may_not_be_known() -> None:
    # GIVEN a template that is read where nobody knows where it will be deployed
    findings = Findings()
    properties = {
        "Preset": "daily35DayRetention",
        "BackupVault": "arn:aws:backup:us-east-1:444455556666:backup-vault:Main",
        "Selections": [{"SelectionName": "a", "Resources": [TABLE]}],
    }

    # THEN an ARN may be in its place
    plan = read_plan(properties, SOMEWHERE, findings, symbolic=True)
    assert findings.found == []
    assert plan is not None
    assert plan.selections == (Selection(selection_name="a", resources=(Resource("Arn", TABLE),)),)


def test_conditions_nested_beyond_measure_are_left_alone() -> None:
    node: Any = [{"RuleName": "a"}]
    for _ in range(300):
        node = chosen(node)
    assert codes(found_in_plan({"BackupPlanRules": node}, symbolic=True)) == []
