"""What somebody could do who may invoke the functions: every part of the event is theirs."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.attacks.arena import NOBODYS_VAULT, RULE, Arena
from tests.attacks.attempt import (
    CODE,
    OTHER_ACCOUNT,
    Attempt,
    Json,
    Told,
    layer,
)
from tests.e2e.life import ACCOUNT, REGION


def through_events() -> Iterator[Attempt]:
    """Every part of the event is the attacker's."""
    yield from _in_the_name_of_others()
    yield from _with_the_ids_of_others()
    yield from _for_stacks_that_are_not()
    yield from _malformed()
    yield from _answering_elsewhere()


def _in_the_name_of_others() -> Iterator[Attempt]:
    for where in ("victim", "busy"):
        for kind in ("Vault", "Plan", "Selection"):
            if where == "busy" and kind != "Vault":
                continue
            for request in ("Delete", "Update", "Create"):
                yield _event(
                    f"{request} of a {kind.lower()} in the name of a stack that is {_state(where)}",
                    CODE,
                    kind,
                    event_of(where, kind, request),
                )


def _with_the_ids_of_others() -> Iterator[Attempt]:
    for kind in ("Vault", "Plan"):
        yield _event(
            f"Delete of a {kind.lower()} by an id of the provider's making, of an idle stack",
            CODE,
            kind,
            event_of("victim", kind, "Delete", PhysicalResourceId="create-failed:1"),
        )
        yield _event(
            f"Delete of a {kind.lower()} with the id that another stack has",
            CODE,
            kind,
            _stolen(kind, "Delete"),
        )
        yield _event(
            f"Update of a {kind.lower()} with the id that another stack has",
            CODE,
            kind,
            _stolen(kind, "Update"),
        )
    yield _event(
        "Delete of nobody's vault in the name of an idle stack",
        CODE,
        "Vault",
        event_of("victim", "Vault", "Delete", PhysicalResourceId=NOBODYS_VAULT),
    )
    yield _event(
        "Delete of nobody's plan in the name of an idle stack",
        CODE,
        "Plan",
        lambda a: {**event_of("victim", "Plan", "Delete")(a), "PhysicalResourceId": a.nobodys_plan},
    )


