"""What the commands of ``cfn-backup`` do. Each imports what it needs when it runs:
the commands have to start fast."""

from __future__ import annotations

import argparse
import pathlib
import sys
from typing import TYPE_CHECKING

from cfn_backup_tools.template.document import Unreadable
from cfn_backup_tools.template.parameters import UnknownParameter
from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import Format, Template, load

if TYPE_CHECKING:
    from cfn_backup.written.findings import Finding
    from cfn_backup_tools.eject.ejection import Ejected
    from cfn_backup_tools.validate.findings import LocatedFinding

EXIT_OK = 0
EXIT_ERRORS = 1
EXIT_UNREADABLE = 2


def eject(options: argparse.Namespace) -> int:
    """Writes the template with native resources."""
    from cfn_backup_tools.eject.ejection import Miswritten, NotEjected  # noqa: PLC0415

    (template,) = _loaded([options.template])
    if template is None:
        return EXIT_UNREADABLE
    try:
        ejected, carried = _ejected(template, dict(options.parameters), options.format)
    except UnknownParameter as unknown:
        _say(f"{template.name}: it has no parameter {unknown}")
        return EXIT_UNREADABLE
    except NotEjected as reason:
        from cfn_backup_tools.validate.findings import all_located  # noqa: PLC0415

        refused = map(str, all_located(template, reason.refused))
        for line in [*refused, *(f"{template.name}: error: {one}" for one in reason.reasons)]:
            _say(line)
        _say("nothing was written; correct this first")
        return EXIT_ERRORS
    except Miswritten as bug:
        _say(f"{template.name}: error: {bug}")
        _say("nothing was written; this is a bug in cfn-backup, please report it with the template")
        return EXIT_ERRORS
    if not _written(ejected.text, options.output):
        return EXIT_UNREADABLE
    _say_what_was_done(template, ejected, carried)
    return EXIT_OK


def _ejected(
    template: Template, parameters: dict[str, str], target: Format | None
) -> tuple[Ejected, list[LocatedFinding]]:
    """The result, and the findings about values that are carried over as they stand."""
    from cfn_backup_tools.eject.carrying import is_gone, may_be_carried  # noqa: PLC0415
    from cfn_backup_tools.eject.ejection import NotEjected  # noqa: PLC0415
    from cfn_backup_tools.eject.ejection import eject as ejected_from  # noqa: PLC0415
    from cfn_backup_tools.validate.checking import check  # noqa: PLC0415

    findings = check(template, Resolver(template, parameters)).findings
    refused: dict[str, tuple[Finding, ...]] = {}
    for one in findings:
        if one.is_error and not may_be_carried(one.finding):
            refused[one.logical_id] = (*refused.get(one.logical_id, ()), one.finding)
    if refused:
        raise NotEjected(refused, [])
    carried = [one for one in findings if not is_gone(one.finding)]
    return ejected_from(template, parameters, target), carried


def _say_what_was_done(template: Template, ejected: Ejected, carried: list[LocatedFinding]) -> None:
    for finding in carried:
        _say(str(finding))
    if any(finding.is_error for finding in carried):
        _say("these values are carried over as they stand: with a native resource they are as wrong")
    for note in ejected.notes:
        _say(f"{template.name}: note: {note}")
    for loss in ejected.losses:
        _say(f"{template.name}: not native: {loss}")
    resources = "resource" if ejected.replaced == 1 else "resources"
    _say(f"{ejected.replaced or 'no'} custom {resources} replaced")


def _loaded(names: list[str]) -> list[Template | None]:
    """The templates; None, after a line that says why, for each that cannot be read."""
    templates: list[Template | None] = []
    for name in names:
        try:
            templates.append(load(name))
        except Unreadable as reason:
            _say(f"{name}: cannot be read: {reason}")
            templates.append(None)
    return templates


def _written(text: str, output: str | None) -> bool:
    if output is None:
        sys.stdout.write(text)
        return True
    try:
        pathlib.Path(output).write_bytes(text.encode())
    except OSError as error:
        _say(f"{output}: cannot be written: {error.strerror or error}")
        return False
    return True


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
