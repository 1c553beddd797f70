"""What the template promises: least privilege, tokens that stay, failures that are answered."""

import ast
import re
from itertools import pairwise
from typing import Any

import pytest

from local_aws.instance import ROOT
from tests.policies.deployed import Deployed

Json = dict[str, Any]

PROVIDERS = ("BackupPlan", "BackupVault", "BackupSelection", "BackupRegionSettings")
FUNCTIONS = (*PROVIDERS, "VaultEmptier", "FailureResponder")
BACKUP_POLICIES = {
    "service-role/AWSBackupServiceRolePolicyForBackup",
    "service-role/AWSBackupServiceRolePolicyForRestores",
    "AWSBackupServiceRolePolicyForS3Backup",
    "AWSBackupServiceRolePolicyForS3Restore",
}
# Permission-only actions: AWS Backup makes these calls, with the caller's permissions.
ON_BEHALF = {
    "backup-storage:Mount", "backup-storage:MountCapsule", "iam:CreateServiceLinkedRole", "iam:PassRole",
    "kms:CreateGrant", "kms:Decrypt", "kms:GenerateDataKey", "kms:RetireGrant", "lambda:InvokeFunction",
    "logs:CreateLogStream", "logs:PutLogEvents", "xray:PutTelemetryRecords", "xray:PutTraceSegments",
}  # fmt: skip


def _of_type(resources: dict[str, Json], kind: str) -> dict[str, Json]:
    return {name: r["Properties"] for name, r in resources.items() if r["Type"] == kind}


def _statements(role: str, **parameters: str) -> list[Json]:
    """What a role is allowed; what it is denied has tests of its own (`test_policies.py`)."""
    found = Deployed.of(parameters=parameters).statements(role)
    return [statement for statement in found if statement["Effect"] == "Allow"]


def _actions(statement: Json) -> list[str]:
    action = statement["Action"]
    return action if isinstance(action, list) else [action]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_function_has_a_role_of_its_own(resources: dict[str, Json], function: str) -> None:
    properties = resources[f"{function}Function"]["Properties"]
    assert properties["Role"] == {"Fn::GetAtt": [f"{function}Role", "Arn"]}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_action_is_a_wildcard(resources: dict[str, Json], function: str) -> None:
    actions = {action for s in _statements(f"{function}Role") for action in _actions(s)}
    assert not {action for action in actions if "*" in action}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_only_actions_without_resources_are_allowed_on_everything(
    resources: dict[str, Json], function: str
) -> None:
    everywhere = {
        action for s in _statements(f"{function}Role") if s["Resource"] == "*" for action in _actions(s)
    }
    # Service authorization reference: none of these can be limited to a resource; those on recovery points
    # could, but their ARNs are of a dozen services, and none says of which vault it is.
    assert everywhere <= {
        "backup:DeleteRecoveryPoint", "backup:DescribeRecoveryPoint", "backup:DisassociateRecoveryPoint",
        "backup:ListBackupAccessPoints", "backup:ListLegalHolds",
        "backup:ListBackupVaults", "backup:ListBackupPlans", "backup:DescribeRegionSettings", "backup:UpdateRegionSettings",
        "backup-storage:Mount", "backup-storage:MountCapsule",
        "xray:PutTraceSegments", "xray:PutTelemetryRecords",
    }  # fmt: skip


def test_roles_are_passed_to_backup_only(resources: dict[str, Json]) -> None:
    passing = [s for f in FUNCTIONS for s in _statements(f"{f}Role") if "iam:PassRole" in _actions(s)]
    assert passing
    for statement in passing:
        assert statement["Condition"] == {"StringEquals": {"iam:PassedToService": "backup.amazonaws.com"}}
        assert statement["Resource"] != "*"


def test_roles_are_changed_only_below_our_path(resources: dict[str, Json]) -> None:
    changing = ("Create", "Delete", "Tag", "Untag", "Attach", "Detach", "Put", "Update")
    for function in FUNCTIONS:
        for statement in _statements(f"{function}Role"):
            actions = [
                a for a in _actions(statement) if a.startswith(tuple(f"iam:{verb}" for verb in changing))
            ]
            if actions and actions != ["iam:CreateServiceLinkedRole"]:
                assert statement["Resource"].endswith(":role/cfn-backup-provider/*")


def test_only_policies_of_backup_are_attached(resources: dict[str, Json]) -> None:
    [statement] = [s for s in _statements("BackupPlanRole") if "iam:AttachRolePolicy" in _actions(s)]
    arns = set(statement["Condition"]["ArnEquals"]["iam:PolicyARN"])
    assert arns == {f"arn:aws:iam::aws:policy/{name}" for name in BACKUP_POLICIES}


def test_no_permission_writes_to_iam_where_the_roles_are_shared() -> None:
    allowed = {a for f in FUNCTIONS for s in _statements(f"{f}Role", Roles="Shared") for a in _actions(s)}
    reading = {"iam:GetRole", "iam:ListAttachedRolePolicies"}
    assert {a for a in allowed if a.startswith("iam:")} - reading == {"iam:PassRole"}


