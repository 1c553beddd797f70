"""The JSON schemas that are made from the classes."""

from __future__ import annotations

from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from cfn_backup.written.plan import BackupPlan
from cfn_backup.written.schema import json_schema
from cfn_backup.written.selection import BackupSelection
from cfn_backup.written.vault import BackupVault
from tests.rules.reading import TABLE

RESOURCES = (BackupPlan, BackupVault, BackupSelection)
TOKEN = {"ServiceToken": "arn:aws:lambda:eu-west-1:111122223333:function:x", "ServiceTimeout": 600}


def is_valid(cls: type, **properties: Any) -> bool:
    """Whether the schema takes the properties."""
    validator = jsonschema.Draft7Validator(json_schema(cls))
    return bool(validator.is_valid({**TOKEN, **properties}))


@pytest.mark.parametrize("cls", RESOURCES)
def test_it_is_a_schema_of_its_type(cls: Any) -> None:
    schema = json_schema(cls)
    jsonschema.Draft7Validator.check_schema(schema)
    assert schema["typeName"] == cls.resource_type
    assert schema["additionalProperties"] is False
    assert schema["required"][0] == "ServiceToken"


@pytest.mark.parametrize("cls", RESOURCES)
def test_attributes_that_nobody_can_write_are_read_only(cls: Any) -> None:
    read_only = {pointer.removeprefix("/properties/") for pointer in json_schema(cls)["readOnlyProperties"]}
    assert read_only <= cls.attributes.keys()
    assert cls.attributes.keys() <= json_schema(cls)["properties"].keys()


def test_what_it_takes() -> None:
    rule = {"RuleName": "a", "Lifecycle": {"DeleteAfterDays": -1, "MoveToColdStorageAfterDays": -1}}
    selection = {
        "SelectionName": "a",
        "Resources": [TABLE, {"S3Bucket": "b"}, {"Tag": {"Key": "a", "Value": "b"}}],
    }
    assert is_valid(
        BackupPlan, Preset="daily35_day_retention", BackupPlanRules=[rule], Selections=[selection]
    )
    assert is_valid(
        BackupVault, AccessPolicy={}, LockConfiguration={"MinRetentionDays": 1}, RemovalPolicy="DESTROY"
    )
    condition = {"ConditionType": "StringEquals", "ConditionKey": "a", "ConditionValue": "b"}
    assert is_valid(BackupSelection, BackupPlanId="p", ListOfTags=[condition])


def test_what_it_does_not_take() -> None:
    assert not is_valid(BackupPlan, Presett="x")
    assert not is_valid(BackupPlan, Preset="daily")
    assert not is_valid(BackupPlan, Selections=[{"Resources": [TABLE]}])
    assert not is_valid(BackupPlan, BackupPlanRules=[{"StartWindowMinutes": 59}])
    assert not is_valid(BackupVault, BackupVaultName="a.b")
    assert not is_valid(BackupSelection)
    assert not is_valid(BackupSelection, BackupPlanId="p", Resources=[{"S3Bucket": "b", "Ec2Instance": "i"}])
