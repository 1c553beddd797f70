"""Prices: the calls that fetch them, what is made of the answers, and the file."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from cfn_backup_tools.preview.prices import Price, Prices, as_yaml, calls, convert, read_prices
from cfn_backup_tools.preview.yaml_file import BadFile


def _product(
    usage: str, *prices: str, region: str = "eu-west-1", service: str = "AWSBackup"
) -> dict[str, Any]:
    """One product in the form of the Price List Query API; the prices are those of its tiers."""
    return {
        "product": {
            "productFamily": "AWS Backup Storage",
            "attributes": {"usagetype": usage, "regionCode": region, "servicecode": service},
            "sku": "2WYFHFFK4VWNNGJD",
        },
        "serviceCode": service,
        "terms": {
            "OnDemand": {
                "2WYFHFFK4VWNNGJD.JRTCKXETXF": {
                    "priceDimensions": {
                        f"2WYFHFFK4VWNNGJD.JRTCKXETXF.{number}": {
                            "unit": "GB-Mo",
                            "beginRange": str(number * 50),
                            "endRange": "Inf",
                            "pricePerUnit": {"USD": price},
                        }
                        for number, price in enumerate(prices)
                    },
                }
            }
        },
    }


def _answer(tmp_path: Path, *products: dict[str, Any], name: str = "answer.json") -> str:
    file = tmp_path / name
    file.write_text(json.dumps({"FormatVersion": "aws_v1", "PriceList": [json.dumps(p) for p in products]}))
    return str(file)


def test_two_calls_fetch_the_prices_of_a_region() -> None:
    # WHEN
    found = [shlex.split(call) for call in calls("eu-west-1")]

    # THEN
    assert [words[:3] for words in found] == [["aws", "pricing", "get-products"]] * 2
    assert [words[words.index("--service-code") + 1] for words in found] == ["AWSBackup", "AmazonEC2"]
    assert all("Type=TERM_MATCH,Field=regionCode,Value=eu-west-1" in words for words in found)


def test_more_services_are_more_calls() -> None:
    assert "--service-code AmazonRDS" in calls("eu-west-1", ["AmazonRDS"])[2]


def test_storage_of_every_kind_is_converted(tmp_path: Path) -> None:
    # GIVEN
    backup = _answer(
        tmp_path,
        _product("EU-WarmStorage-ByteHrs-EFS", "0.0550000000"),
        _product("EU-ColdStorage-ByteHrs-EFS", "0.0110000000"),
        _product("WarmStorage-ByteHrs-S3", "0.05", region="us-east-1"),
        name="backup.json",
    )
    snapshots = _answer(
        tmp_path,
        _product("EU-EBS:SnapshotUsage", "0.05", service="AmazonEC2"),
        _product("EU-EBS:SnapshotArchiveStorage", "0.0125", service="AmazonEC2"),
        name="snapshots.json",
    )

    # WHEN
    found = convert([backup, snapshots]).prices

    # THEN
    assert found.of == {
        ("eu-west-1", "EFS"): Price(0.055, 0.011),
        ("us-east-1", "S3"): Price(0.05),
        ("eu-west-1", "EBS"): Price(0.05, 0.0125),
        ("eu-west-1", "EC2"): Price(0.05),
        ("eu-west-1", "Storage Gateway"): Price(0.05),
    }


@pytest.mark.parametrize(
    "usage",
    [
        "EU-WarmStorage-ByteHrs-EFS-LAGV",  # an air-gapped vault
        "EU-EarlyDelete-ColdByteHrs-EFS",
        "EU-USE1-CrossRegion-WarmBytes-EFS",
        "EU-PartialRestore-Warm-EFS",
        "EU-EBS:SnapshotArchiveRetrieval",
    ],
)
def test_what_is_no_storage_in_an_ordinary_vault_is_left_out(tmp_path: Path, usage: str) -> None:
    # WHEN
    found = convert([_answer(tmp_path, _product("EU-WarmStorage-ByteHrs-EFS", "0.05"), _product(usage, "9"))])

    # THEN
    assert found.prices.of == {("eu-west-1", "EFS"): Price(0.05)}
    assert found.unused == (usage,)


def test_the_first_tier_is_taken(tmp_path: Path) -> None:
    found = convert([_answer(tmp_path, _product("EU-WarmStorage-ByteHrs-S3", "0.05", "0.04"))])
    assert found.prices.price("eu-west-1", "S3") == Price(0.05)


def test_of_several_prices_the_lowest_is_taken_and_it_is_said(tmp_path: Path) -> None:
    found = convert(
        [
            _answer(
                tmp_path,
                _product("RDS:ChargedBackupUsage", "0.1"),
                _product("RDS:ChargedBackupUsage", "0.095"),
            )
        ]
    )
    assert found.prices.price("eu-west-1", "RDS") == Price(0.095)
    assert found.several == ("eu-west-1 RDS warm",)


def test_the_converted_file_can_be_read(tmp_path: Path) -> None:
    # GIVEN
    prices = Prices("USD", {("eu-west-1", "EFS"): Price(0.055, 0.011), ("eu-west-1", "S3"): Price(0.05)})
    file = tmp_path / "prices.yaml"

    # WHEN
    file.write_text(as_yaml(prices))

    # THEN
    assert read_prices(str(file)) == prices


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("currency: USD", "regions is missing"),
        ("regions: {eu-west-1: 5}", "eu-west-1: a map of resource types is needed"),
        ("regions: {eu-west-1: {EFS: 0.05}}", "eu-west-1: EFS: a map with warm, or with warm and cold"),
        ("regions: {eu-west-1: {EFS: {hot: 1}}}", "eu-west-1: EFS: a map with warm, or with warm and cold"),
        ("regions: {eu-west-1: {EFS: {warm: x}}}", "eu-west-1: EFS: warm: a number that is not negative"),
    ],
)
def test_a_mistake_in_a_price_file_is_said_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "prices.yaml"
    file.write_text(text)
    with pytest.raises(BadFile) as raised:
        read_prices(str(file))
    assert message in str(raised.value)


@pytest.mark.parametrize("text", ["{}", "[]", "not JSON", '{"PriceList": ["x"]}', '{"PriceList": 5}'])
def test_what_is_no_answer_of_the_price_list_is_said(tmp_path: Path, text: str) -> None:
    file = tmp_path / "answer.json"
    file.write_text(text)
    with pytest.raises(BadFile, match="is no answer of aws pricing get-products"):
        convert([str(file)])


def test_an_answer_without_a_price_of_storage_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no price of stored backups"):
        convert([_answer(tmp_path, _product("EU-PartialRestore-Warm-EFS", "0.02"))])