def test_shared_roles_have_what_their_name_says_and_the_boundary() -> None:
    shared = Deployed.of(parameters={"Roles": "Shared"})
    names = [name for name in shared.of_type("AWS::IAM::Role") if name.startswith("Shared")]
    assert len(names) == 4
    for name in names:
        role = shared.resource(name)
        has = {arn.partition(":policy/")[2] for arn in role["ManagedPolicyArns"]}
        expected = {"service-role/AWSBackupServiceRolePolicyForBackup"}
        expected |= {"AWSBackupServiceRolePolicyForS3Backup"} if "S3" in name else set()
        expected |= {"service-role/AWSBackupServiceRolePolicyForRestores"} if "Restore" in name else set()
        expected |= {"AWSBackupServiceRolePolicyForS3Restore"} if "RestoreWithS3" in name else set()
        assert has == expected
        assert role["PermissionsBoundary"].endswith(":policy/BackupRoleBoundary")
        assert shared.template["Resources"][name]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert [n for n in Deployed.of().of_type("AWS::IAM::Role") if n.startswith("Shared")] == []


def test_arns_name_no_partition(written: Json) -> None:
    assert "arn:aws:" not in str(written)


def _calls_in_the_code() -> set[str]:
    """`service:Operation` of every call of a session, read from the sources."""
    calls = set()
    package = ROOT / "layers/cfn_backup/cfn_backup"
    for source in package.rglob("*.py"):
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Call) and len(node.args) >= 2:
                texts = [
                    a.value for a in node.args[:3] if isinstance(a, ast.Constant) and isinstance(a.value, str)
                ]
                for service, operation in pairwise(texts):
                    if re.fullmatch(r"[a-z]+", service) and re.fullmatch(r"[A-Z][a-z]+[A-Z]\w+", operation):
                        calls.add(f"{service.replace('stepfunctions', 'states')}:{operation}")
    return calls


# Calls that only the function makes which empties vaults.
OF_EMPTYING = {
    "backup:DeleteRecoveryPoint", "backup:DescribeRecoveryPoint", "backup:DisassociateRecoveryPoint",
    "backup:GetLegalHold", "backup:ListBackupAccessPoints", "backup:ListLegalHolds",
    "backup:ListRecoveryPointsByLegalHold",
}  # fmt: skip


def test_the_plan_function_may_make_every_call_of_the_code(resources: dict[str, Json]) -> None:
    allowed = {action for s in _statements("BackupPlanRole") for action in _actions(s)}
    calls = _calls_in_the_code()
    assert len(calls) > 20
    assert calls - OF_EMPTYING - {"backup:UpdateRegionSettings"} <= allowed


def test_only_the_emptier_may_take_recovery_points_away(resources: dict[str, Json]) -> None:
    allowed = {
        function: {
            action
            for s in _statements(f"{function}Role", AllowEmptyOnDelete="true")
            for action in _actions(s)
        }
        for function in FUNCTIONS
    }
    assert allowed["VaultEmptier"] >= OF_EMPTYING
    for function in set(FUNCTIONS) - {"VaultEmptier"}:
        assert not allowed[function] & OF_EMPTYING


def test_nothing_is_allowed_that_the_code_does_not_need(resources: dict[str, Json]) -> None:
    allowed = {a for f in FUNCTIONS for s in _statements(f"{f}Role") for a in _actions(s)}
    assert allowed - ON_BEHALF <= _calls_in_the_code()


def test_the_layer_carries_the_models_of_the_services_that_are_called() -> None:
    lines = (ROOT / "layers/cfn_backup/services.txt").read_text().splitlines()
    assert {line for line in lines if not line.startswith("#")} == {
        c.partition(":")[0].replace("states", "stepfunctions") for c in _calls_in_the_code()
    }


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_function_logs_to_a_declared_group_with_retention(
    resources: dict[str, Json], function: str
) -> None:
    group = resources[f"{function}Logs"]
    assert group["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionInDays"}
    assert group["DeletionPolicy"] == "Retain"
    properties = resources[f"{function}Function"]["Properties"]
    # The reference also makes CloudFormation create the group first.
    assert properties["LoggingConfig"] == {"LogGroup": {"Ref": f"{function}Logs"}}


@pytest.mark.parametrize("function", PROVIDERS)
def test_policies_exist_before_their_function(resources: dict[str, Json], function: str) -> None:
    # The function needs the role, and the role needs its policies: nothing is attached afterwards.
    attached_later = {"AWS::IAM::Policy", "AWS::IAM::RolePolicy"}
    assert not [name for name, r in resources.items() if r["Type"] in attached_later]
    policies = resources[f"{function}Role"]["Properties"]["ManagedPolicyArns"]
    assert all(resources[policy["Ref"]]["Type"] == "AWS::IAM::ManagedPolicy" for policy in policies)
    assert not any("Roles" in resources[policy["Ref"]]["Properties"] for policy in policies)


