"""What is logged, and what never is."""

# ruff: noqa: ARG005 - what stands for something else has that one's signature

from __future__ import annotations

import json
import logging
import subprocess
import sys
import traceback
import types
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from cfn_backup.aws.errors import ProviderError
from cfn_backup.protocol import logs, outbound, provider
from cfn_backup.protocol.redaction import LONGEST_LINE, LONGEST_TEXT, Redaction, _declared
from cfn_backup.protocol.request import Unanswerable
from cfn_backup.protocol.sender import NotDelivered
from cfn_backup.reconcile.work import Result, Work
from tests.fake_cloudformation import SIGNATURE
from tests.protocol.conftest import REQUEST_ID, STACK_ID, URL, Answers, Context, event

if TYPE_CHECKING:
    from cfn_backup.protocol.entry import Provider

CANARY = "canary-4f1d2c9b"

type Lines = Callable[[], list[dict[str, Any]]]


class Talkative:
    """A resource that logs and raises what it was given, as a careless one would."""

    def create(self, work: Work) -> Result:
        value = work.properties["Value"]
        logging.getLogger("cfn_backup.reconcile.talkative").info(
            "making %s", value, extra={"wanted": {"is": [value]}}
        )
        match work.properties.get("How"):
            case "succeed":
                return Result("id", {"Value": "x"})
            case "provider error":
                raise ProviderError(f"Value: {value} is wrong")
            case "internal error":
                raise KeyError(value)
            case "chained":
                raise RuntimeError(f"because of {value}") from ValueError(value)
            case "too much":
                return Result("id", {"Value": str(value) * 400})
            case _:
                return Result(str(value) * 200, {})

    update = create

    def delete(self, work: Work) -> None:
        self.create(work)


@pytest.fixture
def talkative(monkeypatch: pytest.MonkeyPatch) -> Provider:
    module = types.ModuleType("talkative")
    vars(module)["Talkative"] = Talkative
    monkeypatch.setitem(sys.modules, "talkative", module)
    return provider("talkative:Talkative", "Custom::Toy")


@pytest.mark.parametrize("request_type", ["Create", "Update", "Delete"])
@pytest.mark.parametrize("delivered", [200, 403, 500])
@pytest.mark.parametrize(
    "how",
    [
        "succeed",
        "provider error",
        "internal error",
        "chained",
        "too much",
        "bad id",
        "refused",
        "unanswerable",
    ],
)
def test_log_canary(  # noqa: PLR0917 - three ways things go, and five places to look at
    talkative: Provider,
    answers: Answers,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    request_type: str,
    delivered: int,
    how: str,
) -> None:
    """F21: over every path, no line has a property's value or the signature of the URL."""
    # GIVEN everything that logs wide open
    monkeypatch.setattr(outbound, "put", lambda url, body, timeout: delivered)
    caplog.set_level(logging.DEBUG)
    sent = event(request_type, How=how, Value=CANARY, Nested={"List": [CANARY]})
    if how == "refused":
        sent["ResourceType"] = f"AWS::{CANARY}"
    if how == "unanswerable":
        sent["StackId"] = CANARY

    # WHEN the event is served
    raised = ""
    try:
        talkative(sent, Context())
    except (NotDelivered, Unanswerable) as error:
        # the runtime logs what comes out of the handler, with all that it was raised from
        raised = "".join(traceback.format_exception(error))

    # THEN neither is anywhere
    captured = capfd.readouterr()
    everything = captured.out + captured.err + raised
    assert CANARY not in everything
    assert SIGNATURE not in everything
    assert SIGNATURE not in caplog.text


def test_keys_on_every_line(talkative: Provider, answers: Answers, log_lines: Lines) -> None:
    """Every line tells whose it is, those of the resource's own modules too."""
    talkative(event("Update", Value="green", How="succeed"), Context())
    lines = [line for line in log_lines() if "_aws" not in line]
    assert len(lines) >= 4
    for line in lines:
        assert line["stack_id"] == STACK_ID
        assert line["logical_resource_id"] == "Toy"
        assert line["request_type"] == "Update"
        assert line["request_id"] == REQUEST_ID
        assert {"level", "timestamp", "message", "service"} <= line.keys()
    assert any(line["message"] == "making <value>" for line in lines)


