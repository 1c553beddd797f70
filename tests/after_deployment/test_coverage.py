"""``coverage`` says which plan reaches what, and what nothing reaches."""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest
from moto.rds.models import rds_backends

from cfn_backup.desired.arns import KINDS_BY_TYPE
from cfn_backup.written.resource_types import OF_ENTRY
from cfn_backup_tools.account.calls import Calls
from cfn_backup_tools.account.resources import KINDS, Resource, read_inventory
from cfn_backup_tools.coverage.command import run
from tests.after_deployment.account import ACCOUNT, REGION, World, rule

Tags = dict[str, str]
Maker = Callable[[int, Tags], Any]


@pytest.fixture
def coverage(world: World, capsys: pytest.CaptureFixture[str]) -> Any:
    def look(*tags: tuple[str, str]) -> tuple[int, dict[str, Any]]:
        code = run(argparse.Namespace(tags=list(tags), json=True), world.calls())
        return code, json.loads(capsys.readouterr().out)

    return look


def test_what_no_plan_reaches_is_a_finding(world: World, coverage: Any) -> None:
    # GIVEN
    orders, carts = world.table("orders"), world.table("carts")
    plan_id = world.plan()
    world.selection(plan_id, world.role(), Resources=[orders])

    # WHEN
    code, printed = coverage()

    # THEN
    assert code == 1
    assert [(f["kind"], f["resource"]) for f in printed["findings"]] == [("NotCovered", carts)]
    by = {r["resource"]: r["by"] for r in printed["resources"]}
    assert by[orders] == [{"plan": "plan", "plan_id": plan_id, "selection": "all"}]


def test_all_covered_is_well_also_by_several(world: World, coverage: Any) -> None:
    world.table()
    role = world.role()
    world.selection(world.plan(), role, Resources=["*"])
    world.selection(world.plan(rule(RuleName="Other"), name="other"), role, Resources=["*"])

    code, printed = coverage()

    assert code == 0
    assert [by["plan"] for by in printed["resources"][0]["by"]] == ["plan", "other"]


def test_what_is_reached_but_opted_out_says_so(world: World, coverage: Any) -> None:
    table = world.table()
    world.selection(world.plan(), world.role(), Resources=["*"])
    world.client("backup").update_region_settings(ResourceTypeOptInPreference={"DynamoDB": False})

    code, printed = coverage()

    assert code == 1
    assert [(f["kind"], f["resource"]) for f in printed["findings"]] == [("OptedOut", table)]


def test_only_what_has_a_tag(world: World, coverage: Any) -> None:
    wanted = world.table("wanted", tags={"tier": "prod"})
    world.table("other", tags={"tier": "test"})

    _, printed = coverage(("tier", "prod"))

    assert [r["resource"] for r in printed["resources"]] == [wanted]


