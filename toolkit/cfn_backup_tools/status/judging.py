"""Judges what was read: pure functions from facts and a time to findings and rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from cfn_backup_tools.account.findings import Finding
from cfn_backup_tools.account.plans import LivePlan, LiveSelection
from cfn_backup_tools.account.reached import Reach
from cfn_backup_tools.account.resources import Resource
from cfn_backup_tools.preview.plan import Plan, Rule
from cfn_backup_tools.preview.runs import Run, next_runs
from cfn_backup_tools.status.facts import DONE_WELL, Facts, Job, PlanFacts, RoleFacts, VaultFacts
from cfn_backup_tools.status.messages import explained

_SEARCHED_RUNS = 60  # of a rule that another suppresses: two months of a daily one
_JOBS_KNOWN = timedelta(days=29)
"""How far back a run is looked for: ListBackupJobs knows the jobs of thirty days."""
_S3_POLICY = "AWSBackupServiceRolePolicyForS3Backup"
_BACKUP_POLICY = "service-role/AWSBackupServiceRolePolicyForBackup"
_ALL_POWERFUL = ("AdministratorAccess",)


@dataclass(frozen=True)
class Row:
    """One resource of one plan: a line of the table."""

    logical_id: str
    plan: str
    resource: Resource
    last_job: Job | None
    last_copy: Job | None
    last_point: datetime | None
    next_due: datetime | None
    well: bool


def judge(facts: Facts, now: datetime) -> tuple[list[Finding], list[Row]]:
    """Everything that is not as it should be, and a row for each resource of each plan."""
    findings = [
        Finding(
            logical_id,
            "PlanMissing",
            f"the plan {plan_id} that the stack made is not there",
            "update the stack with a change to the plan, or delete and make the resource again",
        )
        for logical_id, plan_id in facts.missing_plans.items()
    ]
    rows: list[Row] = []
    for plan in facts.plans:
        found = _of_plan(plan, facts, now)
        findings += found
        rows += [
            _row(plan, resource, now, well=not any(f.resource in (None, resource.arn) for f in found))
            for resource in plan.resources().values()
        ]
    return findings, rows


def _of_plan(plan: PlanFacts, facts: Facts, now: datetime) -> list[Finding]:
    """What the account shows, and of the jobs what that does not explain already."""
    seen = [*_of_rules(plan, facts, now), *_of_selections(plan, facts)]
    for resource in plan.resources().values():
        seen += _of_bucket(plan, resource, facts)
    explained_kinds = {(finding.kind, finding.resource) for finding in seen}
    told = [
        finding
        for resource in plan.resources().values()
        for finding, same_as in _of_resource(plan, resource, now)
        if not {(same_as, None), (same_as, resource.arn)} & explained_kinds
    ]
    return [*seen, *told]


def _row(facts: PlanFacts, resource: Resource, now: datetime, *, well: bool) -> Row:
    return Row(
        facts.plan.logical_id,
        facts.plan.name,
        resource,
        _last(facts.jobs, resource.arn),
        _last(facts.copies, resource.arn),
        facts.last_points.get(resource.arn),
        next_due(facts.plan, now),
        well,
    )


def _last(jobs: tuple[Job, ...], arn: str) -> Job | None:
    return next((job for job in reversed(jobs) if job.resource == arn), None)


def next_due(plan: LivePlan, now: datetime) -> datetime | None:
    """When a rule of the plan runs next that no other suppresses; None if none ever does."""
    whole = Plan(plan.rules)
    starts = [run.start for rule in whole.rules for run in _taking_place(whole, rule, now)[:1]]
    return min(starts, default=None)


def _taking_place(plan: Plan, rule: Rule, now: datetime) -> list[Run]:
    return [run for run in next_runs(plan, rule, now, _SEARCHED_RUNS) if run.suppressed_by is None]


# --- rules -----------------------------------------------------------------------------------------------


def _of_rules(facts: PlanFacts, all_facts: Facts, now: datetime) -> Iterator[Finding]:
    plan = facts.plan
    whole = Plan(plan.rules)
    for number, rule in enumerate(whole.rules):
        path = f"Rules[{number}]"
        runs = next_runs(whole, rule, now, _SEARCHED_RUNS)
        if not runs:
            yield Finding(
                plan.logical_id,
                "RuleNeverRuns",
                f"the schedule {rule.expression} of rule {rule.name} has no run any more",
                "give the rule a schedule that occurs",
                path=f"{path}.ScheduleExpression",
                expected="a schedule that occurs",
                actual=rule.expression,
            )
        elif all(run.suppressed_by for run in runs):
            yield Finding(
                plan.logical_id,
                "RuleSuppressed",
                f"rule {rule.name} makes no backup: each of its runs falls into the start window of rule "
                f"{runs[0].suppressed_by}, which keeps its backups longer",
                "start the rules at different hours, or shorten StartWindowMinutes of the other rule",
                path=path,
                expected="runs of its own",
                actual=f"suppressed by {runs[0].suppressed_by}",
            )
        yield from _of_vault(plan, rule, path, all_facts)
        yield from _of_copies(plan, rule, path, all_facts)


def _of_vault(plan: LivePlan, rule: Rule, path: str, facts: Facts) -> Iterator[Finding]:
    vault = facts.vaults[rule.vault.name]
    if not vault.exists:
        yield Finding(
            plan.logical_id,
            "VaultMissing",
            f"the vault {vault.name} of rule {rule.name} is not there, or the caller may not see it",
            "make the vault, or name another in the rule",
            path=f"{path}.TargetBackupVaultName",
            expected=vault.name,
            actual=None,
        )
        return
    if not vault.takes(rule.life.delete_after_days):
        yield _outside_lock(
            plan, rule, f"{path}.Lifecycle.DeleteAfterDays", rule.life.delete_after_days, vault
        )
    if vault.key_problem:
        yield Finding(
            plan.logical_id,
            "KeyNotUsable",
            f"the key of vault {vault.name} cannot be used: {vault.key_problem}",
            "enable the key, or cancel its deletion; a vault cannot change its key",
        )
    if vault.topic_problem:
        yield Finding(
            plan.logical_id,
            "NotificationsNotSent",
            f"no notification of vault {vault.name} arrives: {vault.topic_problem}",
            "let the topic's policy allow SNS:Publish to backup.amazonaws.com, which Notifications of "
            "Custom::BackupVault does unless ManageTopicPolicy is false",
        )


def _of_copies(plan: LivePlan, rule: Rule, path: str, facts: Facts) -> Iterator[Finding]:
    partition = plan.arn.split(":")[1]
    for number, copy in enumerate(rule.copies):
        to = copy.vault
        arn = f"arn:{partition}:backup:{to.region}:{to.account}:backup-vault:{to.name}"
        kept = copy.life.delete_after_days or rule.life.delete_after_days
        yield from _of_destination(plan, rule, f"{path}.CopyActions[{number}]", arn, kept, facts)


def _of_destination(
    plan: LivePlan, rule: Rule, where: str, arn: str, kept: int | None, facts: Facts
) -> Iterator[Finding]:
    vault = facts.destinations.get(arn)
    if vault is not None and not vault.exists:
        yield Finding(
            plan.logical_id,
            "CopyDestinationMissing",
            f"the vault {arn} that rule {rule.name} copies to is not there",
            "make the vault, or take the copy action out",
            path=f"{where}.DestinationBackupVaultArn",
            expected=arn,
            actual=None,
        )
    if vault is not None and vault.exists and not vault.takes(kept):
        yield _outside_lock(plan, rule, f"{where}.Lifecycle.DeleteAfterDays", kept, vault)


def _outside_lock(plan: LivePlan, rule: Rule, path: str, days: int | None, vault: VaultFacts) -> Finding:
    kept = "for ever" if days is None else f"for {days} days"
    low, high = vault.min_days or 1, vault.max_days or "any number of"
    return Finding(
        plan.logical_id,
        "RetentionOutsideLock",
        f"rule {rule.name} keeps backups {kept}, and the lock of vault {vault.name} allows {low} to {high} "
        "days: "
        "every job fails",
        "change DeleteAfterDays to what the lock allows",
        path=path,
        expected=f"{low} to {high}",
        actual=days,
    )


# --- selections ------------------------------------------------------------------------------------------


def _of_selections(facts: PlanFacts, all_facts: Facts) -> Iterator[Finding]:
    plan = facts.plan
    if not plan.selections:
        yield Finding(
            plan.logical_id,
            "NoSelection",
            "the plan has no selection, so it backs nothing up",
            "add Selections to the plan, or a Custom::BackupSelection that names it",
        )
    for selection in plan.selections:
        reach = facts.reached[selection.selection_id]
        yield from _of_reach(plan, selection, reach, all_facts)
        yield from _of_role(plan, selection, reach, all_facts.roles[selection.role_arn])


def _of_reach(plan: LivePlan, selection: LiveSelection, reach: Reach, facts: Facts) -> Iterator[Finding]:
    for arn in reach.missing:
        yield Finding(
            plan.logical_id,
            "ResourceMissing",
            f"selection {selection.name} names {arn}, which is not there",
            "take it out of the selection, or make it again; what a Stack entry found is found anew when "
            "the stack "
            "of the plan is updated with a change to the selection",
            resource=arn,
        )
    for resource in reach.opted_out:
        yield Finding(
            plan.logical_id,
            "OptedOut",
            f"{resource.type} is switched off in the service opt-in of this Region, so selection "
            f"{selection.name} "
            "passes it by",
            f"switch it on: aws backup update-region-settings --resource-type-opt-in-preference "
            f"{resource.type}=true, or Custom::BackupRegionSettings; or name the resource by its ARN",
            resource=resource.arn,
        )
    if not reach.resources and not reach.opted_out and not reach.missing:
        yield _selects_nothing(plan, selection, facts)


def _selects_nothing(plan: LivePlan, selection: LiveSelection, facts: Facts) -> Finding:
    near = _near_miss(selection, facts)
    return Finding(
        plan.logical_id,
        "SelectsNothing",
        f"selection {selection.name} reaches no resource of this account and Region"
        + (f": {near}" if near else ""),
        "write the tag in the selection as the resources have it: keys and values are case sensitive"
        if near
        else "tag what is to be backed up, or change the selection",
    )


def _near_miss(selection: LiveSelection, facts: Facts) -> str:
    """A resource whose tag differs from the selection's in case only."""
    wanted = [(t["ConditionKey"], t["ConditionValue"]) for t in selection.document.get("ListOfTags") or ()]
    wanted += [
        (test["ConditionKey"].removeprefix("aws:ResourceTag/"), test["ConditionValue"])
        for test in (selection.document.get("Conditions") or {}).get("StringEquals") or ()
    ]
    for key, value in wanted:
        for resource in facts.tagged:
            for actual_key, actual in resource.tags.items():
                if (actual_key.lower(), actual.lower()) == (key.lower(), value.lower()) and (
                    (actual_key, actual) != (key, value)
                ):
                    return f"it wants {key}={value}, and {resource.arn} has {actual_key}={actual}"
    return ""


