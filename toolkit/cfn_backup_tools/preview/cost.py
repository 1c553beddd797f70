"""What the recovery points of a plan store and cost: an estimate, with what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cfn_backup_tools.preview.kinds import KINDS
from cfn_backup_tools.preview.plan import Vault
from cfn_backup_tools.preview.prices import Price, Prices
from cfn_backup_tools.preview.simulation import A_YEAR, History, RuleHistory
from cfn_backup_tools.preview.sizes import Resource
from cfn_backup_tools.preview.storage import GbDays, Points, chain

MONTHS = 12

LEFT_OUT = (
    "taxes, discounts, free allowances and the price tiers above the first",
    "restores, restore tests, and the deletion of cold recovery points before their 90 days",
    "data transfer to other Regions and accounts",
    "requests, events and small objects of S3 backups (objects under 128 KB count as 128 KB)",
    "AWS KMS, AWS Config and the controls of Backup Audit Manager",
    "backup indexes, searches and malware scans",
    "growth of the resources, and failed or expired jobs",
)
ASSUMPTIONS = (
    "The oldest recovery point of an incremental type in a vault is full; each later one stores the changes.",
    "A continuous recovery point stores the whole resource and the changes of its whole retention.",
    "A copy in another vault stores the whole resource once more.",
    "Where the same resource is backed up into one vault by several plans, each counts for itself.",
)


@dataclass(frozen=True)
class Line:
    """One resource in one vault."""

    vault: Vault
    resource: str
    resource_type: str
    first_year: GbDays
    """Over the first 365 days."""
    settled_year: GbDays
    """Over the last 365 simulated days."""
    price: Price
    """Of a GB-month."""

    @property
    def per_month(self) -> float | None:
        """The price of an average month of the last simulated year; None where a price is not known."""
        warm, cold = self.settled_year.warm, self.settled_year.cold
        if (warm and self.price.warm is None) or (cold and self.price.cold is None):
            return None
        return (warm * (self.price.warm or 0) + cold * (self.price.cold or 0)) / A_YEAR


@dataclass(frozen=True)
class Cost:
    """What a plan's recovery points store and cost."""

    lines: tuple[Line, ...]
    currency: str | None
    """None: without prices."""

    @property
    def stored(self) -> GbDays:
        """Over the last simulated year."""
        return sum((line.settled_year for line in self.lines), GbDays())

    @property
    def per_month(self) -> float | None:
        """The sum of the lines that have a price."""
        priced = [line.per_month for line in self.lines if line.per_month is not None]
        return sum(priced) if self.currency and priced else None

    @property
    def without_price(self) -> list[str]:
        """What the price file does not have: Region and resource type."""
        missing = [line for line in self.lines if self.currency and line.per_month is None]
        return sorted({f"{line.resource_type} in {line.vault.region}" for line in missing})


def cost(history: History, resources: Sequence[Resource], prices: Prices | None) -> Cost:
    """What the recovery points of these resources store in each vault, and cost where prices are given."""
    lines = [line for resource in resources for line in _lines(history, resource, prices)]
    return Cost(tuple(lines), prices.currency if prices else None)


def _lines(history: History, resource: Resource, prices: Prices | None) -> Iterator[Line]:
    for vault in _vaults(history):
        first = _stored(history, vault, resource, range(A_YEAR))
        last = _stored(history, vault, resource, range(history.days - A_YEAR, history.days))
        price = prices.price(vault.region, resource.resource_type) if prices else Price()
        yield Line(vault, resource.name, resource.resource_type, first, last, price)


def _vaults(history: History) -> list[Vault]:
    """Each vault once, in the order of the rules."""
    rules = [of_rule.rule for of_rule in history.rules]
    return list(
        dict.fromkeys(vault for r in rules for vault in (r.vault, *(copy.vault for copy in r.copies)))
    )


def _stored(history: History, vault: Vault, resource: Resource, days: range) -> GbDays:
    kind = KINDS[resource.resource_type]
    snapshots: list[Points] = []
    stored = GbDays()
    for of_rule in history.rules:
        if of_rule.rule.vault == vault:
            if of_rule.rule.continuous and kind.continuous:
                stored += _continuous(of_rule, resource, days)
            else:
                snapshots.append(Points(of_rule.started, of_rule.rule.life))
        snapshots += [Points(of_rule.started, c.life) for c in of_rule.rule.copies if c.vault == vault]
    return stored + chain(snapshots, kind, days).stored(resource.size, kind)


def _continuous(of_rule: RuleHistory, resource: Resource, days: range) -> GbDays:
    """One recovery point from the first job on, with the changes since then, up to its retention."""
    first = next((day for day, jobs in enumerate(of_rule.started) if jobs), days.stop)
    retention = of_rule.rule.life.delete_after_days or 0
    size = resource.size
    return GbDays(
        sum(
            size.gb + min(size.gb, size.change_per_day * min(day - first, retention))
            for day in days
            if day >= first
        )
    )
