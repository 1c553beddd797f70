"""The service itself: its operations, how requests are read, faults, the log of calls, admin paths."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from local_aws.strict_backup import Caller, ManualClock, Response, StrictBackupService, Switches
from local_aws.strict_backup.admin import handle_admin
from local_aws.strict_backup.authorization import action_and_resource
from local_aws.strict_backup.model import match_route, operation_model, operation_names
from local_aws.strict_backup.operations import OPERATIONS
from local_aws.strict_backup.state import Place

from .conftest import ACCOUNT, REGION, Client, Refused, SwitchSetter

HERE = Caller(ACCOUNT, REGION)
IMPLEMENTED = [
    "CancelLegalHold",
    "CreateBackupPlan",
    "CreateBackupSelection",
    "CreateBackupVault",
    "CreateLegalHold",
    "DeleteBackupPlan",
    "DeleteBackupSelection",
    "DeleteBackupVault",
    "DeleteBackupVaultAccessPolicy",
    "DeleteBackupVaultLockConfiguration",
    "DeleteBackupVaultNotifications",
    "DeleteRecoveryPoint",
    "DescribeBackupJob",
    "DescribeBackupVault",
    "DescribeCopyJob",
    "DescribeGlobalSettings",
    "DescribeProtectedResource",
    "DescribeRecoveryPoint",
    "DescribeRegionSettings",
    "DescribeRestoreJob",
    "DisassociateRecoveryPoint",
    "DisassociateRecoveryPointFromParent",
    "GetBackupPlan",
    "GetBackupSelection",
    "GetBackupVaultAccessPolicy",
    "GetBackupVaultNotifications",
    "GetLegalHold",
    "GetSupportedResourceTypes",
    "ListBackupAccessPoints",
    "ListBackupJobs",
    "ListBackupPlanVersions",
    "ListBackupPlans",
    "ListBackupSelections",
    "ListBackupVaults",
    "ListCopyJobs",
    "ListLegalHolds",
    "ListProtectedResources",
    "ListProtectedResourcesByBackupVault",
    "ListRecoveryPointsByBackupVault",
    "ListRecoveryPointsByLegalHold",
    "ListRecoveryPointsByResource",
    "ListRestoreJobs",
    "ListTags",
    "PutBackupVaultAccessPolicy",
    "PutBackupVaultLockConfiguration",
    "PutBackupVaultNotifications",
    "StartBackupJob",
    "StartRestoreJob",
    "StopBackupJob",
    "TagResource",
    "UntagResource",
    "UpdateBackupPlan",
    "UpdateGlobalSettings",
    "UpdateRecoveryPointLifecycle",
    "UpdateRegionSettings",
]


def request(
    service: StrictBackupService,
    method: str,
    path: str,
    body: object = None,
    query: Mapping[str, list[str]] | None = None,
    caller: Caller = HERE,
) -> Response:
    content = b"" if body is None else json.dumps(body).encode()
    return service.handle(method, path, query or {}, content, caller)


def test_the_implemented_operations_are_operations_of_the_model() -> None:
    assert sorted(OPERATIONS) == IMPLEMENTED
    assert set(OPERATIONS) <= set(operation_names())


def test_the_other_operations_say_that_they_are_not_there() -> None:
    # GIVEN
    service = StrictBackupService()
    missing = sorted(set(operation_names()) - set(OPERATIONS))
    assert missing

    for name in missing:
        # WHEN
        http = operation_model(name).http
        path, _, literal = http["requestUri"].partition("?")
        query = {literal: [""]} if literal else {}
        answer = request(service, http["method"], path.replace("{", "").replace("}", ""), {}, query)

        # THEN
        assert answer.status == 501
        assert name in json.loads(answer.body)["Message"]


def test_every_route_finds_its_own_operation() -> None:
    for name in operation_names():
        http = operation_model(name).http
        path, _, literal = http["requestUri"].partition("?")
        found = match_route(
            http["method"], path.replace("{", "x").replace("}", ""), {literal: [""]} if literal else {}
        )

        assert found
        assert found[0].name == name


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/backup-vaults"),
        ("PUT", "/backup/plans"),
        ("GET", "/backup/plans/id"),
        ("POST", "/backup/plans/id/"),
        ("PATCH", "/backup-vaults/daily"),
        ("GET", "/"),
    ],
)
def test_trailing_slashes_and_methods_are_those_of_the_model(method: str, path: str) -> None:
    assert request(StrictBackupService(), method, path).status == 404


def test_labels_are_decoded() -> None:
    found = match_route("GET", "/backup-vaults/a/recovery-points/arn%3Aaws%3Aec2%3A%3Asnapshot%2Fsnap-1", {})

    assert found
    assert found[1]["recoveryPointArn"] == "arn:aws:ec2::snapshot/snap-1"


def test_an_error_has_its_name_in_the_header_and_its_code_in_the_body() -> None:
    """The form of hashicorp/terraform-provider-aws #29199."""
    answer = request(StrictBackupService(), "GET", "/global-settings")

    assert answer.headers["x-amzn-errortype"].startswith(
        "InvalidRequestException:http://internal.amazon.com/"
    )
    body = json.loads(answer.body)
    assert body == {"Code": "ERROR_9601", "Message": "Your account is not a member of an organization."}


