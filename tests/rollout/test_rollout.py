"""Buckets, this account's stacks, the stack set: what is asked of CloudFormation and S3, and in which order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

from rollout import package
from rollout.__main__ import _parser
from rollout.organisation import Failed, Rollout, Target

TEMPLATE = {
    "Metadata": {"AWS::ServerlessRepo::Application": {"SemanticVersion": "1.2.3"}},
    "Parameters": {"CodeBucket": {"Type": "String"}, "CodePrefix": {"Type": "String"}},
    "Resources": {
        "Function": {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "Code": {"S3Bucket": {"Ref": "CodeBucket"}, "S3Key": {"Fn::Sub": "${CodePrefix}f.zip"}}
            },
        }
    },
}
REGIONS = ["eu-west-1", "us-east-1"]


class Organisation:
    """AWS as the rollout sees it. Each request is held against the service's model."""

    def __init__(self, *, stack_sets: tuple[str, ...] = (), stacks: tuple[str, ...] = ()) -> None:
        self.stack_sets, self.stacks = list(stack_sets), list(stacks)
        self.asked: list[tuple[str, str, dict[str, Any]]] = []
        self.statuses: Iterator[str] = iter(())
        self.update_error = ""

    def client(self, service: str, region: str) -> Client:
        return Client(self, service, region)

    def operations(self) -> list[str]:
        return [f"{region} {operation}" for region, operation, _ in self.asked]

    def request(self, operation: str) -> dict[str, Any]:
        [found] = [request for _, name, request in self.asked if name == operation]
        return found


class Client:
    """A client of one service in one Region."""

    class exceptions:  # noqa: N801 - as boto3 names it
        ClientError = ClientError

        class AlreadyExistsException(Exception):
            """The stack is there."""

    def __init__(self, organisation: Organisation, service: str, region: str) -> None:
        self._of, self._region = organisation, region
        make: Any = boto3.client
        self._real = make(service, region, aws_access_key_id="none", aws_secret_access_key="none")

    def __getattr__(self, operation: str) -> Any:
        if operation.startswith("_"):
            raise AttributeError(operation)

        def call(**request: Any) -> Any:
            shape = self._real.meta.service_model.operation_model(
                self._real.meta.method_to_api_mapping[operation]
            ).input_shape
            report = ParamValidator().validate(request, shape)
            assert not report.has_errors(), report.generate_report()
            self._of.asked.append((self._region, operation, request))
            return getattr(self, f"_{operation}", lambda **_: {"OperationId": operation})(**request)

        return call

    def get_paginator(self, _: str) -> Any:
        pages = [{"Summaries": [{"StackSetName": name} for name in self._of.stack_sets]}]
        return type("Paginator", (), {"paginate": lambda _, **__: pages})()

    def get_waiter(self, _: str) -> Any:
        return type("Waiter", (), {"wait": lambda _, **__: None})()

    def _create_stack(self, **request: Any) -> None:
        if request["StackName"] in self._of.stacks:
            raise self.exceptions.AlreadyExistsException

    def _update_stack(self, **_: Any) -> None:
        if self._of.update_error:
            raise ClientError({"Error": {"Message": self._of.update_error}}, "UpdateStack")

    def _describe_stack_set_operation(self, **_: Any) -> Any:
        return {"StackSetOperation": {"Status": next(self._of.statuses, "SUCCEEDED")}}

    def _list_stack_set_operation_results(self, **_: Any) -> Any:
        failed = {
            "Account": "111122223333",
            "Region": "us-east-1",
            "Status": "FAILED",
            "StatusReason": "an SCP",
        }
        return {"Summaries": [failed, {"Account": "444455556666", "Status": "SUCCEEDED"}]}


@pytest.fixture
def packaged(tmp_path: Path) -> package.Package:
    (tmp_path / "f.zip").write_bytes(b"code")
    (tmp_path / package.TEMPLATE).write_text(json.dumps(TEMPLATE))
    return package.read(tmp_path)


def _rollout(packaged: package.Package, organisation: Organisation, **target: Any) -> Rollout:
    clock = iter(range(1000))
    return Rollout(
        packaged,
        Target("o-exampleorgid", ["ou-a"], REGIONS, "123456789012", **target),
        organisation.client,
        "Resources: {}",
        lambda _: None,
        seconds=30,
        sleep=lambda _: None,
        now=lambda: float(next(clock)),
    )


def test_each_region_gets_a_bucket_with_the_code_and_the_template(packaged: package.Package) -> None:
    organisation = Organisation()
    _rollout(packaged, organisation).upload()
    put = [(region, r["Bucket"], r["Key"]) for region, name, r in organisation.asked if name == "put_object"]
    assert put == [
        (region, f"cfn-backup-provider-123456789012-{region}", key)
        for region in REGIONS
        for key in ("f.zip", "cfn-backup-provider-1.2.3.template.json")
    ]


