"""Schedule expressions: rule B17."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.strict_backup.schedule import schedule_problem


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 5 ? * * *)",
        "cron(0 5 * * ? *)",
        "cron(0 * ? * * *)",
        "cron(15 0/2 ? * MON-FRI *)",
        "cron(0 5,17 ? * SUN,WED *)",
        "cron(0 22-2 ? * sat-mon *)",
        "cron(0 5 1,15 * ? *)",
        "cron(0 5 L * ? *)",
        "cron(0 5 LW * ? *)",
        "cron(0 5 L-3 * ? *)",
        "cron(0 5 15W * ? *)",
        "cron(0 5 1 JAN,APR,JUL,OCT ? *)",
        "cron(0 5 1 1-12/3 ? 2026-2030)",
        "cron(0 5 ? * 6L *)",
        "cron(0 5 ? * L *)",
        "cron(0 5 ? * FRIL *)",
        "cron(0 5 ? * 3#2 *)",
        "cron(0 5 ? * MON#1 2026/2)",
        "cron( 0 5 ? * * * )",
    ],
)
def test_b17_the_syntax_of_aws_is_accepted(expression: str) -> None:
    """B17"""
    assert schedule_problem(expression) is None


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "rate(1 day)",
        "0 5 ? * * *",
        "cron(0 5 ? * *)",
        "cron(0 5 ? * * * *)",
        "cron(60 5 ? * * *)",
        "cron(0 24 ? * * *)",
        "cron(0 5 32 * ? *)",
        "cron(0 5 0 * ? *)",
        "cron(0 5 1 13 ? *)",
        "cron(0 5 ? * 8 *)",
        "cron(0 5 ? * 0 *)",
        "cron(0 5 ? * MONDAY *)",
        "cron(0 5 ? * MON#6 *)",
        "cron(0 5 1W1 * ? *)",
        "cron(0 5 ? * * 1969)",
        "cron(0 5 ? ? * *)",
        "cron(? 5 ? * * *)",
        "cron(0 5/0 ? * * *)",
        "cron(0 5/x ? * * *)",
        "cron(0 5, ? * * *)",
    ],
)
def test_b17_anything_else_is_refused(expression: str) -> None:
    """B17"""
    assert schedule_problem(expression)


@pytest.mark.parametrize("days", ["* * *", "1 * MON", "? * ?"])
def test_b17_exactly_one_day_field_is_a_question_mark(days: str) -> None:
    """B17"""
    assert schedule_problem(f"cron(0 5 {days} *)")


@pytest.mark.parametrize("minutes", ["*", "0,30", "0/30", "0-1", "*/15"])
def test_b17_more_than_once_an_hour_is_refused(minutes: str) -> None:
    """B17"""
    assert schedule_problem(f"cron({minutes} 5 ? * * *)") == "a schedule may run at most once an hour"


@given(st.text(alphabet="0123456789*/,-?LW#MONcron( )", max_size=30))
def test_any_text_gets_an_answer(text: str) -> None:
    assert schedule_problem(f"cron({text})") is None or schedule_problem(f"cron({text})")
