"""Encrypted parameters of Systems Manager, for what may be kept a while and must not be read by everybody."""

from __future__ import annotations

import os

from cfn_backup.aws.errors import NotFound
from cfn_backup.aws.session import Session

KEY_VARIABLE = "PARAMETER_KEY_ARN"
"""The KMS key that encrypts them; the account's `aws/ssm` key when it is empty."""


def put_secret(session: Session, name: str, value: str) -> None:
    """Makes or overwrites a SecureString. The value may have 4 KB, more costs (Intelligent-Tiering)."""
    key = os.environ.get(KEY_VARIABLE)
    session.call(
        "ssm",
        "PutParameter",
        Name=name,
        Value=value,
        Type="SecureString",
        Overwrite=True,
        Tier="Intelligent-Tiering",
        **({"KeyId": key} if key else {}),
    )


def secrets_below(session: Session, path: str) -> dict[str, str]:
    """The decrypted parameters directly below a path, by name."""
    found = session.pages("ssm", "GetParametersByPath", "Parameters", Path=path, WithDecryption=True)
    return {parameter["Name"]: parameter["Value"] for parameter in found}


def delete_parameter(session: Session, name: str) -> None:
    """One that is gone is no error."""
    try:
        session.call("ssm", "DeleteParameter", Name=name)
    except NotFound:
        return
