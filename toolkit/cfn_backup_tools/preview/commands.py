"""What ``preview`` and ``prices`` do."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from cfn_backup_tools.preview.json_output import as_json
from cfn_backup_tools.preview.page import as_page
from cfn_backup_tools.preview.prices import Prices, as_yaml, calls, convert, read_prices
from cfn_backup_tools.preview.reading import Contents, NotPreviewed
from cfn_backup_tools.preview.report import Planned, PlanReport, report
from cfn_backup_tools.preview.sizes import Resource, example, read_sizes
from cfn_backup_tools.preview.terminal import as_text
from cfn_backup_tools.preview.yaml_file import BadFile
from cfn_backup_tools.template.document import Unreadable
from cfn_backup_tools.template.parameters import UnknownParameter
from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import Template, load

EXIT_OK = 0
EXIT_ERRORS = 1
EXIT_UNREADABLE = 2


def preview(options: argparse.Namespace) -> int:
    """Prints what the plans of a template will do, and writes the page."""
    try:
        return _preview(options)
    except Unreadable as reason:
        return _refuse(f"{options.template}: cannot be read: {reason}")
    except UnknownParameter as unknown:
        return _refuse(f"{options.template}: it has no parameter {unknown}")
    except BadFile as reason:
        return _refuse(str(reason))
    except OSError as error:
        return _refuse(f"{error.filename}: cannot be written: {error.strerror or error}")


def _preview(options: argparse.Namespace) -> int:
    template = load(options.template) if options.template else None
    resolver = Resolver(template, dict(options.parameters)) if template else None
    prices = read_prices(options.prices) if options.prices else None
    contents = Contents(template, resolver, _region(options, prices)) if template and resolver else None
    if options.write_sizes_example:
        Path(options.write_sizes_example).write_text(
            example(contents.resource_types if contents else {}), encoding="utf-8"
        )
        _say(f"{options.write_sizes_example}: written")
        return EXIT_OK
    if template is None or resolver is None or contents is None:
        return _refuse("a template is needed")
    if not _is_correct(template, resolver):
        return EXIT_ERRORS
    return _show(options, contents, prices)


def _region(options: argparse.Namespace, prices: Prices | None) -> str:
    """The Region of the stack: the one that is given, or the only one that there are prices of."""
    regions = {region for region, _ in prices.of} if prices else set()
    return str(options.region) or (regions.pop() if len(regions) == 1 else "")


def _is_correct(template: Template, resolver: Resolver) -> bool:
    """Whether the template has no errors; names them otherwise."""
    from cfn_backup_tools.validate.checking import check  # noqa: PLC0415

    errors = [found for found in check(template, resolver).findings if found.is_error]
    for found in errors:
        _say(str(found))
    if errors:
        _say("no preview; correct this first")
    return not errors


def _show(options: argparse.Namespace, contents: Contents, prices: Prices | None) -> int:
    sizes = read_sizes(options.sizes, contents.resource_types, contents.plan_ids) if options.sizes else None
    planned, failed = _planned(contents)
    reports = [_report(options, one, sizes, prices) for one in planned]
    if options.html:
        Path(options.html).write_text(as_page(reports, options.template), encoding="utf-8")
    sys.stdout.write(as_json(reports) if options.json else as_text(reports) if reports else "")
    for message in failed:
        _say(f"{options.template}: {message}")
    if not planned and not failed:
        _say(f"{options.template}: there is no backup plan in it")
    if prices and not contents.region:
        _say("the prices are of several Regions: say with --region where the template is deployed")
    return EXIT_ERRORS if failed else EXIT_OK


def _planned(contents: Contents) -> tuple[list[Planned], list[str]]:
    """The plans, and of those that cannot be previewed why not."""
    planned, failed = [], []
    for logical_id in contents.plan_ids:
        try:
            planned.append(contents.planned(logical_id))
        except NotPreviewed as reason:
            failed.append(f"{logical_id} cannot be previewed: {reason}")
    return planned, failed


def _report(
    options: argparse.Namespace, planned: Planned, sizes: tuple[Resource, ...] | None, prices: Prices | None
) -> PlanReport:
    start = options.start or datetime.now(UTC).replace(second=0, microsecond=0)
    return report(planned, start, options.runs, sizes, prices)


def prices(options: argparse.Namespace) -> int:
    """Prints the calls that fetch prices, or converts their answers."""
    if not options.convert:
        if not options.region:
            return _refuse("--region is needed: whose prices?")
        text = "".join(f"{call}\n" for call in calls(options.region, options.service))
        return _written(text, options.output)
    try:
        converted = convert(options.convert)
    except BadFile as reason:
        return _refuse(str(reason))
    for several in converted.several:
        _say(f"{several}: several prices; the lowest is taken")
    if converted.unused:
        _say(f"{len(converted.unused)} usage types are no storage of backups and are left out")
    return _written(as_yaml(converted.prices), options.output)


def _written(text: str, output: str | None) -> int:
    if output is None:
        sys.stdout.write(text)
        return EXIT_OK
    try:
        Path(output).write_text(text, encoding="utf-8")
    except OSError as error:
        return _refuse(f"{output}: cannot be written: {error.strerror or error}")
    return EXIT_OK


def _refuse(message: str) -> int:
    _say(message)
    return EXIT_UNREADABLE


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
