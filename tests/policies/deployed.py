"""`template.yaml` as CloudFormation resolves it for given parameters, without a deployment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

type Json = dict[str, Any]

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
ACCOUNT, REGION = "000000000000", "us-east-1"
PSEUDO: Mapping[str, str] = {
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::StackName": "provider",
}
NO_VALUE = "AWS::NoValue"


class _Yaml(yaml.SafeLoader):
    """Reads CloudFormation's short forms as its long ones."""


def _intrinsic(loader: _Yaml, suffix: str, node: yaml.Node) -> Json:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Yaml.add_multi_constructor("!", _intrinsic)


def read(text: str) -> Json:
    """A template, its short forms as its long ones."""
    content: Json = yaml.load(text, Loader=_Yaml)  # noqa: S506 - a safe loader
    return content


@cache
def written() -> Json:
    """`template.yaml` as it is written. Not to be changed."""
    return read(TEMPLATE.read_text())


@dataclass(frozen=True)
class Deployed:
    """A template with the values of its parameters, defaults where none is given."""

    template: Json
    values: Mapping[str, str]

    @classmethod
    def of(
        cls,
        template: Json | None = None,
        *,
        parameters: Mapping[str, str] | None = None,
        pseudo: Mapping[str, str] = PSEUDO,
    ) -> Deployed:
        """A template, `template.yaml` if none is given."""
        template = written() if template is None else template
        given = parameters or {}
        unknown = given.keys() - template["Parameters"].keys()
        assert not unknown, unknown
        defaults = {name: str(p["Default"]) for name, p in template["Parameters"].items()}
        return cls(template, {**pseudo, **defaults, **given})

    def resource(self, name: str) -> Json:
        """The properties of a resource, without references."""
        return dict(self.resolve(self.template["Resources"][name].get("Properties", {})))

    def exists(self, name: str) -> bool:
        """Whether the resource's condition, if it has one, is met."""
        condition = self.template["Resources"][name].get("Condition")
        return condition is None or self._condition({"Condition": condition})

    def of_type(self, kind: str) -> list[str]:
        """The resources of a type that exist, in the template's order."""
        resources = self.template["Resources"].items()
        return [name for name, r in resources if r["Type"] == kind and self.exists(name)]

    def attached(self, role: str) -> list[str]:
        """The names of the managed policies of this template that a role has."""
        resources = self.template["Resources"]
        written_arns = resources[role]["Properties"].get("ManagedPolicyArns", [])
        named = [arn["Ref"] for arn in written_arns if isinstance(arn, dict) and "Ref" in arn]
        # or the policy names the role
        policies = self.of_type("AWS::IAM::ManagedPolicy")
        roles = {policy: resources[policy]["Properties"].get("Roles") for policy in policies}
        return named + [p for p, names in roles.items() if isinstance(names, list) and {"Ref": role} in names]

    def statements(self, role: str) -> Iterator[Json]:
        """All statements that a role has, its own and those of its policies."""
        for policy in self.resource(role).get("Policies", []):
            yield from policy["PolicyDocument"]["Statement"]
        for name in self.attached(role):
            yield from self.document(name)["Statement"]

    def document(self, policy: str) -> Json:
        """The document of a managed policy."""
        return dict(self.resource(policy)["PolicyDocument"])

    def resolve(self, value: Any) -> Any:
        """The value without references; what `AWS::NoValue` stands for is left out."""
        if isinstance(value, list):
            return [r for item in value if (r := self.resolve(item)) != NO_VALUE]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(key, argument)] = value.items()
            if key == "Ref":
                return self._ref(argument)
            if key in self._functions:
                return self._functions[key](argument)
        resolved = {key: self.resolve(member) for key, member in value.items()}
        return {key: member for key, member in resolved.items() if member != NO_VALUE}

    @property
    def _functions(self) -> Mapping[str, Callable[[Any], Any]]:
        return {
            "Fn::GetAtt": lambda a: self._arn(a[0]),
            "Fn::If": lambda a: self.resolve(a[1] if self._condition({"Condition": a[0]}) else a[2]),
            "Fn::Join": lambda a: a[0].join(self.resolve(a[1])),
            "Fn::Select": lambda a: self.resolve(a[1])[int(a[0])],
            "Fn::Split": lambda a: self.resolve(a[1]).split(a[0]),
            "Fn::Sub": self._sub,
        }

    def _condition(self, value: Json) -> bool:
        [(key, argument)] = value.items()
        if key == "Condition":
            return self._condition(self.template["Conditions"][argument])
        if key == "Fn::Not":
            return not self._condition(argument[0])
        if key == "Fn::Equals":
            one, other = (str(self.resolve(side)) for side in argument)
            return one == other
        all_or_any = {"Fn::And": all, "Fn::Or": any}[key]
        return all_or_any([self._condition(part) for part in argument])

    def _ref(self, name: str) -> str:
        if name == NO_VALUE or name in self.values:
            return self.values.get(name, NO_VALUE)
        return self._arn(name)

    def _sub(self, argument: Any) -> str:
        text, names = argument if isinstance(argument, list) else (argument, {})
        named = {name: self.resolve(value) for name, value in names.items()}
        return re.sub(r"\$\{([\w:.]+)\}", lambda m: named[m[1]] if m[1] in named else self._ref(m[1]), text)

    def _arn(self, name: str) -> str:
        """Of a resource of the template, made up where its type does not say it."""
        name = name.partition(".")[0]
        kind = self.template["Resources"][name]["Type"]
        partition, account = self.values["AWS::Partition"], self.values["AWS::AccountId"]
        if kind == "AWS::IAM::ManagedPolicy":
            return f"arn:{partition}:iam::{account}:policy/{name}"
        if kind == "AWS::IAM::Role":
            path = self.resource(name).get("Path", "/")
            return f"arn:{partition}:iam::{account}:role{path}{name}"
        return name
