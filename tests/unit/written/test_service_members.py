"""The bundled service model beside the classes of the model: a new botocore shows what is new."""

from __future__ import annotations

from typing import Any

import pytest

from cfn_backup.rules.notifications import UNDOCUMENTED_EVENTS
from cfn_backup.symbolic.values import Unknown
from cfn_backup.written.declarations import properties_of
from cfn_backup.written.findings import Findings
from cfn_backup.written.plan import (
    AdvancedBackupSetting,
    BackupPlan,
    CopyAction,
    IndexAction,
    Lifecycle,
    Rule,
    ScanAction,
    ScanSetting,
)
from cfn_backup.written.reader import read, unresolved
from cfn_backup.written.resource_types import OF_ENTRY, OF_SERVICE
from cfn_backup.written.selection import ConditionParameter, Conditions, Selection, TagCondition
from cfn_backup.written.service_model import FILE, ServiceModel, service_model
from cfn_backup.written.unknown_members import members_of
from cfn_backup.written.vault import SUPPORTED_EVENTS, BackupVault, LockConfiguration, Notifications
from distribution.service_model import text_of_copy

NOT_NAMED = [
    # class, shape, and the members that the class deliberately does not name
    (
        BackupPlan,
        "CreateBackupPlanInput",
        {"BackupPlan": "flattened", "CreatorRequestId": "the provider's own"},
    ),
    (BackupPlan, "BackupPlanInput", {"Rules": "BackupPlanRules, as in CloudFormation"}),
    (Rule, "BackupRuleInput", {"TargetBackupVaultName": "TargetBackupVault, as in CloudFormation"}),
    (Lifecycle, "Lifecycle", {"DeleteAfterEvent": "not valid as an input"}),
    (CopyAction, "CopyAction", {}),
    (IndexAction, "IndexAction", {}),
    (ScanAction, "ScanAction", {}),
    (AdvancedBackupSetting, "AdvancedBackupSetting", {}),
    (ScanSetting, "ScanSetting", {}),
    (Selection, "BackupSelection", {}),
    (TagCondition, "Condition", {}),
    (Conditions, "Conditions", {}),
    (ConditionParameter, "ConditionParameter", {}),
    (BackupVault, "CreateBackupVaultInput", {"CreatorRequestId": "the provider's own"}),
    (
        LockConfiguration,
        "PutBackupVaultLockConfigurationInput",
        {"BackupVaultName": "the vault's"},
    ),
    (Notifications, "PutBackupVaultNotificationsInput", {"BackupVaultName": "the vault's"}),
]


@pytest.mark.parametrize(
    ("cls", "shape", "reviewed"), NOT_NAMED, ids=lambda value: getattr(value, "__name__", None)
)
def test_what_the_service_has_and_the_model_does_not_name(
    cls: type, shape: str, reviewed: dict[str, str]
) -> None:
    # a member that is new passes through; it may deserve a name, a description and rules
    assert members_of(shape).keys() - properties_of(cls).keys() == set(reviewed)


def test_the_copy_is_of_the_pinned_botocore() -> None:
    assert FILE.read_text("utf-8") == text_of_copy(), "run python -m distribution.service_model"


def test_events_of_the_service_are_known() -> None:
    events = set(members_of("PutBackupVaultNotificationsInput")["BackupVaultEvents"].member.enum)
    assert events <= {*SUPPORTED_EVENTS, *UNDOCUMENTED_EVENTS}


def test_every_typed_entry_has_a_resource_type() -> None:
    assert set(OF_ENTRY.values()) - set(OF_SERVICE.values()) == {
        "EC2",
        "EBS",
        "RDS",
        "Aurora",
        "DocumentDB",
        "Neptune",
    }


@pytest.fixture
def newer_botocore(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service model that knows members which nobody here has heard of."""
    known = service_model().definitions
    rule = known["BackupRuleInput"]
    more = {"Retries": "Long", "Dream": "AdvancedBackupSetting", "Dreams": "ScanActions"}
    newer = ServiceModel({**known, "BackupRuleInput": {**rule, "members": {**rule["members"], **more}}})
    monkeypatch.setattr("cfn_backup.written.unknown_members.service_model", lambda: newer)


@pytest.mark.usefixtures("newer_botocore")
def test_members_that_only_the_service_model_knows_pass_through_and_are_recast() -> None:
    # GIVEN a rule with members that a newer service model has
    properties = {
        "Retries": "3",
        "Dream": {"ResourceType": "EC2", "BackupOptions": {"a": True}},
        "Dreams": [{"ScanMode": "FULL_SCAN"}],
    }

    # WHEN it is read
    findings = Findings()
    rule = read(Rule, properties, findings)

    # THEN they are kept, with the types that the model gives them
    assert findings.found == []
    assert rule is not None
    assert rule.extra == {
        "Retries": 3,
        "Dream": {"ResourceType": "EC2", "BackupOptions": {"a": "true"}},
        "Dreams": [{"ScanMode": "FULL_SCAN"}],
    }


@pytest.mark.usefixtures("newer_botocore")
@pytest.mark.parametrize(
    ("properties", "code"),
    [
        ({"Retries": "three"}, "E9004"),
        ({"Dream": "x"}, "E9003"),
        ({"Dream": {"Resource": "x"}}, "E9001"),
        ({"Dreams": {}}, "E9006"),
        ({"retries": 3}, "E9001"),
    ],
)
def test_members_that_pass_through_are_checked_by_the_service_model(properties: Any, code: str) -> None:
    findings = Findings()
    read(Rule, properties, findings)
    assert [problem.code for problem in findings.found] == [code]


@pytest.mark.usefixtures("newer_botocore")
def test_members_that_pass_through_may_be_intrinsic_functions() -> None:
    findings = Findings()
    rule = read(
        Rule, {"Retries": {"Ref": "N"}, "Dreams": [{"ScanMode": {"Ref": "M"}}]}, findings, resolve=unresolved
    )
    assert findings.found == []
    assert rule is not None
    assert rule.extra == {
        "Retries": Unknown({"Ref": "N"}),
        "Dreams": [{"ScanMode": Unknown({"Ref": "M"})}],
    }
