"""The roles that selections name, where they are looked up, and what their policies say to AWS Backup."""

from __future__ import annotations

import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

Policy = Mapping[str, Any]
Context = Mapping[str, str | list[str]]
"""The condition keys of a request, with their values."""

# AWS managed policies that allow tag:GetResources, by the end of their ARN (AWS Managed Policy Reference).
# The S3 and restore policies of AWS Backup do not.
ALLOWING_GET_RESOURCES = (
    "::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
    "::aws:policy/AWSBackupFullAccess",
    "::aws:policy/AWSBackupOperatorAccess",
    "::aws:policy/AdministratorAccess",
    "::aws:policy/PowerUserAccess",
    "::aws:policy/ReadOnlyAccess",
    "::aws:policy/ResourceGroupsandTagEditorFullAccess",
    "::aws:policy/ResourceGroupsandTagEditorReadOnlyAccess",
)


@dataclass(frozen=True)
class Role:
    """`created` is in seconds since the epoch; `policies` are the inline and customer managed documents, and
    those of AWS managed policies where the directory has them."""

    arn: str
    trust_policy: Policy
    created: float
    managed_policy_arns: tuple[str, ...] = ()
    policies: tuple[Policy, ...] = ()

    def trusts(self, service: str) -> bool:
        """Whether the service may assume the role. Conditions of the trust policy count as met."""
        effects = {
            statement.get("Effect")
            for statement in _statements(self.trust_policy)
            if service in _services(statement.get("Principal")) and _covers(statement, "sts:AssumeRole")
        }
        return "Allow" in effects and "Deny" not in effects

    def may_get_resources(self) -> bool:
        """Whether the role allows tag:GetResources. Statements with a condition do not count."""
        return self._allows("tag:GetResources", ALLOWING_GET_RESOURCES, everywhere=True)

    def allows(self, action: str, managed: tuple[str, ...]) -> bool:
        """Whether the role allows an action on some resource.

        :param managed: the ends of the ARNs of the AWS managed policies that allow it. What their documents
            say is not asked: an emulator may not have them.
        """
        return self._allows(action, managed, everywhere=False)

    def _allows(self, action: str, managed: tuple[str, ...], *, everywhere: bool) -> bool:
        effects = {
            statement.get("Effect")
            for policy in self.policies
            for statement in _statements(policy)
            if _covers(statement, action)
            and (not everywhere or "*" in _listed(statement.get("Resource")))
            and not statement.get("Condition")
        }
        attached = any(arn.endswith(managed) for arn in self.managed_policy_arns)
        return (attached or "Allow" in effects) and "Deny" not in effects


class RoleDirectory(Protocol):
    """The IAM in which roles are looked up."""

    def find(self, arn: str) -> Role | None: ...


class NoRoles:
    """An account without a single role."""

    def find(self, arn: str) -> Role | None:  # noqa: ARG002
        return None


class Principal(Protocol):
    """Who calls, as far as permissions beyond that of the operation itself are concerned."""

    arn: str

    def allows(self, action: str, resource: str, context: Context) -> bool: ...


class Anyone:
    """A caller who may do everything."""

    arn = "*"

    def allows(self, action: str, resource: str, context: Context) -> bool:  # noqa: ARG002
        return True


def _statements(policy: Policy) -> list[Mapping[str, Any]]:
    found = policy.get("Statement", [])
    return [found] if isinstance(found, Mapping) else list(found)


def _listed(value: object) -> list[str]:
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]


def _services(principal: object) -> list[str]:
    return _listed(principal.get("Service")) if isinstance(principal, Mapping) else []


def _covers(statement: Mapping[str, Any], action: str) -> bool:
    patterns = _listed(statement.get("Action"))
    return any(fnmatch.fnmatchcase(action.lower(), pattern.lower()) for pattern in patterns)
