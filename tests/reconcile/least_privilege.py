"""Each resource type acts with the role of its own function: `template.yaml` says what that may do.

By action only. That the resources of the statements are right is shown on the local AWS, which enforces IAM.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from cfn_backup.aws.errors import AccessDenied
from cfn_backup.aws.session import Session
from cfn_backup.reconcile.plan import BackupPlanResource
from cfn_backup.reconcile.region_settings import BackupRegionSettingsResource
from cfn_backup.reconcile.selection import BackupSelectionResource
from cfn_backup.reconcile.vault import BackupVaultResource
from tests.policies.deployed import Deployed

ROLES: Mapping[type, str] = {
    BackupPlanResource: "BackupPlanRole",
    BackupVaultResource: "BackupVaultRole",
    BackupSelectionResource: "BackupSelectionRole",
    BackupRegionSettingsResource: "BackupRegionSettingsRole",
}


@cache
def allowed(role: str) -> frozenset[str]:
    """The actions of a role, such as ``backup:CreateBackupPlan``."""
    statements = [s for s in Deployed.of().statements(role) if s["Effect"] == "Allow"]
    actions = [s["Action"] for s in statements]
    return frozenset(a for given in actions for a in (given if isinstance(given, list) else [given]))


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