def test_dates_are_epoch_seconds_with_milliseconds() -> None:
    service = StrictBackupService(clock=ManualClock(1_568_928_754.7474))

    answer = request(service, "PUT", "/backup-vaults/daily", {})

    assert json.loads(answer.body)["CreationDate"] == 1_568_928_754.747


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, "MissingParameterValueException"),
        ({"BackupPlan": "plan"}, "SerializationException"),
        ({"BackupPlan": {"BackupPlanName": 1, "Rules": []}}, "SerializationException"),
        ({"BackupPlan": {"BackupPlanName": "a"}}, "MissingParameterValueException"),
        (["BackupPlan"], "SerializationException"),
        (
            {"BackupPlan": {"BackupPlanName": "a", "Rules": [{"StartWindowMinutes": True}]}},
            "SerializationException",
        ),
    ],
)
def test_members_are_required_and_typed(body: object, error: str) -> None:
    answer = request(StrictBackupService(), "PUT", "/backup/plans/", body)

    assert answer.status == 400
    assert answer.headers["x-amzn-errortype"].startswith(f"{error}:")


def test_a_body_that_is_not_json_is_refused() -> None:
    answer = StrictBackupService().handle("PUT", "/backup/plans/", {}, b"<xml/>", HERE)

    assert answer.headers["x-amzn-errortype"].startswith("SerializationException:")


def test_unknown_members_are_ignored() -> None:
    assert request(StrictBackupService(), "PUT", "/backup-vaults/daily", {"Colour": "red"}).status == 200


@pytest.mark.parametrize("size", ["0", "1001", "many"])
def test_max_results_is_1_to_1000(size: str) -> None:
    answer = request(StrictBackupService(), "GET", "/backup-vaults/", query={"maxResults": [size]})

    assert answer.status == 400


@pytest.mark.parametrize("date", ["soon", "1000000000000", "-1e30"])
def test_a_date_that_is_none_is_refused(date: str) -> None:
    query = {"createdAfter": [date]}
    answer = request(StrictBackupService(), "GET", "/backup-vaults/daily/recovery-points/", query=query)

    assert answer.headers["x-amzn-errortype"].startswith("SerializationException:")


def test_accounts_and_regions_are_apart() -> None:
    # GIVEN
    service = StrictBackupService()
    request(service, "PUT", "/backup-vaults/daily", {})

    # WHEN
    elsewhere = [Caller(ACCOUNT, "us-east-1"), Caller("999999999999", REGION)]
    answers = [request(service, "GET", "/backup-vaults/daily", caller=caller).status for caller in elsewhere]

    # THEN
    assert answers == [403, 403]
    assert request(service, "GET", "/backup-vaults/daily").status == 200


