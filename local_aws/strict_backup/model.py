"""The service model of botocore as a server reads it: which operation a request is, what its input says,
whether the input keeps the model's constraints, and how an output is written.

botocore checks required members and types before it sends, but never patterns; a server has to check them
all.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote

from botocore.loaders import Loader
from botocore.model import OperationModel, ServiceModel, Shape, StructureShape
from botocore.utils import parse_timestamp

from .errors import ServiceError, invalid_parameter, missing_parameter

Query = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Route:
    """One operation's method and path. Trailing slashes are significant, as in the model."""

    operation: OperationModel
    method: str
    path: re.Pattern[str]
    query: tuple[tuple[str, str], ...]
    literals: int


@dataclass(frozen=True)
class Violation:
    """A constraint of the model that the input breaks, at a path like `BackupPlan.Rules[].RuleName`."""

    path: str
    missing: bool
    message: str

    def error(self) -> ServiceError:
        return (missing_parameter if self.missing else invalid_parameter)(self.message)


@cache
def service_model() -> ServiceModel:
    return ServiceModel(Loader().load_service_model("backup", "service-2"), "backup")


@cache
def operation_names() -> tuple[str, ...]:
    return tuple(service_model().operation_names)


def operation_model(name: str) -> OperationModel:
    return service_model().operation_model(name)


@cache
def _routes() -> tuple[Route, ...]:
    routes = [_route(operation_model(name)) for name in operation_names()]
    return tuple(sorted(routes, key=lambda route: (-len(route.query), -route.literals)))


def _route(operation: OperationModel) -> Route:
    uri, _, query = operation.http["requestUri"].partition("?")
    segments = uri.split("/")
    pattern = "/".join(_segment_pattern(segment) for segment in segments)
    return Route(
        operation,
        operation.http["method"],
        re.compile(pattern),
        tuple(parse_qsl(query, keep_blank_values=True)),
        sum(1 for segment in segments if segment and not segment.startswith("{")),
    )


def _segment_pattern(segment: str) -> str:
    if not segment.startswith("{"):
        return re.escape(segment)
    name = segment.strip("{}")
    return f"(?P<{name.rstrip('+')}>{'.+' if name.endswith('+') else '[^/]+'})"


def match_route(method: str, path: str, query: Query) -> tuple[OperationModel, dict[str, str]] | None:
    """The operation of a request and its decoded path labels. `path` is as on the wire, percent-encoded: the
    ARN of a snapshot contains a slash."""
    for route in _routes():
        if route.method != method or any(value not in query.get(name, ()) for name, value in route.query):
            continue
        if found := route.path.fullmatch(path):
            return route.operation, {name: unquote(value) for name, value in found.groupdict().items()}
    return None


def read_input(
    operation: OperationModel, labels: Mapping[str, str], query: Query, body: Mapping[str, Any]
) -> dict[str, Any]:
    """The input's members from path, query string and JSON body; unknown ones are dropped, as AWS does.

    :raises ServiceError: SerializationException where a value has the wrong type.
    """
    shape = operation.input_shape
    parameters: dict[str, Any] = {}
    for member, member_shape in shape.members.items() if isinstance(shape, StructureShape) else ():
        where = member_shape.serialization.get("location")
        name = member_shape.serialization.get("name", member)
        if where == "uri":
            parameters[member] = labels[name]
        elif where == "querystring":
            if name in query:
                parameters[member] = _from_text(member_shape, query[name][0], member)
        elif body.get(name) is not None:
            parameters[member] = _from_json(member_shape, body[name], member)
    return parameters


def _from_text(shape: Shape, text: str, path: str) -> Any:
    try:
        match shape.type_name:
            case "integer" | "long":
                return int(text)
            case "boolean":
                return {"true": True, "false": False}[text.lower()]
            case "timestamp":
                return _timestamp(shape, text, path)
    except (ValueError, KeyError):
        raise _wrong_type(path, shape) from None
    return text


_JSON_TYPES: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "timestamp": (int, float, str),
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
}


