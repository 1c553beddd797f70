"""What an attempt is, and how it was answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.attacks.arena import Arena

Json = dict[str, Any]
DENIED = {"AccessDenied", "AccessDeniedException", "AuthorizationError"}
OTHER_ACCOUNT = "999999999999"
BACKUPS_POLICY = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


@dataclass(frozen=True)
class Told:
    """How an attempt was answered. `refused`: whether the answer says that it failed."""

    refused: bool
    by: str
    words: str


@dataclass(frozen=True)
class Attempt:
    """One attempt. `refuses` names the layers that should refuse it: code, IAM, or both."""

    way: str
    what: str
    refuses: frozenset[str]
    make: Callable[[Arena], Told]


CODE, IAM, BOTH = frozenset({"code"}), frozenset({"IAM"}), frozenset({"code", "IAM"})
_OF_IAM = ("is not authorized to perform", "no identity-based policy allows", "Insufficient privileges")


def layer(words: str) -> str:
    """Whose words a refusal is in."""
    return "IAM" if any(sign in words for sign in _OF_IAM) else "code"
