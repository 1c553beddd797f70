"""The rule about the policy of a topic that a vault publishes to."""

from __future__ import annotations

from collections.abc import Iterator

from cfn_backup.rules.across import TopicOfVault
from cfn_backup.rules.asking import is_empty
from cfn_backup.rules.policies import allows
from cfn_backup.rules.registry import Fault, rule
from cfn_backup.symbolic.asking import decided

SERVICE = "backup.amazonaws.com"
STATEMENT = f"Effect: Allow, Principal: {{Service: {SERVICE}}}, Action: sns:Publish"


@rule(
    "E9619",
    subject=TopicOfVault,
    title="FIFO topic of the template",
    explanation="The topic of the template is a FIFO topic, and AWS Backup publishes to standard topics only.",
    way_out="Use a topic without `FifoTopic`.",
    source="AWS Backup Developer Guide: Notification options with AWS Backup, Limitations",
)
def fifo_topic(subject: TopicOfVault) -> Iterator[Fault]:
    if str(decided(subject.topic.properties.get("FifoTopic"))).lower() == "true":
        message = (
            f"is {subject.topic.logical_id}, a FIFO topic, and AWS Backup publishes to standard topics only: "
            "use one"
        )
        yield Fault(subject.notifications.at / "SNSTopicArn", message)


@rule(
    "W9610",
    subject=TopicOfVault,
    title="Topic policy without AWS Backup",
    explanation="AWS Backup may publish to a topic only if the topic's policy allows it, and otherwise "
    "nothing arrives, without an error. `Custom::BackupVault` adds the statement, but an "
    "`AWS::SNS::TopicPolicy` of the same topic replaces the whole policy, and with it that statement, when "
    "it is created or changed.",
    way_out="Add a statement to the topic's policy that allows `backup.amazonaws.com` the action `sns:Publish`.",
    source="AWS Backup Developer Guide: Notification options with AWS Backup",
)
def policy_without_backup(subject: TopicOfVault) -> Iterator[Fault]:
    if is_empty(subject.notifications.backup_vault_events) and subject.vault.native:
        return
    managed = not subject.vault.native and decided(subject.notifications.manage_topic_policy) in (None, True)
    at, topic = subject.notifications.at / "SNSTopicArn", subject.topic.logical_id
    if str(decided(subject.topic.properties.get("FifoTopic"))).lower() == "true":
        return
    if any(allows(policy, SERVICE, "sns:Publish") for policy in subject.policies):
        return
    if subject.policies:
        policy = subject.policies[0].logical_id
        removes = (
            "removes the statement of AWS Backup, which the provider adds"
            if managed
            else "does not let AWS Backup publish"
        )
        message = f"is the topic {topic}, whose policy {policy} {removes}: add {{{STATEMENT}}} to {policy}"
        yield Fault(at, message)
    elif not managed:
        message = (
            f"is the topic {topic}, which has no policy that lets {SERVICE} publish, so nothing arrives: add "
            f"an AWS::SNS::TopicPolicy with {{{STATEMENT}}}"
        )
        yield Fault(at, message)
