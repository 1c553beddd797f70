"""The rules about selected buckets whose backups fail or have gaps, without an error at deployment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cfn_backup.desired.rules import rules_of, sure_rules
from cfn_backup.rules.across import SelectedResource
from cfn_backup.rules.asking import is_given, is_true
from cfn_backup.rules.policies import covers, statements
from cfn_backup.rules.registry import Fault, rule
from cfn_backup.rules.returns import BUCKET
from cfn_backup.symbolic.asking import decided
from cfn_backup.symbolic.values import Unknown

S3_BACKUPS = "AWS Backup Developer Guide: Amazon S3 backups"
ARCHIVES = ("GLACIER", "DEEP_ARCHIVE")


def _member(of: Any, name: str) -> Any:
    known = decided(of)
    return (
        decided(known.get(name))
        if isinstance(known, Mapping)
        else (known if isinstance(known, Unknown) else None)
    )


def _list(value: Any) -> list[Any]:
    known = decided(value)
    return [decided(one) for one in known] if isinstance(known, list | tuple) else []


@rule(
    "W9612",
    subject=SelectedResource,
    title="Selected bucket without versioning",
    explanation="AWS Backup backs up buckets with versioning only. The deployment succeeds, and every job "
    "of the bucket fails.",
    way_out="Add `VersioningConfiguration: {Status: Enabled}` to the bucket.",
    source=S3_BACKUPS,
)
def bucket_without_versioning(subject: SelectedResource) -> Iterator[Fault]:
    if subject.resource.type != BUCKET:
        return
    status = _member(subject.resource.properties.get("VersioningConfiguration"), "Status")
    if status is None or (isinstance(status, str) and status != "Enabled"):
        bucket = subject.resource.logical_id
        message = (
            f"selects the bucket {bucket}, which has no versioning, so every job of it fails: add "
            f"VersioningConfiguration: {{Status: Enabled}} to {bucket}"
        )
        yield Fault(subject.at, message)


@rule(
    "W9613",
    subject=SelectedResource,
    title="Selected bucket with objects in archives",
    explanation="AWS Backup does not back up objects in the storage classes Glacier Flexible Retrieval and "
    "Glacier Deep Archive. A lifecycle rule of the bucket moves objects there.",
    way_out="Move objects to Glacier Instant Retrieval (`GLACIER_IR`) instead, or know that the archived "
    "ones have no backup.",
    source=S3_BACKUPS,
)
def bucket_with_archives(subject: SelectedResource) -> Iterator[Fault]:
    if subject.resource.type != BUCKET:
        return
    for one in _list(_member(subject.resource.properties.get("LifecycleConfiguration"), "Rules")):
        if not isinstance(one, Mapping) or decided(one.get("Status")) == "Disabled":
            continue
        transitions = [*_list(one.get("Transitions")), decided(one.get("Transition"))]
        classes = [decided(t.get("StorageClass")) for t in transitions if isinstance(t, Mapping)]
        for storage_class in classes:
            if storage_class in ARCHIVES:
                message = (
                    f"selects the bucket {subject.resource.logical_id}, whose lifecycle moves objects to "
                    f"{storage_class}, and AWS Backup does not back up objects there: use GLACIER_IR, or "
                    "count on no backup of them"
                )
                yield Fault(subject.at, message)
                return


@rule(
    "W9614",
    subject=SelectedResource,
    title="Selected bucket with a key that the role cannot use",
    explanation="The bucket is encrypted with a key of the template whose policy names neither the account "
    "nor the role, so AWS Backup cannot decrypt the objects, and the jobs fail.",
    way_out="Let the key's policy allow the role `kms:Decrypt` and `kms:DescribeKey`, or let it name the "
    "account (`arn:aws:iam::<account>:root`), which lets policies of the role decide.",
    source=S3_BACKUPS + ", permissions; AWS KMS Developer Guide: Key policies",
)
def bucket_with_foreign_key(subject: SelectedResource) -> Iterator[Fault]:
    key = subject.key
    if key is None or _may_decrypt(subject, key.properties.get("KeyPolicy")):
        return
    message = (
        f"selects the bucket {subject.resource.logical_id}, whose key {key.logical_id} the role cannot use, "
        f"so its jobs fail: let the KeyPolicy of {key.logical_id} allow the role kms:Decrypt and "
        "kms:DescribeKey"
    )
    yield Fault(subject.at, message)


def _may_decrypt(subject: SelectedResource, policy: Any) -> bool:
    found = list(statements(policy, "Allow"))
    for one in found:
        if not covers(one, "kms:Decrypt"):
            continue
        principal = decided(one.get("Principal"))
        if not isinstance(principal, Mapping) or is_given(principal.get("Service")):
            return True
        for named in _principals(principal.get("AWS")):
            if _is_account_or_role(named, subject):
                return True
    return not found


def _principals(value: Any) -> list[Any]:
    known = decided(value)
    return [decided(one) for one in known] if isinstance(known, list | tuple) else [known]


def _is_account_or_role(principal: Any, subject: SelectedResource) -> bool:
    from cfn_backup.rules.arns import known_text  # noqa: PLC0415 - few buckets have a key of their own template

    text = known_text(principal)
    if text is None or text == "*" or text.isdecimal() or text.endswith(":root"):
        return True
    role = known_text(decided(subject.selection.iam_role_arn))
    return role is None or role == text or "\0" in text.rpartition("/")[2]


@rule(
    "W9615",
    subject=SelectedResource,
    title="Selected bucket whose notifications switch EventBridge off",
    explanation="Continuous backup of a bucket needs its events in Amazon EventBridge, which AWS Backup "
    "switches on. A `NotificationConfiguration` without `EventBridgeConfiguration` switches them off again "
    "when the stack is deployed, and continuous backup stops.",
    way_out="Add `EventBridgeConfiguration: {EventBridgeEnabled: true}` to the `NotificationConfiguration`.",
    source="AWS Backup Developer Guide: Continuous backups and point-in-time recovery (PITR)",
)
def bucket_without_event_bridge(subject: SelectedResource) -> Iterator[Fault]:
    if subject.resource.type != BUCKET or subject.plan is None:
        return
    configuration = decided(subject.resource.properties.get("NotificationConfiguration"))
    if not isinstance(configuration, Mapping) or is_given(configuration.get("EventBridgeConfiguration")):
        return
    if any(is_true(one.rule.enable_continuous_backup) for one in sure_rules(rules_of(subject.plan))):
        bucket = subject.resource.logical_id
        message = (
            f"selects the bucket {bucket}, whose NotificationConfiguration switches EventBridge off, so "
            "continuous backup stops: add EventBridgeConfiguration: {EventBridgeEnabled: true} to it"
        )
        yield Fault(subject.at, message)
