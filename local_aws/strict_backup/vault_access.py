"""What a vault's access policy says to a caller of the same account: only denials matter, for IAM has
allowed."""

from __future__ import annotations

import fnmatch
import json
from collections.abc import Mapping
from typing import Any

from .errors import access_denied, invalid_parameter
from .operations import Call
from .rules import keeps
from .state import Vault


@keeps("P5")
def refuse_if_policy_denies(call: Call, vault: Vault, resource: str) -> None:
    """A policy may deny its own removal. Statements with a condition, NotAction or NotPrincipal are not
    evaluated.

    :raises ServiceError: AccessDeniedException
    """
    if vault.access_policy is None:
        return
    action = f"backup:{call.operation}"
    for statement in statements(vault.access_policy):
        if (
            statement.get("Effect") == "Deny"
            and not statement.get("Condition")
            and _matches(statement.get("Action"), action)
            and _matches(statement.get("Resource"), resource)
            and _names_caller(statement.get("Principal"), call)
        ):
            raise access_denied()


@keeps("P2")
def check_policy(text: str) -> None:
    """DG:create-a-vault-access-policy; the text is not known."""
    for statement in statements(text):
        if any("*" in action for action in _listed(statement.get("Action"))):
            raise invalid_parameter("A backup vault access policy cannot have a wildcard in Action.")


def statements(text: str) -> list[Mapping[str, Any]]:
    """:raises ServiceError: InvalidParameterValueException if the text is no policy."""
    try:
        found = json.loads(text)["Statement"]
    except (ValueError, TypeError, KeyError):
        found = None
    listed = [found] if isinstance(found, Mapping) else found
    if not isinstance(listed, list) or not all(isinstance(statement, Mapping) for statement in listed):
        raise invalid_parameter("The backup vault access policy is not a valid policy document.")
    return listed


def _names_caller(principal: object, call: Call) -> bool:
    named = principal.get("AWS") if isinstance(principal, Mapping) else principal
    account = call.place.account
    everyone = ("*", account, f"arn:{call.place.partition}:iam::{account}:root", call.principal.arn)
    return any(name in everyone for name in _listed(named))


def _matches(patterns: object, value: str) -> bool:
    return any(fnmatch.fnmatchcase(value.lower(), pattern.lower()) for pattern in _listed(patterns))


def _listed(value: object) -> list[str]:
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]
