"""What people and end-to-end tests do to a running service, over HTTP: paths under /_strict-backup/."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from .clock import MovableClock
from .errors import ServiceError, invalid_parameter, not_found
from .job_records import Resource
from .model import Query
from .recovery_point_store import RecoveryPoint
from .service import Response, StrictBackupService
from .switches import Switches

PREFIX = "/_strict-backup/"


def handle_admin(service: StrictBackupService, method: str, path: str, query: Query, body: bytes) -> Response:
    """Answers one request for a path under the prefix; errors are `{"Message": …}` with a status of 4xx."""
    try:
        return _json_response(200, _answer(service, method, path.removeprefix(PREFIX), query, body))
    except ServiceError as error:
        return _json_response(error.status, {"Message": error.message})
    except KeyError as error:
        return _json_response(400, {"Message": f"The request lacks {error}."})
    except (LookupError, TypeError, ValueError) as error:
        return _json_response(400, {"Message": str(error)})


def _answer(service: StrictBackupService, method: str, what: str, query: Query, body: bytes) -> Any:
    match method, what:
        case _, "switches":
            return _switches(service, method, body)
        case "GET", "clock":
            return {"Now": service.clock.now()}
        case "GET", "calls":
            return _calls(service, query)
        case "GET", "point-in-time-recovery-off":
            return {
                "ResourceArns": service.point_in_time_recovery_off(query["account"][0], query["region"][0])
            }
        case "POST", _ if what in _POSTED:
            return _POSTED[what](service, _object(body))
        case "POST", "reset":
            service.reset()
            return {}
    raise not_found(f"There is no {method} {PREFIX}{what}.")


def _switches(service: StrictBackupService, method: str, body: bytes) -> dict[str, Any]:
    if method == "PUT":
        service.switches = service.switches.changed(_object(body))
    elif method == "DELETE":
        service.switches = Switches()
    elif method != "GET":
        raise not_found(f"There is no {method} {PREFIX}switches.")
    return service.switches.as_json()


def _calls(service: StrictBackupService, query: Query) -> dict[str, Any]:
    since = int(query.get("since", ["0"])[0])
    operations = query.get("operation", [])
    calls = [call for call in service.calls if call.number > since]
    return {
        "calls": [call.as_json() for call in calls if not operations or call.operation in operations],
        "last": calls[-1].number if calls else since,
    }


def _put_recovery_points(service: StrictBackupService, wanted: Mapping[str, Any]) -> dict[str, Any]:
    vault = wanted["BackupVaultName"]
    account, region = wanted.get("Account"), wanted.get("Region")
    if "Count" in wanted:
        template = _recovery_point(wanted.get("Template", {}))
        service.put_recovery_point_block(vault, wanted["Count"], template, account=account, region=region)
        return {"Count": wanted["Count"]}
    points = [_recovery_point(members) for members in wanted["RecoveryPoints"]]
    arns = service.put_recovery_points(vault, *points, account=account, region=region)
    return {"RecoveryPointArns": arns}


def _put_arrivals(service: StrictBackupService, wanted: Mapping[str, Any]) -> dict[str, Any]:
    service.put_arrivals(
        wanted["BackupVaultName"],
        wanted["EverySeconds"],
        _recovery_point(wanted.get("Template", {})),
        count=wanted.get("Count", 1_000_000),
        account=wanted.get("Account"),
        region=wanted.get("Region"),
    )
    return {}


def _move_clock(service: StrictBackupService, wanted: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(service.clock, MovableClock):
        raise invalid_parameter("The clock of this service cannot be moved.")
    service.clock.advance(wanted.get("Seconds", 0) + 86400 * wanted.get("Days", 0))
    return {"Now": service.clock.now()}


def _put_resources(service: StrictBackupService, wanted: Mapping[str, Any]) -> dict[str, Any]:
    resources = [_resource(members) for members in wanted["Resources"]]
    service.put_resources(*resources, account=wanted["Account"], region=wanted["Region"])
    return {"Count": len(resources)}


def _resource(members: Mapping[str, Any]) -> Resource:
    return Resource(**_fields(Resource, members, "A resource"))


def _recovery_point(members: Mapping[str, Any]) -> RecoveryPoint:
    return RecoveryPoint(**_fields(RecoveryPoint, members, "A recovery point"))


def _fields(kind: type[Any], members: Mapping[str, Any], what: str) -> dict[str, Any]:
    """The fields of a dataclass, from the service's spelling: `ResourceType` for `resource_type`."""
    known = {field.name for field in dataclasses.fields(kind)}
    given = {re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower(): value for name, value in members.items()}
    if unknown := set(given) - known:
        raise invalid_parameter(f"{what} has no {', '.join(sorted(unknown))}.")
    return given


def _remove_resource(service: StrictBackupService, wanted: Mapping[str, Any]) -> dict[str, Any]:
    service.remove_resource(wanted["ResourceArn"], account=wanted["Account"], region=wanted["Region"])
    return {}


_POSTED: Mapping[str, Callable[[StrictBackupService, Mapping[str, Any]], dict[str, Any]]] = {
    "recovery-points": _put_recovery_points,
    "arrivals": _put_arrivals,
    "removed-resources": _remove_resource,
    "resources": _put_resources,
    "clock": _move_clock,
}


def _object(body: bytes) -> Mapping[str, Any]:
    document = json.loads(body)
    if not isinstance(document, dict):
        raise TypeError("The body is not a JSON object.")
    return document


def _json_response(status: int, document: Any) -> Response:
    return Response(status, {"Content-Type": "application/json"}, json.dumps(document).encode())
