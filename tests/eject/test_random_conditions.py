"""Any template with conditions, ejected and then resolved, is the same as resolved and then ejected."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cfn_backup_tools.eject.ejection import NotEjected, eject
from cfn_backup_tools.template.template import parse
from tests.eject.resolving import NO_VALUE, resolved, resources_there

CONDITIONS = tuple(f"C{number}" for number in range(8))


def chosen(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A value as it is, or chosen by conditions, also nested ones."""

    def choices(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.tuples(st.sampled_from(CONDITIONS), inner, inner).map(lambda parts: {"Fn::If": list(parts)})

    return st.recursive(values, choices, max_leaves=3)


def optional(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The same, where branches may be absent."""
    return chosen(st.one_of(values, values, st.just(NO_VALUE)))


def properties(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A map of which every member may be missing."""
    return st.fixed_dictionaries({}, optional=members)


BOOLEANS = chosen(st.sampled_from([True, False, "true"]))
NAMES = st.sampled_from(["a", "b", "c-1"])
TAGS = st.dictionaries(st.sampled_from(["k", "l"]), optional(st.sampled_from(["v", "w"])), max_size=2)
LIFECYCLES = properties(
    DeleteAfterDays=optional(st.sampled_from([7, 30])), OptInToArchiveForSupportedResources=BOOLEANS
)
VAULTS = st.sampled_from(["v1", "v2", {"Ref": "Theirs"}, {"Fn::GetAtt": ["Theirs", "BackupVaultArn"]}])
RULES = properties(
    Preset=optional(st.sampled_from(["daily", "weekly"])),
    RuleName=optional(NAMES),
    TargetBackupVault=optional(VAULTS),
    Lifecycle=optional(LIFECYCLES),
    EnableContinuousBackup=BOOLEANS,
    RecoveryPointTags=optional(TAGS),
    CopyActions=optional(
        st.lists(
            st.just({"DestinationBackupVaultArn": "arn:aws:backup:eu-west-1:111122223333:backup-vault:c1"}),
            max_size=1,
        )
    ),
)
ENTRIES = st.one_of(
    st.sampled_from(["arn:aws:s3:::b", "arn:aws:dynamodb:eu-west-1:111122223333:table/t", {"Ref": "Arn"}]),
    st.fixed_dictionaries({"DynamoDBTable": chosen(st.sampled_from(["t", {"Ref": "Orders"}]))}),
    st.fixed_dictionaries({"Tag": st.fixed_dictionaries({"Key": NAMES, "Value": chosen(NAMES)})}),
    st.fixed_dictionaries({"MatchAllTags": chosen(TAGS)}),
)
COMPARISONS = properties(
    StringEquals=optional(
        st.lists(st.just({"ConditionKey": "aws:ResourceTag/x", "ConditionValue": "y"}), max_size=1)
    ),
)
ROLES = st.sampled_from(["arn:aws:iam::111122223333:role/r", {"Fn::GetAtt": ["Role", "Arn"]}])
SELECTION: dict[str, st.SearchStrategy[Any]] = {
    "Resources": optional(st.lists(optional(ENTRIES), min_size=1, max_size=3)),
    "ListOfTags": optional(
        st.lists(
            optional(
                st.just({"ConditionType": "STRINGEQUALS", "ConditionKey": "k", "ConditionValue": "v"}),
            ),
            max_size=2,
        )
    ),
    "Conditions": optional(COMPARISONS),
    "IamRoleArn": optional(ROLES),
    "AllowRestores": BOOLEANS,
}
VAULT = properties(
    BackupVaultName=optional(st.sampled_from(["v1", "v2"])),
    EncryptionKeyArn=optional(st.just({"Fn::GetAtt": ["Key", "Arn"]})),
    BlockRecoveryPointDeletion=BOOLEANS,
    BackupVaultTags=optional(TAGS),
    LockConfiguration=optional(
        properties(MinRetentionDays=optional(st.just(7)), MaxRetentionDays=st.just(99))
    ),
)
PLAN = properties(
    Preset=optional(st.sampled_from(["daily35DayRetention", "dailyMonthly1YearRetention"])),
    BackupPlanRules=optional(st.lists(optional(RULES), max_size=3)),
    BackupPlanName=optional(NAMES),
    BackupVault=optional(VAULTS),
    DefaultVault=optional(VAULT),
    WindowsVss=BOOLEANS,
    BackupPlanTags=optional(TAGS),
    StartWindowMinutes=optional(st.sampled_from([60, 120])),
    RecoveryPointTags=optional(TAGS),
    Selections=optional(
        st.lists(
            optional(st.fixed_dictionaries({"SelectionName": NAMES}, optional=SELECTION)),
            max_size=2,
            unique_by=repr,
        )
    ),
)
RESOURCES = st.one_of(
    PLAN.map(lambda found: ("Custom::BackupPlan", found)),
    VAULT.map(lambda found: ("Custom::BackupVault", found)),
    st.fixed_dictionaries({"BackupPlanId": st.just("p")}, optional=SELECTION).map(
        lambda found: ("Custom::BackupSelection", found)
    ),
)


def _template(resource: tuple[str, Any]) -> dict[str, Any]:
    kind, written = resource
    return {
        "Conditions": {name: {"Fn::Equals": [{"Ref": f"P{name}"}, "on"]} for name in CONDITIONS},
        "Parameters": {f"P{name}": {"Type": "String"} for name in CONDITIONS} | {"Arn": {"Type": "String"}},
        "Resources": {
            "Theirs": {"Type": "AWS::Backup::BackupVault"},
            "Orders": {"Type": "AWS::DynamoDB::Table"},
            "Role": {"Type": "AWS::IAM::Role"},
            "Key": {"Type": "AWS::KMS::Key"},
            "It": {"Type": kind, "Properties": written},
        },
    }


def _ejected(template: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(eject(parse("t.json", json.dumps(template)), {}).text)
    return made


def _stands_for(template: Mapping[str, Any], holds: Mapping[str, bool]) -> Any:
    """The resources that there are, as text; ids of selections without a plain name are numbered."""
    there = resources_there(template, holds)
    return sorted((re.sub(r"\d+$", "", name), json.dumps(one, sort_keys=True)) for name, one in there.items())


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(RESOURCES, st.lists(st.booleans(), min_size=8, max_size=8))
def test_eject_then_resolve_is_resolve_then_eject(resource: tuple[str, Any], stand: list[bool]) -> None:
    _compare(resource, dict(zip(CONDITIONS, stand, strict=True)))


@pytest.mark.slow
@settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
@given(RESOURCES, st.lists(st.booleans(), min_size=8, max_size=8))
def test_eject_then_resolve_is_resolve_then_eject_at_length(
    resource: tuple[str, Any], stand: list[bool]
) -> None:
    _compare(resource, dict(zip(CONDITIONS, stand, strict=True)))


def _compare(resource: tuple[str, Any], holds: Mapping[str, bool]) -> None:
    # GIVEN a template with up to eight conditions, and how they stand
    template = _template(resource)
    try:
        ejected = _ejected(template)
    except NotEjected:
        # some branch cannot be ejected, whether it is taken or not
        return

    # WHEN it is resolved before, or after
    decided = {**template, "Resources": resolved(template["Resources"], holds)}
    before = _stands_for({**_ejected(decided), "Conditions": {}}, holds)

    # THEN the same resources are there
    assert _stands_for(ejected, holds) == before
