"""What exists, freed from everything that may differ between two ways to the same state: ids, dates,
tokens.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from cfn_backup.desired.owner import CREATION_TAG, REMOVAL_POLICY_TAG
from tests.proofs.wire import ACCOUNT, REGION
from tests.proofs.world import World, statements


class Meaning(Counter[str]):
    """A line for everything that is not others', with how many there are of it."""


def meaning(world: World) -> Meaning:
    """What the stacks have made and not taken away again. It is read past all calls and all code of the
    provider.
    """
    lines = [*_vaults(world), *_points(world), *_plans(world), *_roles(world), *_statements(world)]
    return Meaning(lines)


def unexcused(surplus: Meaning, present: Meaning) -> list[str]:
    """What of ``surplus`` has no right to be there, given all that is present.

    A vault may stay that its removal policy keeps, once it is complete, or that has recovery points; with
    it the statement in
    its topic's policy, and the role that its recovery points were made with.
    """
    staying = [line for line in present if line.startswith("vault ") and _may_stay(line, present)]
    return [line for line in surplus if not _excused(line, staying)]


def _excused(line: str, staying: list[str]) -> bool:
    kind, _, text = line.partition(" ")
    if kind == "statement":
        topic = json.loads(text)["topic"]
        return any(
            (json.loads(vault.partition(" ")[2])["notifications"] or [""])[0] == topic for vault in staying
        )
    if kind == "role":
        return "cfn-backup-provider:retained" in json.loads(text)["tags"]
    return kind == "point" or line in staying


def _may_stay(line: str, present: Meaning) -> bool:
    vault = json.loads(line.partition(" ")[2])
    if any(point == f"point point/{vault['name']}" for point in present):
        return True
    return vault["tags"].get(REMOVAL_POLICY_TAG) != "DESTROY" and CREATION_TAG not in vault["tags"]


def _line(kind: str, **members: Any) -> str:
    return f"{kind} {json.dumps(members, sort_keys=True, default=str)}"


def _place(world: World) -> Any:
    return world.backup._state.place(ACCOUNT, REGION)


def _vaults(world: World) -> list[str]:
    return [
        _line(
            "vault",
            name=vault.name,
            tags=vault.tags,
            key=vault.encryption_key_arn,
            policy=json.loads(vault.access_policy) if vault.access_policy else None,
            notifications=vault.notifications
            and [vault.notifications.topic_arn, sorted(vault.notifications.events)],
            lock=vault.lock
            and [
                vault.lock.min_retention_days,
                vault.lock.max_retention_days,
                vault.lock.lock_date is not None,
            ],
        )
        for vault in _place(world).vaults.values()
        if f"vault/{vault.name}" not in world.foreign
    ]


def _points(world: World) -> list[str]:
    """By their vaults alone: their own names are made up anew in every run."""
    found = (name for name in world.things() if name.startswith("point/") and name not in world.foreign)
    return [f"point {name.rpartition('/arn:')[0]}" for name in found]


def _plans(world: World) -> list[str]:
    lines = []
    for plan in _place(world).plans_in_use():
        if f"plan/{plan.plan_id}" in world.foreign:
            continue
        document = dict(plan.current.document)
        rules = [
            {name: part for name, part in rule.items() if name != "RuleId"} for rule in document["Rules"]
        ]
        selections = sorted(_selection(selection.document) for selection in plan.selections.values())
        lines.append(
            _line("plan", document={**document, "Rules": rules}, tags=plan.tags, selections=selections)
        )
    return lines


def _selection(document: dict[str, Any]) -> str:
    return json.dumps({name: part for name, part in document.items() if part}, sort_keys=True)


def _roles(world: World) -> list[str]:
    return [
        _line(
            "role",
            name=role.name,
            path=role.path,
            trust=role.assume_role_policy_document,
            policies=sorted(role.managed_policies),
            inline=role.policies,
            tags={tag["Key"]: tag["Value"] for tag in role.tags},
        )
        for role in world._iam.roles.values()
        if f"role/{role.name}" not in world.foreign
    ]


def _statements(world: World) -> list[str]:
    return [
        _line("statement", topic=topic.arn, statement=statement)
        for topic in world._sns.topics.values()
        for number, statement in enumerate(statements(topic.policy))
        if f"statement/{topic.arn}/{statement.get('Sid', number)}" not in world.foreign
    ]
