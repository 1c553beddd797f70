"""``Custom::BackupSelection``, and the selections of a plan."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from cfn_backup.aws import plans, selections, stacks
from cfn_backup.aws.errors import AccessDenied, AlreadyExists, InvalidRequest, NotFound, ServiceLimitExceeded
from cfn_backup.aws.session import concurrently
from cfn_backup.aws.vaults import tags_of
from cfn_backup.desired.intention import of_selection
from cfn_backup.desired.meaning import same_selection
from cfn_backup.desired.owner import (
    FROM_STACK,
    NAME_LIMIT,
    ROLE_NAME_LIMIT,
    SELECTIONS_FROM_TAG,
    STACK_ID_TAG,
)
from cfn_backup.desired.selection import Selection, expand_selection, stacks_named
from cfn_backup.reconcile import selection_advice
from cfn_backup.reconcile.discovery import find_contents
from cfn_backup.reconcile.installed import installed_selection
from cfn_backup.reconcile.lifecycle import Lifecycle
from cfn_backup.reconcile.looking import refuse_if_overtaken
from cfn_backup.reconcile.portions import LIMIT, NoRoom, Portion, Selected, portions
from cfn_backup.reconcile.role import attach, detach, make_role, remove_role, update_role
from cfn_backup.reconcile.standing import Standing, Verdict
from cfn_backup.reconcile.work import Pending, Result, Work
from cfn_backup.rules import read_selection
from cfn_backup.symbolic import known

PHYSICAL_ID = re.compile(r"(?P<selection>[^_]+)_(?P<plan>[^_]+)")


@dataclass(frozen=True)
class InPlan:
    """A selection that must exist, and the id of the plan that it must be in."""

    plan_id: str
    selection: Selection


class BackupSelectionResource(Lifecycle[InPlan]):
    """A selection of its own. Its physical id is ``<SelectionId>_<BackupPlanId>``."""

    keeps_record = True

    def check(self, work: Work) -> InPlan:
        return _checked(work, _note_earlier if work.physical_id is None else lambda *_: None)

    def make(self, work: Work, desired: InPlan) -> Result:
        selection = desired.selection
        _refuse_plan_of_others(work, desired.plan_id)
        if selection.role:
            make_role(work, selection.role)
            attach(work, selection.role)
        made = _make(work, desired.plan_id, selection, selection.asked)
        refuse_if_overtaken(work)
        return _result(selection, made, made_true=True)

    def adjust(self, work: Work, desired: InPlan) -> Result:
        plan_id, selection = desired.plan_id, desired.selection
        if PHYSICAL_ID.fullmatch(str(work.physical_id)) is None or not str(work.physical_id).endswith(
            f"_{plan_id}"
        ):
            _refuse_plan_of_others(work, plan_id)
        surplus_policies = update_role(work, selection.role) if selection.role else []
        current = str(work.physical_id)
        own = _owned_in(work, _plans_to_search(work, plan_id))
        # the one that is there first, then one that an update which is being rolled back replaced
        own.sort(key=lambda one: one.physical_id != current)
        same = next((one for one in own if one.plan_id == plan_id and means(one, selection)), None)
        settled = same.physical_id if same else _make(work, plan_id, selection)
        for left in own:
            # what an update made whose answer never arrived; the current one goes with
            # CloudFormation's clean-up
            if left.physical_id not in (settled, current):
                selections.delete_selection(work.session, left.plan_id, left.selection_id)
        if selection.role:
            detach(work, selection.role, surplus_policies)
        elif settled == current:
            remove_role(work)
        return _result(selection, settled, made_true=True)

    def answer_again(self, work: Work, desired: InPlan, physical_id: str) -> Result:  # noqa: ARG002
        return _result(desired.selection, physical_id)

    def remove(self, work: Work, standing: Standing) -> Pending | None:
        physical_id = str(work.physical_id)
        found = _find(work, physical_id)
        if found is not None:
            selections.delete_selection(work.session, found.plan_id, found.selection_id)
        if standing.live is not None:
            kept = _find(work, standing.live)
            # one that cannot be read may have the role
            if kept is not None and not _names_own_role(work, kept):
                remove_role(work)
        elif PHYSICAL_ID.fullmatch(physical_id) and standing.verdict is Verdict.CLEAN_UP:
            _remove_unused_role(work)
        else:
            _remove_rest(work, [found.plan_id] if found else _all_plans(work))
        return None

    def undo(self, work: Work) -> None:
        made = PHYSICAL_ID.fullmatch(work.identified or "")
        if made:
            # it may not be listed yet (rule S18)
            selections.delete_selection(work.session, made["plan"], made["selection"])
        _remove_rest(work, [_plan_of(work)])


def _checked(work: Work, read_besides: Callable[[Work, str, Selection], None] = lambda *_: None) -> InPlan:
    """What must exist, after every check that needs no writing call."""
    given = work.findings.require(read_selection(work.properties, work.place, work.findings))
    expanded = expand_selection(given, work.owner, work.place, find_contents(work, stacks_named(given)))
    desired = installed_selection(work, expanded)
    refuse_nothing(work, desired, "")
    plan_id = known(given.backup_plan_id)
    given_roles = [("IamRoleArn", desired)] if desired.role is None else []
    concurrently(
        [
            *selection_advice.on_opt_in(work, [desired]),
            *selection_advice.on_roles(work, given_roles),
            partial(read_besides, work, plan_id, desired),
        ]
    )
    work.refuse_errors()
    return InPlan(plan_id, desired)


def _note_earlier(work: Work, plan_id: str, desired: Selection) -> None:
    """AWS Backup answers a repeated creation with the selection that is there, and does not say so."""
    token = _token(work, plan_id, desired, desired.asked)
    for selection in selections.list_selections(work.session, plan_id):
        if selection.get("CreatorRequestId") == token:
            work.meet(f"{selection['SelectionId']}_{plan_id}")


def _refuse_plan_of_others(work: Work, plan_id: str) -> None:
    """Raises AccessDenied for a plan of another stack that takes selections of its own stack only.

    A plan that the provider did not make needs the tag with the value Account; the provider's permissions see
    to that.
    """
    place = work.place
    arn = f"arn:{place.partition}:backup:{place.region}:{place.account_id}:backup-plan:{plan_id}"
    tags = tags_of(work.session, arn)
    if tags.get(SELECTIONS_FROM_TAG) == FROM_STACK and tags.get(STACK_ID_TAG) != work.owner.stack_id:
        raise AccessDenied(
            f"BackupPlanId: the backup plan {plan_id} belongs to another stack and takes selections of that stack "
            "only. Its owner can set AllowSelectionsFrom: Account"
        )


def _make(work: Work, plan_id: str, desired: Selection, key: Mapping[str, Any] | None = None) -> str:
    """Makes the selection, waits until it is there, and gives its physical id."""
    selection_id = make_selection(work, plan_id, desired, key)
    work.identify(f"{selection_id}_{plan_id}")
    selections.await_selection(work.session, plan_id, selection_id, work.deadline)
    return f"{selection_id}_{plan_id}"


def _result(desired: Selection, physical_id: str, *, made_true: bool = False) -> Result:
    selection_id, _, plan_id = physical_id.partition("_")
    role_arn = known(desired.role_arn)
    attributes = {
        "SelectionId": selection_id,
        "BackupPlanId": plan_id,
        "Id": physical_id,
        "RoleArn": role_arn,
        "RoleName": role_arn.rpartition("/")[2],
    }
    return Result(physical_id, attributes, of_selection(desired, plan_id) if made_true else None)


def _plan_of(work: Work) -> str:
    """The plan that the request names."""
    return str(work.properties.get("BackupPlanId", ""))


def _remove_rest(work: Work, plan_ids: Sequence[str]) -> None:
    """Removes what else this owner has: selections whose id was never answered, and the role."""
    listed = concurrently([partial(owned_selections, work, plan_id) for plan_id in plan_ids])
    for plan_id, own in zip(plan_ids, listed, strict=True):
        for left in own:
            selections.delete_selection(work.session, plan_id, left["SelectionId"])
    remove_role(work)


def _remove_unused_role(work: Work) -> None:
    if not any(_names_own_role(work, one) for one in _owned_in(work, _all_plans(work))):
        remove_role(work)


def _names_own_role(work: Work, selection: selections.SelectionState) -> bool:
    role = f"/{known(work.owner.generated_name(ROLE_NAME_LIMIT))}"
    return str(selection.document.get("IamRoleArn", "")).endswith(role)


def _plans_to_search(work: Work, plan_id: str) -> list[str]:
    """Where the owner can have selections: an update that is rolled back may have moved it to another
    plan."""
    if "ROLLBACK" not in stacks.stack_status(work.session, str(work.owner.stack_id)):
        return [plan_id]
    return list(dict.fromkeys([plan_id, *_all_plans(work)]))


def _all_plans(work: Work) -> list[str]:
    return [plan["BackupPlanId"] for plan in plans.list_plans(work.session)]


def _owned_in(work: Work, plan_ids: Sequence[str]) -> list[selections.SelectionState]:
    listed = concurrently([partial(owned_selections, work, plan_id) for plan_id in plan_ids])
    found = concurrently(
        [partial(_read, work, plan_id, own) for plan_id, own in zip(plan_ids, listed, strict=True) if own]
    )
    return [one for states in found for one in states]


def _read(work: Work, plan_id: str, listed: Sequence[Mapping[str, Any]]) -> list[selections.SelectionState]:
    """The listed selections of a plan that are still there."""
    found = concurrently(
        [partial(selections.find_selection, work.session, plan_id, one["SelectionId"]) for one in listed]
    )
    return [one for one in found if one is not None]


def _find(work: Work, physical_id: str) -> selections.SelectionState | None:
    """The owner's selection with this physical id, or None if the id is none of ours or the selection is
    gone."""
    parts = PHYSICAL_ID.fullmatch(physical_id)
    if parts is None:
        return None
    found = selections.find_selection(work.session, parts["plan"], parts["selection"])
    return found if found is not None and work.owner.owns_token(found.token) else None


def document_of(desired: Selection) -> dict[str, Any]:
    """The ``BackupSelection`` of the API."""
    return {"SelectionName": known(desired.name), "IamRoleArn": known(desired.role_arn), **desired.members}


def refuse_nothing(work: Work, desired: Selection, path: str) -> None:
    """A selection that selects nothing is an error; only a deployment knows what a stack contains."""
    if not {"Resources", "ListOfTags"} & desired.members.keys():
        where = f"{path}.Resources" if path else "Resources"
        work.findings.add(
            "E9304", where, "nothing is selected: the stacks that are named contain nothing that AWS Backup "
            "supports. Let this resource depend on what it is to find (DependsOn), or name resources or "
            "tags"
        )  # fmt: skip


def make_selection(work: Work, plan_id: str, desired: Selection, key: Mapping[str, Any] | None = None) -> str:
    """Makes the selection and gives its id; a repeated delivery of the request gives the same.

    ``key``: what tells it apart from others of the request, where not the document does. A Create has what
    was written: its next delivery must meet the same selection, even if the stacks that are named
    contain something else by then. An Update compares first, and needs another selection then.
    """
    document = document_of(desired)
    token = _token(work, plan_id, desired, key)
    try:
        return selections.create_selection(work.session, plan_id, document, token, work.deadline)
    except AlreadyExists:
        own = owned_selections(work, plan_id)
        same = next((one["SelectionId"] for one in own if one["CreatorRequestId"] == token), None)
        if same is not None:
            return str(same)
        # whether a name can be had twice in a plan is not documented (rule S12): the one that is being
        # replaced may hold it
        return selections.create_selection(
            work.session, plan_id, {**document, "SelectionName": _other_name(document)}, token, work.deadline
        )
    except InvalidRequest as error:
        if "Cannot find Backup plan" in str(error):
            raise NotFound(
                f"BackupPlanId: there is no backup plan {plan_id} in this account and Region"
            ) from error
        raise


def _token(work: Work, plan_id: str, desired: Selection, key: Mapping[str, Any] | None) -> str:
    facts = (
        document_of(desired) if key is None else {**document_of(replace(desired, members={})), "asked": key}
    )
    return work.token("selection", plan_id, json.dumps(facts, sort_keys=True))


def _other_name(document: Mapping[str, Any]) -> str:
    digest = hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()[:8]
    return f"{document['SelectionName'][: NAME_LIMIT - 9]}-{digest}"


def owned_selections(work: Work, plan_id: str) -> list[dict[str, Any]]:
    """The owner's selections of a plan, as listed."""
    return [
        s
        for s in selections.list_selections(work.session, plan_id)
        if work.owner.owns_token(s.get("CreatorRequestId"))
    ]


