"""Each resource type acts with the role of its own function: `template.yaml` says what that may do.

By action only. That the resources of the statements are right is shown on the local AWS, which enforces IAM.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from cfn_backup.aws.errors import AccessDenied
from cfn_backup.aws.session import Session
from cfn_backup.reconcile.plan import BackupPlanResource
from cfn_backup.reconcile.selection import BackupSelectionResource
from cfn_backup.reconcile.vault import BackupVaultResource

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
ROLES: Mapping[type, str] = {
    BackupPlanResource: "BackupPlanRole",
    BackupVaultResource: "BackupVaultRole",
    BackupSelectionResource: "BackupSelectionRole",
}


class _Plain(yaml.SafeLoader):
    """Reads an intrinsic function as its argument."""


def _argument(loader: _Plain, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True) if isinstance(node, yaml.MappingNode) else None


_Plain.add_multi_constructor("!", _argument)


@cache
def allowed(role: str) -> frozenset[str]:
    """The actions of a role, such as ``backup:CreateBackupPlan``."""
    resources = yaml.load(TEMPLATE.read_text(), Loader=_Plain)["Resources"]  # noqa: S506 - a safe loader

    def actions() -> Iterator[str]:
        for policy in resources[role]["Properties"]["ManagedPolicyArns"]:
            for statement in resources[policy]["Properties"]["PolicyDocument"]["Statement"]:
                action = statement["Action"]
                yield from action if isinstance(action, list) else [action]

    return frozenset(actions())


def acting(role: str, method: Callable[..., Any]) -> Callable[..., Any]:
    """The method of a resource, whose calls are then those of the role."""

    def act(self: object, work: Any) -> Any:
        work.session.role = role
        return method(self, work)

    return act


def refusing(call: Callable[..., Any]) -> Callable[..., Any]:
    """``Session.call``, as IAM lets it through."""

    def checked(session: Session, service: str, operation: str, **parameters: Any) -> Any:
        role = getattr(session, "role", None)
        if role is not None and f"{service}:{operation}" not in allowed(role):
            raise AccessDenied(f"{operation}: {role} is not authorized to perform {service}:{operation}")
        return call(session, service, operation, **parameters)

    return checked
