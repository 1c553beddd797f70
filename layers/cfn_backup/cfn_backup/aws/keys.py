"""Encryption keys."""

from __future__ import annotations

from cfn_backup.aws.errors import NotFound
from cfn_backup.aws.session import Session

DEFAULT_KEY = "alias/aws/backup"
"""The key of vaults that are made without one."""


def is_key(session: Session, spelled: str | None, key_arn: str) -> bool:
    """Whether a key, spelled as an alias or key ARN (None: the default key), is the one that a vault shows.

    Whether a vault that was made with an alias shows the alias or its key is not documented.
    """
    if spelled == key_arn:
        return True
    try:
        shown = key_arn if ":key/" in key_arn else _arn_of(session, key_arn)
        return shown in (spelled, _arn_of(session, spelled or DEFAULT_KEY))
    except NotFound:
        return False


def _arn_of(session: Session, key: str) -> str:
    return str(session.call("kms", "DescribeKey", KeyId=key)["KeyMetadata"]["Arn"])
