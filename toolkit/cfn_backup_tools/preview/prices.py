"""Prices of stored backups: the file that ``--prices`` takes, and how it is made.

The project ships no prices, since they change and differ by Region. AWS's Price List Query API has those of
AWS Backup and of EBS snapshots in two calls; ``aws pricing`` needs credentials, so the command prints the
calls and reads what they answer. What other services bill can be added by hand, or by more calls.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cfn_backup_tools.preview.yaml_file import BadFile, amount, read_map

PRICE_LIST_REGION = "us-east-1"
"""The Price List Query API answers here for every Region."""


@dataclass(frozen=True)
class Price:
    """For one GB stored for a month."""

    warm: float | None = None
    cold: float | None = None


@dataclass(frozen=True)
class Prices:
    """A price file."""

    currency: str
    of: Mapping[tuple[str, str], Price]
    """By Region and resource type."""

    def price(self, region: str, resource_type: str) -> Price:
        return self.of.get((region, resource_type), Price())


def read_prices(file: str) -> Prices:
    """The prices of a file. Raises BadFile."""
    read = read_map(file)
    regions = read.get("regions")
    if not isinstance(regions, dict):
        raise BadFile(f"{file}: regions is missing: a map of Regions, as cfn-backup prices writes it")
    found: dict[tuple[str, str], Price] = {}
    for region, types in regions.items():
        if not isinstance(types, dict):
            raise BadFile(f"{file}: {region}: a map of resource types is needed")
        for resource_type, price in types.items():
            found[str(region), str(resource_type)] = _price(price, f"{file}: {region}: {resource_type}")
    return Prices(str(read.get("currency", "USD")), found)


def _price(read: Any, where: str) -> Price:
    if not isinstance(read, dict) or not read or not read.keys() <= {"warm", "cold"}:
        raise BadFile(f"{where}: a map with warm, or with warm and cold, is needed: the price of a GB-month")
    return Price(**{tier: amount(value, f"{where}: {tier}") for tier, value in read.items()})


# ---- from the price list ----


@dataclass(frozen=True)
class Query:
    """One call of the Price List Query API."""

    service: str
    family: str | None
    file: str


TWO_CALLS = (
    Query("AWSBackup", "AWS Backup Storage", "backup.json"),
    Query("AmazonEC2", "Storage Snapshot", "snapshots.json"),
)
"""For what AWS Backup bills itself, and for EBS snapshots."""

MORE_CALLS = {
    query.service: query
    for query in (
        Query("AmazonRDS", "Storage Snapshot", "rds.json"),
        Query("AmazonFSx", None, "fsx.json"),
        Query("AmazonDocDB", None, "docdb.json"),
        Query("AmazonNeptune", None, "neptune.json"),
    )
}
"""For types whose backups their own service bills."""


def calls(region: str, services: Iterable[str] = ()) -> list[str]:
    """The calls of the AWS CLI that fetch the prices of a Region; those of more services on request."""
    return [_call(region, query) for query in (*TWO_CALLS, *(MORE_CALLS[name] for name in services))]


def _call(region: str, query: Query) -> str:
    filters = [f"Type=TERM_MATCH,Field=regionCode,Value={region}"]
    if query.family:
        filters.append(f"'Type=TERM_MATCH,Field=productFamily,Value={query.family}'")
    return (
        f"aws pricing get-products --region {PRICE_LIST_REGION} --service-code {query.service} "
        f"--filters {' '.join(filters)} --output json > {query.file}"
    )


@dataclass(frozen=True)
class _Usage:
    """A usage type of the price list that is the storage of a resource type's backups."""

    pattern: re.Pattern[str]
    resource_types: tuple[str, ...]
    tier: str
    attribute: tuple[str, str] | None = None
    """An attribute of the product that decides, and how its value begins."""


_PREFIX = r"(?:[A-Z]{2,4}\d?-)?"
"""The Region's letters; us-east-1 has none. A second group of letters is another Region's: a transfer."""


def _usage(
    pattern: str, resource_types: tuple[str, ...], tier: str, attribute: tuple[str, str] | None = None
) -> _Usage:
    return _Usage(re.compile(_PREFIX + pattern), resource_types, tier, attribute)


def _of_backup(name: str, resource_type: str) -> Iterator[_Usage]:
    yield _usage(f"WarmStorage-ByteHrs-{name}", (resource_type,), "warm")
    yield _usage(f"ColdStorage-ByteHrs-{name}", (resource_type,), "cold")


