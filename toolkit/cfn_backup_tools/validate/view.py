"""A template as the rules see it: its backup resources read, the others as values when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cfn_backup.desired.place import Place
from cfn_backup.rules.neighbours import Neighbour, OwnResource
from cfn_backup.symbolic import Choice, Unknown, from_template
from cfn_backup.symbolic.functions import attribute_of, sub_names, sub_parts
from cfn_backup.symbolic.values import is_function
from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import Template


@dataclass
class View:
    """One template with what is known of its parameters. Serves ``rules.neighbours.Template``."""

    template: Template
    resolver: Resolver
    own: tuple[OwnResource, ...] = ()
    """The backup resources, once they have been read."""
    _neighbours: dict[str, Neighbour] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def place(self) -> Place:
        return Place.of_template({name: one["Type"] for name, one in self.template.resources.items()})

    def get(self, logical_id: str) -> Neighbour | None:
        if logical_id not in self._neighbours and logical_id in self.template.resources:
            self._neighbours[logical_id] = self._neighbour(logical_id)
        return self._neighbours.get(logical_id)

    def of_type(self, *types: str) -> Iterator[Neighbour]:
        for logical_id, resource in self.template.resources.items():
            found = self.get(logical_id) if resource["Type"] in types else None
            if found:
                yield found

    def is_output(self, logical_id: str) -> bool:
        return logical_id in self._outputs

    @cached_property
    def _outputs(self) -> frozenset[str]:
        backups = {one.logical_id for one in self.own}
        elsewhere = [one for name, one in self.template.content["Resources"].items() if name not in backups]
        return frozenset(_referred([self.template.section("Outputs"), elsewhere]))

    def _neighbour(self, logical_id: str) -> Neighbour:
        resource = self.template.resources[logical_id]
        properties = resource.get("Properties")
        return Neighbour(
            logical_id,
            resource["Type"],
            _text(resource.get("Condition")),
            _text(resource.get("DeletionPolicy")),
            self._values(from_template(properties)) if isinstance(properties, Mapping) else {},
        )

    def _values(self, value: Any) -> Any:
        """The value with what is known of every function in it."""
        if isinstance(value, Unknown):
            node = value.node
            resolved = self.resolver.resolve(node) if isinstance(node, Mapping) else node
            return value if resolved is node else resolved
        if isinstance(value, Choice):
            return Choice(value.condition, self._values(value.then), self._values(value.otherwise))
        if isinstance(value, Mapping):
            return {name: self._values(member) for name, member in value.items()}
        if isinstance(value, list):
            return [self._values(item) for item in value]
        return value


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _referred(node: Any) -> Iterator[str]:
    """The logical ids that a part of a template refers to."""
    if isinstance(node, list):
        for item in node:
            yield from _referred(item)
    elif isinstance(node, Mapping):
        if is_function(node):
            ((function, argument),) = node.items()
            if function == "Ref" and isinstance(argument, str):
                yield argument
            elif function == "Fn::GetAtt" and (found := attribute_of(argument)):
                yield found[0]
            elif function == "Fn::Sub" and (parts := sub_parts(argument)):
                yield from (name.partition(".")[0] for name in sub_names(parts[0]))
        for member in node.values():
            yield from _referred(member)
