"""The strict service in moto: while `strict_backup()` is active, `boto3.client("backup")` under `mock_aws`
talks to it.

    with mock_aws(), strict_backup() as backup:
        boto3.client("backup", region_name="eu-west-1").create_backup_vault(BackupVaultName="daily")
        assert len(backup.calls.writes()) == 1

Roles are those of moto's IAM. It is a decorator too: `@mock_aws` `@strict_backup()`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from moto.backup import urls
from moto.iam.models import get_account_id_from, iam_backends
from moto.utilities.utils import get_partition

from .clock import Clock
from .roles import Policy, Role
from .service import Caller, StrictBackupService
from .switches import Switches

_CREDENTIAL = re.compile(r"Credential=(?P<key>[^/]+)/[^/]+/(?P<region>[^/]+)/")


@contextlib.contextmanager
def strict_backup(
    *, switches: Switches | None = None, clock: Clock | None = None
) -> Iterator[StrictBackupService]:
    """Replaces moto's Backup by a new strict service; moto's own comes back afterwards."""
    service = StrictBackupService(switches=switches, clock=clock)

    def answer(request: Any, full_url: str, headers: Mapping[str, str]) -> tuple[int, dict[str, str], bytes]:
        url = urlsplit(full_url)
        response = service.handle(
            request.method,
            url.path,
            parse_qs(url.query, keep_blank_values=True),
            request.get_data(),
            _caller(headers),
        )
        return response.status, dict(response.headers), response.body

    own = urls.url_paths
    urls.url_paths = {"{0}/": answer}
    try:
        yield service
    finally:
        urls.url_paths = own


def _caller(headers: Mapping[str, str]) -> Caller:
    """Account and Region as moto takes them: from the access key and the scope of the signature."""
    found = _CREDENTIAL.search(headers.get("Authorization", ""))
    key, region = found.groups() if found else ("", "us-east-1")
    partition = get_partition(region)
    return Caller(get_account_id_from(key), region, partition, roles=_MotoRoles(partition))


class _MotoRoles:
    """The roles in moto's IAM."""

    def __init__(self, partition: str) -> None:
        self._partition = partition

    def find(self, arn: str) -> Role | None:
        account = arn.split(":")[4] if arn.count(":") >= 5 else ""
        if not re.fullmatch(r"\d{12}", account):
            return None
        roles = list(iam_backends[account][self._partition].roles.values())
        return next((_role(role) for role in roles if role.arn == arn), None)


def _role(role: Any) -> Role:
    attached = role.managed_policies
    return Role(
        arn=role.arn,
        trust_policy=_document(role.assume_role_policy_document),
        created=role.create_date.replace(tzinfo=dt.UTC).timestamp(),
        managed_policy_arns=tuple(attached),
        policies=(
            *(_document(document) for document in role.policies.values()),
            *(_document(_default_version(policy)) for policy in attached.values()),
        ),
    )


def _default_version(policy: Any) -> Any:
    return next(version.document for version in policy.versions if version.is_default)


def _document(document: Any) -> Policy:
    parsed: Policy = json.loads(document) if isinstance(document, str) else document
    return parsed
