"""What somebody wants backed up, for how long and where: the answers that a template is made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cfn_backup.presets import PLANS, RULES, PresetRule
from cfn_backup.rules.cold_storage import TYPES_WITH_COLD_STORAGE

ARN_OF_TYPE: Mapping[str, str] = {
    "Aurora": "rds:*:*:cluster:*",
    "DynamoDB": "dynamodb:*:*:table/*",
    "EBS": "ec2:*:*:volume/*",
    "EC2": "ec2:*:*:instance/*",
    "EFS": "elasticfilesystem:*:*:file-system/*",
    "FSx": "fsx:*:*:file-system/*",
    "RDS": "rds:*:*:db:*",
    "Redshift": "redshift:*:*:cluster:*",
    "S3": "s3:::*",
    "Timestream": "timestream:*:*:database/*/table/*",
}
"""What selects every resource of a type, after ``arn:<partition>:``."""
PLAN_OF: Mapping[str, str] = {
    "35d": "daily35DayRetention",
    "1y": "dailyMonthly1YearRetention",
    "5y": "dailyWeeklyMonthly5YearRetention",
    "7y": "dailyWeeklyMonthly7YearRetention",
}
"""The ready-made plans, by how long the longest of their rules keeps backups."""
SHORTEST_DAYS = 7
"""Of an own number of days: below a week a backup may have no earlier one to be incremental to (developer guide,
Metering, costs, and billing)."""
LONGEST_DAYS = 36_500
VAULT_ARN = re.compile(r"arn:aws[a-z-]*:backup:[a-z]{2}[a-z0-9-]*:\d{12}:backup-vault:[a-zA-Z0-9_-]{2,50}")
TAG = re.compile(r"(?P<key>[^=]{1,128})=(?P<value>.{0,256})")
EVERYTHING, THIS_STACK = "everything", "stack"


class BadAnswer(ValueError):
    """An answer means nothing here; the message says what would."""


@dataclass(frozen=True)
class Protected:
    """What is to be backed up: one of the four."""

    tag: tuple[str, str] | None = None
    types: tuple[str, ...] = ()
    everything: bool = False
    this_stack: bool = False

    @property
    def can_be_a_bucket(self) -> bool:
        """Whether the role needs the policy for Amazon S3."""
        return not self.types or "S3" in self.types

    @property
    def has_cold_storage(self) -> bool:
        """Whether cold storage can do anything. EBS has it only on opting in, and for rare backups."""
        return all(name in TYPES_WITH_COLD_STORAGE and name != "EBS" for name in self.types)


class Lock(StrEnum):
    """Whether the vault is locked."""

    NONE = "none"
    GOVERNANCE = "governance"
    COMPLIANCE = "compliance"


class Kind(StrEnum):
    """Which resource types the template has."""

    CUSTOM = "custom"
    NATIVE = "native"


@dataclass(frozen=True)
class Wishes:
    """Everything that was asked."""

    protect: Protected
    keep: str | int
    """One of ``PLAN_OF``, or a number of days."""
    own_vault: bool
    lock: Lock
    copy_to: str | None
    """The ARN of a vault."""
    kind: Kind

    @property
    def preset(self) -> str | None:
        """The ready-made plan, where one is what is wanted."""
        return PLAN_OF[self.keep] if isinstance(self.keep, str) and self.protect.has_cold_storage else None

    @property
    def rules(self) -> tuple[PresetRule, ...]:
        """The rules, written out."""
        if isinstance(self.keep, int):
            return (PresetRule("Daily", RULES["daily"].schedule_expression, self.keep),)
        ready = tuple(RULES[name] for name in PLANS[PLAN_OF[self.keep]])
        if self.protect.has_cold_storage:
            return ready
        return tuple(PresetRule(r.rule_name, r.schedule_expression, r.delete_after_days) for r in ready)

    def conflict(self) -> str | None:
        """What does not go together, with what would."""
        if self.lock is not Lock.NONE and not self.own_vault:
            return "a lock needs a vault of its own: the account's Default vault is not this template's"
        if self.protect.this_stack and self.kind is Kind.NATIVE:
            return "native resources cannot select a stack's contents: choose a tag, types or everything"
        return None


# ---- answers ----


def protected(text: str) -> Protected:
    """``everything``, ``stack``, a tag ``KEY=VALUE``, or resource types with commas. Raises BadAnswer."""
    text = text.strip()
    if text.lower() == EVERYTHING:
        return Protected(everything=True)
    if text.lower() == THIS_STACK:
        return Protected(this_stack=True)
    if matched := TAG.fullmatch(text):
        return Protected(tag=(matched["key"].strip(), matched["value"].strip()))
    known = {name.lower(): name for name in ARN_OF_TYPE}
    names = [part.strip() for part in text.split(",")]
    unknown = [name for name in names if name.lower() not in known]
    if unknown:
        raise BadAnswer(
            f"{unknown[0]!r} is neither a tag KEY=VALUE nor everything, stack or one of {', '.join(ARN_OF_TYPE)}"
        )
    return Protected(types=tuple(dict.fromkeys(known[name.lower()] for name in names)))


def kept(text: str) -> str | int:
    """``35d``, ``1y``, ``5y``, ``7y`` or a number of days. Raises BadAnswer."""
    text = text.strip().lower()
    if text in PLAN_OF:
        return text
    days = text.removesuffix("days").removesuffix("day").removesuffix("d").strip()
    if days.isascii() and days.isdecimal() and SHORTEST_DAYS <= int(days[:6]) <= LONGEST_DAYS:
        return int(days[:6])
    raise BadAnswer(
        f"{text!r} is none of {', '.join(PLAN_OF)} and no number of days from {SHORTEST_DAYS} to {LONGEST_DAYS}"
    )


def yes_or_no(text: str) -> bool:
    """Raises BadAnswer."""
    answer = text.strip().lower()
    if answer not in ("y", "yes", "n", "no"):
        raise BadAnswer(f"{text!r} is neither yes nor no")
    return answer.startswith("y")


def lock(text: str) -> Lock:
    """Raises BadAnswer."""
    try:
        return Lock(text.strip().lower())
    except ValueError as error:
        raise BadAnswer(f"{text!r} is none of {', '.join(Lock)}") from error


def kind(text: str) -> Kind:
    """Raises BadAnswer."""
    try:
        return Kind(text.strip().lower())
    except ValueError as error:
        raise BadAnswer(f"{text!r} is none of {', '.join(Kind)}") from error


def copy_target(text: str) -> str | None:
    """The ARN of a vault; None for ``no``. Raises BadAnswer."""
    text = text.strip()
    if text.lower() in ("", "n", "no", "none"):
        return None
    if not VAULT_ARN.fullmatch(text):
        raise BadAnswer(
            f"{text!r} is no ARN of a vault, such as arn:aws:backup:eu-central-1:123456789012:backup-vault:copies"
        )
    return text
