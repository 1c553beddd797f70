"""What the policies of a template allow, as far as their statements are known.

Where a part is unknown it counts as allowing, so that nobody is warned of what may be right.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator, Mapping
from typing import Any

from cfn_backup.rules.arns import known_text
from cfn_backup.rules.neighbours import Neighbour
from cfn_backup.symbolic.asking import decided
from cfn_backup.symbolic.values import Unknown


def allows(policy: Neighbour, principal: str, action: str) -> bool:
    """Whether a statement of a policy resource allows a service an action, or may."""
    document = decided(policy.properties.get("PolicyDocument"))
    return any(
        _names_principal(one, principal) and covers(one, action) for one in statements(document, "Allow")
    )


def statements(document: Any, effect: str) -> Iterator[Mapping[str, Any]]:
    """The statements of a policy document with this effect. An unknown one is a statement that allows everything."""
    known = decided(document)
    if isinstance(known, Unknown):
        yield _ANYTHING
        return
    listed = decided(known.get("Statement")) if isinstance(known, Mapping) else None
    for one in listed if isinstance(listed, list | tuple) else [listed]:
        statement = decided(one)
        if isinstance(statement, Unknown):
            yield _ANYTHING
        elif isinstance(statement, Mapping) and decided(statement.get("Effect")) in (effect, None):
            yield statement


_ANYTHING: Mapping[str, Any] = {"Principal": "*", "Action": "*", "Resource": "*"}


def covers(statement: Mapping[str, Any], action: str) -> bool:
    """Whether a statement is about an action, or may be."""
    if "NotAction" in statement:
        return True
    return any(
        one is None or fnmatch.fnmatchcase(action.lower(), one.lower())
        for one in texts(statement.get("Action"))
    )


def _names_principal(statement: Mapping[str, Any], service: str) -> bool:
    if "NotPrincipal" in statement:
        return True
    principal = decided(statement.get("Principal"))
    if isinstance(principal, Mapping):
        services = [*texts(principal.get("Service"))]
        everybody = [one for one in texts(principal.get("AWS")) if one == "*"]
        return any(one is None or one in ("*", service) for one in services) or bool(everybody)
    return isinstance(principal, Unknown) or principal == "*"


def trusts(role: Neighbour, service: str) -> bool:
    """Whether a service may assume a role, or may be allowed to."""
    document = decided(role.properties.get("AssumeRolePolicyDocument"))
    if document is None:
        return True
    return any(
        _names_principal(one, service) and covers(one, "sts:AssumeRole")
        for one in statements(document, "Allow")
    )


def texts(value: Any) -> Iterator[str | None]:
    """The texts of what a policy may write as one or as a list; None for one that is not known."""
    known = decided(value)
    for one in known if isinstance(known, list | tuple) else [known]:
        found = decided(one)
        if isinstance(found, str):
            yield found
        elif isinstance(found, Unknown):
            yield None


def attached(role: Neighbour) -> Iterator[str | None]:
    """The ARNs of a role's managed policies, with unknown parts; None for one of which nothing is known."""
    listed = decided(role.properties.get("ManagedPolicyArns"))
    if isinstance(listed, Unknown):
        yield None
        return
    for one in listed or ():
        found = decided(one)
        if found is not None:
            yield known_text(found)


def inline(role: Neighbour, policies: tuple[Neighbour, ...]) -> Iterator[Any]:
    """The documents of a role's inline policies, and of policies that are attached to it apart."""
    listed = decided(role.properties.get("Policies"))
    if isinstance(listed, Unknown):
        yield listed
        return
    for one in listed or ():
        policy = decided(one)
        yield policy.get("PolicyDocument") if isinstance(policy, Mapping) else policy
    for policy in policies:
        yield policy.properties.get("PolicyDocument")
