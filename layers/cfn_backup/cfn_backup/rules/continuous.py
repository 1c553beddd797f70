"""The rules about continuous backup."""

from __future__ import annotations

from collections.abc import Iterator

from cfn_backup.desired.place import Place
from cfn_backup.rules.arns import resource_of
from cfn_backup.rules.asking import is_given, is_true, number
from cfn_backup.rules.plans import all_rules
from cfn_backup.rules.registry import Fault, rule
from cfn_backup.rules.returns import VAULT_TYPES
from cfn_backup.rules.subjects import LifecycleSubject, PlanSubject, RuleSubject
from cfn_backup.symbolic.asking import decided
from cfn_backup.symbolic.values import Str, is_plain
from cfn_backup.written.arns import vault_name

LONGEST_DAYS = 35
DEFAULT = "the default vault"


@rule(
    "E9217",
    subject=LifecycleSubject,
    title="Continuous backup kept too long",
    explanation="Continuous backup goes with 1 to 35 days of retention.",
    way_out="Give at most 35 days; for a longer retention write another rule without `EnableContinuousBackup`.",
    source="AWS Backup Developer Guide: Continuous backups and point-in-time recovery (PITR)",
)
def kept_too_long(subject: LifecycleSubject) -> Iterator[Fault]:
    days = number(subject.lifecycle.delete_after_days)
    if subject.of_copy or days is None or not is_true(subject.rule.rule.enable_continuous_backup):
        return
    if 1 <= days <= LONGEST_DAYS or days == 0:
        return
    if subject.is_written("DeleteAfterDays"):
        message = (
            f"is {days}, but with EnableContinuousBackup at most {LONGEST_DAYS} is allowed; for a longer "
            "retention write another rule without it"
        )
        yield Fault(subject.at("DeleteAfterDays"), message)
    else:
        message = (
            f"is true, but the preset keeps recovery points for {days} days, and continuous backup allows at "
            f"most {LONGEST_DAYS}: give a Lifecycle with DeleteAfterDays: {LONGEST_DAYS} or less"
        )
        yield Fault(subject.rule.origin("enable_continuous_backup"), message)


@rule(
    "E9218",
    subject=LifecycleSubject,
    title="Continuous backup with cold storage",
    explanation="Continuous backups cannot move to cold storage.",
    way_out="Leave `MoveToColdStorageAfterDays` out, or write another rule without `EnableContinuousBackup`.",
    source="AWS Backup Developer Guide: Continuous backups and point-in-time recovery (PITR); observed: "
    "«Invalid lifecycle. MoveToColdStorageAfterDays is unavailable»",
)
def continuous_in_cold_storage(subject: LifecycleSubject) -> Iterator[Fault]:
    cold = subject.lifecycle.move_to_cold_storage_after_days
    if subject.of_copy or not is_true(subject.rule.rule.enable_continuous_backup):
        return
    if is_given(cold) and number(cold) != -1:
        message = (
            "is given, but continuous backups cannot move to cold storage: leave it out, or write another "
            "rule without EnableContinuousBackup"
        )
        yield Fault(subject.at("MoveToColdStorageAfterDays"), message)


@rule(
    "E9233",
    subject=RuleSubject,
    title="Continuous backup without a retention",
    explanation="A rule with `EnableContinuousBackup` needs a `Lifecycle` with `DeleteAfterDays`. In "
    "`Custom::BackupPlan` 35 days are filled in, as in the CDK.",
    way_out="Give `Lifecycle` with `DeleteAfterDays`, 1 to 35.",
    source="Observed: «Lifecycle must be specified for backup rule enabled continuous backup»",
)
def continuous_without_retention(subject: RuleSubject) -> Iterator[Fault]:
    rule_ = subject.planned.rule
    if not is_true(rule_.enable_continuous_backup):
        return
    lifecycle = decided(rule_.lifecycle)
    if is_plain(lifecycle) and lifecycle.unfinished:
        return
    if lifecycle is None or (is_plain(lifecycle) and not is_given(lifecycle.delete_after_days)):
        message = "is true, but there is no retention: give Lifecycle with DeleteAfterDays, 1 to 35"
        yield Fault(subject.planned.origin("enable_continuous_backup"), message)


@rule(
    "E9219",
    subject=PlanSubject,
    title="Continuous backups in several vaults",
    explanation="All continuous rules of a plan must have the same vault: AWS Backup refuses the plan otherwise.",
    way_out="Name the same vault, or write several plans.",
    source="AWS Backup Developer Guide: Continuous backups and point-in-time recovery, overlapping rules",
)
def continuous_in_several_vaults(subject: PlanSubject) -> Iterator[Fault]:
    continuous = [one for one in all_rules(subject) if is_true(one.rule.enable_continuous_backup)]
    if len(continuous) < 2:
        return
    first: tuple[str, str, str] | None = None
    for planned in continuous:
        own = planned.rule.target_backup_vault
        vault = _vault(own if own is not None else subject.plan.backup_vault, subject)
        if vault is None:
            continue
        if first is None:
            first = (*vault, _name(planned))
        elif first[1] != vault[1] and (first[0] == vault[0] or DEFAULT in (first[1], vault[1])):
            # a name and a resource of the template may be the same vault
            message = (
                f"is {vault[1]}, but the continuous backups of {first[2]} go to {first[1]}: all continuous "
                "rules of a plan must have the same vault"
            )
            yield Fault(planned.at / "TargetBackupVault", message)


def _name(planned: object) -> str:
    name = getattr(getattr(planned, "rule", None), "rule_name", None)
    return name if isinstance(name, str) else "another rule"


def _vault(target: Str | None, subject: PlanSubject) -> tuple[str, str] | None:
    """In what way a vault is known, and which one it is; None if it is not known."""
    known = decided(target)
    if known is None:
        default = decided(subject.plan.default_vault)
        name = decided(default.backup_vault_name) if is_plain(default) else None
        return ("name", name) if isinstance(name, str) else ("resource", DEFAULT)
    if isinstance(known, str):
        return "name", vault_name(known)
    return _resource(known, subject.place)


def _resource(target: Str, place: Place) -> tuple[str, str] | None:
    found = resource_of(target, place)
    return ("resource", found[0].logical_id) if found and found[1] in VAULT_TYPES else None