def _for_stacks_that_are_not() -> Iterator[Attempt]:
    for what, stack in (
        (
            "a stack that never was",
            f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/none/12345678-1234-4123-8123-123456789012",
        ),
        (
            "a stack of another account",
            f"arn:aws:cloudformation:{REGION}:{OTHER_ACCOUNT}:stack/victim/12345678-1234-4123-8123-123456789012",
        ),
        (
            "a stack of another Region",
            f"arn:aws:cloudformation:eu-west-1:{ACCOUNT}:stack/victim/12345678-1234-4123-8123-123456789012",
        ),
        (
            "a stack of another partition",
            f"arn:aws-cn:cloudformation:{REGION}:{ACCOUNT}:stack/victim/12345678-1234-4123-8123-123456789012",
        ),
        ("no stack", "victim"),
        ("a wildcard", f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/*"),
    ):
        for kind in ("Vault", "Plan"):
            yield _event(
                f"Create of a {kind.lower()} for {what}",
                CODE,
                kind,
                event_of("victim", kind, "Create", StackId=stack),
            )
    yield _event(
        "Create for a resource that the busy stack does not have",
        CODE,
        "Vault",
        event_of("busy", "Vault", "Create", LogicalResourceId="Another"),
    )
    yield _event(
        "Create for the busy stack's resource of another type",
        CODE,
        "Vault",
        event_of("busy", "Vault", "Create", LogicalResourceId="Waiting"),
    )
    yield _event(
        "Delete of nobody's vault while the stack is busy",
        CODE,
        "Vault",
        event_of("busy", "Vault", "Delete", PhysicalResourceId=NOBODYS_VAULT),
    )
    yield _event(
        "Update to a lock while the stack makes something else",
        CODE,
        "Vault",
        event_of(
            "busy",
            "Vault",
            "Update",
            ResourceProperties={"LockConfiguration": {"MinRetentionDays": 7, "ChangeableForDays": 3}},
        ),
    )


def _malformed() -> Iterator[Attempt]:
    for what, member in (
        ("a request type that there is not", {"RequestType": "Destroy"}),
        ("no request type", {"RequestType": None}),
        ("a logical id with a line break", {"LogicalResourceId": "Vault\nPlan"}),
        ("a logical id of 10,000 characters", {"LogicalResourceId": "V" * 10_000}),
        ("no logical id", {"LogicalResourceId": None}),
        ("no request id", {"RequestId": None}),
        ("a request id that is a path", {"RequestId": "../../x"}),
        ("properties that are a list", {"ResourceProperties": ["x"]}),
        ("properties that are a text", {"ResourceProperties": "x"}),
        ("properties that nest 500 deep", {"ResourceProperties": {"AccessPolicy": _deep(500)}}),
        ("a type that another function serves", {"ResourceType": "Custom::BackupPlan"}),
        ("a type of somebody else", {"ResourceType": "Custom::Other"}),
        ("a physical id that is a path", {"RequestType": "Delete", "PhysicalResourceId": "../victim"}),
        ("a physical id that is empty", {"RequestType": "Update", "PhysicalResourceId": ""}),
        ("a physical id that is a number", {"RequestType": "Update", "PhysicalResourceId": 1}),
    ):
        yield _event(f"a Create with {what}", CODE, "Vault", event_of("victim", "Vault", "Create", **member))


def _answering_elsewhere() -> Iterator[Attempt]:
    for what, url in (
        ("a host of an attacker", "https://attacker.example/x"),
        (
            "a host that only begins like CloudFormation's",
            "https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com.attacker.example/x",
        ),
        (
            "a bucket of an attacker",
            "https://attacker-cloudformation-custom-resource-response-useast1.s3.amazonaws.com/x",
        ),
        (
            "CloudFormation's bucket of another Region",
            "https://cloudformation-custom-resource-response-euwest1.s3.eu-west-1.amazonaws.com/x",
        ),
        (
            "the host after a user",
            "https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com@attacker.example/x",
        ),
        ("another port", "https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com:8443/x"),
        ("no encryption", "http://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/x"),
        ("a file", "file:///etc/passwd"),
        ("the instance's metadata", "http://169.254.169.254/latest/meta-data"),
        ("nothing", ""),
        ("a list", ["https://attacker.example"]),
    ):
        yield _event(
            f"an answer to {what}", CODE, "Vault", event_of("victim", "Vault", "Create", ResponseURL=url)
        )
    for what, event in (("an empty event", {}), ("a list", []), ("a text", "x"), ("null", None)):
        yield Attempt("events", f"{what} in place of a request", CODE, _raw(event))


def _deep(levels: int) -> Any:
    value: Any = "x"
    for _ in range(levels):
        value = {"x": value}
    return value


def _state(where: str) -> str:
    return "idle" if where == "victim" else "busy with another resource"


def event_of(where: str, kind: str, request: str, **members: Any) -> Callable[[Arena], Json]:
    """An event as CloudFormation sends it, in the name of a stack, with these members in place of its own."""

    def make(arena: Arena) -> Json:
        ids: Mapping[str, str] = getattr(arena, where)
        properties: Json = {"ServiceTimeout": "300"}
        if kind == "Plan":
            properties["BackupPlanRules"] = [{**RULE, "RuleName": "forged"}]
        if kind == "Selection":
            properties |= {"BackupPlanId": ids.get("Plan", ""), "Resources": ["*"]}
        if kind == "Vault":
            properties |= {"BackupVaultTags": {"forged": "x"}, "RemovalPolicy": "DESTROY"}
        event = {
            "RequestType": request,
            "StackId": ids["Stack"],
            "RequestId": str(uuid.uuid4()),
            "LogicalResourceId": kind,
            "ResourceType": f"Custom::Backup{kind}",
            "ResourceProperties": properties,
        }
        if request != "Create":
            event["PhysicalResourceId"] = ids[kind]
        if request == "Update":
            event["OldResourceProperties"] = {}
        merged = {**event, **members}
        return {name: value for name, value in merged.items() if value is not None}

    return make


def _stolen(kind: str, request: str) -> Callable[[Arena], Json]:
    return lambda arena: event_of("neighbour", kind, request, PhysicalResourceId=arena.victim[kind])(arena)


def _event(what: str, refuses: frozenset[str], kind: str, event: Callable[[Arena], Json]) -> Attempt:
    return Attempt("events", what, refuses, lambda arena: sending(arena, kind, event(arena)))


def sending(arena: Arena, kind: str, event: Json) -> Told:
    status, words = arena.send(kind, event)
    if status == "FAILED":
        return Told(True, layer(words), words)
    if status == "SUCCESS":
        # a Delete of what is not the owner's succeeds, and so does a Create that was answered before: neither
        # does anything, at which the judge looks
        return Told(True, "code", "SUCCESS, without doing anything")
    return Told(True, "code", f"no answer: {words[:200]}")


def _raw(event: Any) -> Callable[[Arena], Told]:
    def make(arena: Arena) -> Told:
        answer = arena.client("lambda").invoke(
            FunctionName="cfn-backup-provider-BackupVault",
            Qualifier="live",
            Payload=json.dumps(event).encode(),
        )
        text = answer["Payload"].read().decode()
        return Told("FunctionError" in answer, "code", text[:200])

    return make
