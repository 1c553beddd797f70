"""``Custom::BackupPlan``: the plan with its default vault, its role and its selections."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from cfn_backup.aws import plans, selections, vaults
from cfn_backup.aws.errors import InvalidRequest, ProviderError
from cfn_backup.aws.session import concurrently
from cfn_backup.desired import Plan, Selection, expand_plan, stacks_of_plan
from cfn_backup.desired.document import known, known_map
from cfn_backup.desired.plan import rules_of, with_vault_name
from cfn_backup.model import read_plan
from cfn_backup.reconcile import advice
from cfn_backup.reconcile.discovery import find_contents
from cfn_backup.reconcile.meaning import same_plan
from cfn_backup.reconcile.replacement import refuse_if_overtaken, standing_of
from cfn_backup.reconcile.role import attach, detach_surplus, make_role, remove_role, update_role
from cfn_backup.reconcile.selection import make_selection, owned_selections, refuse_nothing, settle_selections
from cfn_backup.reconcile.vault import (
    arn_of_vault,
    complete_vault,
    make_vault,
    remove_vaults,
    settle_vault,
    vaults_of_owner,
)
from cfn_backup.reconcile.work import Result, Work, log, not_ours


class BackupPlanResource:
    """A plan. Its physical id is the BackupPlanId."""

    def create(self, work: Work) -> Result:
        desired = self._desired(work)
        try:
            return self._make(work, desired)
        except Exception:
            self._undo(work)
            raise

    def update(self, work: Work) -> Result:
        desired = self._desired(work)
        actual = _owned_plan(work, str(work.physical_id))
        if actual is None:
            # somebody deleted it: a new one takes its place, and its id says so
            return self._make(work, desired)
        made_vault = False
        if desired.vault:
            name, made_vault = settle_vault(work, desired.vault, _current_vault(work, actual))
            desired = with_vault_name(desired, name)
        if desired.role:
            update_role(work, desired.role)
        version_id = actual.version_id
        if not same_plan(actual.document, desired.document):
            version_id = plans.update_plan(work.session, actual.plan_id, desired.document)
        vaults.set_tags(work.session, actual.arn, vaults.tags_of(work.session, actual.arn), _tags(desired))
        settle_selections(work, actual.plan_id, _selections(desired))
        self._remove_surplus(work, desired)
        if made_vault:
            complete_vault(work, desired.vault_name)
        return self._result(work, desired, replace(actual, version_id=version_id))

    def delete(self, work: Work) -> None:
        standing = standing_of(work)
        if standing.being_created:
            return  # this Delete belongs to an earlier life of the resource
        known = _owned_plan(work, str(work.physical_id), others_are_errors=False)
        if known is not None:
            _delete_plan(work, known.plan_id)
        if standing.live is None:
            self._remove_rest(work)

    def _desired(self, work: Work) -> Plan:
        """What must exist, after every check that needs no writing call."""
        given = read_plan(work.properties, work.place, work.findings, rules_of=rules_of)
        work.findings.raise_errors()
        assert given is not None  # noqa: S101 - without errors there is a model
        desired = expand_plan(given, work.owner, work.place, find_contents(work, stacks_of_plan(given)))
        for number, selection in enumerate(_selections(desired)):
            refuse_nothing(work, selection, f"Selections[{number}]")
        made_here = known(desired.vault.name) if desired.vault else None
        checks = advice.on_locks(work, desired.document["Rules"], made_here) + advice.on_selections(
            work, _selections(desired)
        )
        concurrently(checks)
        work.refuse_errors()
        return desired

    def _make(self, work: Work, desired: Plan) -> Result:
        """Makes everything in as few round trips as what depends on what allows."""
        vault, role = desired.vault, desired.role
        concurrently(
            [
                *([partial(make_vault, work, vault)] if vault else []),
                *([partial(make_role, work, role)] if role else []),
            ]
        )
        made, *_ = concurrently(
            [partial(_make_plan, work, desired), *([partial(attach, work, role)] if role else [])]
        )
        made_selections = concurrently(
            [partial(make_selection, work, made.plan_id, selection) for selection in _selections(desired)]
        )
        concurrently(
            [
                partial(refuse_if_overtaken, work),
                *([partial(complete_vault, work, desired.vault_name)] if vault else []),
                *(
                    partial(
                        selections.await_selection, work.session, made.plan_id, selection_id, work.deadline
                    )
                    for selection_id in made_selections
                ),
            ]
        )
        return self._result(work, desired, made)

    def _undo(self, work: Work) -> None:
        """Removes what a failed Create made; if that fails, too, the id stays noted for the Delete that follows."""
        try:
            standing = standing_of(work)
            if standing.live is None:
                self._remove_rest(work)
        except ProviderError as error:
            log.warning("what was made could not be removed yet: %s", error)
        else:
            work.identify(None)

    def _remove_rest(self, work: Work) -> None:
        """Removes what else this owner has: plans whose id was never answered, the role, the default vault."""
        for plan in _plans_of_owner(work):
            _delete_plan(work, plan)
        remove_role(work)
        remove_vaults(work)

    def _remove_surplus(self, work: Work, desired: Plan) -> None:
        if desired.role:
            detach_surplus(work, desired.role)
        else:
            remove_role(work)
        surplus = [name for name in vaults_of_owner(work) if name != desired.vault_name]
        remove_vaults(work, surplus, strict=False)

    def _result(self, work: Work, desired: Plan, plan: plans.PlanState) -> Result:
        vault_name = known(desired.vault_name)
        attributes = {
            "BackupPlanId": plan.plan_id,
            "BackupPlanArn": plan.arn,
            "VersionId": plan.version_id,
            "BackupPlanName": known(desired.name),
            "BackupVaultName": vault_name,
            "BackupVaultArn": arn_of_vault(work, vault_name) if vault_name else "",
            "RoleArn": known(desired.role.arn) if desired.role else "",
            "RoleName": known(desired.role.name) if desired.role else "",
        }
        return Result(plan.plan_id, attributes)


def _make_plan(work: Work, desired: Plan) -> plans.PlanState:
    made = plans.create_plan(work.session, desired.document, _tags(desired), work.token("plan"))
    work.identify(made.plan_id)
    return made


def _owned_plan(work: Work, plan_id: str, *, others_are_errors: bool = True) -> plans.PlanState | None:
    """The plan with this id if it is this owner's. Raises AlreadyExists for somebody else's, unless that is to be passed over."""
    actual = plans.find_plan(work.session, plan_id) if _is_plan_id(plan_id) else None
    if actual is None or work.owner.owns_tags(vaults.tags_of(work.session, actual.arn)):
        return actual
    if others_are_errors:
        raise not_ours("The backup plan", plan_id)
    log.warning("the backup plan %s is not this resource's and stays", plan_id)
    return None


def _is_plan_id(text: str) -> bool:
    return bool(text) and not text.startswith("create-failed:") and "/" not in text and len(text) <= 64


def _plans_of_owner(work: Work) -> list[str]:
    listed = [p for p in plans.list_plans(work.session) if work.owner.owns_token(p.get("CreatorRequestId"))]
    return [
        p["BackupPlanId"]
        for p in listed
        if work.owner.owns_tags(vaults.tags_of(work.session, p["BackupPlanArn"]))
    ]


def _delete_plan(work: Work, plan_id: str) -> None:
    """Deletes the plan with its own selections. Selections that others made in it are theirs, and keep it."""
    own = [s["SelectionId"] for s in owned_selections(work, plan_id)]
    concurrently([partial(selections.delete_selection, work.session, plan_id, one) for one in own])
    foreign = [s for s in selections.list_selections(work.session, plan_id) if s["SelectionId"] not in own]
    if foreign:
        names = ", ".join(sorted(s.get("SelectionName", s["SelectionId"]) for s in foreign))
        raise InvalidRequest(
            f"The backup plan {plan_id} has selections that were not made with it and is not deleted: {names}. "
            "Delete those first"
        )
    plans.delete_plan(work.session, plan_id, work.deadline)


def _current_vault(work: Work, actual: plans.PlanState) -> str:
    """The name of the owner's vault that the plan's rules use now; empty if they use none of its."""
    own = vaults_of_owner(work)
    used = [str(rule.get("TargetBackupVaultName")) for rule in actual.document.get("Rules", ())]
    return next((name for name in used if name in own), "")


def _selections(desired: Plan) -> list[Selection]:
    return [selection for selection in desired.selections if isinstance(selection, Selection)]


def _tags(desired: Plan) -> dict[str, str]:
    return known_map(desired.tags)
