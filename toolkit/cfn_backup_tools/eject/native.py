"""What one custom resource becomes: native resources, and what each of its return values is now."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from cfn_backup.symbolic import Condition, Unknown, join, to_template

type Presence = bool | tuple[str, Presence, Presence]
"""When a resource is there: always, never, or as the first
of two when a condition holds and the second when not."""


@dataclass
class Native:
    """Native resources in the place of a custom one. Their values may be chosen and unknown."""

    resources: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By logical id, in the order in which they are written."""
    ref: Any = ""
    """What stands for ``Ref``."""
    attributes: dict[str, Any] = field(default_factory=dict)
    """What stands for each attribute of ``Fn::GetAtt``."""
    losses: list[str] = field(default_factory=list)
    """What cannot be expressed, in words."""
    notes: list[str] = field(default_factory=list)
    """What the author should know, beside."""
    lost_attributes: dict[str, str] = field(default_factory=dict)
    """Attributes that nothing stands for, with the reason; said only where they are used."""
    presence: dict[str, Presence] = field(default_factory=dict)
    """Of the resources that are not always there."""


def in_template_syntax(native: Native) -> Native:
    """The same with every value in the long form of template syntax."""
    return replace(
        native,
        resources={name: to_template(resource) for name, resource in native.resources.items()},
        ref=to_template(native.ref),
        attributes={name: to_template(value) for name, value in native.attributes.items()},
    )


def merge(condition: Condition, then: Native, otherwise: Native) -> Native:
    """The native resources for both branches of a condition. Raises TypeError for one that is no name of a
    condition, since there is no ``Condition`` for it."""
    if not isinstance(condition, str):
        raise TypeError(condition)
    result = Native(
        ref=join(condition, then.ref, otherwise.ref),
        attributes={
            name: join(condition, then.attributes.get(name, ""), otherwise.attributes.get(name, ""))
            for name in {**then.attributes, **otherwise.attributes}
        },
        losses=list(dict.fromkeys([*then.losses, *otherwise.losses])),
        notes=list(dict.fromkeys([*then.notes, *otherwise.notes])),
        lost_attributes=then.lost_attributes | otherwise.lost_attributes,
    )
    for logical_id in {**then.resources, **otherwise.resources}:
        one, other = then.resources.get(logical_id), otherwise.resources.get(logical_id)
        result.resources[logical_id] = _merged_resource(result, logical_id, condition, one, other)
        presence = _presence(condition, _when(then, logical_id), _when(otherwise, logical_id))
        if presence is not True:
            result.presence[logical_id] = presence
    return result


def _merged_resource(
    result: Native, logical_id: str, condition: str, one: dict[str, Any] | None, other: dict[str, Any] | None
) -> dict[str, Any]:
    if one is None or other is None:
        return one or other or {}
    resource = {**other, **one}
    for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
        if one.get(policy) != other.get(policy):
            # a policy attribute takes no intrinsic function: keep what must not be lost
            resource[policy] = "Retain"
            result.losses.append(
                f"{logical_id}: RemovalPolicy depends on the condition {condition}; {policy} cannot, and is "
                "Retain"
            )
    resource["Properties"] = join(condition, one.get("Properties", {}), other.get("Properties", {}))
    return resource


def _when(native: Native, logical_id: str) -> Presence:
    return native.presence.get(logical_id, True) if logical_id in native.resources else False


def _presence(condition: str, then: Presence, otherwise: Presence) -> Presence:
    return then if then == otherwise else (condition, then, otherwise)


def presence_expression(presence: Presence) -> dict[str, Any]:
    """A presence that is neither always nor never, as a condition function."""
    if isinstance(presence, bool):
        raise TypeError(presence)
    condition, then, otherwise = presence
    holds: dict[str, Any] = {"Condition": condition}
    ways = [way for way in (_way(holds, then), _way({"Fn::Not": [holds]}, otherwise)) if way is not None]
    return ways[0] if len(ways) == 1 else {"Fn::Or": ways}


def _way(holds: dict[str, Any], presence: Presence) -> dict[str, Any] | None:
    if presence is False:
        return None
    return holds if presence is True else {"Fn::And": [holds, presence_expression(presence)]}


def ref(logical_id: str) -> Unknown:
    """``Ref`` of a resource."""
    return Unknown({"Ref": logical_id})


def get_att(logical_id: str, attribute: str) -> Unknown:
    """``Fn::GetAtt`` of a resource."""
    return Unknown({"Fn::GetAtt": [logical_id, attribute]})
