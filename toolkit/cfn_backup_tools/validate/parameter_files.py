"""Values of parameters from the files that deployments use.

Three forms are read: the parameter file of the AWS CLI (a list of ``ParameterKey`` and ``ParameterValue``), the template
configuration of CodePipeline (a map with ``Parameters``), and the ``samconfig.toml`` of AWS SAM.
"""

from __future__ import annotations

import json
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any


class UnreadableParameters(Exception):
    """Raised when a file has no parameters in a form that is known; the text says why."""


def read_parameters(file: str, config_env: str) -> dict[str, str]:
    """The values by parameter. ``config_env`` is the environment of a ``samconfig.toml``. Raises UnreadableParameters."""
    try:
        text = Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableParameters(
            getattr(error, "strerror", None) or "the file is not UTF-8 text"
        ) from error
    if file.endswith(".toml"):
        return _of_sam(_toml(text), config_env)
    try:
        content = json.loads(text)
    except ValueError as error:
        raise UnreadableParameters(f"it is no JSON: {error}") from error
    if isinstance(content, list):
        return dict(_of_list(content))
    if isinstance(content, dict):
        return _of_map(content.get("Parameters", content))
    raise UnreadableParameters("it is neither a list of ParameterKey and ParameterValue nor a map")


def _of_list(content: list[Any]) -> Iterator[tuple[str, str]]:
    for item in content:
        if isinstance(item, str):
            yield _pair(item)
            continue
        if not isinstance(item, Mapping) or not isinstance(item.get("ParameterKey"), str):
            raise UnreadableParameters("an entry of its list has no ParameterKey")
        if not item.get("UsePreviousValue"):
            yield item["ParameterKey"], _text(item.get("ParameterValue", ""))


def _of_map(content: Any) -> dict[str, str]:
    if not isinstance(content, Mapping):
        raise UnreadableParameters("its Parameters are no map")
    return {str(name): _text(value) for name, value in content.items()}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(map(_text, value)) if isinstance(value, list) else str(value)


def _toml(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableParameters(f"it is no TOML: {error}") from error


def _of_sam(content: Mapping[str, Any], config_env: str) -> dict[str, str]:
    environment = content.get(config_env)
    if not isinstance(environment, Mapping):
        known = ", ".join(name for name, value in content.items() if isinstance(value, Mapping))
        raise UnreadableParameters(f"it has no environment {config_env}; it has {known}")
    values: dict[str, str] = {}
    for command in ("global", "build", "validate", "deploy"):
        section = environment.get(command)
        given = section.get("parameters") if isinstance(section, Mapping) else None
        overrides = given.get("parameter_overrides") if isinstance(given, Mapping) else None
        values.update(_overrides(overrides))
    return values


def _overrides(overrides: Any) -> Iterator[tuple[str, str]]:
    """SAM writes them as one text, as a list of texts, or as a map."""
    if isinstance(overrides, Mapping):
        yield from _of_map(overrides).items()
    parts = shlex.split(overrides) if isinstance(overrides, str) else overrides
    for part in parts if isinstance(parts, list) else ():
        yield _pair(str(part))


def _pair(text: str) -> tuple[str, str]:
    if text.startswith("ParameterKey=") and ",ParameterValue=" in text:
        name, _, value = text.removeprefix("ParameterKey=").partition(",ParameterValue=")
        return name, value
    name, separator, value = text.partition("=")
    if not separator:
        raise UnreadableParameters(f"{text!r} is not of the form Name=Value")
    return name, value
