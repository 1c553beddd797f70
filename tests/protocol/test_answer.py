"""The body of an answer is one that CloudFormation takes, whatever goes into it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfn_backup.protocol.answer import BODY_LIMIT, Answer, InvalidAnswer, Reason
from cfn_backup.protocol.request import ReturnAddress, StackId
from tests.fake_cloudformation import answers as cloudformation
from tests.protocol.conftest import REQUEST_ID, STACK_ID, URL

ADDRESS = ReturnAddress(URL, StackId.parse(STACK_ID), REQUEST_ID, "Plan")
CLOSING = f"(request {REQUEST_ID}, log stream 2026/11/25/[$LATEST]0123)"
LONGEST = ReturnAddress(URL, StackId.parse(STACK_ID.replace("shop", "s" * 128)), REQUEST_ID, "L" * 255)
ANYTHING = st.text(st.characters(), max_size=3000)


def read(answer: Answer) -> dict[str, Any]:
    """The answer as CloudFormation reads it; it has to find it valid."""
    body = answer.encode()
    address = answer.address
    asked = {
        "StackId": str(address.stack),
        "RequestId": address.request_id,
        "LogicalResourceId": address.logical_resource_id,
    }
    assert cloudformation.read(body, asked).valid
    decoded: dict[str, Any] = json.loads(body)
    return decoded


def failed(*problems: str, address: ReturnAddress = ADDRESS, physical_id: str = "id") -> dict[str, Any]:
    return read(Answer(address, physical_id, reason=Reason(problems, CLOSING)))


def test_what_an_author_should_know_of_a_success_is_in_its_reason() -> None:
    answer = read(Answer(ADDRESS, "id", {"a": "b"}, warnings=Reason(("Warning: no vault",), CLOSING)))
    assert (answer["Status"], answer["Reason"]) == ("SUCCESS", f"Warning: no vault {CLOSING}")
    assert answer["Data"] == {"a": "b"}


@given(ANYTHING, st.integers(0, 3700))
def test_warnings_never_make_an_answer_too_long(text: str, size: int) -> None:
    answer = read(Answer(ADDRESS, "id", {"a": "b" * size}, warnings=Reason((text, text), CLOSING)))
    assert (answer["Status"], answer["Data"]) == ("SUCCESS", {"a": "b" * size})


def test_success() -> None:
    assert read(Answer(ADDRESS, "plan-1", {"BackupPlanId": "plan-1", "RoleArn": ""})) == {
        "Status": "SUCCESS",
        "PhysicalResourceId": "plan-1",
        "StackId": STACK_ID,
        "RequestId": REQUEST_ID,
        "LogicalResourceId": "Plan",
        "Data": {"BackupPlanId": "plan-1", "RoleArn": ""},
    }


def test_failed() -> None:
    answer = failed("Preset: no such preset")
    assert answer["Status"] == "FAILED"
    assert answer["Reason"] == f"Preset: no such preset {CLOSING}"
    assert "Data" not in answer


@given(st.lists(ANYTHING, min_size=1, max_size=5), ANYTHING, st.booleans())
def test_response_4096_property(problems: list[str], physical_id: str, longest: bool) -> None:
    """F5: whatever the texts are, the body is valid JSON of at most 4096 bytes, and says where to look."""
    address = LONGEST if longest else ADDRESS
    physical_id = physical_id[:1024] or "id"
    try:
        answer = failed(*problems, address=address, physical_id=physical_id)
    except InvalidAnswer:
        # such an id is in no event: none of ours is longer than 100 characters, and none needs an escape
        assert len(json.dumps(physical_id)) > 1024
        return
    assert answer["Reason"].endswith(CLOSING)


@given(st.dictionaries(st.text(max_size=30), ANYTHING, max_size=4))
def test_data_fits_or_is_refused(data: dict[str, str]) -> None:
    """F5: Data that are too large are an error of ours, never a body of more than 4096 bytes."""
    try:
        body = Answer(LONGEST, "id", data).encode()
    except InvalidAnswer as refused:
        assert "4096" in str(refused)  # noqa: PT017
    else:
        assert len(body) <= BODY_LIMIT


def test_exactly_4096() -> None:
    """The limit is inclusive (awsdocs PR #262)."""
    # GIVEN as much data as fits
    empty = len(Answer(ADDRESS, "id", {"A": ""}).encode())
    full = Answer(ADDRESS, "id", {"A": "x" * (BODY_LIMIT - empty)})

    # THEN it is used to the last byte, and one more is refused
    assert len(full.encode()) == BODY_LIMIT
    with pytest.raises(InvalidAnswer):
        Answer(ADDRESS, "id", {"A": "x" * (BODY_LIMIT - empty + 1)}).encode()


def test_reason_uses_the_room() -> None:
    """Cut, but not by more than it must be."""
    body = Answer(ADDRESS, "id", reason=Reason(("x" * 9000,), CLOSING)).encode()
    assert BODY_LIMIT - 3 <= len(body) <= BODY_LIMIT


@pytest.mark.parametrize("letter", ["é", "漢", "🦆", "\x00", '"', "\ud83e", "\\"])
def test_unicode_reason(letter: str) -> None:
    """F5: cut between characters, keeping the beginning, the mark of the cut and the way to the log."""
    body = Answer(ADDRESS, "id", reason=Reason(("Name: " + letter * 9000,), CLOSING)).encode()
    reason = json.loads(body)["Reason"]
    assert reason.startswith("Name: " + letter * 100)
    assert reason.endswith(f"{letter}… {CLOSING}")
    assert BODY_LIMIT - 12 < len(body) <= BODY_LIMIT


def test_all_problems_while_there_is_room() -> None:
    assert failed("2 problems: A", "B")["Reason"] == f"2 problems: A; B {CLOSING}"


def test_as_many_problems_as_fit() -> None:
    # GIVEN more problems than fit
    problems = [f"Rules[{n}]: " + "x" * 500 for n in range(20)]

    # WHEN they are told
    reason: str = failed(*problems)["Reason"]

    # THEN each that is shown is shown whole, and the number of the others is there
    shown = reason.count("Rules[")
    assert 5 <= shown < 20
    assert reason.count("x" * 500) == shown
    assert f" (and {20 - shown} more) " in reason


def test_first_problem_is_shown_in_any_case() -> None:
    reason = failed("A: " + "x" * 9000, "B: y")["Reason"]
    assert reason.startswith("A: xxx")
    assert f"… (and 1 more) {CLOSING}" in reason


@pytest.mark.parametrize("physical_id", ["", None, 7, "x" * 1025, "漢" * 342])
def test_nonempty_id_always(physical_id: Any) -> None:
    """F2, F7: CloudFormation would put an id of its own in the place of these, and hide the reason."""
    with pytest.raises(InvalidAnswer):
        Answer(ADDRESS, physical_id).encode()


@pytest.mark.parametrize("value", [None, 7, True, ["a"], datetime(2026, 11, 25, tzinfo=UTC)])
def test_strings_only_in_data(value: Any) -> None:
    """F6: a datetime from boto3 is named as what is wrong."""
    with pytest.raises(InvalidAnswer, match="LockDate"):
        Answer(ADDRESS, "id", {"LockDate": value}).encode()
