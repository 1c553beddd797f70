"""The findings of a template that cfn-lint has read, made once for all rules."""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

from cfn_backup_tools.template.document import Unreadable
from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import load, parse
from cfn_backup_tools.validate.checking import check
from cfn_backup_tools.validate.findings import Finding

_CHECKED: WeakKeyDictionary[Any, tuple[Finding, ...]] = WeakKeyDictionary()


def findings_of(cfn: Any) -> tuple[Finding, ...]:
    """The findings for cfn-lint's template object; none for what cannot be read,
    which cfn-lint says itself."""
    if cfn not in _CHECKED:
        _CHECKED[cfn] = _findings(cfn)
    return _CHECKED[cfn]


def _findings(cfn: Any) -> tuple[Finding, ...]:
    try:
        template = _template(cfn)
        return check(template, Resolver(template, {})).findings
    except Unreadable:
        return ()


def _template(cfn: Any) -> Any:
    """From the file itself, which has not been transformed yet;
    from cfn-lint's own reading if there is no file."""
    try:
        return load(str(cfn.filename))
    except Unreadable:
        import json  # noqa: PLC0415 - only for templates that are no files

        return parse(str(cfn.filename), json.dumps(cfn.template, default=str))