def test_keys_do_not_stay(talkative: Provider, answers: Answers, log_lines: Lines) -> None:
    """F31"""
    talkative(event(Value=CANARY, How="succeed"), Context())
    logging.getLogger("cfn_backup").info("between: %s", CANARY)
    talkative(event(How="succeed", Value="other-value") | {"LogicalResourceId": "Other"}, Context())
    second = [line for line in log_lines() if line.get("logical_resource_id") == "Other"]
    assert second
    assert not any("Toy" in json.dumps(line) for line in second if "request" not in line)


def test_stack_trace_of_our_mistakes_only(talkative: Provider, answers: Answers, log_lines: Lines) -> None:
    talkative(event(Value="x", How="internal error"), Context())
    assert any("Traceback" in line.get("exception", "") for line in log_lines())
    talkative(event(Value="x", How="provider error"), Context())
    assert not any("exception" in line for line in log_lines())


def test_service_name(
    talkative: Provider, answers: Answers, log_lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "BackupPlan")
    talkative(event(Value="x", How="succeed"), Context())
    assert {line["service"] for line in log_lines()} == {"BackupPlan"}


@pytest.mark.parametrize("name", ["boto3", "botocore", "urllib3", "crhelper"])
def test_others_are_quiet(talkative: Provider, answers: Answers, name: str) -> None:
    """F21: at DEBUG they log requests with their parameters, whatever our own level is."""
    logging.getLogger(name).setLevel(logging.DEBUG)
    talkative(event(Value="x", How="succeed"), Context())
    assert logging.getLogger(name).level >= logging.WARNING


