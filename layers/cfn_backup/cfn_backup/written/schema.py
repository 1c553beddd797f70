"""The JSON schema of a resource type, made from its class:
what editors and linters can check without the rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cfn_backup.written.declarations import Kind, Prop, Property, properties_of
from cfn_backup.written.entries import KINDS
from cfn_backup.written.reader import snake_case
from cfn_backup.written.selection import Selection, Tag

OF_CLOUDFORMATION: Mapping[str, Any] = {
    "ServiceToken": {
        "type": "string",
        "description": "The ARN of the provider's function: `!ImportValue cfn-backup-provider-<type>`.",
    },
    "ServiceTimeout": {
        "type": "integer",
        "minimum": 1,
        "maximum": 3600,
        "description": "Seconds that CloudFormation waits for an answer.",
    },
}
"""The properties that CloudFormation itself reads."""

SIMPLE: Mapping[str, Any] = {
    "text": {"type": "string"},
    "number": {"type": "integer"},
    "boolean": {"type": "boolean"},
    "map": {"type": "object", "additionalProperties": {"type": "string"}},
    "document": {"type": ["object", "string"]},
}


def json_schema(cls: type) -> dict[str, Any]:
    """The schema of a resource type (draft 7), in the form of CloudFormation's own resource schemas.

    ``readOnlyProperties`` are what ``Fn::GetAtt`` gives and nobody can write; attributes that are properties
    as well, such as ``BackupVaultName``, are in ``properties`` only (all of them: ``cls.attributes``).
    """
    definitions: dict[str, Any] = {}
    written = _object(cls, definitions)
    attributes: Mapping[str, str] = getattr(cls, "attributes", {})
    read_only = [name for name in attributes if name not in written["properties"]]
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "typeName": getattr(cls, "resource_type", cls.__name__),
        "description": written["description"],
        "type": "object",
        "properties": {
            **OF_CLOUDFORMATION,
            **written["properties"],
            **{name: {"type": "string", "description": attributes[name]} for name in read_only},
        },
        "required": ["ServiceToken", *written.get("required", [])],
        "additionalProperties": False,
        "readOnlyProperties": [f"/properties/{name}" for name in read_only],
        "definitions": dict(sorted(definitions.items())),
    }


def _object(cls: type, definitions: dict[str, Any]) -> dict[str, Any]:
    properties = properties_of(cls)
    required = [
        name for name, known in properties.items() if known.prop.required or _required_inline(cls, name)
    ]
    return {
        "type": "object",
        "description": (cls.__doc__ or "").strip(),
        "properties": {name: _property(known, definitions) for name, known in properties.items()},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _required_inline(cls: type, name: str) -> bool:
    """A selection of its own has its logical id to be called by; one in a plan has not."""
    return cls is Selection and name == "SelectionName"


def _property(known: Property, definitions: dict[str, Any]) -> dict[str, Any]:
    schema = _kind(known.kind, definitions)
    if "$ref" in schema:
        # draft 7 ignores whatever stands beside a reference
        return schema
    return {**schema, **_facts(known.prop), "description": known.prop.description}


def _facts(prop: Prop) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    if prop.allowed:
        facts |= _allowed(prop)
    if prop.pattern is not None:
        facts["pattern"] = prop.pattern
    if prop.code and prop.minimum is not None:
        facts["minimum"] = prop.minimum
    if prop.maximum is not None:
        facts["maximum"] = prop.maximum
    return facts


def _allowed(prop: Prop) -> dict[str, Any]:
    if prop.spelling == "any case":
        anyhow = ("".join(f"[{c.lower()}{c.upper()}]" for c in value) for value in prop.allowed)
        return {"pattern": f"^({'|'.join(anyhow)})$"}
    python_names = [snake_case(value) for value in prop.allowed] if prop.spelling == "snake case" else []
    return {"enum": list(dict.fromkeys([*prop.allowed, *python_names]))}


def _kind(kind: Kind, definitions: dict[str, Any]) -> dict[str, Any]:
    if kind.form == "object":
        return _reference(kind.cls, definitions)
    if kind.form == "list" and kind.item is not None:
        return {"type": "array", "items": _kind(kind.item, definitions)}
    if kind.form == "entry":
        return {"anyOf": [{"type": "string"}, _entry(definitions)]}
    return dict(SIMPLE[kind.form])


def _reference(cls: type, definitions: dict[str, Any]) -> dict[str, Any]:
    if cls.__name__ not in definitions:
        definitions[cls.__name__] = {}
        definitions[cls.__name__] = _object(cls, definitions)
    return {"$ref": f"#/definitions/{cls.__name__}"}


def _entry(definitions: dict[str, Any]) -> dict[str, Any]:
    """A map with one key, which says what its value is."""
    special = {"Tag": _reference(Tag, definitions), "MatchAllTags": dict(SIMPLE["map"])}
    return {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "properties": {kind: special.get(kind, {"type": "string"}) for kind in KINDS},
        "additionalProperties": False,
    }
