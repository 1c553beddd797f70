"""Reads the small YAML files that the preview takes: sizes and prices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError


class BadFile(Exception):
    """A file cannot be read, or does not say what it has to; the message is one line with its name."""


def read_map(file: str) -> dict[str, Any]:
    """The map that a YAML or JSON file consists of. Raises BadFile."""
    try:
        read = YAML(typ="safe").load(Path(file).read_text(encoding="utf-8"))
    except OSError as error:
        raise BadFile(f"{file}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise BadFile(f"{file}: cannot be read: it is not UTF-8") from error
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}: " if mark else ""
        raise BadFile(f"{file}: cannot be read: {where}{error.problem or error.context}") from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise BadFile(f"{file}: cannot be read: {' '.join(str(error).split())}") from error
    if not isinstance(read, dict):
        raise BadFile(f"{file}: a map is needed, such as the example file has")
    return read


def amount(value: Any, where: str) -> float:
    """A number that is not negative. Raises BadFile."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        raise BadFile(f"{where}: a number that is not negative is needed")
    return float(value)
