"""The statement in a topic's policy that lets AWS Backup publish."""

from __future__ import annotations

import json
import random
from functools import partial
from typing import Any

from cfn_backup.aws.deadline import Deadline, until_accepted
from cfn_backup.aws.errors import (
    AccessDenied,
    InvalidRequest,
    NotFound,
    ProviderError,
    ResourceConflict,
    Throttling,
)
from cfn_backup.aws.session import Session
from cfn_backup.desired.policies import same_policy

TRIES = 8
"""Amazon SNS has no conditional write: the policy is read, changed, written back and looked at again after a
pause."""
PAUSE = 0.6
"""Seconds, longer than another writer takes from its read to its write, so that what it overwrites is seen
missing."""

THROTTLED = 30.0
"""Seconds for which throttled calls are repeated; botocore does not know Amazon SNS's word for it."""
TIME_TO_FINISH = 30.0
"""Seconds that the repeated removal of a statement leaves to what comes after it."""
REMOVALS = 3
"""How often the removal of a statement is tried whatever the refusal: nobody comes back for it."""


def require_topic(session: Session, topic_arn: str, path: str, deadline: Deadline) -> None:
    """Raises InvalidRequest if there is no such topic, and AccessDenied if its policy cannot be read."""
    try:
        _attributes(session, topic_arn, deadline)
    except NotFound as error:
        raise InvalidRequest(
            f"{path}: there is no topic {topic_arn} in this account and Region ({error})"
        ) from error
    except AccessDenied as error:
        raise AccessDenied(
            f"{path}: the policy of the topic {topic_arn} cannot be read, to let AWS Backup publish to it. "
            "Allow the provider that, or write ManageTopicPolicy: false and allow AWS Backup to publish "
            f"yourself ({error})",
            operation=error.operation,
            code=error.code,
        ) from error


def allow_publishing(session: Session, topic_arn: str, sid: str, deadline: Deadline) -> int:
    """Merges the statement into the topic's policy; makes no write if it is there.

    Returns how often it was written; more than once if somebody else wrote the policy meanwhile. Raises
    InvalidRequest if there is no such topic.
    """
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": "backup.amazonaws.com"},
        "Action": "SNS:Publish",
        "Resource": topic_arn,
    }
    try:
        return _edit(session, topic_arn, sid, [statement], deadline)
    except NotFound as error:
        raise InvalidRequest(
            f"Notifications.SNSTopicArn: there is no topic {topic_arn} in this account and Region ({error})"
        ) from error


def disallow_publishing(session: Session, topic_arn: str, sid: str, deadline: Deadline) -> None:
    """Takes the statement out; a topic that is gone is no error. Any other refusal is raised after some more
    tries."""
    for left in reversed(range(REMOVALS)):
        try:
            _edit(session, topic_arn, sid, [], deadline)
        except NotFound:
            return
        except ProviderError as error:
            if not left or isinstance(error, InvalidRequest) or deadline.remaining() < TIME_TO_FINISH:
                raise
        else:
            return
        deadline.sleep(PAUSE * random.uniform(1, 2))  # noqa: S311 - jitter, not a secret


def _edit(
    session: Session, topic_arn: str, sid: str, wanted: list[dict[str, Any]], deadline: Deadline
) -> int:
    """Writes until the policy is as it should be, and returns how often."""
    for written in range(TRIES):
        policy = _policy(session, topic_arn, deadline)
        others = [s for s in policy["Statement"] if s.get("Sid") != sid]
        present = [s for s in policy["Statement"] if s.get("Sid") == sid]
        if len(present) == len(wanted) and all(map(same_policy, present, wanted)):
            return written
        text = json.dumps({**policy, "Statement": [*others, *wanted]}, separators=(",", ":"))
        new = {"AttributeName": "Policy", "AttributeValue": text}
        put = partial(session.call, "sns", "SetTopicAttributes", TopicArn=topic_arn, **new)
        _unless_throttled(put, deadline)
        deadline.sleep(PAUSE * random.uniform(1, 2))  # noqa: S311 - jitter, not a secret
    raise ResourceConflict(
        f"The policy of the topic {topic_arn} is being changed by somebody else; try again"
    )


def _attributes(session: Session, topic_arn: str, deadline: Deadline) -> dict[str, str]:
    get = partial(session.call, "sns", "GetTopicAttributes", TopicArn=topic_arn)
    attributes: dict[str, str] = _unless_throttled(get, deadline)["Attributes"]
    return attributes


def _unless_throttled(call: partial[dict[str, Any]], deadline: Deadline) -> dict[str, Any]:
    return until_accepted(call, lambda error: isinstance(error, Throttling), deadline, seconds=THROTTLED)


def _policy(session: Session, topic_arn: str, deadline: Deadline) -> dict[str, Any]:
    attributes = _attributes(session, topic_arn, deadline)
    policy = json.loads(attributes.get("Policy") or '{"Version": "2012-10-17"}')
    statements = policy.get("Statement", [])
    return {**policy, "Statement": statements if isinstance(statements, list) else [statements]}