def test_event_is_not_logged_by_switch(
    talkative: Provider, answers: Answers, log_lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F21: Powertools' switch for it would show the presigned URL."""
    monkeypatch.setenv("POWERTOOLS_LOGGER_LOG_EVENT", "true")
    talkative(event(Value="x", How="succeed"), Context())
    assert SIGNATURE not in json.dumps(log_lines())


# ---- redaction ---------------------------------------------------------------------------------------------
# -----------------


def test_redaction_of_values_and_names() -> None:
    redaction = Redaction(
        {"Selections": [{"SelectionName": "quarterly-reports"}], "BackupVaultTags": {"team": "payments-team"}}
    )
    assert redaction.of("BackupVaultTags.team: SelectionName quarterly-reports of payments-team") == (
        "BackupVaultTags.<name>: SelectionName <value> of <value>"
    )


def test_redaction_everywhere() -> None:
    redaction = Redaction({"A": CANARY})
    value = {"x": [CANARY, (CANARY,), {CANARY}], "n": 7, "b": True, "none": None, "e": ValueError(CANARY)}
    assert CANARY not in repr(redaction.of(value))
    assert redaction.of(value)["n"] == 7


@pytest.mark.parametrize("quoted", [60, 80, 399, 400])
def test_redaction_of_a_value_that_is_cut_short(quoted: int) -> None:
    """Messages quote the beginning of a long value."""
    key = "".join(f"-{number:03}" for number in range(100))
    text = f'PrivateKey: is "{key[:quoted]}… twice {key[:quoted]}'
    assert Redaction({"PrivateKey": key}).of(text) == '<name>: is "<value>… twice <value>'


def test_redaction_of_json_in_a_string() -> None:
    """A policy can be written as text; what is said of it quotes a part."""
    redaction = Redaction({"AccessPolicy": json.dumps({"Statement": [{"Action": f"backup:{CANARY}*"}]})})
    assert redaction.of(f"Action: is backup:{CANARY}*") == "<name>: is <value>"
    assert Redaction({"AccessPolicy": "[" * 100_000}).of(CANARY) == CANARY


def test_redaction_of_what_nests_deeper_than_python_can_recurse() -> None:
    nested: Any = CANARY
    for _ in range(20_000):
        nested = [nested]
    assert CANARY not in Redaction({"A": nested}).of(CANARY)


def test_redaction_of_short_values() -> None:
    """Where they stand as words of their own: within other words they are not an author's."""
    redaction = Redaction({"MinRetentionDays": "35", "Lock": "true", "BackupVaultTags": {"pw": "x7"}})
    assert redaction.of("Rules[35]: 35 (true), x7 for pw; 350 days, untrue, x7y, spw") == (
        "Rules[35]: <value> (<value>), <value> for <name>; 350 days, untrue, x7y, spw"
    )


def test_redaction_longest_first() -> None:
    redaction = Redaction({"A": "secret-one", "B": "secret-one-and-two"})
    assert redaction.of("secret-one-and-two, secret-one") == "<value>, <value>"


def test_redaction_of_long_values_with_one_beginning() -> None:
    arns = [f"arn:aws:dynamodb:eu-west-1:111122223333:table/a-table-with-a-long-name-{n}" for n in range(50)]
    redaction = Redaction({"Resources": arns})
    assert redaction.of(f"{arns[7]}, {arns[49]}; {arns[3][:-1]}!") == "<value>, <value>; <value>!"


def test_redaction_keeps_names_of_properties_when_the_model_is_broken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A layer that is broken costs readable logs, not an answer, and shows nothing either."""
    _declared.cache_clear()
    monkeypatch.setitem(sys.modules, "cfn_backup.written.declarations", None)
    assert Redaction({"Preset": "x", "Geheim": "y"}).of("Preset, Geheim") == "<name>, <name>"


def test_redaction_cuts_what_is_long() -> None:
    text = "word " * 10_000
    shown = Redaction({}).of(text)
    assert shown == text[:LONGEST_TEXT] + f"… ({len(text) - LONGEST_TEXT} more characters)"


@pytest.mark.parametrize("place", range(-70, 71, 7))
def test_redaction_at_the_cut(place: int) -> None:
    """Nothing of a value is left where the text is cut within it."""
    before = "." * (LONGEST_TEXT + place)
    shown = Redaction({"A": f"{CANARY}-{CANARY}"}).of(f"{before}{CANARY}-{CANARY}")
    assert CANARY[:4] not in shown


def test_redaction_cuts_whole_lines() -> None:
    fields = {str(n): "word " * 10_000 for n in range(1_000)}
    assert len(json.dumps(Redaction({}).of_fields(fields, ()))) < LONGEST_LINE + 50 * len(fields)
    assert len(json.dumps(Redaction({}).of({"all": list(fields.values())}))) < 2 * LONGEST_LINE


@pytest.fixture
def no_powertools(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A fresh process whose layer has no Powertools."""
    root = logging.getLogger(logs.ROOT)
    handlers, propagate = root.handlers[:], root.propagate
    logs._logger.cache_clear()
    root.handlers.clear()
    monkeypatch.setitem(sys.modules, "aws_lambda_powertools", None)
    yield
    root.handlers[:], root.propagate = handlers, propagate
    logs._logger.cache_clear()


@pytest.mark.usefixtures("no_powertools")
def test_plain_logs_without_powertools(
    answers: Answers, talkative: Provider, capsys: pytest.CaptureFixture[str]
) -> None:
    """F1, F21: a layer without Powertools costs the format, neither the answer nor the secrets."""
    talkative(event(Value=CANARY, How="chained"), Context())
    shown = capsys.readouterr().out
    assert answers.only["Status"] == "FAILED"
    assert "plain logs" in shown
    assert "because of <value>" in shown
    assert CANARY not in shown


def test_each_line_once(talkative: Provider, answers: Answers) -> None:
    """F21: Lambda's handler on the root logger must not repeat a line, unredacted."""
    # GIVEN a fresh process whose root logger has a handler, as Lambda's has
    program = f"""
import logging, sys
sys.path[:0] = {sys.path!r}
logging.basicConfig(stream=sys.stdout, format="PLAIN %(message)s", level="INFO")
from cfn_backup.protocol import logs
from cfn_backup.protocol.request import ReturnAddress, StackId
logs.begin(ReturnAddress("", StackId.parse({STACK_ID!r}), "id", "Toy"), "Create", {{}})
logging.getLogger("cfn_backup.reconcile.plan").warning("once")
"""
    # WHEN one of our modules logs
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    # THEN there is one line
    assert shown.count("once") == 1
    assert "PLAIN" not in shown


def test_url_of_the_tests_is_a_real_one() -> None:
    """Else the canary would sing in an empty mine."""
    assert SIGNATURE in URL
