"""Selections: rules S1 to S18."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from local_aws.strict_backup import ManualClock

from .conftest import ACCOUNT, REGION, TRUSTS_BACKUP, Client, Refused, RoleMaker, SwitchSetter

TAG = {"ConditionType": "STRINGEQUALS", "ConditionKey": "backup", "ConditionValue": "daily"}
TRANSIENT = [
    ("role_assumable", "cannot be assumed by AWS Backup"),
    ("role_permission", "tag:GetResources"),
]
CONDITION = {"ConditionKey": "aws:ResourceTag/stage", "ConditionValue": "prod"}


def selection(role: str, **members: object) -> dict[str, Any]:
    return {"SelectionName": "all", "IamRoleArn": role, **(members or {"Resources": ["*"]})}


@pytest.mark.parametrize("name", ["", "x" * 51, "a b", "a:b"])
def test_s1_names_have_a_pattern(backup: Client, plan: str, role: str, refused: Refused, name: str) -> None:
    """S1"""
    with refused("InvalidParameterValueException"):
        backup.create_backup_selection(
            BackupPlanId=plan, BackupSelection=selection(role, Resources=["*"], SelectionName=name)
        )


@pytest.mark.parametrize("deleted", [False, True])
def test_s2_unknown_and_deleted_plans(
    backup: Client, plan: str, role: str, refused: Refused, deleted: bool
) -> None:
    """S2: for every operation on selections"""
    # GIVEN
    plan_id = plan if deleted else str(uuid.uuid4())
    if deleted:
        backup.delete_backup_plan(BackupPlanId=plan)
    text = f"Cannot find Backup plan with ID {plan_id}"

    # WHEN / THEN
    with refused("InvalidParameterValueException", text):
        backup.create_backup_selection(BackupPlanId=plan_id, BackupSelection=selection(role))
    with refused("InvalidParameterValueException", text):
        backup.get_backup_selection(BackupPlanId=plan_id, SelectionId="x")
    with refused("InvalidParameterValueException", text):
        backup.list_backup_selections(BackupPlanId=plan_id)
    with refused("InvalidParameterValueException", text):
        backup.delete_backup_selection(BackupPlanId=plan_id, SelectionId="x")


def test_s3_an_unknown_selection(backup: Client, plan: str, refused: Refused) -> None:
    """S3"""
    with refused("ResourceNotFoundException"):
        backup.get_backup_selection(BackupPlanId=plan, SelectionId=str(uuid.uuid4()))


def test_s4_a_role_that_does_not_exist(backup: Client, plan: str, refused: Refused) -> None:
    """S4"""
    arn = f"arn:aws:iam::{ACCOUNT}:role/service-role/AWSBackupDefaultServiceRole"

    with refused("InvalidParameterValueException", f"IAM Role {arn} cannot be assumed by AWS Backup"):
        backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(arn))


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"},
        {"Effect": "Allow", "Principal": {"Service": "backup.amazonaws.com"}, "Action": "sts:TagSession"},
    ],
)
def test_s4_a_role_that_does_not_trust_the_service(
    backup: Client, plan: str, make_role: RoleMaker, refused: Refused, statement: dict[str, object]
) -> None:
    """S4"""
    arn = make_role(trust={"Version": "2012-10-17", "Statement": [statement]})

    with refused("InvalidParameterValueException", "cannot be assumed by AWS Backup"):
        backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(arn))


def test_s4_a_role_is_found_by_its_whole_arn(
    backup: Client, plan: str, make_role: RoleMaker, refused: Refused
) -> None:
    """S4: its path is part of it"""
    # GIVEN
    arn = make_role("own", path="/service-role/")
    without_path = arn.replace("/service-role", "")

    # WHEN / THEN
    backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(arn))
    with refused("InvalidParameterValueException", "cannot be assumed by AWS Backup"):
        backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(without_path))


def test_s4_the_caller_may_pass_the_role(
    backup: Client, plan: str, role: str, set_switches: SwitchSetter, refused: Refused
) -> None:
    """S4"""
    set_switches(caller_lacks=["iam:PassRole"])

    with refused("AccessDeniedException", "iam:PassRole", status=403):
        backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(role))


@pytest.mark.parametrize(
    "by_tags",
    [{"ListOfTags": [TAG]}, {"Resources": ["*"], "Conditions": {"StringEquals": [CONDITION]}}],
)
def test_s5_a_selection_by_tags_needs_a_role_that_allows_it(
    backup: Client, plan: str, make_role: RoleMaker, refused: Refused, by_tags: dict[str, object]
) -> None:
    """S5"""
    # GIVEN
    arn = make_role(policy=None)

    # WHEN / THEN
    with refused("InvalidParameterValueException", "tag:GetResources", code="ERROR_3018"):
        backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(arn, **by_tags))


def test_s5_the_context_is_the_role(backup: Client, plan: str, make_role: RoleMaker) -> None:
    """S5"""
    arn = make_role(policy=None)

    with pytest.raises(backup.exceptions.InvalidParameterValueException) as caught:
        backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(arn, ListOfTags=[TAG]))

    assert caught.value.response["Context"] == arn


def test_s5_a_denial_counts(backup: Client, plan: str, make_role: RoleMaker, refused: Refused) -> None:
    """S5"""
    statements = [{"Effect": effect, "Action": "tag:*", "Resource": "*"} for effect in ("Allow", "Deny")]
    arn = make_role(policy={"Version": "2012-10-17", "Statement": statements})

    with refused("InvalidParameterValueException", "tag:GetResources"):
        backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(arn, ListOfTags=[TAG]))


@pytest.mark.parametrize("always", [False, True])
def test_s5_without_tags_it_is_a_switch(
    backup: Client,
    plan: str,
    make_role: RoleMaker,
    set_switches: SwitchSetter,
    refused: Refused,
    always: bool,
) -> None:
    """S5"""
    # GIVEN
    set_switches(tag_permission_always_checked=always)
    arn = make_role(policy=None)

    # WHEN / THEN
    if always:
        with refused("InvalidParameterValueException", "tag:GetResources"):
            backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(arn))
    else:
        backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(arn))


@pytest.mark.parametrize("transient", TRANSIENT)
def test_s6_a_new_role_takes_time(
    backup: Client,
    plan: str,
    role: str,
    set_switches: SwitchSetter,
    clock: ManualClock,
    refused: Refused,
    transient: tuple[str, str],
) -> None:
    """S6"""
    switch, text = transient
    # GIVEN
    set_switches(**{f"{switch}_lag_seconds": 60})
    by_tags = selection(role, ListOfTags=[TAG])
    with refused("InvalidParameterValueException", text):
        backup.create_backup_selection(BackupPlanId=plan, BackupSelection=by_tags)

    # WHEN
    clock.advance(seconds=61)

    # THEN
    backup.create_backup_selection(BackupPlanId=plan, BackupSelection=by_tags)


@pytest.mark.parametrize(("switch", "text"), TRANSIENT)
def test_s6_or_a_number_of_attempts(
    backup: Client,
    plan: str,
    role: str,
    set_switches: SwitchSetter,
    refused: Refused,
    switch: str,
    text: str,
) -> None:
    """S6"""
    set_switches(**{f"{switch}_attempts": 2})
    by_tags = selection(role, ListOfTags=[TAG])

    for _ in range(2):
        with refused("InvalidParameterValueException", text):
            backup.create_backup_selection(BackupPlanId=plan, BackupSelection=by_tags)
    backup.create_backup_selection(BackupPlanId=plan, BackupSelection=by_tags)


@pytest.mark.parametrize(
    "members",
    [
        {"Resources": []},
        {"Resources": [], "ListOfTags": []},
        {"Conditions": {"StringEquals": [CONDITION]}},
        {"Resources": [], "ListOfTags": [], "Conditions": {"StringEquals": [CONDITION]}},
    ],
)
def test_s7_resources_or_tags(
    backup: Client, plan: str, role: str, refused: Refused, members: dict[str, object]
) -> None:
    """S7: conditions alone do not select"""
    text = "Either 'ListOfTags' or 'Resources' section must be non-empty."
    with refused("InvalidParameterValueException", text):
        backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(role, **members))


def test_s8_a_selection_that_says_nothing(backup: Client, plan: str, role: str, refused: Refused) -> None:
    """S8"""
    nothing = {"SelectionName": "all", "IamRoleArn": role}

    with refused(
        "MissingParameterValueException",
        "Either Resources or Conditions must not be null",
        code="ERROR_4301",
    ):
        backup.create_backup_selection(BackupPlanId=plan, BackupSelection=nothing)


@pytest.mark.parametrize(
    "arn",
    [
        "*",
        "arn:aws:ec2:*:*:volume/*",
        f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders",
        "arn:aws:s3:::bucket",
        f"arn:aws:rds:{REGION}:{ACCOUNT}:db:*",
        # Assign resources with AWS CLI, Selection by service name and Selection by resource type
        "arn:aws:ec2:*",
        "arn:aws:ec2:::instance/*",
        "arn:aws:rds:::cluster:*",
        "arn:aws:fsx:::file-system/*",
    ],
)
def test_s9_arns_of_here_and_wildcards_are_accepted(backup: Client, plan: str, role: str, arn: str) -> None:
    """S9"""
    backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(role, Resources=[arn]))


@pytest.mark.parametrize(
    ("arn", "text"),
    [
        (f"arn:aws:dynamodb:us-west-2:{ACCOUNT}:table/orders", f"Expected region is {REGION}"),
        (f"arn:aws:dynamodb:{REGION}:999999999999:table/orders", "Invalid ARN"),
        ("orders", "Invalid ARN: orders"),
        ("arn:aws:ec2", "Invalid ARN: arn:aws:ec2"),
        ("arn:aws:ec2:", "Invalid ARN: arn:aws:ec2:"),
        ("arn:aws:ec2:instance/*", "Invalid ARN"),
        ("ec2:*", "Invalid ARN: ec2:*"),
        ("", "Invalid ARN"),
    ],
)
def test_s9_other_resources_are_refused(
    backup: Client, plan: str, role: str, refused: Refused, arn: str, text: str
) -> None:
    """S9"""
    with refused("InvalidParameterValueException", text):
        backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(role, Resources=[arn]))


@pytest.mark.parametrize(
    "members",
    [
        {"Resources": [f"arn:aws:s3:::bucket-{number}" for number in range(501)]},
        {"Resources": [f"arn:aws:s3:::bucket-{number}*" for number in range(31)]},
        {"Resources": ["*"], "NotResources": [f"arn:aws:s3:::bucket-{number}" for number in range(501)]},
        {
            "Resources": ["*"],
            "Conditions": {"StringEquals": [CONDITION] * 16, "StringLike": [CONDITION] * 15},
        },
        {"ListOfTags": [TAG] * 31},
    ],
)
def test_s10_a_selection_has_limits(
    backup: Client, plan: str, role: str, refused: Refused, members: dict[str, object]
) -> None:
    """S10"""
    with refused("InvalidParameterValueException"):
        backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(role, **members))


def test_s11_a_plan_has_100_selections(raw: Client, plan: str, role: str, refused: Refused) -> None:
    """S11"""
    # GIVEN
    for _ in range(100):
        raw.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(role))

    # WHEN / THEN
    with refused("LimitExceededException"):
        raw.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(role))


@pytest.mark.parametrize("unique", [False, True])
def test_s12_names_are_a_switch(
    backup: Client, plan: str, role: str, set_switches: SwitchSetter, refused: Refused, unique: bool
) -> None:
    """S12"""
    # GIVEN
    set_switches(selection_names_unique=unique)
    first = backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(role))

    # WHEN / THEN
    if unique:
        with refused("AlreadyExistsException"):
            backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(role))
        backup.delete_backup_selection(BackupPlanId=plan, SelectionId=first["SelectionId"])
    backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(role))


def test_s13_the_same_token_gets_the_first_answer_a_new_one_a_new_id(
    backup: Client, plan: str, role: str
) -> None:
    """S13"""
    # GIVEN
    request = {"BackupPlanId": plan, "BackupSelection": selection(role)}
    first = backup.create_backup_selection(**request, CreatorRequestId="token")

    # WHEN
    same = backup.create_backup_selection(**request, CreatorRequestId="token")
    other = backup.create_backup_selection(**request)

    # THEN
    assert same["SelectionId"] == first["SelectionId"] != other["SelectionId"]


@pytest.mark.parametrize("any_case", [False, True])
def test_s16_the_condition_type(
    backup: Client, plan: str, role: str, set_switches: SwitchSetter, refused: Refused, any_case: bool
) -> None:
    """S16"""
    # GIVEN
    set_switches(condition_type_any_case=any_case)
    tag = {**TAG, "ConditionType": "StringEquals"}
    request = {"BackupPlanId": plan, "BackupSelection": selection(role, ListOfTags=[tag])}

    # WHEN / THEN
    if any_case:
        backup.create_backup_selection(**request)
    else:
        with refused("InvalidParameterValueException"):
            backup.create_backup_selection(**request)


def test_s17_every_container_is_read_back(backup: Client, plan: str, role: str) -> None:
    """S17"""
    # GIVEN
    made = backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(role))

    # WHEN
    read = backup.get_backup_selection(BackupPlanId=plan, SelectionId=made["SelectionId"])

    # THEN
    assert read["BackupSelection"] == {
        "SelectionName": "all",
        "IamRoleArn": role,
        "Resources": ["*"],
        "NotResources": [],
        "ListOfTags": [],
        "Conditions": {"StringEquals": [], "StringNotEquals": [], "StringLike": [], "StringNotLike": []},
    }


def test_s17_everything_at_once_is_accepted(backup: Client, plan: str, role: str) -> None:
    """S17: what amazon.aws's integration test sends"""
    kinds = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike")
    everything = selection(
        role,
        Resources=["*"],
        NotResources=["arn:aws:s3:::bucket"],
        ListOfTags=[TAG],
        Conditions={kind: [CONDITION] for kind in kinds},
    )

    made = backup.create_backup_selection(BackupPlanId=plan, BackupSelection=everything)

    read = backup.get_backup_selection(BackupPlanId=plan, SelectionId=made["SelectionId"])
    assert read["BackupSelection"] == everything


