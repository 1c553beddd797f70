"""Which controls of AWS Backup Audit Manager, and the AWS Config rules behind them, a plan would pass.

Source: developer guide, Controls and remediation, with the default values of the parameters. A control that
depends on what a template does not tell is named as such.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from cfn_backup.desired.vault import Vault
from cfn_backup_tools.preview.plan import Life, Plan, Rule
from cfn_backup_tools.preview.report import Verdict
from cfn_backup_tools.preview.runs import next_runs

RETENTION_DAYS = 35
FREQUENCY_HOURS = 24
"""Defaults of the controls."""
A_MONTH_OF_RUNS = 32
DELETION = "backup:DeleteRecoveryPoint"

IN_A_PLAN = "backup-resources-protected-by-backup-plan"
FREQUENCY = "backup-plan-min-frequency-and-min-retention-check"
RETENTION = "backup-recovery-point-minimum-retention-check"
NO_DELETION = "backup-recovery-point-manual-deletion-disabled"
ENCRYPTED = "backup-recovery-point-encrypted"
CROSS_REGION = "BACKUP_RESOURCES_PROTECTED_BY_CROSS_REGION"
CROSS_ACCOUNT = "BACKUP_RESOURCES_PROTECTED_BY_CROSS_ACCOUNT"
LOCKED = "BACKUP_RESOURCES_PROTECTED_BY_BACKUP_VAULT_LOCK"
LAST_POINT = "BACKUP_LAST_RECOVERY_POINT_CREATED"


def verdicts(plan: Plan, vaults: Mapping[str, Vault | None], *, selects: bool) -> tuple[Verdict, ...]:
    """What each control would say; ``vaults`` are those that the plan uses, None for one that is elsewhere."""
    return (
        _selected(selects),
        _frequency(plan),
        _last_point(plan),
        _retention(plan),
        _deletion(vaults),
        _locked(plan, vaults),
        Verdict(
            ENCRYPTED,
            None,
            "types that AWS Backup manages fully are encrypted by the vault; others as they are",
        ),
        _to_another_region(plan),
        _to_another_account(plan),
    )


def _selected(selects: bool) -> Verdict:
    why = "for what its selections reach" if selects else "nothing in this template is selected for it"
    return Verdict(IN_A_PLAN, True if selects else None, why)


def _frequency(plan: Plan) -> Verdict:
    enough = [r.name for r in plan.rules if _is_daily(r) and _is_kept(r.life)]
    if enough:
        return Verdict(FREQUENCY, True, f"{enough[0]} runs daily and keeps {RETENTION_DAYS} days or more")
    return Verdict(FREQUENCY, False, f"no rule runs daily and keeps {RETENTION_DAYS} days or more")


def _last_point(plan: Plan) -> Verdict:
    daily = [rule.name for rule in plan.rules if _is_daily(rule)]
    if daily:
        return Verdict(LAST_POINT, True, f"within a day, as {daily[0]} runs daily")
    return Verdict(LAST_POINT, False, "within a day: no rule runs daily; the control's time can be longer")


def _retention(plan: Plan) -> Verdict:
    lives = [
        (rule.name, life) for rule in plan.rules for life in (rule.life, *(copy.life for copy in rule.copies))
    ]
    short = list(dict.fromkeys(name for name, life in lives if not _is_kept(life)))
    if short:
        return Verdict(RETENTION, False, f"{', '.join(short)} keeps less than {RETENTION_DAYS} days")
    return Verdict(RETENTION, True, f"every recovery point is kept {RETENTION_DAYS} days or more")


def _deletion(vaults: Mapping[str, Vault | None]) -> Verdict:
    open_ = [name for name, vault in vaults.items() if vault and not _denies_deletion(vault.access_policy)]
    elsewhere = [name for name, vault in vaults.items() if vault is None]
    if open_:
        return Verdict(NO_DELETION, False, f"the access policy of {', '.join(open_)} denies no deletion")
    if elsewhere:
        return Verdict(
            NO_DELETION, None, f"the access policy of {', '.join(elsewhere)} is not in this template"
        )
    return Verdict(NO_DELETION, True, "the vaults' access policies deny it")


def _denies_deletion(policy: Any) -> bool:
    statements = policy.get("Statement", []) if isinstance(policy, Mapping) else []
    return any(_denies(s) for s in (statements if isinstance(statements, list) else [statements]))


def _denies(statement: Any) -> bool:
    if not isinstance(statement, Mapping) or statement.get("Effect") != "Deny":
        return False
    actions = statement.get("Action", [])
    return any(
        action in (DELETION, "backup:*", "*")
        for action in (actions if isinstance(actions, list) else [actions])
    )


def _locked(plan: Plan, vaults: Mapping[str, Vault | None]) -> Verdict:
    used = dict.fromkeys(rule.vault.name for rule in plan.rules)
    locked = [name for name in used if (vault := vaults.get(name)) and vault.lock]
    if locked:
        return Verdict(LOCKED, True, f"{locked[0]} has a lock")
    if any(vaults.get(name) is None for name in used):
        return Verdict(LOCKED, None, "a vault of the plan is not in this template")
    return Verdict(LOCKED, False, "no vault of the plan has a lock")


def _to_another_region(plan: Plan) -> Verdict:
    copies = [(rule, copy) for rule in plan.rules for copy in rule.copies]
    away = [copy.vault.region for rule, copy in copies if copy.vault.region not in ("", rule.vault.region)]
    own_is_known = all(rule.vault.region for rule, _ in copies)
    if away and own_is_known:
        return Verdict(CROSS_REGION, True, f"backups are copied to {away[0]}")
    if away:
        return Verdict(
            CROSS_REGION, None, f"backups are copied to {away[0]}; is the stack in another Region?"
        )
    return _unknown(CROSS_REGION, plan) or Verdict(CROSS_REGION, False, "no rule copies to another Region")


def _to_another_account(plan: Plan) -> Verdict:
    accounts = [copy.vault.account for rule in plan.rules for copy in rule.copies if copy.vault.account]
    if accounts:
        return Verdict(CROSS_ACCOUNT, None, f"backups are copied to {accounts[0]}; is that another account?")
    return _unknown(CROSS_ACCOUNT, plan) or Verdict(CROSS_ACCOUNT, False, "no rule copies to another account")


def _unknown(control: str, plan: Plan) -> Verdict | None:
    """For a plan that copies to a place that the template does not tell."""
    names = [copy.vault.name for rule in plan.rules for copy in rule.copies if not copy.is_place_known]
    return Verdict(control, None, f"the template does not tell where {names[0]} is") if names else None


def _is_kept(life: Life) -> bool:
    return life.delete_after_days is None or life.delete_after_days >= RETENTION_DAYS


def _is_daily(rule: Rule) -> bool:
    """Whether no more than a day lies between the runs of a month, apart from an hour of the clock's."""
    begin = datetime(2026, 7, 1, tzinfo=UTC)
    runs = [run.start for run in next_runs(Plan((rule,)), rule, begin, A_MONTH_OF_RUNS)]
    gaps = [later - earlier for earlier, later in pairwise(runs)]
    return bool(gaps) and all(gap.total_seconds() <= (FREQUENCY_HOURS + 1) * 3600 for gap in gaps)
