"""The table of permissions in docs/security.md, made from template.yaml.

``python -m tests.docs.permissions`` writes it, and the list of packages, into the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from tests.docs.pages import ROOT

type Json = dict[str, Any]

PAGE = ROOT / "docs" / "security.md"
FUNCTIONS = ("BackupPlan", "BackupVault", "BackupSelection", "FailureResponder")
BEGIN, END = "<!-- {} from here: made by `python -m tests.docs.permissions` -->", "<!-- {} to here -->"


class _Yaml(yaml.SafeLoader):
    """Reads CloudFormation's short forms as their arguments; ``Fn::If`` as the first branch."""


def _argument(loader: _Yaml, suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    assert isinstance(node, yaml.SequenceNode)
    arguments = loader.construct_sequence(node, deep=True)
    return arguments[1] if suffix == "If" else arguments


_Yaml.add_multi_constructor("!", _argument)


def permissions() -> str:
    """Which function has which policy, then a table for each policy; everything in the template's order."""
    resources = template()["Resources"]
    policies = [name for name, r in resources.items() if r["Type"] == "AWS::IAM::ManagedPolicy"]
    head = f"| function | {' | '.join(f'`{name}`' for name in policies)} |"
    rows = [head, "|---" * (len(policies) + 1) + "|"]
    for function in FUNCTIONS:
        attached = resources[f"{function}Role"]["Properties"].get("ManagedPolicyArns", [])
        marks = ["yes" if policy in attached else "" for policy in policies]
        rows.append(f"| `{function}Function` | {' | '.join(marks)} |")
    inline = resources["FailureResponderRole"]["Properties"]["Policies"]
    tables = ["\n".join(rows)]
    tables += [_table(f"`{name}`", resources[name]["Properties"]["PolicyDocument"]) for name in policies]
    tables += [_table("`FailureResponderFunction`", policy["PolicyDocument"]) for policy in inline]
    return "\n\n".join(tables)


def template() -> Json:
    """`template.yaml`, its short forms as their arguments."""
    content: Json = yaml.load((ROOT / "template.yaml").read_text(), Loader=_Yaml)  # noqa: S506 - a safe loader
    return content


def packages() -> str:
    """The packages of the layer with their versions."""
    lock = (ROOT / "requirements" / "runtime.lock").read_text()
    pinned = re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", lock, re.MULTILINE)
    return "\n".join(["| package | version |", "|---|---|", *(f"| {n} | {v} |" for n, v in pinned)])


def _table(title: str, document: Json) -> str:
    rows = [f"| {title} | on | if |", "|---|---|---|"]
    for statement in document["Statement"]:
        actions, resources = _listed(statement["Action"]), map(_short, _listed(statement["Resource"]))
        conditions = _conditions(statement.get("Condition", {}))
        rows.append(f"| {_lines(actions)} | {_lines(resources)} | {conditions} |")
    return "\n".join(rows)


def statements(resources: Mapping[str, Json], role: str) -> Iterator[Json]:
    """All statements that a role has, its own and those of its policies."""
    properties = resources[role]["Properties"]
    for policy in properties.get("Policies", []):
        yield from policy["PolicyDocument"]["Statement"]
    for name in properties.get("ManagedPolicyArns", []):
        yield from resources[name]["Properties"]["PolicyDocument"]["Statement"]


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def _lines(values: Any) -> str:
    return "<br>".join(f"`{value}`" for value in values)


def _short(resource: str) -> str:
    """Without partition, Region and account; `${…}` as it is written otherwise."""
    resource = re.sub(r"^(\w+)\.Arn$", r"\1", resource)
    for name in ("Partition", "Region", "AccountId", "URLSuffix"):
        resource = resource.replace("${AWS::" + name + "}", "…")
    return resource.replace("${PassableRoles}", "PassableRoles")


def _conditions(conditions: Mapping[str, Mapping[str, Any]]) -> str:
    each = [(key, _listed(values)) for keys in conditions.values() for key, values in keys.items()]
    return "<br>".join(f"`{key}` is {' or '.join(map(_value, values))}" for key, values in each)


def _value(value: Any) -> str:
    return f"`{'true' if value is True else _short(str(value))}`"


def written(page: str) -> str:
    """The page with the present tables."""
    for name, table in (("permissions", permissions()), ("packages", packages())):
        begin, end = BEGIN.format(name), END.format(name)
        head, found, rest = page.partition(begin)
        assert found, f"the page has no place for {name}"
        page = f"{head}{begin}\n\n{table}\n\n{end}{rest.partition(end)[2]}"
    return page


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))