def test_s18_a_new_selection_is_not_read_at_once(
    backup: Client, plan: str, role: str, set_switches: SwitchSetter, clock: ManualClock, refused: Refused
) -> None:
    """S18"""
    # GIVEN
    set_switches(selection_read_lag_seconds=10)
    made = backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(role))
    with refused("ResourceNotFoundException"):
        backup.get_backup_selection(BackupPlanId=plan, SelectionId=made["SelectionId"])
    assert backup.list_backup_selections(BackupPlanId=plan)["BackupSelectionsList"] == []

    # WHEN
    clock.advance(seconds=10)

    # THEN
    backup.get_backup_selection(BackupPlanId=plan, SelectionId=made["SelectionId"])
    (listed,) = backup.list_backup_selections(BackupPlanId=plan)["BackupSelectionsList"]
    assert (listed["SelectionName"], listed["IamRoleArn"]) == ("all", role)


def test_b31_ten_selections_with_tags_are_a_switch(
    raw: Client, plan: str, role: str, set_switches: SwitchSetter, refused: Refused
) -> None:
    """B31"""
    # GIVEN
    set_switches(policy_quotas_enforced=True)
    by_tags = selection(role, ListOfTags=[TAG])
    for _ in range(10):
        raw.create_backup_selection(BackupPlanId=plan, BackupSelection=by_tags)

    # WHEN / THEN
    with refused("LimitExceededException"):
        raw.create_backup_selection(BackupPlanId=plan, BackupSelection=by_tags)
    raw.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(role))


def test_a_trust_policy_of_one_statement_is_read(backup: Client, plan: str, make_role: RoleMaker) -> None:
    single = {**TRUSTS_BACKUP, "Statement": TRUSTS_BACKUP["Statement"][0]}

    backup.create_backup_selection(BackupPlanId=plan, BackupSelection=selection(make_role(trust=single)))
