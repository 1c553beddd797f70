"""From the model's typed parts to documents as AWS takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from cfn_backup.symbolic.values import Choice, Intrinsic, Sym

NO_VALUE: Mapping[str, str] = {"Ref": "AWS::NoValue"}


def document(part: Any) -> Any:
    """A part of the model as a document: its members by CloudFormation's names, absent ones left out."""
    if isinstance(part, Choice):
        return if_node(part, document)
    if isinstance(part, tuple):
        return [document(item) for item in part]
    if isinstance(part, Mapping):
        return {name: document(value) for name, value in part.items()}
    if not hasattr(part, "__dataclass_fields__") or isinstance(part, Intrinsic):
        return part
    return {**_members(part), **document(getattr(part, "extra", {}))}


def _members(part: Any) -> dict[str, Any]:
    return {
        member_name(field): document(getattr(part, field.name))
        for field in fields(part)
        if field.name != "extra" and getattr(part, field.name) is not None
    }


def member_name(field: Any) -> str:
    """CloudFormation's name of a model's field."""
    return field.metadata["prop"].name or "".join(word.capitalize() for word in field.name.split("_"))


def lift[T](value: Sym[T] | None, expand: Callable[[T], Any]) -> Any:
    """``expand`` applied to a structure, in each branch where a condition chooses it."""
    if isinstance(value, Choice):
        return Choice(value.condition, lift(value.then, expand), lift(value.otherwise, expand))
    if value is None or isinstance(value, Intrinsic):
        return value
    return expand(value)


def if_node[T](choice: Choice[T], expand: Callable[[T], Any]) -> Intrinsic:
    """The ``Fn::If`` whose branches are expanded; a branch that expands to None is ``AWS::NoValue``."""
    branches = (lift(branch, expand) for branch in (choice.then, choice.otherwise))
    return Intrinsic(
        {"Fn::If": [choice.condition, *(NO_VALUE if b is None else template_node(b) for b in branches)]}
    )


def template_node(value: Any) -> Any:
    """A document as it stands in a template: every intrinsic and choice written out."""
    if isinstance(value, Intrinsic):
        return value.node
    if isinstance(value, Choice):
        return if_node(value, lambda branch: branch).node
    if isinstance(value, Mapping):
        return {name: template_node(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [template_node(item) for item in value]
    return value


def known[T](value: T | Choice[T] | Intrinsic) -> T:
    """The value, which at a deployment is always known. Raises TypeError for one that only a tool can
    meet."""
    if isinstance(value, Choice | Intrinsic):
        raise TypeError(f"a deployment cannot have {value}")
    return value


def known_map[T](values: Mapping[str, T | Intrinsic] | Intrinsic) -> dict[str, T]:
    """The map with every value known, as it always is at a deployment."""
    return {name: known(value) for name, value in known(values).items()}