USAGES = (
    *_of_backup("EFS", "EFS"),
    *_of_backup("S3", "S3"),
    *_of_backup("DynamoDB", "DynamoDB"),
    *_of_backup("Timestream", "Timestream"),
    *_of_backup("(?:VMware|VirtualMachine)", "VirtualMachine"),
    *_of_backup("(?:SAPHANA|SAP-HANA)", "SAP HANA on Amazon EC2"),
    *_of_backup("(?:Aurora)?DSQL", "DSQL"),
    _usage("EBS:SnapshotUsage", ("EBS", "EC2", "Storage Gateway"), "warm"),
    _usage("EBS:SnapshotArchiveStorage", ("EBS",), "cold"),
    _usage("RDS:ChargedBackupUsage", ("RDS",), "warm"),
    _usage("Aurora:BackupUsage", ("Aurora",), "warm"),
    _usage("BackupUsage", ("FSx",), "warm", ("servicecode", "AmazonFSx")),
    _usage("BackupUsage", ("DocumentDB",), "warm", ("servicecode", "AmazonDocDB")),
    _usage("BackupUsage", ("Neptune",), "warm", ("servicecode", "AmazonNeptune")),
)


@dataclass(frozen=True)
class Converted:
    """What was found in the answers of the price list."""

    prices: Prices
    unused: tuple[str, ...]
    """Usage types that are no storage of backups in a vault of an account's own."""
    several: tuple[str, ...]
    """What has several prices; the lowest was taken."""


def convert(files: Iterable[str]) -> Converted:
    """Reads the answers of ``aws pricing get-products``. Raises BadFile."""
    found: dict[tuple[str, str, str], set[float]] = {}
    unused: set[str] = set()
    for file in files:
        for product in _products(file):
            attributes = product.get("product", {}).get("attributes", {})
            usage = next((u for u in USAGES if _is(attributes, u)), None)
            if usage is None:
                unused.add(str(attributes.get("usagetype")))
                continue
            for resource_type in usage.resource_types:
                key = (str(attributes.get("regionCode")), resource_type, usage.tier)
                found.setdefault(key, set()).update(_first_tier(product, file))
    if not any(found.values()):
        raise BadFile("no price of stored backups is in these files")
    several = [f"{region} {name} {tier}" for (region, name, tier), values in found.items() if len(values) > 1]
    return Converted(Prices("USD", _by_type(found)), tuple(sorted(unused)), tuple(sorted(several)))


def as_yaml(prices: Prices) -> str:
    """The price file."""
    lines = [
        "# Prices for cfn-backup preview --prices: one GB stored for a month, by Region and resource type.",
        "# From the AWS Price List, first tier, without taxes and discounts. Lines can be added by hand.",
        f"currency: {prices.currency}",
        "regions:",
    ]
    region = None
    for (of_region, resource_type), price in sorted(prices.of.items()):
        if of_region != region:
            region = of_region
            lines.append(f"  {region}:")
        tiers = [
            (tier, value) for tier, value in (("warm", price.warm), ("cold", price.cold)) if value is not None
        ]
        lines.append(f"    {resource_type}: {{{', '.join(f'{tier}: {value}' for tier, value in tiers)}}}")
    return "\n".join(lines) + "\n"


def _products(file: str) -> Iterator[Mapping[str, Any]]:
    try:
        read = json.loads(Path(file).read_text(encoding="utf-8"))
        entries = read["PriceList"]
        for entry in entries:
            yield json.loads(entry) if isinstance(entry, str) else entry
    except OSError as error:
        raise BadFile(f"{file}: cannot be read: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise BadFile(f"{file}: is no answer of aws pricing get-products") from error


def _is(attributes: Mapping[str, Any], usage: _Usage) -> bool:
    if not usage.pattern.fullmatch(str(attributes.get("usagetype"))):
        return False
    if usage.attribute is None:
        return True
    name, value = usage.attribute
    return attributes.get(name) == value


def _first_tier(product: Mapping[str, Any], file: str) -> Iterator[float]:
    """The prices in USD from the first GB on."""
    try:
        for term in product["terms"]["OnDemand"].values():
            for dimension in term["priceDimensions"].values():
                if dimension.get("beginRange", "0") == "0" and "USD" in dimension["pricePerUnit"]:
                    yield float(dimension["pricePerUnit"]["USD"])
    except (KeyError, AttributeError, ValueError, TypeError) as error:
        raise BadFile(f"{file}: is no answer of aws pricing get-products") from error


def _by_type(found: Mapping[tuple[str, str, str], set[float]]) -> dict[tuple[str, str], Price]:
    tiers: dict[tuple[str, str], dict[str, float]] = {}
    for (region, resource_type, tier), values in found.items():
        # a price of nothing is a free allowance, not the price
        paid = [value for value in values if value > 0]
        if paid:
            tiers.setdefault((region, resource_type), {})[tier] = min(paid)
    return {key: Price(**prices) for key, prices in tiers.items()}
