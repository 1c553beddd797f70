"""The findings as SARIF 2.1.0, which GitHub code scanning and editors read."""

from __future__ import annotations

import json
from importlib.metadata import PackageNotFoundError, version
from pathlib import PurePath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from cfn_backup_tools.validate.catalogue import every_rule, page_of

if TYPE_CHECKING:
    from cfn_backup.rules.registry import Rule
    from cfn_backup_tools.validate.command import Report
    from cfn_backup_tools.validate.findings import LocatedFinding

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
INFORMATION = "https://github.com/cfn-backup-provider/cfn-backup-provider"


def formatted(report: Report) -> str:
    """One run with the rules that were broken, and a result for each finding."""
    findings = list(report.findings)
    codes = sorted({one.finding.code for one in findings})
    driver = {
        "name": "cfn-backup",
        "informationUri": INFORMATION,
        "version": _version(),
        "rules": [_rule(every_rule()[code]) for code in codes],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, codes.index(one.finding.code)) for one in findings],
    }
    return (
        json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)
        + "\n"
    )


def _version() -> str:
    try:
        return version("cfn-backup")
    except PackageNotFoundError:
        return "0"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.title,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.explanation},
        "help": {"text": rule.way_out, "markdown": f"{rule.way_out}\n\nSource: {rule.source}"},
        "helpUri": page_of(rule.code),
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _result(one: LocatedFinding, index: int) -> dict[str, Any]:
    place = one.location
    return {
        "ruleId": one.finding.code,
        "ruleIndex": index,
        "level": one.finding.severity.value,
        "message": {"text": one.text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(one.file)},
                    "region": {
                        "startLine": place.line,
                        "startColumn": place.column,
                        "endLine": place.end_line,
                        "endColumn": place.end_column,
                    },
                },
                "logicalLocations": [{"name": one.logical_id, "kind": "resource"}],
            }
        ],
    }


def _uri(file: str) -> str:
    path = PurePath(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
