"""The findings of a template that cfn-lint has read, made once for all rules."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from cfn_backup_tools.template.document import Unreadable
from cfn_backup_tools.template.parameters import UnknownParameter
from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import Template, load, parse
from cfn_backup_tools.validate.checking import check
from cfn_backup_tools.validate.findings import LocatedFinding

_CHECKED: WeakKeyDictionary[Any, tuple[Found, ...]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Found:
    """A finding in cfn-lint's terms."""

    code: str
    message: str
    path: tuple[str | int, ...]
    location: Mapping[str, tuple[int, int, int, int]] = field(default_factory=dict, compare=False)
    """``location``: line and column of the beginning and the end, from 0; empty where cfn-lint finds them by
    the path."""


def findings_of(cfn: Any) -> tuple[Found, ...]:
    """The findings for cfn-lint's template object; none for what cannot be read,
    which cfn-lint says itself."""
    if cfn not in _CHECKED:
        _CHECKED[cfn] = tuple(dict.fromkeys(_findings(cfn)))
    return _CHECKED[cfn]


def _findings(cfn: Any) -> Iterator[Found]:
    try:
        template, is_file = _template(cfn)
    except Unreadable:
        return
    for values in _parameter_sets(cfn):
        try:
            checked = check(template, Resolver(template, values))
        except UnknownParameter:
            continue  # cfn-lint says itself that the template has no such parameter
        yield from (_found(one, is_file=is_file) for one in checked.findings)


def _template(cfn: Any) -> tuple[Template, bool]:
    """From the file itself, which has not been transformed yet; from cfn-lint's own reading if there is no
    file. Whether it is the file."""
    try:
        return load(str(cfn.filename)), True
    except Unreadable:
        return parse(str(cfn.filename), json.dumps(cfn.template, default=str)), False


def _parameter_sets(cfn: Any) -> list[dict[str, str]]:
    """The values of parameters that cfn-lint was given, once for each file of them."""
    given = [one.parameters for one in cfn.context.parameter_sets or ()]
    return [{name: _text(value) for name, value in values.items()} for values in given] or [{}]


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _found(one: LocatedFinding, *, is_file: bool) -> Found:
    at, finding = one.location, one.finding
    path = f"{finding.path}: " if finding.path else ""
    choice = f" (where {one.choice})" if one.choice else ""
    place = (at.line - 1, at.column - 1, at.end_line - 1, at.end_column - 1)
    return Found(
        finding.code, f"{path}{finding.message}{choice}", at.path, {"location": place} if is_file else {}
    )