def _of_role(plan: LivePlan, selection: LiveSelection, reach: Reach, role: RoleFacts) -> Iterator[Finding]:
    if not role.assumable:
        yield Finding(
            plan.logical_id,
            "RoleNotAssumable",
            f"the role {role.arn} of selection {selection.name} is not there, or does not let "
            "backup.amazonaws.com assume it",
            "make the role again, or put the trust policy right",
        )
        return
    if role.own_policies or role.policies & set(_ALL_POWERFUL):
        # what they allow is not judged here: a job's message says if it is too little
        return
    for resource in reach.resources:
        policy = _S3_POLICY if resource.type == "S3" else _BACKUP_POLICY
        if policy not in role.policies:
            yield Finding(
                plan.logical_id,
                "RoleLacksPolicy",
                f"the role {role.arn} of selection {selection.name} lacks {policy.rpartition('/')[2]}, "
                "without "
                "which the resource cannot be backed up",
                f"attach {policy} to the role",
                resource=resource.arn,
            )


# --- resources -------------------------------------------------------------------------------------------


def _of_resource(facts: PlanFacts, resource: Resource, now: datetime) -> Iterator[tuple[Finding, str]]:
    """With each finding the kind of the one that says the same, if there is such a one."""
    last = _last(facts.jobs, resource.arn)
    copy = _last(facts.copies, resource.arn)
    if last is not None and not last.under_way:
        yield from _of_job(facts, last, "Job")
    if copy is not None and not copy.under_way:
        yield from _of_job(facts, copy, "Copy")
    for finding in _of_missed_run(facts, resource, last, now):
        yield finding, ""