@pytest.mark.parametrize(
    ("region", "partition"),
    [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eu-west-1", "aws")],
)
def test_arns_are_of_the_partition(region: str, partition: str) -> None:
    answer = request(StrictBackupService(), "PUT", "/backup-vaults/daily", {}, caller=Caller(ACCOUNT, region))

    assert json.loads(answer.body)["BackupVaultArn"].startswith(f"arn:{partition}:backup:{region}:")


def test_what_the_caller_keeps_is_not_part_of_the_state() -> None:
    # GIVEN
    service = StrictBackupService()
    tags = {"a": "1"}
    made = service.invoke("CreateBackupVault", {"BackupVaultName": "daily", "BackupVaultTags": tags}, HERE)

    # WHEN
    tags["a"] = "2"

    # THEN
    assert service.invoke("ListTags", {"ResourceArn": made["BackupVaultArn"]}, HERE)["Tags"] == {"a": "1"}


def test_g13_the_next_calls_are_throttled_and_botocore_repeats_them(
    backup: Client, service: StrictBackupService, set_switches: SwitchSetter
) -> None:
    """G13"""
    set_switches(throttle_next=1)

    backup.list_backup_vaults()

    assert [(call.status, call.error) for call in service.calls] == [
        (400, "ThrottlingException"),
        (200, None),
    ]


def test_g13_every_nth_call_is_throttled(raw: Client, set_switches: SwitchSetter, refused: Refused) -> None:
    """G13"""
    set_switches(throttle_every=2, faulty_operations=["ListBackupVaults"])

    for _ in range(2):
        raw.list_backup_vaults()
        raw.list_backup_plans()
        with refused("ThrottlingException"):
            raw.list_backup_vaults()


def test_the_service_can_be_unavailable(raw: Client, set_switches: SwitchSetter, refused: Refused) -> None:
    set_switches(unavailable_next=1)

    with refused("ServiceUnavailableException", status=500):
        raw.list_backup_vaults()
    raw.list_backup_vaults()


def test_answers_can_be_lost(raw: Client, set_switches: SwitchSetter, refused: Refused) -> None:
    # GIVEN
    set_switches(answers_lost_next=1, faulty_operations=["CreateBackupVault"])

    # WHEN
    with refused("ServiceUnavailableException", status=500):
        raw.create_backup_vault(BackupVaultName="daily", CreatorRequestId="token")

    # THEN it was done all the same, and the repeat says so
    assert len(raw.list_backup_vaults()["BackupVaultList"]) == 1
    raw.create_backup_vault(BackupVaultName="daily", CreatorRequestId="token")


def test_calls_take_time(backup: Client, set_switches: SwitchSetter, clock: ManualClock) -> None:
    # GIVEN
    before = clock.now()
    set_switches(latency_seconds=2)

    # WHEN
    backup.list_backup_vaults()

    # THEN
    assert clock.now() - before == pytest.approx(2)


def test_calls_are_logged(raw: Client, service: StrictBackupService, refused: Refused) -> None:
    # WHEN
    raw.list_backup_vaults()
    raw.create_backup_vault(BackupVaultName="daily")
    with refused("AlreadyExistsException"):
        raw.create_backup_vault(BackupVaultName="daily")

    # THEN
    assert [call.number for call in service.calls] == [1, 2, 3]
    assert [call.operation for call in service.calls.writes()] == ["CreateBackupVault"] * 2
    first, second = service.calls.of("CreateBackupVault")
    assert (first.account, first.region, first.status, first.error) == (ACCOUNT, REGION, 200, None)
    assert (second.status, second.error) == (400, "AlreadyExistsException")


def test_reset_forgets_everything() -> None:
    # GIVEN
    service = StrictBackupService(switches=Switches(page_size=7))
    request(service, "PUT", "/backup-vaults/daily", {})
    service.switches = Switches(page_size=1)

    # WHEN
    service.reset()

    # THEN
    assert len(service.calls) == 0
    assert service.switches.page_size == 7
    assert request(service, "GET", "/backup-vaults/daily").status == 403


@pytest.mark.parametrize(
    "changes",
    [{"speed": 1}, {"page_size": "2"}, {"page_size": True}, {"plan_names_unique": 1}, {"page_size": -1},
     {"caller_lacks": "kms"}, {"organization_role": "owner"}],
)  # fmt: skip
def test_switches_are_named_and_typed(changes: dict[str, Any]) -> None:
    with pytest.raises(Exception, match="switch"):
        Switches().changed(changes)


def test_switches_come_from_json() -> None:
    switches = Switches.from_json('{"page_size": 2, "caller_lacks": ["iam:PassRole"], "latency_seconds": 1}')

    assert switches == Switches(page_size=2, caller_lacks=("iam:PassRole",), latency_seconds=1)
    assert Switches.from_json("") == Switches()


def admin(
    service: StrictBackupService, method: str, what: str, body: object = None, **query: str
) -> tuple[int, Any]:
    content = json.dumps(body).encode()
    given = {name: [value] for name, value in query.items()}
    answer = handle_admin(service, method, f"/_strict-backup/{what}", given, content)
    return answer.status, json.loads(answer.body)


def test_admin_shows_changes_and_restores_switches() -> None:
    service = StrictBackupService()

    assert admin(service, "PUT", "switches", {"page_size": 2})[1]["page_size"] == 2
    assert admin(service, "GET", "switches")[1]["page_size"] == 2
    assert admin(service, "DELETE", "switches")[1] == json.loads(json.dumps(Switches().as_json()))
    assert admin(service, "PUT", "switches", {"speed": 1})[0] == 400


def test_admin_shows_calls() -> None:
    # GIVEN
    service = StrictBackupService()
    request(service, "PUT", "/backup-vaults/daily", {})
    request(service, "GET", "/backup-vaults/")

    # WHEN
    _, everything = admin(service, "GET", "calls")
    _, later = admin(service, "GET", "calls", since="1")
    _, creations = admin(service, "GET", "calls", operation="CreateBackupVault")

    # THEN
    assert [(call["operation"], call["write"]) for call in everything["calls"]] == [
        ("CreateBackupVault", True),
        ("ListBackupVaults", False),
    ]
    assert (later["last"], len(later["calls"]), len(creations["calls"])) == (2, 1, 1)


def test_admin_puts_recovery_points() -> None:
    # GIVEN
    service = StrictBackupService()
    request(service, "PUT", "/backup-vaults/daily", {})

    # WHEN
    _, made = admin(
        service,
        "POST",
        "recovery-points",
        {"BackupVaultName": "daily", "RecoveryPoints": [{"ResourceType": "S3", "Continuous": True}, {}]},
    )
    _, block = admin(service, "POST", "recovery-points", {"BackupVaultName": "daily", "Count": 10})

    # THEN
    assert len(made["RecoveryPointArns"]) == 2
    assert block == {"Count": 10}
    vault = json.loads(request(service, "GET", "/backup-vaults/daily").body)
    assert vault["NumberOfRecoveryPoints"] == 12


@pytest.mark.parametrize(
    ("method", "what", "body", "status"),
    [
        ("POST", "recovery-points", {"BackupVaultName": "nowhere", "Count": 1}, 400),
        ("POST", "recovery-points", {"BackupVaultName": "daily", "RecoveryPoints": [{"Colour": "red"}]}, 400),
        ("POST", "recovery-points", {}, 400),
        ("POST", "recovery-points", [], 400),
        ("PUT", "switches", 3, 400),
        ("GET", "weather", None, 400),
    ],
)
def test_admin_says_what_is_wrong(method: str, what: str, body: object, status: int) -> None:
    answered, document = admin(StrictBackupService(), method, what, body)

    assert answered == status
    assert document["Message"]


def test_admin_resets() -> None:
    service = StrictBackupService()
    request(service, "PUT", "/backup-vaults/daily", {})

    assert admin(service, "POST", "reset") == (200, {})
    assert request(service, "GET", "/backup-vaults/daily").status == 403


@pytest.mark.parametrize(
    ("method", "path", "action", "resource"),
    [
        ("PUT", "/backup-vaults/a", "CreateBackupVault", "backup-vault:a"),
        ("PUT", "/backup-vaults/a/vault-lock", "PutBackupVaultLockConfiguration", "backup-vault:a"),
        ("GET", "/backup-vaults/a/recovery-points/", "ListRecoveryPointsByBackupVault", "backup-vault:a"),
        ("PUT", "/backup/plans/", "CreateBackupPlan", "backup-plan:*"),
        ("PUT", "/backup/plans/p/selections/", "CreateBackupSelection", "backup-plan:p"),
        ("GET", "/legal-holds/h/", "GetLegalHold", "legal-hold:h"),
        ("POST", "/legal-holds/", "CreateLegalHold", "legal-hold:*"),
    ],
)
def test_actions_and_resources_for_iam(method: str, path: str, action: str, resource: str) -> None:
    """The Service Authorization Reference of AWS Backup."""
    found = action_and_resource(Place(ACCOUNT, REGION, "aws"), method, path, {})

    assert found == (f"backup:{action}", f"arn:aws:backup:{REGION}:{ACCOUNT}:{resource}")


@pytest.mark.parametrize(
    ("method", "path", "found"),
    [
        (
            "DELETE",
            "/backup-vaults/a/recovery-points/arn%3Aaws%3Aec2%3A%3Asnapshot%2Fsnap-1",
            ("backup:DeleteRecoveryPoint", "arn:aws:ec2::snapshot/snap-1"),
        ),
        ("GET", "/backup-vaults/", ("backup:ListBackupVaults", "*")),
        ("POST", "/tags/arn%3Avault", ("backup:TagResource", "arn:vault")),
        ("GET", "/weather", None),
    ],
)
def test_other_resources_for_iam(method: str, path: str, found: tuple[str, str] | None) -> None:
    assert action_and_resource(Place(ACCOUNT, REGION, "aws"), method, path, {}) == found
