"""``Stack`` entries offline: what the own template lists can be written down;
other stacks cannot be looked into."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cfn_backup.desired.arns import KINDS_BY_TYPE, arn_of
from cfn_backup.desired.place import Place
from cfn_backup.symbolic import Choice, Str, Unknown, is_function
from cfn_backup.symbolic.functions import attribute_of, sub_names, sub_parts
from cfn_backup.written.selection import Resource

_OWN_STACK = ({"Ref": "AWS::StackName"}, {"Ref": "AWS::StackId"})


@dataclass(frozen=True)
class Contents:
    """What stacks contain, by the stack as it was written, and what could not be found."""

    arns: Mapping[Str, tuple[Str, ...]]
    losses: tuple[str, ...]


@dataclass
class Discovery:
    """Finds what can be backed up among a template's resources."""

    resources: Mapping[str, Mapping[str, Any]]
    place: Place

    def find(self, logical_id: str, stacks: tuple[Str, ...]) -> Contents:
        """The contents of the stacks that the selections of a custom resource name."""
        arns: dict[Str, tuple[Str, ...]] = {}
        losses: list[str] = []
        for stack in stacks:
            if isinstance(stack, Unknown) and stack.node in _OWN_STACK:
                found = self._own_resources(logical_id)
                arns[stack] = found
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

    def _own_resources(self, logical_id: str) -> tuple[Str, ...]:
        """In the order of the template; an Aurora instance is backed up with its cluster.

        What is made after the custom resource is not there when a deployment looks, and naming it here would
        be a circle.
        """
        later = self._made_after(logical_id)
        return tuple(
            self._arn(name, resource)
            for name, resource in self.resources.items()
            if resource["Type"] in KINDS_BY_TYPE and not _is_cluster_member(resource) and name not in later
        )

    def _made_after(self, logical_id: str) -> set[str]:
        """The resources that refer to a resource or depend on it, or on one of these."""
        needs = {name: set(_needed(resource)) for name, resource in self.resources.items()}
        later = {logical_id}
        while more := {name for name, needed in needs.items() if needed & later} - later:
            later |= more
        return later

    def _arn(self, logical_id: str, resource: Mapping[str, Any]) -> Str:
        arn = arn_of(Resource(KINDS_BY_TYPE[resource["Type"]], Unknown({"Ref": logical_id})), self.place)
        condition = resource.get("Condition")
        return Choice(condition, arn, None) if condition else arn


def _needed(value: Any) -> Iterator[str]:
    """The logical ids that a part of a template refers to."""
    if isinstance(value, list):
        for item in value:
            yield from _needed(item)
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _named(name, member)
            yield from _needed(member)


def _named(function: str, argument: Any) -> Iterator[str]:
    if function in ("Ref", "DependsOn"):
        yield from (
            one for one in (argument if isinstance(argument, list) else [argument]) if isinstance(one, str)
        )
    found = attribute_of(argument) if function == "Fn::GetAtt" else None
    if found:
        yield found[0]
    parts = sub_parts(argument) if function == "Fn::Sub" else None
    if parts:
        yield from (name.partition(".")[0] for name in sub_names(parts[0]) if name not in parts[1])


def _is_cluster_member(resource: Mapping[str, Any]) -> bool:
    properties = resource.get("Properties")
    in_a_cluster = isinstance(properties, dict) and "DBClusterIdentifier" in properties
    return in_a_cluster and resource["Type"] == "AWS::RDS::DBInstance"


def _shown(stack: Str) -> str:
    if not isinstance(stack, Unknown):
        return str(stack)
    node = dict(stack.node)
    return f"{next(iter(node))} {next(iter(node.values()))}" if is_function(node) else str(node)
