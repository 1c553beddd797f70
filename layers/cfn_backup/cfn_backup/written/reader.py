"""Reads properties into the classes of this room.

CloudFormation hands every scalar of a custom resource over as a string, so values are recast by their declared
type, as the CloudFormation CLI does for resource types: ``"35"`` is a number where a number is declared, and ``35``
is text where text is declared. Every mistake is collected with its path; nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cfn_backup.symbolic.paths import Branch, Path
from cfn_backup.symbolic.values import (
    NO_VALUE,
    Choice,
    Unknown,
    Unreadable,
    chosen_branches,
    from_template,
    is_choice_node,
    is_function,
)
from cfn_backup.written.declarations import (
    TEXT,
    Kind,
    Part,
    Prop,
    Property,
    native_properties_of,
    properties_of,
)
from cfn_backup.written.findings import Findings
from cfn_backup.written.recast import RECAST, Misfit, shown, without_unit
from cfn_backup.written.unknown_members import (
    advice,
    is_meant_otherwise,
    is_native_member,
    members_of,
    nearest_of,
    recast_by_shape,
    written_otherwise,
)

DEEPEST = 50
"""Names, indexes and branches on the way to a value: no template that a person wrote comes near."""

NOTHING_DECLARED = Prop("")
"""Of values that no property declares on their own, such as the elements of a list."""

type Resolve = Callable[[Mapping[str, Any]], Any]
"""What is known of an intrinsic function: a node of a template, or a Choice among such nodes."""


def unresolved(node: Mapping[str, Any]) -> Any:
    """A Resolve that knows of nothing."""
    return node


def read[T: Part](
    cls: type[T],
    properties: object,
    findings: Findings,
    *,
    resolve: Resolve | None = None,
    native: bool = False,
    at: Path = Path(),  # noqa: B008 - immutable
) -> T | None:
    """What the author wrote as an instance of ``cls``; None only if ``properties`` is no map at all.

    Where a value is wrong or missing, Unreadable stands in its place and the mistake is in ``findings``.
    ``resolve`` is given for properties that come from a template: intrinsic functions are values, and both branches
    of a choice are read. Without it, as during a deployment, nothing is taken for a function. ``native``: the
    properties are those of the native resource.
    """
    if not isinstance(properties, Mapping):
        findings.add("E9003", at, f"is {shown(properties)}, where a map of properties is expected")
        return None
    return Reader(findings, resolve, native=native).read_part(cls, properties, at)


def has_hidden_properties(node: Mapping[Any, Any]) -> bool:
    """Whether a macro or a loop among the members (``Fn::Transform``, ``Fn::ForEach``) will bring more of them."""
    return any(_is_hidden(key) for key in node)


def _is_hidden(key: object) -> bool:
    return isinstance(key, str) and (key == "Fn::Transform" or key.startswith("Fn::ForEach"))


@dataclass(frozen=True)
class Reader:
    """Reads values by their declared kind."""

    findings: Findings
    resolve: Resolve | None
    native: bool = False

    def read_part[T: Part](self, cls: type[T], properties: Mapping[Any, Any], at: Path) -> T:
        """An instance of ``cls``, of which every property has been read."""
        known = native_properties_of(cls) if self.native else properties_of(cls)
        values: dict[str, Any] = {}
        for name, declared in known.items():
            value = None
            if name in properties:
                value = self.read(declared.kind, properties[name], at / name, declared.prop)
            if value is None and declared.prop.required:
                value = self._missing(name, declared, properties, at)
            values[declared.field] = value
        extra = self._read_undeclared(cls, properties, known, at)
        if extra:
            values["extra"] = extra
        hidden = self.resolve is not None and has_hidden_properties(properties)
        return cls(at=at, unfinished=hidden or _is_misspelt(cls, properties, known), **values)

    def read(self, kind: Kind, raw: Any, at: Path, prop: Prop = NOTHING_DECLARED) -> Any:
        """The value of one declared kind; None if it is absent."""
        try:
            _refuse_depth(at)
            if self.resolve is not None:
                if raw == NO_VALUE:
                    return None
                if self._is_function(kind, raw):
                    return self._read_function(kind, raw, at, prop)
            return self._read_known(kind, raw, at, prop)
        except Misfit as misfit:
            self.findings.add(misfit.code, at, misfit.message)
            return Unreadable(raw, at)

    def _missing(self, name: str, declared: Property, properties: Mapping[Any, Any], at: Path) -> Unreadable:
        if not (self.resolve is not None and has_hidden_properties(properties)):
            message = f"is required and missing: add {name}. {declared.prop.description}"
            self.findings.add("E9002", at / name, message)
        return Unreadable(None, at / name)

    def _is_function(self, kind: Kind, raw: Any) -> bool:
        if kind.form in ("map", "document") and isinstance(raw, Mapping) and "Condition" in raw:
            # a tag may be called so
            return False
        return is_function(raw) or (isinstance(raw, str) and "{{resolve:" in raw)

    def _read_function(self, kind: Kind, raw: Any, at: Path, prop: Prop) -> Any:
        if isinstance(raw, str):
            # a dynamic reference, which CloudFormation looks up
            return self._read_entry(Unknown(raw, at), at) if kind.form == "entry" else Unknown(raw, at)
        if is_choice_node(raw):
            branches = chosen_branches(raw)
            if branches is None:
                raise Misfit(
                    "E9014",
                    "is a choice that CloudFormation does not take: it needs the name of a condition and two values",
                )
            return self._read_choice(kind, Choice(*branches), at, prop)
        resolved = self.resolve(raw) if self.resolve else raw
        if resolved is not raw:
            return self._read_resolved(kind, resolved, at, prop)
        return self._read_entry(Unknown(raw, at), at) if kind.form == "entry" else Unknown(raw, at)

    def _read_choice(self, kind: Kind, choice: Choice[Any], at: Path, prop: Prop) -> Any:
        holds = at.choices.get(choice.condition)
        if holds is not None:
            # it is decided already, in the branch that this stands in
            return self.read(kind, choice.branch(holds=holds), at / Branch(choice.condition, holds), prop)
        then = self.read(kind, choice.then, at / Branch(choice.condition, holds=True), prop)
        otherwise = self.read(kind, choice.otherwise, at / Branch(choice.condition, holds=False), prop)
        return Choice(choice.condition, then, otherwise)

    def _read_resolved(self, kind: Kind, resolved: Any, at: Path, prop: Prop) -> Any:
        """What is known of a function: like values that were written, but where nothing is known it stays."""
        if isinstance(resolved, Choice):
            branches = [
                None
                if branch is None
                else self._read_resolved(kind, branch, at / Branch(resolved.condition, holds), prop)
                for branch, holds in ((resolved.then, True), (resolved.otherwise, False))
            ]
            return Choice(resolved.condition, *branches)
        if isinstance(resolved, Unknown):
            unknown = Unknown(resolved.node, at)
            return self._read_entry(unknown, at) if kind.form == "entry" else unknown
        return self.read(kind, resolved, at, prop)

    def _read_known(self, kind: Kind, raw: Any, at: Path, prop: Prop) -> Any:
        match kind.form:
            case "object":
                return self._read_object(kind.cls, _map(raw), at)
            case "list":
                return self._read_list(kind.item or TEXT, raw, at)
            case "map":
                return self._read_text_map(_tags(raw), at)
            case "document":
                return self._read_document(_document(raw), at)
            case "entry":
                return self._read_entry(raw, at)
            case scalar:
                return _checked(_recast(scalar, raw, at, prop), prop)

    def _read_object(self, cls: type[Part], raw: Mapping[Any, Any], at: Path) -> Part | Unreadable:
        otherwise = written_otherwise(cls, raw)
        if otherwise:
            raise Misfit("E9001", otherwise)
        if self.resolve is not None:
            self._refuse_functions_among_members(raw, at)
        part = self.read_part(cls, raw, at)
        known = native_properties_of(cls) if self.native else properties_of(cls)
        is_misspelled = cls.free_json and any(name not in known for name in raw)
        return Unreadable(raw, at) if is_misspelled else part

    def _refuse_functions_among_members(self, raw: Mapping[Any, Any], at: Path) -> None:
        for key in raw:
            if isinstance(key, str) and key.startswith("Fn::") and not _is_hidden(key):
                message = "stands beside other members: a function has to be the only member of its map"
                self.findings.add("E9014", at / key, message)

    def _read_document(self, raw: Mapping[str, Any], at: Path) -> Any:
        if self.resolve is None:
            return raw
        self._refuse_functions_among_members(raw, at)
        return {name: from_template(member) for name, member in raw.items()}

    def _read_entry(self, raw: Any, at: Path) -> Any:
        from cfn_backup.written.entries import read_entry  # noqa: PLC0415 - a vault's cold start does without

        return read_entry(self, raw, at)

    def _read_list(self, item: Kind, raw: Any, at: Path) -> tuple[Any, ...]:
        if not isinstance(raw, list | tuple):
            kind = "a single value" if not isinstance(raw, Mapping) else "a map"
            raise Misfit("E9006", f"is {shown(raw)}, {kind} where a list is expected; put it into a list")
        return tuple(self.read(item, value, at / index) for index, value in enumerate(raw))

    def _read_text_map(self, raw: Mapping[Any, Any], at: Path) -> dict[str, Any]:
        if self.resolve is not None:
            self._refuse_functions_among_members(raw, at)
        values = {
            str(key): self.read(TEXT, value, at / str(key))
            for key, value in raw.items()
            if self.resolve is None or not str(key).startswith("Fn::")
        }
        return {key: value for key, value in values.items() if value is not None}

    def _read_undeclared(
        self, cls: type[Part], properties: Mapping[Any, Any], known: Mapping[str, Property], at: Path
    ) -> dict[str, Any]:
        extra: dict[str, Any] = {}
        for key, raw in properties.items():
            name = str(key)
            if key in known or (self.resolve is not None and (raw == NO_VALUE or name.startswith("Fn::"))):
                continue
            if is_native_member(cls, name):
                extra[name] = self._read_by_shape(members_of(cls.service_shape)[name], raw, at / name)
            else:
                message = f"is no property of {title_of(cls, native=self.native)}; {advice(cls, name, known)}"
                self.findings.add("E9001", at / name[:100], message)
        return extra

    def _read_by_shape(self, shape: Any, raw: Any, at: Path) -> Any:
        try:
            return recast_by_shape(shape, raw if self.resolve is None else from_template(raw))
        except Misfit as misfit:
            self.findings.add(misfit.code, at, misfit.message)
            return Unreadable(raw, at)


def _recast(form: str, raw: Any, at: Path, prop: Prop) -> Any:
    try:
        return RECAST[form](raw)
    except Misfit as misfit:
        if form != "number":
            raise
        name = str(at.names[-1]) if at.names else ""
        meant = without_unit(raw, name)
        fits = meant is not None and not _outside(meant, prop)
        example = meant if fits else 60 if name.endswith("Minutes") else 35
        hint = f": write {example}" if fits else f", such as {example}"
        raise Misfit(misfit.code, misfit.message + hint) from misfit


def _is_misspelt(cls: type[Part], properties: Mapping[Any, Any], known: Mapping[str, Property]) -> bool:
    """Whether a name is not known, and was probably meant as one that is."""
    unknown = [str(name) for name in properties if name not in known and not is_native_member(cls, str(name))]
    return any(is_meant_otherwise(cls, name, known) for name in unknown)


def _refuse_depth(at: Path) -> None:
    if len(at.steps) > DEEPEST:
        raise Misfit("E9003", "is nested too deeply")


def _checked(value: Any, prop: Prop) -> Any:
    """The value, spelled as it is allowed; raises Misfit where it is not allowed."""
    if not prop.code:
        return value
    if prop.allowed:
        return _spelled(value, prop)
    if prop.pattern is not None and not re.fullmatch(prop.pattern, value):
        allowed = prop.explained or prop.pattern
        raise Misfit(prop.code, f"is {shown(value)}, {_why_not(value, prop.pattern)}; allowed is {allowed}")
    if _outside(value, prop):
        raise Misfit(prop.code, f"is {value}; allowed is {range_of(prop)}")
    return value


def _why_not(value: str, pattern: str) -> str:
    """Why a pattern does not match, in words: the first character that it does not know, else the length."""
    one_of_them = re.sub(r"\{\d+,\d+\}", "", pattern)
    for character in value:
        if not re.fullmatch(one_of_them, character):
            return f"which has {'a space' if character == ' ' else shown(character)} in it"
    return f"which has {len(value)} characters" if value else "which is empty"


def title_of(cls: type[Part], *, native: bool = False) -> str:
    """What authors call a class of this room."""
    resource_type: str | None = getattr(cls, "native_type" if native else "resource_type", None)
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
    nearest = nearest_of(value, prop.allowed) if len(prop.allowed) > 1 else None
    hint = f". Did you mean {nearest}?" if nearest else ""
    why = f"; {prop.explained}" if prop.explained else ""
    raise Misfit(prop.code, f"is {shown(value)}; allowed is {' or '.join(prop.allowed)}{why}{hint}")


def _outside(value: Any, prop: Prop) -> bool:
    too_small = prop.minimum is not None and value < prop.minimum
    return too_small or (prop.maximum is not None and value > prop.maximum)


def _map(raw: Any) -> Mapping[Any, Any]:
    if not isinstance(raw, Mapping):
        raise Misfit("E9003", f"is {shown(raw)}, where a map is expected")
    return raw


def _tags(raw: Any) -> Mapping[str, Any]:
    """A map of texts. Tags are lists of ``Key`` and ``Value`` elsewhere in CloudFormation."""
    if (
        isinstance(raw, list)
        and raw
        and all(isinstance(item, Mapping) and {*item} == {"Key", "Value"} for item in raw)
    ):
        wanted = ", ".join(
            f"{item['Key']}: {item['Value'] if isinstance(item['Value'], str) else '…'}" for item in raw[:3]
        )
        raise Misfit("E9003", f"is a list of Key and Value, where a map is expected: write {{{wanted}}}")
    return _document(raw)


def _document(raw: Any) -> Mapping[str, Any]:
    if not isinstance(raw, str):
        return _map(raw)
    import json  # noqa: PLC0415 - a policy is hardly ever written as text

    try:
        return _map(json.loads(raw))
    except (ValueError, RecursionError) as error:
        raise Misfit("E9007", "is text that is no JSON; write the document as a map") from error
