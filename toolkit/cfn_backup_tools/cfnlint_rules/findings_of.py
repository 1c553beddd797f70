"""The findings of a template that cfn-lint has read, made once for all rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

from cfn_backup_tools.template.document import Unreadable
from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import Template, load, parse
from cfn_backup_tools.validate.checking import check
from cfn_backup_tools.validate.findings import LocatedFinding

_CHECKED: WeakKeyDictionary[Any, tuple[LocatedFinding, ...]] = WeakKeyDictionary()


def findings_of(cfn: Any) -> tuple[LocatedFinding, ...]:
    """The findings for cfn-lint's template object; none for what cannot be read, which cfn-lint says itself."""
    if cfn not in _CHECKED:
        _CHECKED[cfn] = _findings(cfn)
    return _CHECKED[cfn]


def _findings(cfn: Any) -> tuple[LocatedFinding, ...]:
    try:
        template = _template(cfn)
    except Unreadable:
        return ()
    return check(template, Resolver(template, _parameters(cfn, template))).findings


def _parameters(cfn: Any, template: Template) -> Mapping[str, str]:
    """The values that cfn-lint was given for parameters of this template."""
    given = getattr(getattr(cfn, "context", None), "parameter_sets", None) or []
    declared = template.section("Parameters")
    return {name: str(value) for one in given for name, value in _values(one).items() if name in declared}


def _values(given: Any) -> Mapping[str, Any]:
    found = getattr(given, "parameters", given)
    return found if isinstance(found, Mapping) else {}


def _template(cfn: Any) -> Template:
    """From the file itself, which has not been transformed yet; from cfn-lint's own reading if there is no file."""
    try:
        return load(str(cfn.filename))
    except Unreadable:
        import json  # noqa: PLC0415 - only for templates that are no files

        return parse(str(cfn.filename), json.dumps(cfn.template, default=str))
