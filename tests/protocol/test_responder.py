"""One answer, whoever comes first."""

# ruff: noqa: ARG005 - what stands for something else has that one's signature

from __future__ import annotations

import threading

import pytest

from cfn_backup.protocol import outbound
from cfn_backup.protocol.answer import Answer, InvalidAnswer, Reason
from cfn_backup.protocol.request import ReturnAddress, StackId
from cfn_backup.protocol.responder import Responder
from cfn_backup.protocol.sender import NotDelivered
from tests.protocol.conftest import REQUEST_ID, STACK_ID, URL, Answers

ADDRESS = ReturnAddress(URL, StackId.parse(STACK_ID), REQUEST_ID, "Plan")
RESULT = Answer(ADDRESS, "plan-1")
TIME_IS_UP = Answer(ADDRESS, "plan-1", reason=Reason(("time is up",), "(request)"))


@pytest.mark.parametrize("order", [(RESULT, TIME_IS_UP), (TIME_IS_UP, RESULT)])
def test_one_put_only(answers: Answers, order: tuple[Answer, Answer]) -> None:
    """F3: the race in both orders."""
    # GIVEN two answers to one request
    responder = Responder(lambda: 300)
    first, second = order

    # WHEN both are given
    outcomes = [responder.answer(first), responder.answer(second)]

    # THEN the first is sent and the second is dropped
    assert outcomes == [True, False]
    assert answers.only["Status"] == first.status


@pytest.mark.parametrize("order", [(RESULT, TIME_IS_UP), (TIME_IS_UP, RESULT)])
def test_one_put_only_while_sending(
    answers: Answers, monkeypatch: pytest.MonkeyPatch, order: tuple[Answer, Answer]
) -> None:
    """F3: the second comes while the first is on its way."""
    # GIVEN a network that holds the first answer up until the second has been given
    responder = Responder(lambda: 300)
    under_way, second_given = threading.Event(), threading.Event()
    outcomes: dict[str, bool] = {}

    def slow(url: str, body: bytes, timeout: float) -> int:
        under_way.set()
        second_given.wait(5)
        return answers.put(url, body, timeout)

    monkeypatch.setattr(outbound, "put", slow)
    first = threading.Thread(target=lambda: outcomes.update(first=responder.answer(order[0])))
    second = threading.Thread(target=lambda: outcomes.update(second=responder.answer(order[1])))

    # WHEN both are given in turn
    first.start()
    under_way.wait(5)
    second.start()
    second_given.set()
    first.join()
    second.join()

    # THEN only the first arrives, and the second waited to know
    assert outcomes == {"first": True, "second": False}
    assert answers.only["Status"] == order[0].status


def test_the_answer_that_failed_is_the_only_one(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """F4: another answer after a failed one could contradict it, if that did arrive; Lambda's retry repeats
    it instead.
    """
    # GIVEN an answer that could not be delivered
    monkeypatch.setattr(outbound, "put", lambda url, body, timeout: 500)
    responder = Responder(lambda: 300)
    with pytest.raises(NotDelivered):
        responder.answer(TIME_IS_UP)

    # WHEN the network is back and the other one comes
    monkeypatch.setattr(outbound, "put", answers.put)

    # THEN the invocation fails for it too
    with pytest.raises(NotDelivered):
        responder.answer(RESULT)
    assert answers.bodies == []


def test_an_invalid_answer_is_none(answers: Answers) -> None:
    """F5, F6: it was never sent, so there is still one to give."""
    responder = Responder(lambda: 300)
    with pytest.raises(InvalidAnswer):
        responder.answer(Answer(ADDRESS, "plan-1", {"A": "x" * 5000}))
    assert responder.answer(TIME_IS_UP)
    assert answers.only["Status"] == "FAILED"
