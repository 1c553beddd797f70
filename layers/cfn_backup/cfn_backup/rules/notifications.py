"""The rules about what a vault publishes, and where."""

from __future__ import annotations

from collections.abc import Iterator

from cfn_backup.rules.arns import elsewhere, is_no_arn, partial_arn, resource_of, shown_value
from cfn_backup.rules.asking import is_given, known_items
from cfn_backup.rules.registry import Fault, rule
from cfn_backup.rules.returns import TOPIC, returns_arn
from cfn_backup.rules.subjects import VaultSubject
from cfn_backup.symbolic.asking import decided
from cfn_backup.symbolic.paths import Path
from cfn_backup.symbolic.values import Str
from cfn_backup.written.arns import is_topic_arn, parse_arn
from cfn_backup.written.recast import shown
from cfn_backup.written.unknown_members import members_of, nearest_of
from cfn_backup.written.vault import SUPPORTED_EVENTS, Notifications

GUIDE = "AWS Backup Developer Guide: Notification options with AWS Backup"
EXAMPLE = "arn:aws:sns:eu-west-1:111122223333:Backups"
UNDOCUMENTED_EVENTS = (
    "BACKUP_PLAN_CREATED",
    "BACKUP_PLAN_MODIFIED",
    "EKS_RESTORE_MODIFICATION_SUCCESS",
    "EKS_RESTORE_MODIFICATION_FAILED",
)
"""What the API knows and the developer guide does not list."""


def _notifications(subject: VaultSubject) -> Notifications | None:
    found = decided(subject.vault.notifications)
    return found if isinstance(found, Notifications) else None


def _events(subject: VaultSubject) -> Iterator[tuple[Path, str]]:
    notifications = _notifications(subject)
    if notifications:
        yield from known_items(notifications.backup_vault_events, notifications.at / "BackupVaultEvents")


@rule(
    "E9405",
    subject=VaultSubject,
    title="Unknown event",
    explanation="AWS Backup publishes the events that its documentation lists.",
    way_out="Use one of the names that the message shows. In `Custom::BackupVault` `BackupVaultEvents` may "
    "be left out for all of them.",
    source="AWS Backup API: PutBackupVaultNotifications; observed: «Please select from the following list "
    "of notifications»",
)
def unknown_event(subject: VaultSubject) -> Iterator[Fault]:
    for at, event in _events(subject):
        if event in SUPPORTED_EVENTS or event in UNDOCUMENTED_EVENTS or event in _events_of_service():
            continue
        nearest = nearest_of(event, SUPPORTED_EVENTS)
        hint = f"did you mean {nearest}? Allowed" if nearest else "allowed"
        yield Fault(at, f"is {shown(event)}, which is no event; {hint} are {', '.join(SUPPORTED_EVENTS)}")


def _events_of_service() -> tuple[str, ...]:
    """The events of the bundled service model, which may be newer than the list here."""
    members = members_of("PutBackupVaultNotificationsInput")
    return tuple(members["BackupVaultEvents"].member.enum) if members else ()


@rule(
    "W9406",
    subject=VaultSubject,
    title="Event that is not documented",
    explanation="The API knows the event, but the guide does not list it as supported: it may never be published.",
    way_out="Use a documented event, such as `BACKUP_JOB_COMPLETED`.",
    source=GUIDE,
)
def undocumented_event(subject: VaultSubject) -> Iterator[Fault]:
    for at, event in _events(subject):
        if event in UNDOCUMENTED_EVENTS:
            message = (
                f"is {event}, which AWS Backup does not document as supported, so nothing may ever be "
                "published for it: use a documented event, such as BACKUP_JOB_COMPLETED"
            )
            yield Fault(at, message)