def test_for_a_person(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.table()

    run(argparse.Namespace(tags=[], json=False), world.calls())

    printed = capsys.readouterr().out
    assert "none" in printed
    assert "1 resource(s): 0 reached (0 by several plans), 0 opted out, 1 not reached" in printed


def test_the_types_are_those_of_stack_discovery() -> None:
    assert {OF_ENTRY[entry] for entry in KINDS_BY_TYPE.values()} <= {kind.type for kind in KINDS}


# --- an account of 2,000 resources of 13 types and 40 plans ---


def fill(world: World, count: int) -> None:
    """Resources of 13 types, about as many of each, with two tags of ten values."""
    chance = random.Random(7)  # noqa: S311 - no secret comes of it
    makers = list(_makers(world))
    for number in range(count):
        tags = {"team": f"t{chance.randrange(10)}", "tier": f"v{chance.randrange(10)}"}
        makers[number % len(makers)](number, tags if number % 5 else {})


def listed(tags: Tags) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _makers(world: World) -> Iterator[Maker]:
    ec2, rds = world.client("ec2"), world.client("rds")
    timestream = world.client("timestream-write")
    timestream.create_database(DatabaseName="db")
    subnet = ec2.create_subnet(
        VpcId=ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"], CidrBlock="10.0.0.0/24"
    )["Subnet"]["SubnetId"]

    def specification(kind: str, tags: Tags) -> list[dict[str, Any]]:
        return [{"ResourceType": kind, "Tags": listed(tags)}] if tags else []

    def cluster(engine: str) -> Maker:
        """moto makes no clusters of DocumentDB, so one of Neptune gets its engine."""

        def make(number: int, tags: Tags) -> None:
            made = rds.create_db_cluster(
                DBClusterIdentifier=f"{engine}{number}",
                Engine="neptune" if engine == "docdb" else engine,
                MasterUsername="admin",
                MasterUserPassword="password1",
                Tags=listed(tags),
            )["DBCluster"]["DBClusterIdentifier"]
            rds_backends[ACCOUNT][REGION].clusters[made].engine = engine

        return make

    def bucket(number: int, tags: Tags) -> None:
        world.bucket(f"bucket-{number}", events=False, versioned=False)
        if tags:
            world.client("s3").put_bucket_tagging(Bucket=f"bucket-{number}", Tagging={"TagSet": listed(tags)})

    yield lambda n, tags: world.table(f"table{n}", tags=tags)
    yield bucket
    yield lambda _, tags: ec2.create_volume(
        AvailabilityZone=f"{REGION}a", Size=1, TagSpecifications=specification("volume", tags)
    )
    yield lambda _, tags: ec2.run_instances(
        ImageId="ami-12c6146b",
        MinCount=1,
        MaxCount=1,
        SubnetId=subnet,
        TagSpecifications=specification("instance", tags),
        BlockDeviceMappings=[],
    )
    yield lambda n, tags: world.client("efs").create_file_system(CreationToken=f"t{n}", Tags=listed(tags))
    yield lambda n, tags: rds.create_db_instance(
        DBInstanceIdentifier=f"db{n}",
        DBInstanceClass="db.t3.micro",
        Engine="mysql",
        MasterUsername="admin",
        MasterUserPassword="password1",
        AllocatedStorage=20,
        Tags=listed(tags),
    )
    yield cluster("aurora-mysql")
    yield cluster("docdb")
    yield cluster("neptune")
    yield lambda _, tags: world.client("fsx").create_file_system(
        FileSystemType="LUSTRE",
        StorageCapacity=1200,
        SubnetIds=[subnet],
        **({"Tags": listed(tags)} if tags else {}),
    )
    yield lambda n, tags: world.client("redshift").create_cluster(
        ClusterIdentifier=f"redshift{n}",
        NodeType="ra3.large",
        MasterUsername="admin",
        MasterUserPassword="Password1",
        Tags=listed(tags),
    )
    yield lambda n, tags: timestream.create_table(DatabaseName="db", TableName=f"t{n}", Tags=listed(tags))
    yield lambda n, tags: world.client("eks").create_cluster(
        name=f"eks{n}", roleArn=f"arn:aws:iam::{ACCOUNT}:role/eks", resourcesVpcConfig={}, tags=tags
    )


def plans(world: World, count: int) -> list[dict[str, Any]]:
    """As many plans, each with a selection of another form; the documents of the selections."""
    chance = random.Random(11)  # noqa: S311 - no secret comes of it
    arns = [r.arn for r in read_inventory(Calls(REGION)).resources]
    role = world.role()
    documents: list[dict[str, Any]] = []
    for number in range(count):
        team = {"ConditionType": "STRINGEQUALS", "ConditionKey": "team", "ConditionValue": f"t{number % 10}"}
        tier = {"ConditionKey": "aws:ResourceTag/tier", "ConditionValue": f"v{number % 10}"}
        forms: list[dict[str, Any]] = [
            {"Resources": chance.sample(arns, 20)},
            {"ListOfTags": [team]},
            {"Resources": ["arn:aws:dynamodb:*:*:table/table1*"], "NotResources": chance.sample(arns, 20)},
            {
                "Resources": ["*"],
                "Conditions": {"StringEquals": [tier], "StringNotLike": [{**tier, "ConditionValue": "v1*"}]},
            },
        ]
        document = forms[number % len(forms)]
        plan_id = world.plan(rule(RuleName=f"r{number}"), name=f"plan{number}")
        world.selection(plan_id, role, **document)
        documents.append(document)
    return documents


def brute_force(document: dict[str, Any], resource: Resource, opted_in: dict[str, bool]) -> bool:
    """The same by hand, for the forms above."""
    arn, tags = resource.arn, resource.tags
    if arn in document.get("NotResources", []):
        return False
    named = [p for p in document.get("Resources", []) if fnmatchcase(arn, p)]
    tagged = [t for t in document.get("ListOfTags", []) if tags.get(t["ConditionKey"]) == t["ConditionValue"]]
    if not named and not tagged:
        return False
    conditions = document.get("Conditions", {})
    for test in conditions.get("StringEquals", []):
        if tags.get("tier") != test["ConditionValue"]:
            return False
    for test in conditions.get("StringNotLike", []):
        if fnmatchcase(tags.get("tier", ""), test["ConditionValue"]):
            return False
    # FSx is the one type here that is switched off at first and whose form of ARN other types have
    return opted_in.get(resource.type, True) or (resource.type != "FSx" and named not in ([], ["*"]))


@pytest.mark.parametrize("count", [280, pytest.param(2000, marks=pytest.mark.slow)])
def test_it_equals_a_brute_force_reading(
    world: World, coverage: Any, count: int, record_property: Any
) -> None:
    # GIVEN
    fill(world, count)
    documents = plans(world, 40)
    world.client("backup").update_region_settings(
        ResourceTypeOptInPreference={"DynamoDB": False, "Aurora": True}
    )

    # WHEN
    began = time.perf_counter()
    _, printed = coverage()
    seconds = time.perf_counter() - began

    # THEN
    resources = read_inventory(Calls(REGION)).by_arn()
    opted_in = world.client("backup").describe_region_settings()["ResourceTypeOptInPreference"]
    wrong = [
        one["resource"]
        for one in printed["resources"]
        if {by["plan"] for by in one["by"]}
        != {
            f"plan{number}"
            for number, document in enumerate(documents)
            if brute_force(document, resources[one["resource"]], opted_in)
        }
    ]
    assert wrong == []
    assert len(printed["resources"]) >= count
    assert len({one["type"] for one in printed["resources"]}) == 13
    record_property(
        "coverage", f"{len(printed['resources'])} resources, {printed['calls']} calls, {seconds:.1f} s"
    )
