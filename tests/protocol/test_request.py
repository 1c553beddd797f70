"""What is believed of an event, and what is refused before anything is done."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.loaders import Loader

from cfn_backup.protocol.request import _SUFFIXES, Refused, RequestType, Unanswerable, read_request
from tests.protocol.conftest import REQUEST_ID, STACK_ID, URL, Context, event

ARN = Context.invoked_function_arn
HOST = "https://cloudformation-custom-resource-response-euwest1.s3"


def test_request_typed() -> None:
    # GIVEN an Update as CloudFormation sends it
    sent = event("Update", physical_id="vault-1", ServiceTimeout="600", Preset="daily")

    # WHEN it is read
    request = read_request(sent, ARN)

    # THEN everything has its type, and what is not the author's is gone from the properties
    assert request.type is RequestType.UPDATE
    assert (request.id, request.logical_resource_id, request.physical_id) == (REQUEST_ID, "Toy", "vault-1")
    assert str(request.stack) == STACK_ID
    assert (request.stack.partition, request.stack.region, request.stack.account_id) == (
        "aws",
        "eu-west-1",
        "123456789012",
    )
    assert (request.stack.name, request.stack.uuid) == ("shop", "12345678-1234-4123-8123-123456789012")
    assert request.properties == {"Preset": "daily"}
    assert request.service_timeout == 600


@pytest.mark.parametrize(
    ("given", "understood"), [(None, 3600), ("1", 1), ("3600", 3600), ("0", 3600), ("x", 3600)]
)
def test_service_timeout(given: str | None, understood: int) -> None:
    properties = {} if given is None else {"ServiceTimeout": given}
    assert read_request(event(**properties), ARN).service_timeout == understood


def test_create_id_ignored() -> None:
    """A Create has no id; one that somebody put there must not become the target of an undo."""
    assert read_request(event() | {"PhysicalResourceId": "somebodys"}, ARN).physical_id is None


def test_redacted_copy() -> None:
    """F21"""
    # GIVEN a request with a property that may be a secret
    request = read_request(event(Password="hunter2hunter2"), ARN)

    # WHEN it is shown, in whatever way
    shown = f"{request!r} {request.redacted()} {request.address!r}"

    # THEN neither the URL nor the value is there, nor the name, which is the author's too
    assert URL not in shown
    assert "hunter2" not in shown
    assert "Password" not in shown


@pytest.mark.parametrize("missing", ["StackId", "RequestId", "LogicalResourceId", "ResponseURL"])
@pytest.mark.parametrize("value", [None, "", 7, [], "arn:aws:s3:::not a stack"])
def test_missing_keys_unanswerable(missing: str, value: Any) -> None:
    """Without these no answer would be accepted, so there is none to give."""
    with pytest.raises(Unanswerable):
        read_request(event() | {missing: value}, ARN)


@pytest.mark.parametrize("whole", [None, [], "{}", 3, {}])
def test_no_event_at_all(whole: object) -> None:
    with pytest.raises(Unanswerable):
        read_request(whole, ARN)


@pytest.mark.parametrize(
    "change",
    [
        {"RequestType": "Read"},
        {"RequestType": None},
        {"RequestType": "create"},
        {"ResourceProperties": None},
        {"ResourceProperties": []},
        {"ResourceType": None},
        {"ResourceType": "AWS::S3::Bucket"},
        {"ResourceType": "Custom::" + "x" * 100},
    ],
)
def test_missing_keys_refused(change: Event) -> None:
    with pytest.raises(Refused):
        read_request(event() | change, ARN)


type Event = dict[str, Any]


@pytest.mark.parametrize("properties", [None, [], "{}", 7])
def test_delete_needs_no_properties(properties: object) -> None:
    assert read_request(event("Delete") | {"ResourceProperties": properties}, ARN).properties == {}


@pytest.mark.parametrize("request_type", ["Update", "Delete"])
def test_id_required(request_type: str) -> None:
    with pytest.raises(Refused, match="PhysicalResourceId"):
        read_request(event(request_type) | {"PhysicalResourceId": ""}, ARN)


PLACES = [
    ("aws", "us-east-1", "useast1", "amazonaws.com"),
    ("aws", "eu-west-1", "euwest1", "amazonaws.com"),
    ("aws-cn", "cn-north-1", "cnnorth1", "amazonaws.com.cn"),
    ("aws-us-gov", "us-gov-west-1", "usgovwest1", "amazonaws.com"),
    ("aws-eusc", "eusc-de-east-1", "euscdeeast1", "amazonaws.eu"),
    ("aws-iso", "us-iso-east-1", "usisoeast1", "c2s.ic.gov"),
    ("aws-iso-b", "us-isob-east-1", "usisobeast1", "sc2s.sgov.gov"),
]


@pytest.mark.parametrize("form", ["s3", "s3.{region}", "s3-{region}", "s3.dualstack.{region}"])
@pytest.mark.parametrize(("partition", "region", "short", "domain"), PLACES)
def test_response_host_forms(partition: str, region: str, short: str, domain: str, form: str) -> None:
    """The forms that have been seen (custom-resource guides, cfn-vpce-bucketnames)."""
    bucket = f"cloudformation-custom-resource-response-{short}"
    url = f"https://{bucket}.{form.format(region=region)}.{domain}/x"
    arn = ARN.replace("arn:aws:", f"arn:{partition}:").replace("eu-west-1", region)
    stack = STACK_ID.replace("arn:aws:", f"arn:{partition}:").replace("eu-west-1", region)

    read = read_request(event() | {"ResponseURL": url, "StackId": stack}, arn)

    assert read.address.response_url == url


@pytest.mark.parametrize(("partition", "region", "short", "domain"), PLACES)
def test_no_answer_to_the_bucket_of_another_region(
    partition: str, region: str, short: str, domain: str
) -> None:
    arn = ARN.replace("eu-west-1", "ap-south-1")
    url = f"https://cloudformation-custom-resource-response-{short}.s3.{region}.{domain}/x"
    with pytest.raises(Unanswerable):
        read_request(event() | {"ResponseURL": url}, arn)


def test_every_partition_has_its_response_host() -> None:
    partitions = Loader().load_data("partitions")["partitions"]

    assert {one["id"]: one["outputs"]["dnsSuffix"] for one in partitions} == _SUFFIXES


@pytest.mark.parametrize(
    "url",
    [
        f"{HOST}.amazonaws.com/x".replace("https", "http"),
        "https://evil.example/x",
        f"{HOST}.amazonaws.com.evil.example/x",
        f"{HOST}.amazonaws.com:8443/x",
        f"{HOST}.eusc-de-east-1.amazonaws.eu.evil.example/x",
        f"{HOST}.dualstack.eu-west-1.evil.amazonaws.com/x",
        f"{HOST}.evilamazonaws.eu/x",
        f"{HOST}.amazonaws.eu.com/x",
        f"{HOST}.amazonaws.com:99999999/x",
        HOST.replace("https", "wss") + ".amazonaws.com/x",
        "https://user@cloudformation-custom-resource-response-euwest1.s3.amazonaws.com/x",
        "https://evil.example/cloudformation-custom-resource-response-euwest1.s3.amazonaws.com",
        "https://evil.example#@cloudformation-custom-resource-response-euwest1.s3.amazonaws.com/",
        "https://my-cloudformation-custom-resource-response-euwest1.s3.amazonaws.com/x",
        "https://localhost:4566/_ministack/cfn-response/x",
        "https://[::1/x",
        "file:///etc/passwd",
    ],
)
def test_bad_response_host(url: str) -> None:
    """Confused deputy: an answer to any other host would hand it what we know (aws-cdk provider
    framework).
    """
    with pytest.raises(Unanswerable):
        read_request(event() | {"ResponseURL": url}, ARN)


@pytest.mark.parametrize("switch", ["localhost", "localhost:4566", "other.example, localhost"])
def test_emulator_host(monkeypatch: pytest.MonkeyPatch, switch: str) -> None:
    # GIVEN the switch for emulators
    monkeypatch.setenv("RESPONSE_URL_HOSTS", switch)
    url = "https://localhost:4566/_ministack/cfn-response/x"

    # THEN https to that host is let through, and nothing else
    assert read_request(event() | {"ResponseURL": url}, ARN).address.response_url == url
    with pytest.raises(Unanswerable):
        read_request(event() | {"ResponseURL": url.replace("https", "http")}, ARN)
    with pytest.raises(Unanswerable):
        read_request(event() | {"ResponseURL": url.replace("localhost", "localhost.evil")}, ARN)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("123456789012", "210987654321"), ("eu-west-1", "us-east-1"), ("arn:aws:", "arn:aws-cn:")],
)
def test_foreign_account_stack(ours: str, theirs: str) -> None:
    """Confused deputy: the owner of things is read from StackId, so a made-up one must not get anywhere."""
    with pytest.raises(Refused, match="not of this provider"):
        read_request(event() | {"StackId": STACK_ID.replace(ours, theirs)}, ARN)


def test_unreadable_function_arn() -> None:
    with pytest.raises(Refused):
        read_request(event(), "")


def test_sam_local_arn(monkeypatch: pytest.MonkeyPatch) -> None:
    """`sam local invoke` makes the function's ARN up."""
    monkeypatch.setenv("AWS_SAM_LOCAL", "true")
    assert (
        read_request(event(), "arn:aws:lambda:us-east-1:012345678912:function:f").stack.region == "eu-west-1"
    )
