"""``cfn-backup preview`` and ``cfn-backup prices``, as they are called."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from cfn_backup_tools.cli import main

TEMPLATE = """
Parameters:
  Days: {Type: Number, Default: 35}
Resources:
  Orders: {Type: 'AWS::DynamoDB::Table', Properties: {}}
  Plan:
    Type: Custom::BackupPlan
    Properties:
      ServiceToken: !ImportValue cfn-backup-provider-BackupPlan
      BackupPlanName: nightly
      BackupVault: main
      BackupPlanRules:
        - {Preset: daily, Lifecycle: {DeleteAfterDays: !Ref Days}}
        - {Preset: monthly1Year}
"""
SIZES = "Orders: {gb: 10}\n"
PRICES = "currency: EUR\nregions: {eu-west-1: {DynamoDB: {warm: 0.1, cold: 0.03}}}\n"
FROM = "2026-11-30T12:00Z"


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("template.yaml").write_text(TEMPLATE)
    Path("sizes.yaml").write_text(SIZES)
    Path("prices.yaml").write_text(PRICES)


def _json(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    assert main(["preview", "template.yaml", "--json", "--from", FROM, *options]) == 0
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_json_has_what_the_contract_names(capsys: pytest.CaptureFixture[str]) -> None:
    # WHEN
    [plan] = _json(capsys, "--runs", "2")["plans"]

    # THEN
    assert {"logicalId", "name", "rules", "settled", "selections", "vaults", "roles"} <= plan.keys()
    assert (plan["logicalId"], plan["name"]) == ("Plan", "nightly")
    daily = plan["rules"][0]
    assert (daily["name"], daily["schedule"], daily["timezone"]) == ("Daily", "cron(0 5 * * ? *)", "Etc/UTC")
    assert daily["nextRuns"] == [
        {
            "start": "2026-12-01T05:00:00+00:00",
            "windowEnd": "2026-12-01T13:00:00+00:00",
            "suppressedBy": "Monthly1Year",
        },
        {"start": "2026-12-02T05:00:00+00:00", "windowEnd": "2026-12-02T13:00:00+00:00"},
    ]
    assert plan["settled"] == {
        "total": {"min": 45, "max": 46},
        "warm": {"min": 34, "max": 35},
        "cold": {"min": 10, "max": 12},
        "afterDays": 365,
    }
    assert "cost" not in plan


def test_the_number_of_runs_is_for_each_rule(capsys: pytest.CaptureFixture[str]) -> None:
    [plan] = _json(capsys, "--runs", "12")["plans"]
    assert [len(rule["nextRuns"]) for rule in plan["rules"]] == [12, 12]


def test_cost_comes_with_sizes_and_prices(capsys: pytest.CaptureFixture[str]) -> None:
    # WHEN
    [plan] = _json(capsys, "--sizes", "sizes.yaml", "--prices", "prices.yaml")["plans"]

    # THEN
    cost = plan["cost"]
    [line] = cost["resources"]
    assert line["vault"] == {"name": "main", "region": "eu-west-1"}
    stored = line["gbDaysSettledYear"]
    assert cost["perMonth"] == round((stored["warm"] * 0.1 + stored["cold"] * 0.03) / 365, 2)
    assert (cost["currency"], cost["estimate"]) == ("EUR", True)
    assert cost["leftOut"]


def test_without_prices_there_are_units(capsys: pytest.CaptureFixture[str]) -> None:
    [plan] = _json(capsys, "--sizes", "sizes.yaml")["plans"]
    assert plan["cost"]["perMonth"] is None
    assert plan["cost"]["gbDaysPerMonth"]["warm"] > 0


def test_text_says_it_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    # WHEN
    code = main(
        ["preview", "template.yaml", "--from", FROM, "--sizes", "sizes.yaml", "--prices", "prices.yaml"]
    )

    # THEN
    text = capsys.readouterr().out
    assert code == 0
    for line in (
        "Daily: every day at 05:00 UTC",
        "Tue 2026-12-01, between 05:00 and 13:00 UTC  suppressed by Monthly1Year",
        "45\N{EN DASH}46 recovery points: 34\N{EN DASH}35 warm, 10\N{EN DASH}12 cold; after 1 year (365 days)",
        "EUR a month",
        "Not in the estimate",
        "The guide does not say.",
    ):
        assert line in text


def test_a_parameter_changes_what_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    [plan] = _json(capsys, "--parameter", "Days=7")["plans"]
    assert plan["rules"][0]["deleteAfterDays"] == 7


def test_the_page_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["preview", "template.yaml", "--html", "page.html"]) == 0
    assert Path("page.html").read_text().startswith("<!doctype html>")


def test_an_example_of_sizes_is_written_for_the_templates_resources() -> None:
    assert main(["preview", "template.yaml", "--write-sizes-example", "new.yaml"]) == 0
    assert "\nOrders:\n  type: DynamoDB\n" in Path("new.yaml").read_text()
    assert main(["preview", "template.yaml", "--sizes", "new.yaml"]) == 0


def test_an_example_of_sizes_needs_no_template() -> None:
    assert main(["preview", "--write-sizes-example", "new.yaml"]) == 0
    assert main(["preview", "template.yaml", "--sizes", "new.yaml"]) == 0


def test_a_template_with_an_error_is_not_previewed(capsys: pytest.CaptureFixture[str]) -> None:
    Path("template.yaml").write_text(TEMPLATE.replace("Preset: monthly1Year", "Preset: monthly2Year"))
    assert main(["preview", "template.yaml"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "monthly1Year" in captured.err
    assert "no preview; correct this first" in captured.err


def test_a_value_that_is_missing_is_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    Path("template.yaml").write_text(TEMPLATE.replace(", Default: 35", ""))
    assert main(["preview", "template.yaml"]) == 1
    assert "Plan cannot be previewed: DeleteAfterDays of rule Daily is ${Days}" in capsys.readouterr().err


def test_a_template_without_a_plan_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    Path("template.yaml").write_text("Resources: {Orders: {Type: 'AWS::DynamoDB::Table'}}")
    assert main(["preview", "template.yaml", "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["plans"] == []
    assert "there is no backup plan in it" in captured.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ("none.yaml", "none.yaml: cannot be read"),
        ("template.yaml --parameter Nights=1", "it has no parameter Nights"),
        ("template.yaml --sizes none.yaml", "none.yaml: cannot be read"),
        ("template.yaml --prices sizes.yaml", "sizes.yaml: regions is missing"),
        ("template.yaml --html none/page.html", "none/page.html: cannot be written"),
        ("", "a template is needed"),
    ],
)
def test_what_cannot_be_read_or_written_is_exit_code_2(
    options: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["preview", *shlex.split(options)]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("options", ["--from yesterday", "--runs many", "--runs -1"])
def test_a_wrong_option_is_refused(options: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["preview", "template.yaml", *shlex.split(options)])
    assert ended.value.code == 2


# ---- prices ----


def test_prices_prints_two_calls(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prices", "--region", "eu-west-1"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("aws pricing get-products") == 2


def test_prices_needs_a_region(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prices"]) == 2
    assert "--region is needed" in capsys.readouterr().err


def test_what_the_calls_answer_becomes_the_price_file(capsys: pytest.CaptureFixture[str]) -> None:
    # GIVEN
    terms = {
        "OnDemand": {"a": {"priceDimensions": {"b": {"beginRange": "0", "pricePerUnit": {"USD": "0.05"}}}}}
    }
    attributes = {"usagetype": "EU-WarmStorage-ByteHrs-EFS", "regionCode": "eu-west-1"}
    product = {"product": {"attributes": attributes}, "terms": terms}
    Path("backup.json").write_text(json.dumps({"PriceList": [json.dumps(product)]}))

    # WHEN
    code = main(["prices", "--convert", "backup.json", "-o", "new.yaml"])

    # THEN
    assert code == 0
    assert "    EFS: {warm: 0.05}\n" in Path("new.yaml").read_text()
    assert main(["preview", "template.yaml", "--sizes", "sizes.yaml", "--prices", "new.yaml"]) == 0
    assert "no price    DynamoDB in eu-west-1: not in the sum" in capsys.readouterr().out


def test_an_answer_that_is_none_is_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prices", "--convert", "sizes.yaml"]) == 2
    assert "is no answer of aws pricing get-products" in capsys.readouterr().err
