"""Reads properties into the classes of the model.

CloudFormation hands every scalar of a custom resource over as a string, so values are recast by their
declared type, as the CloudFormation CLI does for resource types: ``"35"`` is a number where a number is
declared, and ``35`` is text where text is declared. Every problem is collected with its path; nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cfn_backup.symbolic.values import UNREADABLE, Choice, Intrinsic, Prop
from cfn_backup.written.declarations import TEXT, Kind, Property, properties_of
from cfn_backup.written.problems import Findings
from cfn_backup.written.recast import RECAST, Misfit, shown
from cfn_backup.written.unknown_members import (
    advice,
    is_native_member,
    members_of,
    nearest_of,
    recast_by_shape,
)

NO_VALUE = {"Ref": "AWS::NoValue"}
DEEPEST_CHOICE = 50
"""Nested ``Fn::If`` beyond this are not looked into; no template that a person wrote comes near."""

PLAIN = Prop("")
"""Of values that no property declares on their own, such as the elements of a list."""


def read[T](
    cls: type[T], properties: object, findings: Findings, *, symbolic: bool = False, path: str = ""
) -> T | None:
    """What the author wrote as an instance of ``cls``; None only if ``properties`` is no map at all.

    Where a value is wrong or missing, UNREADABLE stands in its place and the problem is in ``findings``.
    With ``symbolic`` the properties come from a template: intrinsic functions are kept, and both branches of
    ``Fn::If`` are read.
    """
    if not isinstance(properties, Mapping):
        findings.add("E9003", path, f"is {shown(properties)}, where a map of properties is expected")
        return None
    result: T = Reader(findings, symbolic).read_object(cls, properties, path)
    return result


def is_intrinsic(node: object) -> bool:
    """Whether a node of a template is an intrinsic function; one with neighbours,
    such as ``Fn::Transform``, is one, too."""
    if not isinstance(node, Mapping):
        return False
    if len(node) == 1 and ("Ref" in node or "Condition" in node):
        return True
    return has_hidden_properties(node)


def has_hidden_properties(node: Mapping[Any, Any]) -> bool:
    """Whether a function among the properties (``Fn::Transform``,
    ``Fn::ForEach``) will bring more of them."""
    return any(isinstance(key, str) and key.startswith("Fn::") for key in node)


@dataclass(frozen=True)
class Reader:
    """Reads values by their declared kind. ``symbolic``:
    intrinsic functions are values that are not known yet."""

    findings: Findings
    symbolic: bool

    def read_object[T](self, cls: type[T], properties: Mapping[Any, Any], path: str) -> T:
        """An instance of ``cls``, of which every property has been read."""
        known = properties_of(cls)
        values: dict[str, Any] = {}
        for name, prop in known.items():
            value = None
            if name in properties:
                value = self.read(prop.kind, properties[name], _join(path, name), prop.prop)
            if value is None and prop.prop.required:
                value = self._missing(prop, properties, path)
            values[prop.field] = value
        extra = self._read_unknown(cls, properties, known, path)
        if extra:
            values["extra"] = extra
        return cls(**values)

    def read(self, kind: Kind, raw: Any, path: str, prop: Prop, depth: int = 0) -> Any:
        """The value of one declared kind; None if it is absent."""
        if self.symbolic and raw == NO_VALUE:
            return None
        if self.symbolic and self._is_unknown(kind, raw):
            return self._read_unknown_value(kind, raw, path, prop, depth)
        try:
            return self._read_known(kind, raw, path, prop)
        except Misfit as misfit:
            self.findings.add(misfit.code, path, misfit.message)
            return UNREADABLE

    def _missing(self, prop: Property, properties: Mapping[Any, Any], path: str) -> Any:
        if not (self.symbolic and has_hidden_properties(properties)):
            message = f"is required and missing: {prop.prop.description}"
            self.findings.add("E9002", _join(path, prop.name), message)
        return UNREADABLE

    def _is_unknown(self, kind: Kind, raw: Any) -> bool:
        if kind.form in ("map", "document") and isinstance(raw, Mapping) and "Condition" in raw:
            # a tag may be called so
            return False
        return is_intrinsic(raw)

    def _read_unknown_value(
        self, kind: Kind, raw: Mapping[str, Any], path: str, prop: Prop, depth: int
    ) -> Any:
        branches = raw.get("Fn::If") if kind.choosable and len(raw) == 1 else None
        if isinstance(branches, list) and len(branches) == 3 and depth < DEEPEST_CHOICE:
            then, otherwise = (self.read(kind, branch, path, prop, depth + 1) for branch in branches[1:])
            return Choice(recast_condition(branches[0]), then, otherwise)
        if kind.form == "entry":
            return self._read_entry(Intrinsic(raw), path)
        return Intrinsic(raw)

    def _read_known(self, kind: Kind, raw: Any, path: str, prop: Prop) -> Any:
        value: Any
        match kind.form:
            case "object":
                value = self.read_object(kind.cls, _map(raw), path)
            case "list":
                value = self._read_list(kind.item or TEXT, raw, path)
            case "map":
                value = self._read_text_map(_document(raw), path)
            case "document":
                value = _document(raw)
            case "entry":
                value = self._read_entry(raw, path)
            case scalar:
                value = _checked(RECAST[scalar](raw), prop)
        return value

    def _read_entry(self, raw: Any, path: str) -> Any:
        from cfn_backup.written.entries import read_entry  # noqa: PLC0415 - a vault's cold start does without

        return read_entry(self, raw, path)

    def _read_list(self, item: Kind, raw: Any, path: str) -> tuple[Any, ...]:
        if not isinstance(raw, list | tuple):
            kind = "a single value" if not isinstance(raw, Mapping) else "a map"
            raise Misfit("E9006", f"is {shown(raw)}, {kind} where a list is expected; put it into a list")
        values = (self.read(item, value, f"{path}[{index}]", PLAIN) for index, value in enumerate(raw))
        return tuple(value for value in values if value is not None)

    def _read_text_map(self, raw: Mapping[Any, Any], path: str) -> dict[str, Any]:
        values = {
            str(key): self.read(TEXT, value, _join(path, str(key)), PLAIN) for key, value in raw.items()
        }
        return {key: value for key, value in values.items() if value is not None}

    def _read_unknown(
        self, cls: type, properties: Mapping[Any, Any], known: Mapping[str, Property], path: str
    ) -> dict[str, Any]:
        extra: dict[str, Any] = {}
        for key, raw in properties.items():
            name = str(key)
            if key in known or (self.symbolic and (raw == NO_VALUE or name.startswith("Fn::"))):
                continue
            if is_native_member(cls, name):
                shape = members_of(getattr(cls, "service_shape", ""))[name]
                extra[name] = self._read_by_shape(shape, raw, _join(path, name))
            else:
                message = f"is no property of {title_of(cls)}; {advice(cls, name, known)}"
                self.findings.add("E9001", _join(path, name[:100]), message)
        return extra

    def _read_by_shape(self, shape: Any, raw: Any, path: str) -> Any:
        try:
            return recast_by_shape(shape, self._kept(raw))
        except Misfit as misfit:
            self.findings.add(misfit.code, path, misfit.message)
            return UNREADABLE

    def _kept(self, raw: Any, depth: int = 0) -> Any:
        """The value with every intrinsic function in it kept as one."""
        if depth > DEEPEST_CHOICE:
            raise Misfit("E9003", "is nested too deeply")
        if self.symbolic and is_intrinsic(raw):
            return Intrinsic(raw)
        if isinstance(raw, Mapping):
            return {key: self._kept(value, depth + 1) for key, value in raw.items()}
        if isinstance(raw, list):
            return [self._kept(value, depth + 1) for value in raw]
        return raw


def _checked(value: Any, prop: Prop) -> Any:
    """The value, spelled as it is allowed; raises Misfit where it is not allowed."""
    if not prop.code:
        return value
    if prop.allowed:
        return _spelled(value, prop)
    if prop.pattern is not None and not re.fullmatch(prop.pattern, value):
        raise Misfit(prop.code, f"is {shown(value)}, which does not match {prop.pattern}")
    if _outside(value, prop):
        raise Misfit(prop.code, f"is {value}; allowed is {range_of(prop)}")
    return value


def recast_condition(name: object) -> str:
    """The name of the condition that an ``Fn::If`` goes by."""
    return name if isinstance(name, str) else shown(name)


def title_of(cls: type) -> str:
    """What authors call a class of the model."""
    resource_type: str | None = getattr(cls, "resource_type", None)
    return resource_type or f"a {cls.__name__}"


def range_of(prop: Prop) -> str:
    """The allowed range in words."""
    if prop.maximum is None:
        return f"{prop.minimum:,} or more"
    return f"{prop.minimum:,} to {prop.maximum:,}" if prop.minimum is not None else f"up to {prop.maximum:,}"


def snake_case(name: str) -> str:
    """The CDK's Python spelling of a name: ``daily35DayRetention`` is ``daily35_day_retention``."""
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def _spelled(value: str, prop: Prop) -> str:
    spellings = {name: name for name in prop.allowed}
    if prop.spelling == "snake case":
        spellings |= {snake_case(name): name for name in prop.allowed}
    key = value.upper() if prop.spelling == "any case" else value
    if key in spellings:
        return spellings[key]
    nearest = nearest_of(value, prop.allowed)
    hint = f" Did you mean {nearest}?" if nearest else ""
    raise Misfit(prop.code, f"is {shown(value)}; allowed is {' or '.join(prop.allowed)}.{hint}")


def _outside(value: Any, prop: Prop) -> bool:
    too_small = prop.minimum is not None and value < prop.minimum
    return too_small or (prop.maximum is not None and value > prop.maximum)


def _map(raw: Any) -> Mapping[Any, Any]:
    if not isinstance(raw, Mapping):
        raise Misfit("E9003", f"is {shown(raw)}, where a map is expected")
    return raw


def _document(raw: Any) -> Mapping[str, Any]:
    if not isinstance(raw, str):
        return _map(raw)
    import json  # noqa: PLC0415 - a policy is hardly ever written as text

    try:
        return _map(json.loads(raw))
    except (ValueError, RecursionError) as error:
        raise Misfit("E9007", "is text that is no JSON; write the document as a map") from error


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
