"""The page, as Chromium draws it: light and dark, narrow and wide, with 1, 4 and 20 rules."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from cfn_backup_tools.preview.page import as_page
from cfn_backup_tools.preview.plan import Copy, Life, Plan, Vault
from cfn_backup_tools.preview.prices import Price, Prices
from cfn_backup_tools.preview.report import (
    NewRole,
    NewSelection,
    NewVault,
    Planned,
    PlanReport,
    Verdict,
    report,
)
from cfn_backup_tools.preview.sizes import Resource
from cfn_backup_tools.preview.storage import Size
from tests.preview import browser
from tests.preview.plans import preset, random_plan

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NARROW, WIDE = 360, 1600
LONG = "a-vault-with-a-name-of-fifty-characters-as-allowed"


def _plan(rules: int) -> Plan:
    if rules == 1:
        return preset("daily35DayRetention")
    if rules == 4:
        three = preset("dailyWeeklyMonthly7YearRetention", "Europe/Zurich").rules
        copy = Copy(Vault(LONG, "eu-central-1", "123456789012"), Life(400, 35))
        continuous = replace(three[0], name="Continuous", life=Life(35), continuous=True, copies=(copy,))
        return Plan((*three, continuous))
    return Plan(tuple(replace(random_plan(n).rules[0], name=f"Rule-{n}-{'x' * 40}") for n in range(rules)))


@cache
def _report(rules: int) -> PlanReport:
    planned = Planned(
        "Plan",
        "Custom::BackupPlan",
        "${AWS::StackName}-Plan-<b>",
        _plan(rules),
        (
            NewVault(
                LONG,
                "made by this plan",
                ("encrypted with arn:aws:kms:eu-west-1:123456789012:key/" + "a" * 36,),
            ),
        ),
        (NewRole("role", "made by this plan", ("service-role/AWSBackupServiceRolePolicyForBackup",)),),
        (NewSelection("Tables", "role", ("arn:aws:dynamodb:eu-west-1:123456789012:table/" + "t" * 200,)),),
        (Verdict("BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK", True, "35 days"),),
        ("Prod is taken as true",),
    )
    resources = [Resource("Files", "EFS", Size(800, 4)), Resource("Orders", "DynamoDB", Size(120))]
    return report(planned, START, 5, resources, Prices("USD", {("eu-west-1", "EFS"): Price(0.05, 0.01)}))


@cache
def _page(rules: int) -> str:
    return as_page([_report(rules)], "template.yaml")


MEASURE = """(() => {
  const box = e => { const r = e.getBoundingClientRect();
    return {left: r.left, top: r.top, right: r.right, bottom: r.bottom, text: e.textContent.slice(0, 60)} };
  const all = (at, of) => [...at.querySelectorAll(of)].map(box);
  const clipped = [...doc.querySelectorAll('p, td, th, li, dd, dt, h1, h2, h3')]
    .filter(e => e.clientWidth && e.scrollWidth > e.clientWidth + 1 && !e.closest('thead'))
    .map(e => e.textContent);
  const style = (of) => { const s = win.getComputedStyle(doc.querySelector(of));
    return {ink: s.color, ground: s.backgroundColor} };
  return {
    width: doc.documentElement.scrollWidth,
    outside: [...doc.querySelectorAll('body *')].filter(e => !e.closest('thead') && !e.closest('defs'))
      .map(box).filter(b => b.right > win.innerWidth + 0.5 || b.left < -0.5),
    clipped, loaded: win.performance.getEntriesByType('resource').length,
    figures: all(doc, '.figures > div'), sections: all(doc, 'section'),
    dates: all(doc.querySelector('.dates'), 'span'),
    body: style('body'), panel: style('.panel'), soft: style('.about'),
    lanes: [...doc.querySelectorAll('.lane.rule')].map(lane => ({
      ...box(lane), about: box(lane.querySelector('.about')), chart: box(lane.querySelector('.chart')),
      rows: all(lane.querySelector('.chart'), ':scope > .marks, :scope > .band, :scope > .area'),
      stretches: all(lane, '.band > span:not(.end)'), ends: all(lane, '.band > .end'),
      labels: [...lane.querySelectorAll('.band b')]
        .filter(b => win.getComputedStyle(b).visibility === 'visible')
        .map(b => ({label: box(b), within: box(b.parentElement)})),
      drawn: all(lane, '.area polygon, .marks path'),
    })),
  } })()"""


@dataclass(frozen=True)
class Look:
    """One way to open the page."""

    rules: int
    width: int
    dark: bool

    def __str__(self) -> str:
        return f"{self.rules} rules, {self.width} px, {'dark' if self.dark else 'light'}"


LOOKS = [
    Look(rules, width, dark) for rules in (1, 4, 20) for width in (NARROW, WIDE) for dark in (False, True)
]


@cache
def _measured(look: Look) -> dict[str, Any]:
    found: dict[str, Any] = browser.measure(_page(look.rules), look.width, MEASURE, dark=look.dark)
    return found


type Box = Mapping[str, Any]


def _overlap(one: Box, other: Box) -> bool:
    """Whether two boxes share more than an edge."""
    across = min(one["right"], other["right"]) - max(one["left"], other["left"])
    down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
    return bool(across > 0.5 and down > 0.5)


def _is_within(one: Box, other: Box) -> bool:
    return bool(
        one["left"] >= other["left"] - 1
        and one["right"] <= other["right"] + 1
        and one["top"] >= other["top"] - 1
        and one["bottom"] <= other["bottom"] + 1
    )


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_what_is_drawn(look: Look) -> None:
    """One test, since each look starts a browser."""
    # WHEN
    found = _measured(look)

    # THEN nothing is wider than the page, cut off, or fetched
    assert found["width"] <= look.width
    assert found["outside"] == []
    assert found["clipped"] == []
    assert found["loaded"] == 0

    # THEN neither figures nor sections nor dates lie on each other
    for group in ("figures", "sections", "dates"):
        assert not [(a, b) for a, b in pairwise(found[group]) if _overlap(a, b)]

    # THEN there is a lane for each rule, one below the other
    assert len(found["lanes"]) == look.rules
    assert all(a["bottom"] <= b["top"] + 0.5 for a, b in pairwise(found["lanes"]))
    for lane in found["lanes"]:
        _assert_lane(lane)

    # THEN it can be read
    for text in ("body", "panel", "soft"):
        ground = found["body" if text == "body" else "panel"]["ground"]
        assert _contrast(found[text]["ink"], ground) >= 4.5, text
    assert (_luminance(found["body"]["ground"]) < 0.1) is look.dark


def _assert_lane(lane: Mapping[str, Any]) -> None:
    # what is said, and what is drawn, side by side or one below the other
    assert not _overlap(lane["about"], lane["chart"])
    assert _is_within(lane["about"], lane)
    assert _is_within(lane["chart"], lane)

    # runs, the band of a recovery point's life, and the numbers, one below the other over the whole width
    runs, band, numbers = lane["rows"]
    assert runs["bottom"] <= band["top"]
    assert band["bottom"] <= numbers["top"]
    for row in lane["rows"]:
        assert row["bottom"] - row["top"] >= 14
        assert abs(row["right"] - row["left"] - (lane["chart"]["right"] - lane["chart"]["left"])) < 1

    # warm, cold and deleted follow each other and fill the band
    assert not [(a, b) for a, b in pairwise(lane["stretches"]) if _overlap(a, b)]
    assert abs(sum(s["right"] - s["left"] for s in lane["stretches"]) - (band["right"] - band["left"])) < 2
    assert all(_is_within(end, band) for end in lane["ends"])
    assert all(_is_within(each["label"], each["within"]) for each in lane["labels"])

    # what is drawn lies within its lane
    assert all(_is_within(drawn, lane) for drawn in lane["drawn"])


def _luminance(colour: str) -> float:
    channels = [int(number) / 255 for number in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(ink: str, ground: str) -> float:
    """Of two colours, as WCAG 2 has it."""
    lighter, darker = sorted((_luminance(ink), _luminance(ground)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


# ---- the text of the page ----


def test_there_is_no_script_and_nothing_to_fetch() -> None:
    page = _page(4)
    assert not re.search(r"<script|javascript:|\son\w+=|https?://|@import|url\((?!#)", page)
    assert "default-src 'none'" in page


def test_a_name_is_text_and_no_markup() -> None:
    assert "${AWS::StackName}-Plan-&lt;b&gt;" in _page(1)


def test_there_is_a_dot_for_each_run_and_a_ring_for_each_suppressed_one() -> None:
    # GIVEN
    daily = _report(4).rules[0]

    # WHEN
    [dots, *_] = re.findall(r'<path class="dot" d="([^"]*)"', _page(4))
    [rings, *_] = re.findall(r'<path class="ring" d="([^"]*)"', _page(4))

    # THEN
    assert dots.count("M") == sum(daily.history.started[:35])
    assert rings.count("M") == sum(daily.history.suppressed[:35])
    assert rings.count("M") > 0


def test_the_table_has_the_same_numbers() -> None:
    table = _page(4).partition("The same in numbers")[2]
    for number in ("28\N{EN DASH}30", "80\N{EN DASH}82"):
        assert f'data-label="Recovery points" class="figure">{number}<' in table or (
            f'data-label="Cold" class="figure">{number}<' in table
        )


def test_what_is_kept_for_ever_has_no_end() -> None:
    # GIVEN
    rule = replace(preset("daily35DayRetention").rules[0], life=Life())
    found = report(Planned("Plan", "Custom::BackupPlan", "plan", Plan((rule,))), START, 1)

    # WHEN
    band = as_page([found], "t").partition('<div class="band">')[2].partition("</div>")[0]

    # THEN
    assert "\N{RIGHTWARDS ARROW}" in band
    assert "\N{MULTIPLICATION SIGN}" not in band
