"""Whatever is written, reading it never raises: there is a model, or there are errors, or both."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cfn_backup.desired.arns import is_arn, service_of
from cfn_backup.rules import everything
from cfn_backup.rules.registry import registered
from cfn_backup.symbolic.values import Unknown
from cfn_backup.written.declarations import properties_of
from cfn_backup.written.entries import KINDS
from cfn_backup.written.plan import BackupPlan, CopyAction, Lifecycle, Rule
from cfn_backup.written.selection import BackupSelection, Conditions, TagCondition
from cfn_backup.written.vault import BackupVault, LockConfiguration, Notifications
from tests.rules.reading import HERE, found_in_plan, found_in_selection, found_in_vault

if TYPE_CHECKING:
    from cfn_backup.written.findings import Findings

CLASSES = (
    BackupPlan, Rule, Lifecycle, CopyAction, BackupSelection, Conditions, TagCondition, BackupVault,
    LockConfiguration, Notifications,
)  # fmt: skip
NAMES = sorted({name for cls in CLASSES for name in properties_of(cls)} | set(KINDS))

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
    | st.sampled_from(["35", "true", "*", "arn:aws:s3:::*", "cron(0 5 * * ? *)", "DESTROY", "daily", "-1"])
)  # fmt: skip
intrinsics = st.sampled_from([
    {"Ref": "AWS::NoValue"}, {"Ref": "X"}, {"Fn::Sub": "${X}"}, {"Fn::If": ["C", {}, []]}, {"Fn::If": []},
    {"Fn::If": [1, {"Ref": "AWS::NoValue"}, "x"]}, {"Ref": ["odd"]}, {"Fn::Transform": {}, "x": 1},
])  # fmt: skip
keys = st.sampled_from(NAMES) | st.text(max_size=8)
json = st.recursive(
    scalars | intrinsics,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6),
    max_leaves=25,
)
everything.load()
FINDERS: list[Callable[..., Findings]] = [found_in_plan, found_in_vault, found_in_selection]


@settings(max_examples=300, deadline=None)
@given(find=st.sampled_from(FINDERS), properties=json, symbolic=st.booleans())
def test_any_json(find: Callable[..., Findings], properties: Any, symbolic: bool) -> None:
    # a template's JSON has no number that is infinite or none
    assume(not (symbolic and re.search(r"\b(inf|nan)\b", repr(properties))))
    findings = find(properties, symbolic=symbolic)
    assert all(problem.code in registered() and problem.message for problem in findings.found)


@settings(max_examples=150, deadline=None)
@given(find=st.sampled_from(FINDERS), properties=st.dictionaries(st.sampled_from(NAMES), json, max_size=8))
def test_any_json_under_the_names_that_are_known(find: Callable[..., Findings], properties: Any) -> None:
    assert find(properties).found is not None


def test_deep_nesting() -> None:
    deep: Any = "x"
    for _ in range(100_000):
        deep = [deep]
    for find in FINDERS:
        for name in ("Resources", "BackupPlanRules", "AccessPolicy", "Nonsense", "Conditions"):
            assert find({name: deep}).errors


def test_huge_properties() -> None:
    # GIVEN thousands of problems
    findings = found_in_selection(
        {"BackupPlanId": "p", "Resources": ["x"] * 5000, "k" * 100_000: "v" * 100_000}
    )

    # THEN each is found, and a message is never longer than a few lines
    assert len(findings.errors) > 5000
    assert max(len(str(problem)) for problem in findings.found) < 1000


@pytest.mark.parametrize(
    "odd",
    [
        {"Fn::GetAtt": {"a": "b"}}, {"Fn::GetAtt": 5}, {"Fn::GetAtt": []}, {"Fn::GetAtt": [["a"], "b"]},
        {"Fn::GetAtt": None}, {"Ref": {"a": "b"}}, {"Ref": ["a"]}, {"Ref": None}, {"Fn::Sub": []},
        {"Fn::Sub": {}},
    ],
)  # fmt: skip
def test_a_function_with_odd_arguments_names_no_resource(odd: dict[str, Any]) -> None:
    copied = {"EnableContinuousBackup": True, "CopyActions": [{"DestinationBackupVaultArn": odd}]}
    rules = [{"RuleName": name, "TargetBackupVault": odd, **copied} for name in "ab"]

    found_in_plan({"BackupPlanRules": rules}, symbolic=True)

    assert not is_arn(Unknown(odd), HERE)
    assert service_of(Unknown(odd), HERE) is None
