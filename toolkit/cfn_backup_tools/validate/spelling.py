"""Slips that can be seen in the text of a template: types, keys, and tag values that YAML takes for booleans."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from cfn_backup.rules.registry import OWN, reading_rule
from cfn_backup.symbolic import Path
from cfn_backup.written.findings import Finding
from cfn_backup.written.resources import CUSTOM, NATIVE
from cfn_backup_tools.template.document import Mapping, Node, Scalar, Sequence, repeated_keys
from cfn_backup_tools.template.document import Path as LongPath
from cfn_backup_tools.template.locations import Location
from cfn_backup_tools.template.template import Template
from cfn_backup_tools.validate.findings import LocatedFinding, located

reading_rule(
    "W9011",
    title="Unknown resource type",
    explanation="A custom resource type looks like one of this provider's, but is none of them.",
    way_out="Use the name that the message suggests.",
    source=OWN,
)
reading_rule(
    "E9012",
    title="Name that is written twice",
    explanation="A map of the template has the same key twice: one of the two values would silently be lost.",
    way_out="Leave one of them out, or write both into one.",
    source="YAML 1.2.2, 3.2.1.1 Nodes (keys are unique); cfn-lint, E0000",
)
reading_rule(
    "W9323",
    title="Tag value that YAML takes for a boolean",
    explanation="`yes`, `on` and `True` without quotes are booleans for YAML, and CloudFormation makes the "
    "text `true` of them. Resources whose tag is `yes` are then not selected.",
    way_out="Put the value in quotes.",
    source="AWS CloudFormation User Guide: template formats (YAML 1.1)",
)

SURE_ENOUGH = 0.87
WORDS = frozenset({"yes", "no", "on", "off", "true", "false"})
HARMLESS = ("true", "false")
"""CloudFormation makes the same text of these."""


def misspelt_types(template: Template) -> Iterator[LocatedFinding]:
    """Custom types that look much like one of ours."""
    for logical_id, resource in template.resources.items():
        written = resource["Type"]
        nearest = _nearest_type(written)
        if nearest:
            message = f"is {written}, which nobody provides; did you mean {nearest}?"
            finding = Finding("W9011", Path(("Type",)), message)
            yield located(template, logical_id, finding, start=("Resources", logical_id))


def _nearest_type(resource_type: str) -> str | None:
    if resource_type in CUSTOM or not resource_type.startswith("Custom::"):
        return None
    by_name = {name.lower(): name for name in CUSTOM}
    found = difflib.get_close_matches(resource_type.lower(), by_name, n=1, cutoff=SURE_ENOUGH)
    return by_name[found[0]] if found else None


def keys_written_twice(template: Template) -> Iterator[LocatedFinding]:
    """Every key that a map of the template has had before."""
    for path, key in repeated_keys(template.root):
        owner, inside = owner_of(path)
        message = "is written twice in the same map, so one of the two values is lost: leave one out"
        yield LocatedFinding(
            template.name, _at(template, key, path), owner, Finding("E9012", Path.of(inside), message)
        )


def _at(template: Template, node: Node, path: LongPath) -> Location:
    line, column = template.position(node.end)
    return Location(node.line, node.column, line, column, path)


def owner_of(path: LongPath) -> tuple[str, str]:
    """The logical id, or the section's entry, that a path of the template is in, and the rest in words."""
    if path[0] == "Resources" and len(path) > 1:
        owner, rest = str(path[1]), path[2:]
    else:
        owner, rest = ".".join(map(str, path[:2])), path[2:]
    inside = ""
    for step in rest:
        if isinstance(step, int):
            inside += f"[{step}]"
        else:
            inside += f".{step}" if inside else step
    return owner, inside.removeprefix("Properties.")


def boolean_tag_values(template: Template) -> Iterator[LocatedFinding]:
    """Tag values of selections that are words for a boolean without quotes, other than true and false."""
    if template.format != "yaml":
        return
    for logical_id, resource in template.resources.items():
        if resource["Type"] in CUSTOM or resource["Type"] in NATIVE:
            start: LongPath = ("Resources", logical_id, "Properties")
            for path, node in _tag_values(template.node(start), ()):
                written = template.text[node.start : node.end]
                if written.lower() in WORDS and written not in HARMLESS:
                    message = (
                        f"is {written} without quotes, which CloudFormation makes the text "
                        f'"{_made_of(written)}" of: '
                    )
                    message += f'write "{written}" in quotes'
                    finding = Finding("W9323", Path(path), message)
                    yield LocatedFinding(
                        template.name, _at(template, node, (*start, *path)), logical_id, finding
                    )


def _made_of(word: str) -> str:
    return "true" if word.lower() in ("yes", "on", "true") else "false"


def _tag_values(node: Node, path: LongPath) -> Iterator[tuple[LongPath, Scalar]]:
    if isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield from _tag_values(item, (*path, index))
    elif isinstance(node, Mapping):
        names = {str(member.key.value) for member in node.members}
        for member in node.members:
            name = str(member.key.value)
            below = (*path, name)
            is_value = (
                name == "ConditionValue"
                or (name == "Value" and "Key" in names)
                or path[-1:] == ("MatchAllTags",)
            )
            if is_value and isinstance(member.value, Scalar):
                yield below, member.value
            else:
                yield from _tag_values(member.value, below)
