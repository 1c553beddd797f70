"""From what is selected to the API's members, and to the role's policies."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cfn_backup.desired.place import Place
from cfn_backup.desired.selection import expand_selection
from cfn_backup.symbolic import NotKnown, to_template
from cfn_backup.written.selection import BackupSelection
from tests.unit.desired.builders import ENTRIES, PLACE, TEMPLATE, owner, plan, selection


def members(properties: dict[str, Any], **options: Any) -> dict[str, Any]:
    return dict(selection(properties, **options).members)


@pytest.mark.parametrize("kind", ENTRIES)
def test_an_entry_takes_an_id_or_an_arn(kind: str) -> None:
    value, arn = ENTRIES[kind]
    assert members({"Resources": [{kind: value}, {kind: arn}, {"Arn": arn}, arn]}) == {"Resources": [arn] * 4}


@pytest.mark.parametrize("kind", ENTRIES)
def test_in_a_template_an_entry_takes_a_reference(kind: str) -> None:
    [arn] = to_template(members({"Resources": [{kind: {"Ref": "Thing"}}]}, place=TEMPLATE))["Resources"]
    pieces = arn["Fn::Join"][1]
    assert pieces[:2] == ["arn:", {"Ref": "AWS::Partition"}]
    assert "Thing" in str(pieces)


def test_in_a_template_an_arn_attribute_is_the_arn() -> None:
    arn = {"Fn::GetAtt": ["Table", "Arn"]}
    stack = {"Ref": "Nested"}
    resources = [{"DynamoDBTable": arn}, {"Arn": arn}, arn, {"CloudFormationStack": stack}]
    found = to_template(members({"Resources": resources}, place=TEMPLATE))
    assert found == {"Resources": [arn, arn, arn, stack]}


@pytest.mark.parametrize(("partition", "region"), [("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")])
def test_every_arn_is_of_the_partition(partition: str, region: str) -> None:
    place = Place(partition, region, "123456789012")
    expanded = selection({"Resources": [{"S3Bucket": "b"}, {"EbsVolume": "v"}]}, place=place)
    assert expanded.members["Resources"] == [
        f"arn:{partition}:s3:::b",
        f"arn:{partition}:ec2:{region}:123456789012:volume/v",
    ]
    assert expanded.role
    assert (
        f"arn:{partition}:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup" in expanded.role.policy_arns
    )
    assert str(expanded.role_arn).startswith(f"arn:{partition}:iam::123456789012:role/cfn-backup-provider/")


def test_tags_of_entries_stand_beside_the_native_ones() -> None:
    native = {"ConditionType": "STRINGEQUALS", "ConditionKey": "x", "ConditionValue": "y"}
    found = members({"ListOfTags": [native], "Resources": [{"Tag": {"Key": "a", "Value": "b"}}]})
    added = {"ConditionType": "STRINGEQUALS", "ConditionKey": "a", "ConditionValue": "b"}
    assert found == {"ListOfTags": [native, added]}


def test_tags_that_must_all_match_stand_beside_the_native_conditions() -> None:
    native = {"ConditionKey": "aws:ResourceTag/x", "ConditionValue": "y"}
    found = members(
        {
            "Conditions": {"StringEquals": [native], "StringLike": [native]},
            "Resources": ["*", {"MatchAllTags": {"a": "b", "c": "d"}}],
        }
    )
    added = [
        {"ConditionKey": f"aws:ResourceTag/{k}", "ConditionValue": v} for k, v in (("a", "b"), ("c", "d"))
    ]
    assert found == {
        "Resources": ["*"],
        "Conditions": {"StringEquals": [native, *added], "StringLike": [native]},
    }


def test_conditions_alone_select_among_everything() -> None:
    conditions = {"StringEquals": [{"ConditionKey": "aws:ResourceTag/x", "ConditionValue": "y"}]}
    assert members({"Conditions": conditions})["Resources"] == ["*"]
    assert members({"Resources": [{"MatchAllTags": {"x": "y"}}]}) == {
        "Resources": ["*"],
        "Conditions": conditions,
    }


def test_conditions_with_a_stack_select_among_what_is_in_it() -> None:
    properties = {"Resources": [{"Stack": "data"}, {"MatchAllTags": {"x": "y"}}]}
    assert members(properties, found={"data": ("arn:aws:s3:::b",)})["Resources"] == ["arn:aws:s3:::b"]
    assert "Resources" not in members(properties, found={"data": ()})


def test_what_two_stacks_have_is_selected_once() -> None:
    found = {"a": ("arn:aws:s3:::b",), "b": ("arn:aws:s3:::b", "arn:aws:s3:::c")}
    assert members({"Resources": [{"Stack": "a"}, {"Stack": "b"}]}, found=found)["Resources"] == [
        "arn:aws:s3:::b",
        "arn:aws:s3:::c",
    ]


def test_the_name_is_the_logical_id_unless_it_is_given() -> None:
    assert selection({"Resources": ["*"]}).name == "S"
    assert selection({"Resources": ["*"], "SelectionName": "mine"}).name == "mine"


def test_in_a_template_resources_that_a_condition_chooses_stay_chosen() -> None:
    chosen = {"Fn::If": ["Prod", [{"S3Bucket": "b"}], {"Ref": "AWS::NoValue"}]}
    given = {"Resources": chosen, "IamRoleArn": "arn:aws:iam::111122223333:role/r"}
    found = to_template(members(given, place=TEMPLATE))["Resources"]["Fn::If"]
    assert found[0] == "Prod"
    assert found[2] == {"Ref": "AWS::NoValue"}
    entry = {"Fn::If": ["Prod", {"DynamoDBTable": {"Fn::GetAtt": ["Table", "Arn"]}}, {"Ref": "AWS::NoValue"}]}
    [one] = to_template(members({"Resources": [entry]}, place=TEMPLATE))["Resources"]
    assert one == {"Fn::If": ["Prod", {"Fn::GetAtt": ["Table", "Arn"]}, {"Ref": "AWS::NoValue"}]}


# -------------------------------------------------------------------------------------------------- the role

BACKUP, RESTORES = (f"service-role/AWSBackupServiceRolePolicyFor{name}" for name in ("Backup", "Restores"))
S3_BACKUP, S3_RESTORE = (f"AWSBackupServiceRolePolicyForS3{name}" for name in ("Backup", "Restore"))


@pytest.mark.parametrize("restores", [False, True])
@pytest.mark.parametrize("disabled", [False, True])
@pytest.mark.parametrize("buckets", [False, True])
def test_the_policies_of_the_role(*, restores: bool, disabled: bool, buckets: bool) -> None:
    entry = {"S3Bucket": "b"} if buckets else {"DynamoDBTable": "t"}
    flags = {"AllowRestores": restores, "DisableDefaultBackupPolicy": disabled}
    expanded = selection({"Resources": [entry], **flags})
    in_plan = plan(
        {
            "Preset": "daily35DayRetention",
            "Selections": [{"SelectionName": "s", "Resources": [entry]}],
            **flags,
        }
    )

    wanted = {
        *([] if disabled else [BACKUP]),
        *([RESTORES] if restores else []),
        *([S3_BACKUP] if buckets and not disabled else []),
        *([S3_RESTORE] if buckets and restores else []),
    }
    for role in (expanded.role, in_plan.role):
        assert role
        assert {str(arn).partition(":policy/")[2] for arn in role.policy_arns} == wanted


@pytest.mark.parametrize(
    ("properties", "can"),
    [
        ({"Resources": ["*"]}, True),
        ({"Resources": ["arn:aws:s3:::*"]}, True),
        ({"Resources": ["arn:aws:*:*:*:*"]}, True),
        ({"Resources": [{"CloudFormationStack": "shop"}]}, True),
        ({"Resources": ["arn:aws:ec2:*:*:volume/*"]}, False),
        ({"Resources": ["arn:aws:fsx:*"]}, False),
        ({"Resources": [{"Tag": {"Key": "a", "Value": "b"}}]}, True),
        ({"Resources": [{"DynamoDBTable": "t"}, {"Tag": {"Key": "a", "Value": "b"}}]}, True),
        ({"Resources": [{"DynamoDBTable": "t"}, {"MatchAllTags": {"a": "b"}}]}, False),
        ({"Resources": [{"MatchAllTags": {"a": "b"}}]}, True),
        ({"Resources": ["*"], "NotResources": ["arn:aws:s3:::*"]}, False),
        ({"Resources": ["*"], "NotResources": ["arn:aws:s3:::one"]}, True),
    ],
)
def test_the_role_can_back_up_buckets_where_one_can_be_selected(
    properties: dict[str, Any], *, can: bool
) -> None:
    role = selection(properties).role
    assert role
    assert any(str(arn).endswith(S3_BACKUP) for arn in role.policy_arns) is can


@pytest.mark.parametrize(
    ("entry", "can"),
    [
        ({"Fn::GetAtt": ["Table", "Arn"]}, False),
        ({"Fn::GetAtt": ["Bucket", "Arn"]}, True),
        ({"S3Bucket": {"Ref": "Bucket"}}, True),
        ({"DynamoDBTable": {"Ref": "Table"}}, False),
        ({"Fn::Sub": "arn:${AWS::Partition}:dynamodb:${AWS::Region}:1:table/t"}, False),
        ({"Fn::Sub": ["arn:aws:s3:::${b}", {"b": "c"}]}, True),
        ({"Ref": "SomeArn"}, True),
    ],
)
def test_in_a_template_what_cannot_be_told_can_be_a_bucket(entry: Any, *, can: bool) -> None:
    role = selection({"Resources": [entry]}, place=TEMPLATE).role
    assert role
    assert ("S3Backup" in str(role.policy_arns)) is can


def test_a_given_role_is_used_and_none_is_made() -> None:
    expanded = selection({"Resources": ["*"], "IamRoleArn": "arn:aws:iam::111122223333:role/x"})
    assert (expanded.role, expanded.role_arn) == (None, "arn:aws:iam::111122223333:role/x")


def test_tags_that_must_match_but_are_none_ask_for_nothing() -> None:
    table = ENTRIES["DynamoDBTable"][1]
    assert members({"Resources": [{"MatchAllTags": {}}, table]}) == {"Resources": [table]}
    condition = {"ConditionKey": "aws:ResourceTag/a", "ConditionValue": "b"}
    both = {"Resources": [{"MatchAllTags": {}}, table], "Conditions": {"StringEquals": [condition]}}
    assert members(both)["Conditions"] == {"StringEquals": [condition]}


def test_a_logical_id_that_is_too_long_for_a_name_is_cut_and_stays_apart() -> None:
    given = BackupSelection(backup_plan_id="p", resources=())
    names = [
        str(expand_selection(given, owner("Orders" * 10 + end), PLACE).name)
        for end in ("A" * 40, "B" + "A" * 39)
    ]
    assert len(set(names)) == 2
    assert all(re.fullmatch(r"[A-Za-z0-9._-]{50}", name) for name in names)


@pytest.mark.parametrize(
    "properties",
    [
        {"Resources": [{"Tag": {"Key": "a", "Value": "b"}}], "ListOfTags": {"Ref": "Tags"}},
        {"Resources": [{"MatchAllTags": {"a": "b"}}], "Conditions": {"Ref": "Compared"}},
        {"Resources": [{"MatchAllTags": {"a": "b"}}], "Conditions": {"StringEquals": {"Ref": "Compared"}}},
    ],
)
def test_nothing_is_left_out_beside_what_is_not_known(properties: dict[str, Any]) -> None:
    with pytest.raises(NotKnown):
        selection(properties, TEMPLATE)
