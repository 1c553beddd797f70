# ruff: noqa: SLF001 - ministack has no public way in
"""The account's `aws/backup` key in ministack's KMS."""

from __future__ import annotations

import json
from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import kms

from ..state import Place, partition_of

_DEFAULT_ALIAS = "alias/aws/backup"


def install() -> None:
    """Lets KMS know the key that the strict service shows of a vault without one, from its first use on."""
    resolve = kms._resolve_key

    def resolve_key(key: str) -> Any:
        region = get_region()
        default = Place(get_account_id(), region, partition_of(region)).default_key_arn()
        meant = bool(key) and (key.endswith(_DEFAULT_ALIAS) or key in (default, default.rpartition("/")[2]))
        if meant and kms._alias_arn(_DEFAULT_ALIAS) not in kms._aliases:
            _make_default_key(default)
        return resolve(key)

    kms._resolve_key = resolve_key


def _make_default_key(arn: str) -> None:
    _, _, body = kms._create_key({"Description": "The default key of AWS Backup"})
    made = kms._keys.pop(json.loads(body)["KeyMetadata"]["KeyId"])
    made |= {"KeyId": arn.rpartition("/")[2], "Arn": arn}
    kms._keys[made["KeyId"]] = made
    kms._aliases[kms._alias_arn(_DEFAULT_ALIAS)] = made["KeyId"]
