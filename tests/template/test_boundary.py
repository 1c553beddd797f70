"""The boundary of the roles that are made: what AWS Backup's managed policies need, and nothing that they lack."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from functools import cache

import pytest
from moto.iam import aws_managed_policies

from cfn_backup.desired.role import POLICIES
from tests.policies.deployed import Deployed

LIMIT = 6144
"""Characters of a managed policy without white space (IAM and AWS STS quotas)."""


@cache
def _needed() -> frozenset[str]:
    """The actions of the four managed policies, as moto has them from AWS."""
    policies = json.loads(aws_managed_policies.aws_managed_policies_data)
    actions = set()
    for name in POLICIES:
        for statement in policies[name.rpartition("/")[2]]["Document"]["Statement"]:
            action = statement["Action"]
            actions |= set(action if isinstance(action, list) else [action])
    return frozenset(actions)


def _allowed() -> list[str]:
    actions: list[str] = []
    for statement in Deployed.of().document("BackupRoleBoundary")["Statement"]:
        action = statement["Action"]
        actions += action if isinstance(action, list) else [action]
    return actions


def test_the_managed_policies_are_there() -> None:
    assert len(_needed()) > 200


def test_all_that_backup_needs_is_allowed() -> None:
    patterns = _allowed()
    assert not [action for action in _needed() if not any(fnmatchcase(action, p) for p in patterns)]


def test_what_is_named_is_needed() -> None:
    assert {action for action in _allowed() if "*" not in action} <= _needed()


@pytest.mark.parametrize("pattern", [action for action in _allowed() if "*" in action])
def test_a_wildcard_stands_for_reading_of_configuration_that_is_needed_several_times(pattern: str) -> None:
    assert pattern.partition(":")[2] in {"Describe*", "List*"}
    assert len([action for action in _needed() if fnmatchcase(action, pattern)]) > 1


def test_it_has_room_for_the_longest_parameters() -> None:
    parameters = Deployed.of().template["Parameters"]
    accounts = ",".join(["1" * 12] * 10)
    regions = ",".join(["eu-west-1"] * 6)
    assert len(accounts) == parameters["CopyAccounts"]["MaxLength"]
    assert len(regions) <= parameters["CopyRegions"]["MaxLength"] < len(regions) + 10
    deployed = Deployed.of(parameters={"CopyAccounts": accounts, "CopyRegions": regions})
    assert len(json.dumps(deployed.document("BackupRoleBoundary"), separators=(",", ":"))) <= LIMIT


def test_every_other_policy_has_room() -> None:
    for parameters in ({}, {"Roles": "Shared"}):
        deployed = Deployed.of(parameters=parameters)
        for name in deployed.of_type("AWS::IAM::ManagedPolicy"):
            assert len(json.dumps(deployed.document(name), separators=(",", ":"))) <= LIMIT
