"""What a parity program is: a construct tree of the CDK, and the same thing said with our resource types."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

type Build = Callable[[Any, Any], None]
"""Gets the stack and ``aws_cdk`` (with ``backup`` and its other modules as attributes)."""

SERVICE_TOKENS = {
    name: {"Fn::ImportValue": f"cfn-backup-provider-{name}"}
    for name in ("BackupPlan", "BackupVault", "BackupSelection")
}


@dataclass(frozen=True)
class Program:
    """One case. ``custom`` is None where the CDK does what only the mechanical conversion can repeat."""

    name: str
    build: Build
    custom: Mapping[str, Any] | None = None
    differences: tuple[str, ...] = ()
    """The deliberate differences that this case shows; names of ``tests.parity.differences``."""
    parameters: Mapping[str, Any] = field(default_factory=dict)

    def template(self) -> dict[str, Any] | None:
        """Our template."""
        if self.custom is None:
            return None
        parameters = {"Parameters": dict(self.parameters)} if self.parameters else {}
        return {**parameters, "Resources": dict(self.custom)}


def custom(name: str, properties: Mapping[str, Any] | None = None, **attributes: Any) -> dict[str, Any]:
    """A custom resource, by the short name of its type."""
    return {
        "Type": f"Custom::{name}",
        **attributes,
        "Properties": {"ServiceToken": SERVICE_TOKENS[name], **(properties or {})},
    }


def plan(**properties: Any) -> dict[str, Any]:
    return custom("BackupPlan", properties)


def vault(**properties: Any) -> dict[str, Any]:
    return custom("BackupVault", properties)


def selection(**properties: Any) -> dict[str, Any]:
    return custom("BackupSelection", {"BackupPlanId": {"Ref": "Plan"}, **properties})


type Programs = Iterator[Program]