def _from_json(shape: Shape, value: Any, path: str) -> Any:
    _check_json_type(shape, value, path)
    some: Any = shape
    match shape.type_name:
        case "structure":
            return {
                member: _from_json(member_shape, value[name], f"{path}.{member}")
                for member, member_shape in some.members.items()
                if value.get(name := member_shape.serialization.get("name", member)) is not None
            }
        case "map":
            return {key: _from_json(some.value, item, f"{path}.{key}") for key, item in value.items()}
        case "list":
            return [_from_json(some.member, item, f"{path}[]") for item in value]
        case "timestamp":
            return _timestamp(shape, value, path)
    return value


def _timestamp(shape: Shape, value: Any, path: str) -> float:
    try:
        return float(parse_timestamp(value).timestamp())
    except (ValueError, OverflowError, RuntimeError):
        # the last is botocore's for a number that is no date
        raise _wrong_type(path, shape) from None


def _check_json_type(shape: Shape, value: object, path: str) -> None:
    kinds = _JSON_TYPES[shape.type_name]
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise _wrong_type(path, shape)


def _wrong_type(path: str, shape: Shape) -> ServiceError:
    return ServiceError("SerializationException", f"{path} is not of type {shape.type_name}.")


def violations(operation: OperationModel, parameters: Mapping[str, Any]) -> Iterator[Violation]:
    """Every required member that is missing, and every enumeration, pattern and range that is not kept."""
    if operation.input_shape is not None:
        yield from _violations(operation.input_shape, parameters, "")


def _violations(shape: Shape, value: Any, path: str) -> Iterator[Violation]:
    some: Any = shape
    match shape.type_name:
        case "structure":
            yield from _missing(some, value, path)
            for name, item in value.items():
                yield from _violations(some.members[name], item, _join(path, name))
        case "map":
            for key, item in value.items():
                yield from _violations(some.key, key, path)
                yield from _violations(some.value, item, path)
        case "list":
            yield from _outside_range(shape, len(value), path)
            for item in value:
                yield from _violations(some.member, item, f"{path}[]")
        case "string":
            yield from _string_violations(shape, value, path)
        case "integer" | "long":
            yield from _outside_range(shape, value, path)


def _missing(shape: StructureShape, value: Mapping[str, Any], path: str) -> Iterator[Violation]:
    for name in shape.required_members:
        if name not in value:
            where = _join(path, name)
            yield Violation(where, True, f"The request is missing the required parameter {where}.")


def _string_violations(shape: Shape, value: str, path: str) -> Iterator[Violation]:
    yield from _outside_range(shape, len(value), path)
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        yield _broken(path, f"Member must satisfy regular expression pattern: {pattern}")
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        yield _broken(path, f"Member must satisfy enum value set: [{', '.join(allowed)}]")


def _outside_range(shape: Shape, size: int, path: str) -> Iterator[Violation]:
    if size < shape.metadata.get("min", size):
        yield _broken(path, f"Member must be greater than or equal to {shape.metadata['min']}")
    if size > shape.metadata.get("max", size):
        yield _broken(path, f"Member must be less than or equal to {shape.metadata['max']}")


def _broken(path: str, constraint: str) -> Violation:
    return Violation(path, False, f"Value at '{path}' failed to satisfy constraint: {constraint}")


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def write_output(operation: OperationModel, output: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """The status and JSON body of an answer: modelled members only, dates as epoch seconds with milliseconds
    (the form of `aws backup` examples), members that are None left out."""
    shape = operation.output_shape
    body = {} if shape is None else _to_json(shape, output)
    return int(operation.http.get("responseCode", 200)), body


def _to_json(shape: Shape, value: Any) -> Any:
    some: Any = shape
    match shape.type_name:
        case "structure":
            return {
                member_shape.serialization.get("name", member): _to_json(member_shape, value[member])
                for member, member_shape in some.members.items()
                if value.get(member) is not None
            }
        case "map":
            return {key: _to_json(some.value, item) for key, item in value.items()}
        case "list":
            return [_to_json(some.member, item) for item in value]
        case "timestamp":
            return round(value.timestamp() if isinstance(value, dt.datetime) else value, 3)
    return value
