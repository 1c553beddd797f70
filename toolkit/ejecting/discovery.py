"""``Stack`` entries offline: what the own template lists can be written down;
other stacks cannot be looked into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cfn_backup.desired.arns import KINDS_BY_TYPE, arn_of
from cfn_backup.desired.document import template_node
from cfn_backup.model.selection import Resource
from cfn_backup.model.values import Intrinsic, Place, Str
from toolkit.intrinsics import NO_VALUE, is_intrinsic

_OWN_STACK = ({"Ref": "AWS::StackName"}, {"Ref": "AWS::StackId"})


@dataclass(frozen=True)
class _Arn(Intrinsic):
    """An ARN of which each may be listed once: the expansion puts them into a set."""

    def __hash__(self) -> int:
        return hash(str(self.node))


@dataclass(frozen=True)
class Contents:
    """What stacks contain, by the stack as it was written, and what could not be found."""

    arns: Mapping[str, Any]
    losses: tuple[str, ...]


@dataclass
class Discovery:
    """Finds what can be backed up among a template's resources."""

    resources: Mapping[str, Mapping[str, Any]]
    place: Place

    def find(self, stacks: tuple[Str, ...]) -> Contents:
        """The contents of the stacks that a selection names."""
        arns: dict[str, Any] = {}
        losses: list[str] = []
        for stack in stacks:
            if isinstance(stack, Intrinsic) and stack.node in _OWN_STACK:
                found = self._own_resources()
                arns[str(stack)] = found
                losses.append(
                    f"Stack cannot be expressed natively; what this template lists now ({len(found)} that "
                    "can be backed up) stands in its place, and what is added later, or made by nested "
                    "stacks, will not be backed up"
                )
            else:
                losses.append(
                    f"Stack: {_shown(stack)} cannot be expressed natively; list the resources of that stack "
                    "in its place"
                )
        return Contents(arns, tuple(losses))

    def _own_resources(self) -> tuple[Str, ...]:
        """In the order of the template; an Aurora instance is backed up with its cluster."""
        return tuple(
            self._arn(logical_id, resource)
            for logical_id, resource in self.resources.items()
            if resource["Type"] in KINDS_BY_TYPE and not _is_cluster_member(resource)
        )

    def _arn(self, logical_id: str, resource: Mapping[str, Any]) -> Str:
        arn = arn_of(Resource(KINDS_BY_TYPE[resource["Type"]], Intrinsic({"Ref": logical_id})), self.place)
        condition = resource.get("Condition")
        return _Arn(
            {"Fn::If": [condition, template_node(arn), NO_VALUE]} if condition else template_node(arn)
        )


def _is_cluster_member(resource: Mapping[str, Any]) -> bool:
    properties = resource.get("Properties")
    in_a_cluster = isinstance(properties, dict) and "DBClusterIdentifier" in properties
    return in_a_cluster and resource["Type"] == "AWS::RDS::DBInstance"


def _shown(stack: Str) -> str:
    if not isinstance(stack, Intrinsic):
        return stack
    node = dict(stack.node)
    return f"{next(iter(node))} {next(iter(node.values()))}" if is_intrinsic(node) else str(node)
