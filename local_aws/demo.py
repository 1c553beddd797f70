"""The main job on real tools, for a person to watch: deploy, read back, change, read back, delete, read back.

Ends at the first read-back that differs from what the preset promises.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from cfn_backup.rules.schedule_words import describe
from local_aws import instance, promises, provider, read_back
from local_aws.instance import Instance
from local_aws.narration import Narration, say, table
from local_aws.stacks import Stacks

STACK = "demo"
TEMPLATE = Path(__file__).with_name("demo.yaml")
NOTHING = "\N{EN DASH}"
FIRST, SECOND = "dailyWeeklyMonthly7YearRetention", "daily35DayRetention"


class Differs(Exception):
    """Something that was read back is not what was promised; the message says what, and both."""


@dataclass(frozen=True)
class ReadBack:
    """Everything that the example stack has made."""

    outputs: dict[str, str]
    plan: read_back.Plan
    role: read_back.Role
    selection: read_back.Selection


def main() -> None:
    """Run it all on a local AWS of its own.

    Raises Differs, LocalAwsError, ProviderNotDeployed, StackFailed.
    """
    narration = Narration()
    say("cfn-backup-provider on a local AWS: nothing here touches an AWS account.")
    with narration.step("starting the local AWS"):
        local = instance.start(f"demo-{os.getpid()}")
    try:
        _deploy(local, narration)
        show(read_back.clients(local), narration)
    finally:
        with narration.step("stopping the local AWS"):
            instance.stop(local)
    say()
    say(f"Everything was as the presets promise. {narration.total():.0f} s in all.")


def _deploy(local: Instance, narration: Narration) -> None:
    with narration.step("sam build: the functions and their layer"):
        built = provider.build(local.home / "build")
    with narration.step("sam deploy: the provider, as stack cfn-backup-provider"):
        provider.deploy(local, built)


def show(clients: read_back.Clients, narration: Narration) -> None:
    """Create, update and delete the example stack, with checks. Raises Differs, StackFailed."""
    stacks = Stacks(clients.cloudformation)
    template = TEMPLATE.read_text()

    with narration.step(
        f"creating the stack {STACK}: a DynamoDB table, and a Custom::BackupPlan with Preset: {FIRST}"
    ):
        outputs = stacks.create(STACK, template, {"Preset": FIRST})
    before = _read(clients, outputs)
    _check(before, FIRST)
    _show_all(before)

    with narration.step(f"updating the stack to Preset: {SECOND}"):
        outputs = stacks.update(STACK, template, {"Preset": SECOND})
    after = _read(clients, outputs)
    _check(after, SECOND)
    _same("the plan id after the update", before.plan.plan_id, after.plan.plan_id)
    _same("the selection after the update", before.selection, after.selection)
    _show_change(before, after)

    with narration.step("deleting the stack"):
        stacks.delete(STACK)
    _check_deleted(clients, after)


def _read(clients: read_back.Clients, outputs: dict[str, str]) -> ReadBack:
    plan = read_back.plan(clients.backup, outputs["Ref"])
    role = read_back.role(clients.iam, outputs["RoleName"])
    selections = read_back.selections(clients.backup, outputs["Ref"])
    if plan is None or role is None:
        message = f"the plan {outputs['Ref']} or the role {outputs['RoleName']} of the outputs does not exist"
        raise Differs(message)
    _same("the number of selections", 1, len(selections))
    _same(
        "the vault of the outputs",
        outputs["BackupVaultArn"],
        read_back.vault_arn(clients.backup, outputs["BackupVaultName"]),
    )
    return ReadBack(outputs, plan, role, selections[0])


def _check(found: ReadBack, preset: str) -> None:
    """Compare everything with what the preset and the template promise. Raises Differs."""
    outputs, plan, role, selection = found.outputs, found.plan, found.role, found.selection
    _same(f"the rules of {preset}", promises.PRESETS[preset], plan.rules)
    _same("the vaults of the rules", {outputs["BackupVaultName"]}, set(plan.vaults))
    expected = {
        "Ref": plan.plan_id,
        "BackupPlanId": plan.plan_id,
        "BackupPlanArn": plan.arn,
        "VersionId": plan.version_id,
        "BackupPlanName": plan.name,
        "RoleArn": role.arn,
        "RoleName": role.name,
    }
    _same("the outputs of the stack", expected, {key: outputs[key] for key in expected})
    _same("who may assume the role", {"backup.amazonaws.com"}, set(role.trusted))
    _same(
        "the policies of the role",
        set(promises.ROLE_POLICIES),
        {arn.rsplit("/", 1)[1] for arn in role.policies},
    )
    _same("the role of the selection", role.arn, selection.role_arn)
    _same("the resources of the selection", {outputs["TableArn"]}, set(selection.resources))
    _same(
        "the tags of the selection",
        {"aws:ResourceTag/stage=prod"},
        {_with_prefix(tag) for tag in selection.tags},
    )


def _check_deleted(clients: read_back.Clients, last: ReadBack) -> None:
    _same("the plan after the delete", None, read_back.plan(clients.backup, last.plan.plan_id))
    _same("the role after the delete", None, read_back.role(clients.iam, last.role.name))
    name, arn = last.outputs["BackupVaultName"], last.outputs["BackupVaultArn"]
    _same("the vault after the delete", arn, read_back.vault_arn(clients.backup, name))
    say()
    say("  After the delete")
    say(f"    gone      plan {last.plan.plan_id}, selection {last.selection.name}, role {last.role.name}")
    say(f"    retained  vault {name}: a vault holds backups, so only RemovalPolicy: DESTROY makes it go")


def _same(what: str, promised: object, found: object) -> None:
    if promised != found:
        message = f"{what} is not as promised\n  promised: {promised}\n  found:    {found}"
        raise Differs(message)


def _with_prefix(tag: str) -> str:
    """The service takes and gives a tag's key with or without this prefix."""
    return tag if tag.startswith("aws:ResourceTag/") else f"aws:ResourceTag/{tag}"


