"""Rewrites what refers to a custom resource so that it refers to what stands in its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cfn_backup.symbolic import is_function
from cfn_backup.symbolic.functions import (
    attribute_of,
    escape,
    sub_parts,
    substitute,
    unescape,
)
from cfn_backup_tools.eject.native import Native

_MADE_LAST = ("AWS::Backup::BackupSelection", "AWS::SNS::TopicPolicy")


@dataclass
class References:
    """The replacements of all custom resources of a template."""

    natives: Mapping[str, Native]
    losses: list[str] = field(default_factory=list)
    """Uses of a return value that nothing stands for."""

    def rewritten(self, value: Any) -> Any:
        """The value with every reference to a custom resource replaced; the same object if there is none."""
        if isinstance(value, list):
            items = [self.rewritten(item) for item in value]
            return value if all(new is old for new, old in zip(items, value, strict=True)) else items
        if not isinstance(value, dict):
            return value
        if is_function(value):
            ((name, argument),) = value.items()
            if name == "Ref":
                return self.natives[argument].ref if self._is_custom(argument) else value
            if name == "Fn::GetAtt":
                return self._get_att(value, argument)
            if name == "Fn::Sub":
                return self._sub(value, argument)
        members = {name: self.rewritten(member) for name, member in value.items()}
        return value if all(members[name] is member for name, member in value.items()) else members

    def depends_on(self, value: Any) -> Any:
        """A ``DependsOn`` on the resources that there are now,
        as far as others do not depend on them already."""
        names = value if isinstance(value, list) else [value]
        new = [one for name in names for one in (self._last(name) if self._is_custom(name) else [name])]
        if new == names:
            return value
        return new if len(new) > 1 or isinstance(value, list) else new[0]

    def _last(self, logical_id: str) -> list[str]:
        """The resource itself and what is made after it; not
        what may not be there at all (cfn-lint E3005)."""
        native = self.natives[logical_id]
        return [
            name
            for name, resource in native.resources.items()
            if name == logical_id or (name not in native.presence and resource["Type"] in _MADE_LAST)
        ]

    def direct_name(self, name: str) -> str | None:
        """What to write for a variable of ``Fn::Sub``, if that is a variable again; None if it needs more."""
        expression = self._variable(name)
        if isinstance(expression, dict) and len(expression) == 1:
            ((function, argument),) = expression.items()
            if function == "Ref":
                return str(argument)
            found = attribute_of(argument) if function == "Fn::GetAtt" else None
            return ".".join(found) if found else None
        return None

    def is_meant(self, name: str) -> bool:
        """Whether a variable of ``Fn::Sub`` names a custom resource."""
        return name.partition(".")[0] in self.natives

    def _is_custom(self, name: Any) -> bool:
        return isinstance(name, str) and name in self.natives

    def _get_att(self, value: dict[str, Any], argument: Any) -> Any:
        found = attribute_of(argument)
        if found is None or found[0] not in self.natives:
            return value
        return self._attribute(*found)

    def _attribute(self, logical_id: str, attribute: str) -> Any:
        native = self.natives[logical_id]
        reason = native.lost_attributes.get(attribute)
        if reason:
            self.losses.append(f"{logical_id}.{attribute}: {reason}; the empty text stands in its place")
        return native.attributes.get(attribute, "")

    def _variable(self, name: str) -> Any:
        logical_id, _, attribute = name.partition(".")
        return self._attribute(logical_id, attribute) if attribute else self.natives[logical_id].ref

    def _sub(self, value: dict[str, Any], argument: Any) -> Any:
        parts = sub_parts(argument)
        if parts is None:
            return value
        text, given = parts
        variables = {name: self.rewritten(variable) for name, variable in given.items()}

        def replace(name: str) -> str:
            if name in given or not self.is_meant(name):
                return "${" + name + "}"
            direct = self.direct_name(name)
            if direct is not None:
                return "${" + direct + "}"
            expression = self._variable(name)
            if isinstance(expression, str):
                return escape(expression)
            variable = re.sub(r"[^A-Za-z0-9]", "", name)
            while variable in variables and variables[variable] != expression:
                variable += "X"
            variables[variable] = expression
            return "${" + variable + "}"

        replaced = substitute(text, replace)
        if replaced == text and all(variables[name] is given.get(name) for name in variables):
            return value
        if variables:
            return {"Fn::Sub": [replaced, variables]}
        return {"Fn::Sub": replaced} if "${" in replaced.replace("${!", "") else unescape(replaced)
