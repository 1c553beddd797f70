"""Keeps the record of what each resource should be, for ``cfn-backup drift``.

The request that made it true writes it, just before its answer. A record that cannot be written fails no
deployment: ``drift`` sees by CloudFormation's own time of the last update that the record is older.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from functools import partial
from typing import Any

from cfn_backup.aws.errors import ProviderError
from cfn_backup.aws.session import concurrently
from cfn_backup.desired.intention import Intention, TooLong, Unreadable, parameter_path, read, written
from cfn_backup.reconcile.role import BOUNDARY_VARIABLE
from cfn_backup.reconcile.work import Result, Work, log

_DESCRIPTION = "What a resource of cfn-backup-provider should be; cfn-backup drift compares with it"


def record(work: Work, resource_type: str, result: Result) -> None:
    """Writes down what the request made true."""
    if result.state is None:
        return
    path = parameter_path(str(work.owner.stack_id), work.owner.logical_id)
    intention = Intention(
        type=resource_type,
        physical_id=result.physical_id,
        request_id=work.request_id,
        recorded=round(time.time(), 3),
        state=_with_boundary(result.state),
    )
    try:
        values = written(intention)
        concurrently(
            [partial(_put, work, f"{path}/{number}", value) for number, value in enumerate(values, 1)]
        )
    except (ProviderError, TooLong) as error:
        log.warning(
            "what this resource should be could not be recorded, so cfn-backup drift cannot compare it until "
            "its next update: %s",
            error,
        )


def _with_boundary(state: Mapping[str, Any]) -> Mapping[str, Any]:
    """A role that is made again must not lack the boundary that the provider gives to its roles."""
    boundary = os.environ.get(BOUNDARY_VARIABLE)
    if not boundary or "role" not in state:
        return state
    return {**state, "role": {**state["role"], "PermissionsBoundary": boundary}}


def _put(work: Work, name: str, value: str) -> None:
    work.session.call(
        "ssm",
        "PutParameter",
        Name=name,
        Value=value,
        Type="String",
        Tier="Standard",
        Overwrite=True,
        Description=_DESCRIPTION,
    )


def forget(work: Work) -> None:
    """Takes the record of a resource away that is deleted. The record of the one that replaced it stays."""
    path = parameter_path(str(work.owner.stack_id), work.owner.logical_id)
    try:
        found = list(work.session.pages("ssm", "GetParametersByPath", "Parameters", Path=path))
        if not found or not _is_of(work, [parameter["Value"] for parameter in found]):
            return
        names = [parameter["Name"] for parameter in found]
        work.session.call("ssm", "DeleteParameters", Names=names[:10])
    except ProviderError as error:
        log.warning("the record of what this resource should be stays under %s: %s", path, error)


def _is_of(work: Work, values: list[str]) -> bool:
    try:
        return read(values).physical_id == work.physical_id
    except Unreadable:
        return True