@pytest.mark.parametrize("function", PROVIDERS)
def test_the_token_is_the_alias_in_export_and_parameter(
    written: Json, resources: dict[str, Json], function: str
) -> None:
    [alias] = [
        name
        for name, properties in _of_type(resources, "AWS::Lambda::Alias").items()
        if properties["FunctionName"] == {"Ref": f"{function}Function"}
    ]
    output, parameter = written["Outputs"][function], written["Resources"][f"{function}Token"]["Properties"]
    assert output["Value"] == parameter["Value"] == {"Ref": f"{function}Function.Alias"}
    assert output["Export"]["Name"] == {"Fn::Sub": f"${{Prefix}}-{function}"}
    assert parameter["Name"] == {"Fn::Sub": f"/${{Prefix}}/{function}"}
    assert resources[f"{function}Token"]["Properties"]["Value"] == {"Ref": alias}


@pytest.mark.parametrize("function", PROVIDERS)
def test_what_a_function_cannot_answer_goes_to_the_failure_responder(
    resources: dict[str, Json], function: str
) -> None:
    [config] = [
        properties
        for properties in _of_type(resources, "AWS::Lambda::EventInvokeConfig").values()
        if properties["FunctionName"] == {"Ref": f"{function}Function"}
    ]
    assert (
        config["Qualifier"] == "live"
        or "Ref" in str(config["Qualifier"])
        or "Alias" in str(config["Qualifier"])
    )
    assert config["MaximumRetryAttempts"] == 2
    assert config["MaximumEventAgeInSeconds"] <= 600
    responder = {"Fn::GetAtt": ["FailureResponderFunction", "Arn"]}
    assert config["DestinationConfig"]["OnFailure"]["Destination"] == responder
    invoking = [s for s in _statements(f"{function}Role") if "lambda:InvokeFunction" in _actions(s)]
    assert [statement["Resource"] for statement in invoking] == ["FailureResponderFunction"]


def test_the_failure_responder_needs_no_layer(resources: dict[str, Json]) -> None:
    assert "Layers" not in resources["FailureResponderFunction"]["Properties"]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_concurrency_is_reserved_unless_switched_off(resources: dict[str, Json], function: str) -> None:
    reserved = resources[f"{function}Function"]["Properties"]["ReservedConcurrentExecutions"]
    assert reserved["Fn::If"][:2] == ["HasReservedConcurrency", {"Ref": "ReservedConcurrency"}]


@pytest.mark.parametrize("function", PROVIDERS)
def test_functions_have_time_memory_and_traces(resources: dict[str, Json], function: str) -> None:
    properties = resources[f"{function}Function"]["Properties"]
    assert (properties["Timeout"], properties["MemorySize"]) == (300, 512)
    assert properties["TracingConfig"] == {"Mode": "Active"}
    assert properties["Runtime"] == "python3.13"
    assert properties["Architectures"] == ["arm64"]


def test_answers_go_to_cloudformation_only_unless_asked(written: Json) -> None:
    assert written["Parameters"]["ResponseUrlHosts"]["Default"] == ""


def test_no_parameter_has_to_be_given(written: Json) -> None:
    assert [name for name, parameter in written["Parameters"].items() if "Default" not in parameter] == []


def test_alarms_watch_failures_and_what_was_left_unanswered(resources: dict[str, Json]) -> None:
    watched = set(re.findall(r"'MetricName': '(\w+)'", str(_of_type(resources, "AWS::CloudWatch::Alarm"))))
    assert watched == {"Failed", "TimedOut", "Invocations", "Errors"}
    assert _of_type(resources, "AWS::CloudWatch::Dashboard")


def test_no_role_can_be_passed_unless_it_is_named() -> None:
    passed = [s["Resource"] for s in _statements("BackupPlanRole") if "iam:PassRole" in _actions(s)]
    assert [arn.partition(":role/")[2] for arn in passed] == ["cfn-backup-provider/*"]


def test_names_do_not_depend_on_what_the_stack_is_called(written: Json) -> None:
    assert "AWS::StackName" not in str(written["Resources"]) + str(written["Outputs"])


def test_there_are_only_types_that_the_serverless_application_repository_takes(
    resources: dict[str, Json],
) -> None:
    # «List of supported AWS resource types», AWS Serverless Application Repository developer guide
    listed = """
        AWS::CloudWatch::Alarm AWS::CloudWatch::Dashboard AWS::Events::Rule AWS::IAM::ManagedPolicy
        AWS::IAM::Role AWS::Lambda::Alias AWS::Lambda::EventInvokeConfig AWS::Lambda::Function
        AWS::Lambda::LayerVersion AWS::Lambda::Permission AWS::Lambda::Version AWS::Logs::LogGroup
        AWS::SNS::Topic AWS::SQS::Queue AWS::SSM::Parameter AWS::StepFunctions::StateMachine
    """
    assert {resource["Type"] for resource in resources.values()} <= set(listed.split())