def _of_bucket(facts: PlanFacts, resource: Resource, all_facts: Facts) -> Iterator[Finding]:
    bucket = all_facts.buckets.get(resource.arn)
    if bucket is None:
        return
    if bucket.versioned is False:
        yield Finding(
            facts.plan.logical_id,
            "VersioningOff",
            "S3 Versioning is not enabled on the bucket, so its backups fail",
            "enable it: VersioningConfiguration: {Status: Enabled}",
            resource=resource.arn,
        )
    if bucket.sends_events is False and any(rule.continuous for rule in facts.plan.rules):
        yield Finding(
            facts.plan.logical_id,
            "EventsOff",
            "the bucket does not send its events to Amazon EventBridge, so its continuous backup stands "
            "still, and "
            "AWS Backup does not say so",
            "put EventBridgeConfiguration into NotificationConfiguration of the bucket",
            resource=resource.arn,
        )


def _of_job(facts: PlanFacts, job: Job, what: str) -> Iterator[tuple[Finding, str]]:
    if job.state == DONE_WELL and not job.message:
        return
    known = explained(job.message) if job.message else None
    kind = "CompletedWithWarnings" if job.state == DONE_WELL else f"{what}{job.state.capitalize()}"
    said = f"AWS Backup says: {job.message}" if job.message else "AWS Backup says nothing"
    happened = "completed with a warning" if job.state == DONE_WELL else f"is {job.state}"
    noun = f"the last copy to {job.vault}" if what == "Copy" else "the last backup job"
    finding = Finding(
        facts.plan.logical_id,
        kind,
        f"{noun} of {job.created:%Y-%m-%d %H:%M %Z} {happened}"
        + (f": {known.cause}" if known else "")
        + f". {said}",
        known.fix
        if known
        else "look the message up in the troubleshooting page of the AWS Backup developer guide",
        resource=job.resource,
        expected=DONE_WELL,
        actual=job.state,
    )
    yield finding, known.same_as if known else ""