def _show_all(found: ReadBack) -> None:
    table(
        f"Plan {found.plan.name} ({found.plan.plan_id})",
        ("rule", "schedule", "retention", "cold storage"),
        [_row(rule) for rule in found.plan.rules],
    )
    table(
        "What it works with",
        ("kind", "name", "details"),
        [
            ("vault", found.outputs["BackupVaultName"], found.outputs["BackupVaultArn"]),
            *(("role", found.role.name, policy) for policy in sorted(found.role.policies)),
            *(
                ("selection", found.selection.name, resource)
                for resource in sorted(found.selection.resources)
            ),
            *(("selection", found.selection.name, f"tag {tag}") for tag in sorted(found.selection.tags)),
        ],
    )
    say()


def _show_change(before: ReadBack, after: ReadBack) -> None:
    old, new = {r.name: r for r in before.plan.rules}, {r.name: r for r in after.plan.rules}
    table(
        f"Plan {after.plan.name}, before → after (same id, new version)",
        ("rule", "before", "after"),
        [
            (name, _summary(old.get(name)), _summary(new.get(name)))
            for name in [*old, *(new.keys() - old.keys())]
        ],
    )
    say()


def _row(rule: promises.Rule) -> tuple[str, str, str, str]:
    cold = f"after {_days(rule.cold_storage_after_days)}" if rule.cold_storage_after_days else NOTHING
    return rule.name, describe(rule.schedule), _days(rule.delete_after_days), cold


def _summary(rule: promises.Rule | None) -> str:
    return f"{describe(rule.schedule)}, {_days(rule.delete_after_days)}" if rule else NOTHING


def _days(days: int | None) -> str:
    if days is None:
        return "for ever"
    years, rest = divmod(days, 365)
    in_years = f" ({years} year{'s' if years > 1 else ''})" if years and not rest else ""
    return f"{days} days{in_years}"