@rule(
    "W9413",
    subject=VaultSubject,
    title="Notifications without events",
    explanation="The API asks for a list of events, and of an empty one nothing is published.",
    way_out="Name events, or leave `Notifications` out. In `Custom::BackupVault` `BackupVaultEvents` may be "
    "left out for all of them.",
    source="AWS Backup API: PutBackupVaultNotifications",
)
def no_events(subject: VaultSubject) -> Iterator[Fault]:
    notifications = _notifications(subject)
    if notifications is None:
        return
    events = decided(notifications.backup_vault_events)
    if isinstance(events, tuple) and not any(is_given(event) for event in events):
        message = (
            "is an empty list, so nothing is published: name events, leave it out for all that are "
            "supported, or leave Notifications out"
        )
        yield Fault(notifications.at / "BackupVaultEvents", message)


@rule(
    "E9411",
    subject=VaultSubject,
    title="Not a topic for a vault",
    explanation="`SNSTopicArn` is the ARN of a standard topic; FIFO topics are not supported. It is of the "
    "vault's own account and Region. With `ManageTopicPolicy: false` a topic elsewhere is W9410, a warning.",
    way_out="Use a standard topic of this account and Region; from there a subscription can go anywhere.",
    source=GUIDE + ", Limitations",
)
def not_a_topic(subject: VaultSubject) -> Iterator[Fault]:
    notifications = _notifications(subject)
    if notifications is None:
        return
    topic, at = decided(notifications.sns_topic_arn), notifications.at / "SNSTopicArn"
    found = resource_of(topic, subject.place)
    if found:
        yield from _not_a_topic_of_template(*found, at)
        return
    if _is_no_topic(topic):
        yield Fault(at, f"is {shown_value(topic)}, which is not the ARN of a topic, such as {EXAMPLE}")
    elif _is_fifo(topic):
        message = f"is {shown_value(topic)}, a FIFO topic: AWS Backup publishes to standard topics only, so name one"
        yield Fault(at, message)
    elif (where := _elsewhere(topic, subject)) and _is_managed(subject, notifications):
        message = (
            f"{where}; AWS Backup publishes to topics of the vault's own account and Region only, and "
            "the policy of this one cannot be managed from here"
        )
        yield Fault(at, message)


def _not_a_topic_of_template(reference: object, resource_type: str, at: Path) -> Iterator[Fault]:
    logical_id, attribute = getattr(reference, "logical_id", ""), getattr(reference, "attribute", "")
    if resource_type == TOPIC:
        if returns_arn(TOPIC, attribute) is False:
            yield Fault(
                at, f"is the name of {logical_id}, where its ARN is expected: write !Ref {logical_id}"
            )
    elif resource_type.startswith("AWS::") and not resource_type.startswith("AWS::CloudFormation::"):
        yield Fault(
            at, f"is {logical_id}, an {resource_type}, where the ARN of an Amazon SNS topic is expected"
        )


def _is_no_topic(topic: Str | None) -> bool:
    if isinstance(topic, str):
        return not is_topic_arn(topic)
    if is_no_arn(topic):
        return True
    arn = partial_arn(topic)
    return arn is not None and arn.service not in (None, "sns")


def _is_fifo(topic: Str | None) -> bool:
    arn = partial_arn(topic)
    return arn is not None and arn.resource is not None and arn.resource.endswith(".fifo")


def _elsewhere(topic: Str | None, subject: VaultSubject) -> str | None:
    arn = parse_arn(topic) if isinstance(topic, str) else None
    return elsewhere(arn, subject.place) if arn else None


def _is_managed(subject: VaultSubject, notifications: Notifications) -> bool:
    return not subject.vault.native and decided(notifications.manage_topic_policy) in (None, True)


@rule(
    "W9410",
    subject=VaultSubject,
    title="Topic that gets nothing",
    explanation="AWS Backup publishes to topics of the vault's own account and Region.",
    way_out="Use such a topic; from there a subscription can go anywhere.",
    source=GUIDE,
)
def topic_elsewhere(subject: VaultSubject) -> Iterator[Fault]:
    notifications = _notifications(subject)
    if notifications is None or _is_managed(subject, notifications):
        return
    topic = decided(notifications.sns_topic_arn)
    where = None if _is_fifo(topic) else _elsewhere(topic, subject)
    if where:
        message = (
            f"{where}; AWS Backup publishes to topics of the vault's own account and Region only: use such a "
            "topic"
        )
        yield Fault(notifications.at / "SNSTopicArn", message)