def _of_missed_run(
    facts: PlanFacts, resource: Resource, last: Job | None, now: datetime
) -> Iterator[Finding]:
    """The youngest run whose start window is over and of which there is no job."""
    since = _reached_since(facts, resource)
    run = _last_run(facts.plan, since, now)
    if run is None or (last is not None and last.created >= run.start):
        return
    so_far = f"the last one is of {last.created:%Y-%m-%d %H:%M %Z}" if last else "there has been none so far"
    yield Finding(
        facts.plan.logical_id,
        "NoJob",
        f"no job was made for the run of {run.start:%Y-%m-%d %H:%M %Z}, whose start window is over; "
        f"{so_far}. "
        "Unless the resource or its tag is younger than that run, AWS Backup did not find it",
        "look in AWS CloudTrail for ProcessBackupPlanSelection: a service control policy that denies "
        "tag:GetResources, or a role that lacks it, keeps AWS Backup from finding what is tagged",
        resource=resource.arn,
    )


def _reached_since(facts: PlanFacts, resource: Resource) -> datetime:
    """Since when this version of the plan reaches the resource, as far as is known."""
    by = [s.created for s in facts.plan.selections if resource in facts.reached[s.selection_id].resources]
    return max(facts.plan.changed, min(by, default=facts.plan.changed))


def _last_run(plan: LivePlan, since: datetime, now: datetime) -> Run | None:
    """The youngest run since then that no other suppresses and whose start window is over."""
    whole = Plan(plan.rules)
    found: Run | None = None
    for rule in whole.rules:
        begin = max(since, now - _JOBS_KNOWN)
        for run in _runs_between(whole, rule, begin, now):
            if (
                run.suppressed_by is None
                and run.window_end <= now
                and (found is None or run.start > found.start)
            ):
                found = run
    return found


def _runs_between(plan: Plan, rule: Rule, begin: datetime, end: datetime) -> Iterator[Run]:
    number = 64
    while True:
        runs = next_runs(plan, rule, begin, number)
        if len(runs) < number or runs[-1].start > end:
            yield from (run for run in runs if run.start <= end)
            return
        number *= 4
