"""Backup plans as the service has them now, with their selections."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cfn_backup.written.schedule import DEFAULT_EXPRESSION
from cfn_backup_tools.account.calls import Calls, Refused
from cfn_backup_tools.preview.plan import Copy, Life, Rule, Vault

_FOR_EVER = -1


@dataclass(frozen=True)
class LiveSelection:
    """:param document: as GetBackupSelection shows it."""

    selection_id: str
    name: str
    role_arn: str
    created: datetime
    creator_request_id: str
    document: dict[str, Any]


@dataclass(frozen=True)
class LivePlan:
    """A plan's current version.

    :param changed: when the version was made.
    :param document: as GetBackupPlan shows it, with the advanced settings in their place.
    """

    plan_id: str
    arn: str
    name: str
    version_id: str
    changed: datetime
    document: dict[str, Any]
    selections: tuple[LiveSelection, ...]
    logical_id: str = ""

    @property
    def rules(self) -> tuple[Rule, ...]:
        region = self.arn.split(":")[3]
        return tuple(rule_of(member, region) for member in self.document["Rules"])


def read_plan(calls: Calls, plan_id: str, logical_id: str = "") -> LivePlan | None:
    """The plan; None if it is not there."""
    try:
        found = calls.call("backup", "GetBackupPlan", BackupPlanId=plan_id)
    except Refused as refusal:
        if refusal.code == "ResourceNotFoundException":
            return None
        raise
    document = {**found["BackupPlan"]}
    if found.get("AdvancedBackupSettings"):
        document["AdvancedBackupSettings"] = found["AdvancedBackupSettings"]
    return LivePlan(
        plan_id,
        found["BackupPlanArn"],
        document["BackupPlanName"],
        found["VersionId"],
        found["CreationDate"],
        document,
        tuple(_selections(calls, plan_id)),
        logical_id or document["BackupPlanName"],
    )


def _selections(calls: Calls, plan_id: str) -> Iterator[LiveSelection]:
    listed = calls.items("backup", "ListBackupSelections", "BackupSelectionsList", BackupPlanId=plan_id)
    for item in listed:
        found = calls.call(
            "backup", "GetBackupSelection", BackupPlanId=plan_id, SelectionId=item["SelectionId"]
        )
        document = found["BackupSelection"]
        yield LiveSelection(
            item["SelectionId"],
            document["SelectionName"],
            document["IamRoleArn"],
            found["CreationDate"],
            found.get("CreatorRequestId", ""),
            document,
        )


def all_plan_ids(calls: Calls) -> list[str]:
    """Of all plans of the account in the Region."""
    return [plan["BackupPlanId"] for plan in calls.items("backup", "ListBackupPlans", "BackupPlansList")]


def rule_of(member: dict[str, Any], region: str) -> Rule:
    """A rule as the preview knows it."""
    return Rule(
        name=member["RuleName"],
        expression=member.get("ScheduleExpression") or DEFAULT_EXPRESSION,
        life=_life(member.get("Lifecycle")),
        vault=Vault(member["TargetBackupVaultName"], region),
        timezone=member.get("ScheduleExpressionTimezone") or "Etc/UTC",
        start_window_minutes=int(member.get("StartWindowMinutes") or 480),
        completion_window_minutes=int(member.get("CompletionWindowMinutes") or 10080),
        continuous=bool(member.get("EnableContinuousBackup")),
        copies=tuple(_copy(action) for action in member.get("CopyActions") or ()),
    )


def _copy(action: dict[str, Any]) -> Copy:
    _, _, _, region, account, _, name = action["DestinationBackupVaultArn"].split(":", 6)
    return Copy(Vault(name, region, account), _life(action.get("Lifecycle")))


def _life(lifecycle: dict[str, Any] | None) -> Life:
    days = (lifecycle or {}).get("DeleteAfterDays")
    cold = (lifecycle or {}).get("MoveToColdStorageAfterDays")
    return Life(None if days in (None, _FOR_EVER) else days, None if cold in (None, _FOR_EVER) else cold)
