"""Encryption keys."""

from __future__ import annotations

from cfn_backup.aws.errors import NotFound
from cfn_backup.aws.session import Session

DEFAULT_KEY = "alias/aws/backup"
"""The key of vaults that are made without one."""


def is_key(session: Session, spelled: str | None, key_arn: str) -> bool:
    """Whether a key, spelled as an alias or key ARN (None: the default key), is the one with ``key_arn``."""
    if spelled == key_arn:
        return True
    try:
        metadata = session.call("kms", "DescribeKey", KeyId=spelled or DEFAULT_KEY)["KeyMetadata"]
    except NotFound:
        return False
    return bool(metadata["Arn"] == key_arn)
