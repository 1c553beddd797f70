"""``cfn-backup validate``: finds the templates, checks them, and writes the findings."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

from cfn_backup_tools.template.document import Unreadable
from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import Template
from cfn_backup_tools.validate.catalogue import every_rule
from cfn_backup_tools.validate.checking import Checked, check
from cfn_backup_tools.validate.findings import LocatedFinding
from cfn_backup_tools.validate.sources import NothingFound, sources

EXIT_OK = 0
EXIT_FINDINGS = 1
EXIT_UNREADABLE = 2


@dataclass(frozen=True)
class Wishes:
    """What the command was asked for."""

    templates: tuple[str, ...]
    parameters: Mapping[str, str]
    parameter_files: tuple[str, ...]
    config_env: str
    format: str
    strict: bool
    ignored: tuple[str, ...]


class _Refused(Exception):
    """Raised when the command cannot do what it was asked for; the text says why."""


@dataclass(frozen=True)
class Report:
    """What was found in all templates."""

    checked: Sequence[tuple[str, Checked]]
    """The templates by name."""
    unreadable: int

    @property
    def findings(self) -> Iterator[LocatedFinding]:
        for _, one in self.checked:
            yield from one.findings


def run(wishes: Wishes) -> int:
    """Writes the findings of every template to the standard output, and returns the exit code."""
    try:
        _know_rules(wishes.ignored)
        report = _report(wishes)
    except _Refused as reason:
        _say(str(reason))
        return EXIT_UNREADABLE
    # only the format that was asked for is loaded
    formatted: str = import_module(f"cfn_backup_tools.validate.format_{wishes.format}").formatted(report)
    sys.stdout.write(formatted)
    if report.unreadable:
        return EXIT_UNREADABLE
    counts = any(finding.is_error or wishes.strict for finding in report.findings)
    return EXIT_FINDINGS if counts else EXIT_OK


def _know_rules(ignored: Sequence[str]) -> None:
    for code in ignored:
        if not any(known.startswith(code) for known in every_rule()):
            raise _Refused(f"--ignore {code}: no rule has this code; docs/rules.md lists them")


def _report(wishes: Wishes) -> Report:
    from_files = _from_files(wishes)
    checked: list[tuple[str, Checked]] = []
    unreadable = 0
    for template in _loaded(wishes):
        if template is None:
            unreadable += 1
            continue
        declared = template.section("Parameters")
        given = {**from_files, **wishes.parameters}
        resolver = Resolver(template, {name: value for name, value in given.items() if name in declared})
        checked.append((template.name, check(template, resolver, wishes.ignored)))
    unknown = [n for n in wishes.parameters if not any(n in one.parameters for _, one in checked)]
    if checked and unknown:
        raise _Refused(f"no template has a parameter {' or '.join(unknown)}")
    return Report(checked, unreadable)


def _from_files(wishes: Wishes) -> dict[str, str]:
    if not wishes.parameter_files:
        return {}
    from cfn_backup_tools.validate.parameter_files import UnreadableParameters, read_parameters  # noqa: PLC0415

    values: dict[str, str] = {}
    for file in wishes.parameter_files:
        try:
            values.update(read_parameters(file, wishes.config_env))
        except UnreadableParameters as reason:
            raise _Refused(f"{file}: cannot be read: {reason}") from reason
    return values


def _loaded(wishes: Wishes) -> Iterator[Template | None]:
    """The templates; None, after a line that says why, for each that cannot be read."""
    try:
        for source in sources(wishes.templates):
            try:
                template = source.load()
            except Unreadable as reason:
                _say(f"{source.name}: cannot be read: {reason}")
                yield None
            else:
                if template is not None:
                    yield template
    except NothingFound as reason:
        raise _Refused(str(reason)) from reason


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
