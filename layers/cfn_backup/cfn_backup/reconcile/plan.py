"""``Custom::BackupPlan``: the plan with its default vault, its role and its selections."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from cfn_backup.aws import plans, selections, vaults
from cfn_backup.aws.errors import InvalidRequest, ResourceConflict
from cfn_backup.aws.session import concurrently
from cfn_backup.desired import intention
from cfn_backup.desired.document import known_map
from cfn_backup.desired.meaning import same_plan
from cfn_backup.desired.plan import Plan, expand_plan, stacks_of_plan, with_vault_name
from cfn_backup.desired.rules import rules_of, sure_rules
from cfn_backup.desired.selection import Selection
from cfn_backup.desired.tags import recorded
from cfn_backup.desired.vault import Vault
from cfn_backup.reconcile import advice, selection_advice
from cfn_backup.reconcile.discovery import find_contents
from cfn_backup.reconcile.installed import installed_plan
from cfn_backup.reconcile.lifecycle import Lifecycle
from cfn_backup.reconcile.looking import refuse_if_overtaken
from cfn_backup.reconcile.role import attach, detach, make_role, remove_role, update_role
from cfn_backup.reconcile.selection import make_selection, refuse_nothing, settle_selections
from cfn_backup.reconcile.standing import Standing, Verdict
from cfn_backup.reconcile.vault import (
    Settled,
    arn_of_vault,
    complete_vault,
    is_fulfilled,
    make_vault,
    remove_vaults,
    settle_vault,
    settled_name,
    statement_id_of,
    vaults_of_owner,
)
from cfn_backup.reconcile.work import Pending, Result, Work, log, not_ours
from cfn_backup.rules import read_plan
from cfn_backup.symbolic import known
from cfn_backup.written.plan import BackupPlan

PLAN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OF_DEFAULT_VAULT = "DefaultVault."
NO_VAULT = Settled("", incomplete=False)
"""Of a plan whose rules all name vaults of others."""


class BackupPlanResource(Lifecycle[Plan]):
    """A plan. Its physical id is the BackupPlanId."""

    keeps_record = True

    def check(self, work: Work) -> Plan:
        if work.physical_id is not None:
            return _checked(work)
        desired, _ = concurrently([partial(_checked, work), partial(_note_earlier, work)])
        return desired  # type: ignore[no-any-return]

    def make(self, work: Work, desired: Plan) -> Result:
        return _make(work, desired)

    def adjust(self, work: Work, desired: Plan) -> Result:
        actual = _owned_plan(work, str(work.physical_id)) or _other_plan(work)
        if actual is None:
            # somebody deleted it: a new one takes its place, and its id says so
            return _make(work, desired)
        return _adjust(work, desired, actual)

    def answer_again(self, work: Work, desired: Plan, physical_id: str) -> Result:
        actual = _owned_plan(work, physical_id)
        if actual is None:
            raise InvalidRequest(f"The backup plan {physical_id} was deleted by somebody else")
        if desired.vault:
            desired = with_vault_name(desired, _current_vault(work, actual) or known(desired.vault.name))
        return _result(work, desired, actual)

    def remove(self, work: Work, standing: Standing) -> Pending | None:
        plan_id = str(work.physical_id)
        if _owned_plan(work, plan_id, others_are_errors=False) is not None:
            _delete_plan(work, plan_id)
        answered = PLAN_ID.fullmatch(plan_id) is not None
        in_clean_up = answered and standing.verdict is Verdict.CLEAN_UP
        if standing.live is None and not (in_clean_up and _has_another(work, plan_id)):
            _remove_rest(work, answered=answered)
        return None

    def undo(self, work: Work) -> None:
        _remove_rest(work, answered=False)

    def is_fulfilled(self, work: Work) -> bool:
        return is_fulfilled(work)


def _has_another(work: Work, plan_id: str) -> bool:
    return any(one != plan_id for one in _plans_of_owner(work))


def _checked(work: Work) -> Plan:
    """What must exist, after every check that needs no writing call."""
    given = work.findings.require(read_plan(work.properties, work.place, work.findings))
    expanded = expand_plan(given, work.owner, work.place, find_contents(work, stacks_of_plan(given)))
    desired = installed_plan(work, expanded)
    wanted = _selections(desired)
    for number, selection in enumerate(wanted):
        refuse_nothing(work, selection, f"Selections[{number}]")
    made_here = known(desired.vault.name) if desired.vault else None
    rules = list(zip(_paths_of_rules(given), desired.document["Rules"], strict=True))
    given_roles = [
        (f"Selections[{number}].IamRoleArn", selection)
        for number, selection in enumerate(wanted)
        if desired.role is None or selection.role_arn != desired.role.arn
    ]
    advice.on_emptying(work, desired.vault, OF_DEFAULT_VAULT)
    concurrently(
        [
            *advice.on_topic(work, desired.vault, OF_DEFAULT_VAULT),
            *advice.on_vaults(work, rules, made_here),
            *selection_advice.on_opt_in(work, wanted),
            *selection_advice.on_roles(work, given_roles),
        ]
    )
    work.refuse_errors()
    return desired


def _paths_of_rules(given: BackupPlan) -> list[str]:
    return [str(planned.at) for planned in sure_rules(rules_of(given))]


def _note_earlier(work: Work) -> None:
    """AWS Backup answers a repeated creation with the plan that is there, and does not say so."""
    token = work.token("plan")
    for plan in plans.list_plans(work.session):
        if plan.get("CreatorRequestId") == token:
            work.meet(plan["BackupPlanId"])


def _make(work: Work, desired: Plan) -> Result:
    """Makes everything in as few round trips as what depends on what allows."""
    vault, role = desired.vault, desired.role
    made_vault, *_ = concurrently(
        [partial(_make_vault, work, vault), *([partial(make_role, work, role)] if role else [])]
    )
    desired = with_vault_name(desired, made_vault.name)
    made, *_ = concurrently(
        [partial(_make_plan, work, desired), *([partial(attach, work, role)] if role else [])]
    )
    made_selections = concurrently(
        [partial(make_selection, work, made.plan_id, one, one.asked) for one in _selections(desired)]
    )
    concurrently(
        [
            partial(refuse_if_overtaken, work),
            *([partial(complete_vault, work, made_vault.name)] if made_vault.incomplete else []),
            *(
                partial(selections.await_selection, work.session, made.plan_id, one, work.deadline)
                for one in made_selections
            ),
        ]
    )
    return _result(work, desired, made, state=_state(work, desired, made))


def _make_vault(work: Work, desired: Vault | None) -> Settled:
    return make_vault(work, desired, path=OF_DEFAULT_VAULT) if desired else NO_VAULT


def _make_plan(work: Work, desired: Plan) -> plans.PlanState:
    made = plans.create_plan(work.session, desired.document, _tags(desired), work.token("plan"))
    work.identify(made.plan_id)
    return made


def _adjust(work: Work, desired: Plan, actual: plans.PlanState) -> Result:
    """Makes the plan and all that belongs to it equal to what is desired; what is new comes first, what is
    old goes last."""
    role = desired.role
    # what refuses a vault is read before anything is written
    settle = _settling_of_vault(work, desired.vault, actual)
    settled, *surplus_policies = concurrently([settle, *([partial(update_role, work, role)] if role else [])])
    desired = with_vault_name(desired, settled.name)
    version_id = actual.version_id
    if not same_plan(actual.document, desired.document):
        version_id = plans.update_plan(work.session, actual.plan_id, desired.document)
    vaults.set_tags(work.session, actual.arn, actual.tags, _tags(desired))
    settle_selections(work, actual.plan_id, _selections(desired))
    if settled.incomplete:
        complete_vault(work, settled.name)
    if role:
        detach(work, role, *surplus_policies)
    else:
        remove_role(work)
    others = [name for name in vaults_of_owner(work) if name != settled.name]
    remove_vaults(work, others, strict=False)
    adjusted = replace(actual, version_id=version_id)
    return _result(work, desired, adjusted, state=_state(work, desired, adjusted))


def _settling_of_vault(work: Work, desired: Vault | None, actual: plans.PlanState) -> Callable[[], Settled]:
    if desired is None:
        return lambda: NO_VAULT
    found = settled_name(work, desired, _current_vault(work, actual), OF_DEFAULT_VAULT)
    return partial(settle_vault, work, desired, found, OF_DEFAULT_VAULT, actual.plan_id)


def _remove_rest(work: Work, *, answered: bool) -> None:
    """Removes what else this owner has: plans whose id was never answered, the role, the default vault.

    ``answered``: CloudFormation was told of the plan, so that the default vault's removal policy holds.
    """
    for plan in _plans_of_owner(work):
        _delete_plan(work, plan)
    remove_role(work)
    remove_vaults(work, vaults_of_owner(work), answered=answered, strict=answered)


def _state(work: Work, desired: Plan, plan: plans.PlanState) -> Mapping[str, Any]:
    statement_id = statement_id_of(work, known(desired.vault.name)) if desired.vault else ""
    return intention.of_plan(desired, plan.plan_id, statement_id)


def _result(
    work: Work, desired: Plan, plan: plans.PlanState, state: Mapping[str, Any] | None = None
) -> Result:
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
    return Result(plan.plan_id, attributes, state)


def _owned_plan(work: Work, plan_id: str, *, others_are_errors: bool = True) -> plans.PlanState | None:
    """The plan with this id if it is this owner's. Raises AlreadyExists for somebody else's, unless that is
    to be passed over."""
    actual = plans.read_plan(work.session, plan_id) if PLAN_ID.fullmatch(plan_id) else None
    if actual is None or work.owner.owns(actual.tags, actual.creator_request_id):
        return actual
    if others_are_errors:
        raise not_ours("The backup plan", plan_id)
    log.warning("the backup plan %s is not this resource's and stays", plan_id)
    return None


def _other_plan(work: Work) -> plans.PlanState | None:
    """The plan that an update made in place of one that somebody deleted, and whose answer never arrived."""
    return next((_owned_plan(work, plan_id) for plan_id in _plans_of_owner(work)), None)


def _plans_of_owner(work: Work) -> list[str]:
    listed = [p for p in plans.list_plans(work.session) if work.owner.owns_token(p.get("CreatorRequestId"))]
    return [
        p["BackupPlanId"]
        for p in listed
        if work.owner.owns_tags(vaults.tags_of(work.session, p["BackupPlanArn"]))
    ]


def _delete_plan(work: Work, plan_id: str) -> None:
    """Deletes the plan with its own selections. Selections that others made in it are theirs, and keep it."""
    plans.delete_plan(work.session, plan_id, work.deadline, empty=partial(_delete_selections, work, plan_id))


def _delete_selections(work: Work, plan_id: str) -> None:
    """Raises ResourceConflict before anything is deleted if somebody else has selections in the plan."""
    listed = selections.list_selections(work.session, plan_id)
    foreign = [s for s in listed if not work.owner.owns_token(s.get("CreatorRequestId"))]
    own = [s["SelectionId"] for s in listed if s not in foreign]
    # one that went just before, with its own resource of the stack, may still be listed
    found = concurrently(
        [partial(selections.find_selection, work.session, plan_id, s["SelectionId"]) for s in foreign]
    )
    foreign = [s for s, state in zip(foreign, found, strict=True) if state is not None]
    if foreign:
        names = ", ".join(sorted(s.get("SelectionName", s["SelectionId"]) for s in foreign))
        raise ResourceConflict(
            f"The backup plan {plan_id} has selections that were not made with it and is not deleted: "
            f"{names}. Delete those first"
        )
    concurrently([partial(selections.delete_selection, work.session, plan_id, one) for one in own])


def _current_vault(work: Work, actual: plans.PlanState) -> str:
    """The name of the owner's vault that the plan's rules use now; empty if they use none of its."""
    own = vaults_of_owner(work)
    used = [str(rule.get("TargetBackupVaultName")) for rule in actual.document.get("Rules", ())]
    return next((name for name in used if name in own), "")


def _selections(desired: Plan) -> list[Selection]:
    return [selection for selection in desired.selections if isinstance(selection, Selection)]


def _tags(desired: Plan) -> dict[str, str]:
    return recorded(known_map(desired.tags))