def settle_selections(work: Work, plan_id: str, desired: Sequence[Selection]) -> None:
    """Makes a plan's own selections what they should be: new ones first, so that nothing is unprotected in
    between, and no more at once than the plan can have.

    Raises ServiceLimitExceeded before any selection is changed if that is not possible.
    """
    listed = selections.list_selections(work.session, plan_id)
    surplus = _read(work, plan_id, [s for s in listed if work.owner.owns_token(s.get("CreatorRequestId"))])
    missing: list[Selection] = []
    for selection in desired:
        same = next((one for one in surplus if means(one, selection)), None)
        if same is None:
            missing.append(selection)
        else:
            surplus.remove(same)
    for portion in _portions(surplus, missing, LIMIT - len(listed)):
        _make_all(work, plan_id, [missing[number] for number in portion.make])
        concurrently(
            [
                partial(selections.delete_selection, work.session, plan_id, surplus[number].selection_id)
                for number in portion.delete
            ]
        )


def _portions(
    surplus: Sequence[selections.SelectionState], missing: Sequence[Selection], room: int
) -> list[Portion]:
    try:
        return portions(
            [Selected.by(one.document) for one in surplus],
            [Selected.by(document_of(one)) for one in missing],
            room,
        )
    except NoRoom:
        raise ServiceLimitExceeded(
            f"Selections: {len(missing)} selections are new or changed, and the plan can have {room} more: a "
            f"plan has {LIMIT} at most. Each new one has to be there before what it replaces goes, so that "
            "nothing is unprotected in between. Change fewer in one update, or take some away first"
        ) from None


def _make_all(work: Work, plan_id: str, desired: Sequence[Selection]) -> None:
    made = concurrently([partial(make_selection, work, plan_id, selection) for selection in desired])
    concurrently(
        [partial(selections.await_selection, work.session, plan_id, one, work.deadline) for one in made]
    )


def means(actual: selections.SelectionState, desired: Selection) -> bool:
    """Whether a selection is the desired one."""
    document = document_of(desired)
    names = (document["SelectionName"], _other_name(document))
    return actual.document["SelectionName"] in names and same_selection(actual.document, document)
