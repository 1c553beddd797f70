"""ARNs as authors write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

VAULT_NAME = re.compile(r"[a-zA-Z0-9\-_]{2,50}", re.ASCII)
OWN_VAULT_OF_EFS = "aws/efs/automatic-backup-vault"
"""What AWS itself calls a vault, and nobody else could."""

_TOPIC = re.compile(r"arn:[^:]+:sns:[^:\s]+:[0-9]{12}:[a-zA-Z0-9\-_]{1,256}(\.fifo)?", re.ASCII)
_ROLE = re.compile(r"arn:[^:]+:iam::[0-9]{12}:role/\S+", re.ASCII)
_KEY = re.compile(r"arn:[^:]+:kms:[^:\s]+:[0-9]{12}:(key|alias)/\S+", re.ASCII)


@dataclass(frozen=True)
class Arn:
    """The parts of an ARN; what an abbreviated one, such as ``arn:aws:fsx:*``, leaves out is ``*``."""

    partition: str
    service: str
    region: str
    account_id: str
    resource: str


def parse_arn(text: str) -> Arn | None:
    """The parts of an ARN, which a wildcard may cut short; None if the text is no ARN."""
    parts = text.split(":", 5)
    if parts[0] != "arn" or len(parts) < 3 or (len(parts) < 6 and not text.endswith("*")):
        return None
    if not all(parts[1:3]) or not parts[-1]:
        return None
    _, partition, service, region, account_id, resource = (*parts, "*", "*", "*")[:6]
    return Arn(partition, service, region, account_id, resource)


def vault_arn(text: str) -> Arn | None:
    """The parts of a backup vault's ARN; None if the text is something else."""
    arn = parse_arn(text)
    if arn is None or arn.service != "backup" or not arn.region or not arn.account_id:
        return None
    kind, _, name = arn.resource.partition(":")
    known = VAULT_NAME.fullmatch(name) or name == OWN_VAULT_OF_EFS
    return arn if kind == "backup-vault" and known else None


def vault_name(text: str) -> str:
    """The name of a vault, given its name or ARN."""
    return text.rpartition(":backup-vault:")[2]


def is_topic_arn(text: str) -> bool:
    """Whether a text is the ARN of an Amazon SNS topic."""
    return _TOPIC.fullmatch(text) is not None


def is_role_arn(text: str) -> bool:
    """Whether a text is the ARN of a role, with whatever path."""
    return _ROLE.fullmatch(text) is not None


def is_key_arn(text: str) -> bool:
    """Whether a text is the ARN of an AWS KMS key, or of an alias of one."""
    return _KEY.fullmatch(text) is not None