def test_a_part_that_the_template_names_and_that_is_not_there_is_said(tmp_path: Path) -> None:
    (tmp_path / package.TEMPLATE).write_text(json.dumps(TEMPLATE))
    with pytest.raises(package.NotPackaged, match=r"has no f\.zip: run make package again"):
        package.read(tmp_path)


def test_the_code_comes_from_the_bucket_of_the_region(packaged: package.Package) -> None:
    code = json.loads(packaged.for_all_regions())["Resources"]["Function"]["Properties"]["Code"]
    assert code["S3Bucket"] == {"Fn::Sub": "${CodeBucket}-${AWS::Region}"}


def test_the_first_time_a_stack_set_is_made_that_follows_the_organisation(packaged: package.Package) -> None:
    organisation = Organisation()
    _rollout(packaged, organisation, parameters={"LogLevel": "DEBUG"}).everywhere()
    made = organisation.request("create_stack_set")
    assert made["PermissionModel"] == "SERVICE_MANAGED"
    assert made["AutoDeployment"] == {"Enabled": True, "RetainStacksOnAccountRemoval": True}
    assert {p["ParameterKey"]: p["ParameterValue"] for p in made["Parameters"]} == {
        "LogLevel": "DEBUG",
        "CodeBucket": "cfn-backup-provider-123456789012",  # pragma: allowlist secret - made up
        "CodePrefix": "",
    }
    where = organisation.request("create_stack_instances")
    assert where["DeploymentTargets"] == {"OrganizationalUnitIds": ["ou-a"]}
    assert where["Regions"] == REGIONS
    assert {region for region, _, _ in organisation.asked} == {"eu-west-1"}


def test_the_next_time_it_is_updated_and_new_units_are_added(packaged: package.Package) -> None:
    organisation = Organisation(stack_sets=("other", "cfn-backup-provider"))
    _rollout(packaged, organisation).everywhere()
    assert organisation.operations() == [
        "eu-west-1 update_stack_set",
        "eu-west-1 describe_stack_set_operation",
        "eu-west-1 create_stack_instances",
        "eu-west-1 describe_stack_set_operation",
    ]


def test_this_account_gets_a_stack_of_the_same_name_in_each_region(packaged: package.Package) -> None:
    organisation = Organisation()
    _rollout(packaged, organisation).here()
    made = [(region, r["StackName"]) for region, name, r in organisation.asked if name == "create_stack"]
    assert made == [(region, "cfn-backup-provider") for region in REGIONS]


def test_a_stack_that_is_as_it_should_be_is_no_error(packaged: package.Package) -> None:
    organisation = Organisation(stacks=("cfn-backup-provider",))
    organisation.update_error = "No updates are to be performed."
    _rollout(packaged, organisation).here()
    assert [name for _, name, _ in organisation.asked] == ["create_stack", "update_stack"] * 2


def test_another_error_of_an_update_is_one(packaged: package.Package) -> None:
    organisation = Organisation(stacks=("cfn-backup-provider",))
    organisation.update_error = "it is in ROLLBACK_FAILED state"
    with pytest.raises(ClientError, match="ROLLBACK_FAILED"):
        _rollout(packaged, organisation).here()


def test_a_delegated_administrator_says_so_in_every_call(packaged: package.Package) -> None:
    organisation = Organisation()
    _rollout(packaged, organisation, delegated=True).everywhere()
    assert all(request.get("CallAs") == "DELEGATED_ADMIN" for _, _, request in organisation.asked)


def test_a_failed_operation_names_the_accounts_and_the_reasons(packaged: package.Package) -> None:
    organisation = Organisation()
    organisation.statuses = iter(["RUNNING", "FAILED"])
    with pytest.raises(Failed, match=re.escape('{"111122223333 us-east-1": "an SCP"}')):
        _rollout(packaged, organisation).everywhere()


def test_waiting_has_an_end(packaged: package.Package) -> None:
    organisation = Organisation()
    organisation.statuses = iter(["RUNNING"] * 1000)
    with pytest.raises(Failed, match="is still RUNNING"):
        _rollout(packaged, organisation).everywhere()


def test_a_folder_without_a_package_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(package.NotPackaged, match="run make package first"):
        package.read(tmp_path)


def test_the_command_reads_its_options() -> None:
    given = _parser().parse_args(
        ["--organization", "o-exampleorgid", "--regions", "eu-west-1,us-east-1", "--units", "ou-a,ou-b",
         "--here", "--parameter", "LogLevel=DEBUG"]
    )  # fmt: skip
    assert given.regions == REGIONS
    assert given.units == ["ou-a", "ou-b"]
    assert dict(given.parameter) == {"LogLevel": "DEBUG"}
