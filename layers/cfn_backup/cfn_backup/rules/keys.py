"""The rule about the key of a vault."""

from __future__ import annotations

from collections.abc import Iterator

from cfn_backup.rules.arns import is_no_arn, partial_arn, resource_of, shown_value
from cfn_backup.rules.registry import Fault, rule
from cfn_backup.rules.returns import KEY, RETURNS, returns_arn
from cfn_backup.rules.subjects import VaultSubject
from cfn_backup.symbolic.asking import decided
from cfn_backup.symbolic.values import Str
from cfn_backup.written.arns import is_key_arn

KEY_TYPES = (KEY, "AWS::KMS::ReplicaKey", "AWS::KMS::Alias")
EXAMPLE = "arn:aws:kms:eu-west-1:111122223333:alias/backup"


@rule(
    "E9412",
    subject=VaultSubject,
    title="Not a key",
    explanation="`EncryptionKeyArn` is the ARN of an AWS KMS key, or of an alias of one.",
    way_out="Give the ARN (`!GetAtt <key>.Arn`), not an id or the name of an alias.",
    source="AWS Backup API: CreateBackupVault, EncryptionKeyArn",
)
def not_a_key(subject: VaultSubject) -> Iterator[Fault]:
    key = decided(subject.vault.encryption_key_arn)
    at = subject.vault.at / "EncryptionKeyArn"
    found = resource_of(key, subject.place)
    if found:
        reference, resource_type = found
        if resource_type in KEY_TYPES:
            if returns_arn(resource_type, reference.attribute) is False:
                returns = RETURNS[resource_type]
                yield Fault(
                    at,
                    f"is {returns.ref}, where the ARN is expected: write {returns.arn_of(reference.logical_id)}",
                )
        elif resource_type.startswith("AWS::") and not resource_type.startswith("AWS::CloudFormation::"):
            yield Fault(
                at, f"is {reference.logical_id}, an {resource_type}, where the ARN of a key is expected"
            )
        return
    if _is_no_key(key):
        yield Fault(
            at, f"is {shown_value(key)}, which is the ARN neither of a key nor of an alias, such as {EXAMPLE}"
        )


def _is_no_key(key: Str | None) -> bool:
    if isinstance(key, str):
        return not is_key_arn(key)
    arn = partial_arn(key)
    return is_no_arn(key) or (arn is not None and arn.service not in (None, "kms"))
