# ruff: noqa: SLF001 - ministack has no public way in
"""ministack's IAM for the strict service: the roles that selections name, what the caller may do besides the
operation itself, and the action and resource that ministack's enforcement checks."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from typing import Any

from ministack import app
from ministack.core import iam_actions
from ministack.core.iam_evaluator import _resolve_managed_policy_document, caller_arn, enforce
from ministack.core.responses import get_account_id, get_region
from ministack.services import iam

from ..authorization import action_and_resource
from ..roles import Anyone, Context, Policy, Principal, Role
from ..state import Place, partition_of

_AWS_MANAGED = "arn:aws:iam::aws:"


class Roles:
    """The roles in ministack's IAM."""

    def find(self, arn: str) -> Role | None:
        account, name = arn.split(":")[4] if arn.count(":") >= 5 else "", arn.rpartition("/")[2]
        role = iam._roles.get_scoped(account, None, name)
        return _role(role, account) if role and role["Arn"] == arn else None


def _role(role: Mapping[str, Any], account: str) -> Role:
    """Documents of AWS managed policies are left out: those that ministack does not know it makes up,
    allowing everything."""
    attached = tuple(role.get("AttachedPolicies", ()))
    own = [
        _resolve_managed_policy_document(arn, account) for arn in attached if not arn.startswith(_AWS_MANAGED)
    ]
    created = dt.datetime.fromisoformat(role["CreateDate"])
    return Role(
        arn=role["Arn"],
        trust_policy=_document(role["AssumeRolePolicyDocument"]),
        created=created.timestamp(),
        managed_policy_arns=attached,
        policies=tuple(_document(text) for text in (*role.get("InlinePolicies", {}).values(), *own) if text),
    )


def _document(text: Any) -> Policy:
    parsed: Policy = json.loads(text) if isinstance(text, str) else text
    return parsed


def caller(headers: Mapping[str, str], query: Mapping[str, list[str]]) -> Principal:
    """Who makes the current request; anyone where ministack does not enforce IAM."""
    return _Caller(caller_arn(), app.extract_access_key_id(headers, query)) if app.AUTH else Anyone()


class _Caller:
    def __init__(self, arn: str, access_key: str) -> None:
        self.arn = arn
        self._access_key = access_key

    def allows(self, action: str, resource: str, context: Context) -> bool:
        service = action.partition(":")[0]
        denied = enforce(self._access_key, action, service, get_region(), resource, dict(context))
        return denied is None


def install(raw_path: Callable[[str], str]) -> None:
    """Gives ministack's enforcement the resource of a Backup request. By itself it takes the vault's name
    from the body, where no operation has it, so it would check every call against `*` and refuse each policy
    that names resources."""
    own_action, own_resource = iam_actions.extract_iam_action, iam_actions.extract_resource_arn

    def extract_iam_action(
        service: str, method: str, path: str, headers: Any, body: bytes, query: dict[str, list[str]]
    ) -> str | None:
        if service == "backup" and (found := _found(method, raw_path(path), query)):
            return found[0]
        action: str | None = own_action(service, method, path, headers, body, query)
        return action

    def extract_resource_arn(
        service: str,
        method: str,
        path: str,
        headers: Any,
        body: bytes,
        query: dict[str, list[str]],
        *where: str,
    ) -> str:
        if service == "backup" and (found := _found(method, raw_path(path), query)):
            return found[1]
        return str(own_resource(service, method, path, headers, body, query, *where))

    iam_actions.extract_iam_action = extract_iam_action
    iam_actions.extract_resource_arn = extract_resource_arn


def _found(method: str, path: str, query: Mapping[str, list[str]]) -> tuple[str, str] | None:
    region = get_region()
    return action_and_resource(Place(get_account_id(), region, partition_of(region)), method, path, query)
