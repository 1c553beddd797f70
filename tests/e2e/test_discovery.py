"""What a stack contains is found with the permissions of the function, on an AWS that enforces them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local_aws import read_back
from local_aws.stacks import Stacks
from tests.e2e.life import ACCOUNT, REGION, custom

pytestmark = pytest.mark.e2e

RULE = {"RuleName": "r", "ScheduleExpression": "cron(0 1 * * ? *)"}


def _database(**properties: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::RDS::DBInstance",
        "Properties": {"DBInstanceClass": "db.t3.micro", **properties},
    }


def test_a_database_is_selected_and_a_member_of_a_cluster_with_its_cluster(
    stacks: Stacks, clients: read_back.Clients
) -> None:
    # GIVEN a stack with a database of its own, a cluster and a member of it
    databases = {
        "Own": _database(
            Engine="mysql", AllocatedStorage="20", MasterUsername="admin", MasterUserPassword="password-1"
        ),
        "Cluster": {
            "Type": "AWS::RDS::DBCluster",
            "Properties": {
                "Engine": "aurora-mysql", "MasterUsername": "admin", "MasterUserPassword": "password-1",
            },
        },
        "Member": _database(Engine="aurora-mysql", DBClusterIdentifier={"Ref": "Cluster"}),
    }  # fmt: skip
    outputs = {name: {"Value": {"Ref": name}} for name in databases}
    made = stacks.create("databases", json.dumps({"Resources": databases, "Outputs": outputs}))
    # WHEN a plan selects what the stack contains
    plan = custom(
        "Plan",
        {
            "BackupPlanRules": [RULE],
            "Selections": [{"SelectionName": "All", "Resources": [{"Stack": "databases"}]}],
        },
    )
    try:
        backup = stacks.create(
            "backup-of-databases",
            json.dumps({"Resources": {"Plan": plan}, "Outputs": {"Plan": {"Value": {"Ref": "Plan"}}}}),
        )
        # THEN it selects the database and the cluster
        [selection] = read_back.selections(clients.backup, backup["Plan"])
        prefix = f"arn:aws:rds:{REGION}:{ACCOUNT}"
        assert selection.resources == {f"{prefix}:db:{made['Own']}", f"{prefix}:cluster:{made['Cluster']}"}
    finally:
        stacks.delete("backup-of-databases")
        stacks.delete("databases")
