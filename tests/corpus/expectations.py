"""What a wrong template of the corpus has to be told.

In YAML the expectation stands below the line with the mistake, with carets under what is wrong::

    DeleteAfterDays: 120
    #                ^^^ E9214 error Plan BackupPlanRules[0].Lifecycle.DeleteAfterDays [IsProd is true] : 120, 150

that is the rule, the severity, the logical id, the path, the choice under which it is wrong, and words that the message
has to contain. One caret stands for the beginning only. JSON has no comments: there the line and its carets are in a
file beside the template, ``<name>.expect``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
_LINE = re.compile(
    r"^#?\s*(?P<carets>\^+) (?P<code>[EW]\d{4}) (?P<severity>error|warning) (?P<logical_id>\S+) (?P<path>\S*)"
    r"(?: \[(?P<choice>[^\]]*)\])? : (?P<words>.*)$"
)


@dataclass(frozen=True)
class Expectation:
    """One finding that has to be there."""

    code: str
    severity: str
    logical_id: str
    path: str
    line: int
    column: int
    end_column: int | None
    """None if only the beginning is told."""
    choices: tuple[str, ...]
    words: tuple[str, ...]


def expectation_of(template: Path) -> Expectation:
    """The one expectation of a wrong template."""
    lines = template.read_text("utf-8").splitlines()
    if template.suffix == ".json":
        line, carets = template.with_suffix(".expect").read_text("utf-8").splitlines()
        return _expectation(lines.index(line) + 1, carets)
    [expected] = [_expectation(number, line) for number, line in enumerate(lines) if _LINE.match(line)]
    return expected


def _expectation(line: int, text: str) -> Expectation:
    matched = _LINE.match(text)
    assert matched, text
    column = matched.start("carets") + 1
    width = len(matched["carets"])
    return Expectation(
        matched["code"],
        matched["severity"],
        matched["logical_id"],
        matched["path"],
        line,
        column,
        column + width if width > 1 else None,
        tuple(part.strip() for part in (matched["choice"] or "").split(";") if part.strip()),
        tuple(_words(matched["words"])),
    )


def _words(text: str) -> list[str]:
    """Separated by commas; what has a comma or a colon in it may stand in quotes."""
    return [word.strip().strip('"') for word in re.findall(r'"[^"]*"|[^,]+', text) if word.strip(' ,"')]
