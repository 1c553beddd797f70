"""Events that were right once, and several at once."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from tests.attacks.arena import RULE, Arena
from tests.attacks.attempt import (
    CODE,
    Attempt,
    Json,
    Told,
)
from tests.attacks.through_events import event_of, sending
from tests.e2e.life import custom


def replays_and_races() -> Iterator[Attempt]:
    """Events that were right once, and several at once."""
    for kind in ("Vault", "Plan"):
        for request in ("Create", "Update", "Delete"):
            yield Attempt(
                "replays",
                f"{request} of a {kind.lower()} again after the stack was deleted",
                CODE,
                _after_the_stack(kind, request),
            )
        yield Attempt(
            "races",
            f"eight Deletes of a {kind.lower()} of an idle stack at once",
            CODE,
            _at_once(kind, "Delete"),
        )
        yield Attempt(
            "races",
            f"eight Creates of a {kind.lower()} for an idle stack at once",
            CODE,
            _at_once(kind, "Create"),
        )


def _after_the_stack(kind: str, request: str) -> Callable[[Arena], Told]:
    def make(arena: Arena) -> Told:
        name = f"gone-{uuid.uuid4().hex[:6]}"
        properties: Json = (
            {"RemovalPolicy": "DESTROY"}
            if kind == "Vault"
            else {"BackupPlanRules": [RULE], "DefaultVault": {"RemovalPolicy": "DESTROY"}}
        )
        arena.stacks.create(name, json.dumps({"Resources": {kind: custom(kind, properties)}}))
        ids = arena.ids_of(name)
        arena.stacks.delete(name)
        event = {
            **event_of("victim", kind, request)(arena),
            "StackId": ids["Stack"],
            "ResourceProperties": properties,
        }
        if request != "Create":
            event["PhysicalResourceId"] = ids[kind]
        return sending(arena, kind, event)

    return make


def _at_once(kind: str, request: str) -> Callable[[Arena], Told]:
    def make(arena: Arena) -> Told:
        event = event_of("victim", kind, request)(arena)
        with ThreadPoolExecutor(8) as pool:
            told = list(pool.map(lambda _: sending(arena, kind, dict(event)), range(8)))
        return next((one for one in told if not one.refused), told[0])

    return make
