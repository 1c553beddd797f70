"""The statement in a topic's policy that lets AWS Backup publish."""

from __future__ import annotations

import json
import random
from typing import Any

from cfn_backup.aws.deadline import Deadline
from cfn_backup.aws.errors import InvalidRequest, NotFound, ResourceConflict
from cfn_backup.aws.policies import same_policy
from cfn_backup.aws.session import Session

TRIES = 8
"""Amazon SNS has no conditional write: the policy is read, changed, written back and looked at again after a
pause."""
PAUSE = 0.6
"""Seconds, longer than another writer takes from its read to its write, so that what it overwrites is seen
missing."""


def allow_publishing(session: Session, topic_arn: str, sid: str, deadline: Deadline) -> None:
    """Merges the statement into the topic's policy; makes no write if it is there.

    Raises InvalidRequest if there is no such topic.
    """
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": "backup.amazonaws.com"},
        "Action": "SNS:Publish",
        "Resource": topic_arn,
    }
    try:
        _edit(session, topic_arn, sid, [statement], deadline)
    except NotFound as error:
        raise InvalidRequest(
            f"Notifications.SNSTopicArn: there is no topic {topic_arn} in this account and Region ({error})"
        ) from error


def disallow_publishing(session: Session, topic_arn: str, sid: str, deadline: Deadline) -> None:
    """Takes the statement out; a topic that is gone is no error."""
    try:
        _edit(session, topic_arn, sid, [], deadline)
    except NotFound:
        return


def _edit(
    session: Session, topic_arn: str, sid: str, wanted: list[dict[str, Any]], deadline: Deadline
) -> None:
    for _ in range(TRIES):
        policy = _policy(session, topic_arn)
        others = [s for s in policy["Statement"] if s.get("Sid") != sid]
        present = [s for s in policy["Statement"] if s.get("Sid") == sid]
        if len(present) == len(wanted) and all(map(same_policy, present, wanted)):
            return
        text = json.dumps({**policy, "Statement": [*others, *wanted]}, separators=(",", ":"))
        session.call(
            "sns", "SetTopicAttributes", TopicArn=topic_arn, AttributeName="Policy", AttributeValue=text
        )
        deadline.sleep(PAUSE * random.uniform(1, 2))  # noqa: S311 - jitter, not a secret
    raise ResourceConflict(
        f"The policy of the topic {topic_arn} is being changed by somebody else; try again"
    )


def _policy(session: Session, topic_arn: str) -> dict[str, Any]:
    attributes = session.call("sns", "GetTopicAttributes", TopicArn=topic_arn)["Attributes"]
    policy = json.loads(attributes.get("Policy") or '{"Version": "2012-10-17"}')
    statements = policy.get("Statement", [])
    return {**policy, "Statement": statements if isinstance(statements, list) else [statements]}
