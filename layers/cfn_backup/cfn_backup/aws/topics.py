"""The statement in a topic's policy that lets AWS Backup publish."""

from __future__ import annotations

import json
from typing import Any

from cfn_backup.aws.errors import NotFound, ResourceConflict
from cfn_backup.aws.session import Session

TRIES = 4
"""The policy is read, changed and written back; another writer between the two is met by reading again."""


def allow_publishing(session: Session, topic_arn: str, sid: str) -> bool:
    """Merges the statement into the topic's policy. Whether a call changed anything."""
    statement = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": "backup.amazonaws.com"},
        "Action": "SNS:Publish",
        "Resource": topic_arn,
    }
    return _edit(session, topic_arn, sid, statement)


def disallow_publishing(session: Session, topic_arn: str, sid: str) -> bool:
    """Takes the statement out; a topic that is gone is no error."""
    try:
        return _edit(session, topic_arn, sid, None)
    except NotFound:
        return False


def _edit(session: Session, topic_arn: str, sid: str, statement: dict[str, Any] | None) -> bool:
    changed = False
    for _ in range(TRIES):
        policy = _policy(session, topic_arn)
        others = [s for s in policy["Statement"] if s.get("Sid") != sid]
        wanted = others if statement is None else [*others, statement]
        if sorted(map(_canonical, wanted)) == sorted(map(_canonical, policy["Statement"])):
            return changed
        text = json.dumps({**policy, "Statement": wanted}, separators=(",", ":"))
        session.call(
            "sns", "SetTopicAttributes", TopicArn=topic_arn, AttributeName="Policy", AttributeValue=text
        )
        changed = True
    raise ResourceConflict(f"The policy of {topic_arn} is being changed by somebody else; try again")


def _policy(session: Session, topic_arn: str) -> dict[str, Any]:
    attributes = session.call("sns", "GetTopicAttributes", TopicArn=topic_arn)["Attributes"]
    policy = json.loads(attributes.get("Policy") or '{"Version": "2012-10-17"}')
    statements = policy.get("Statement", [])
    return {**policy, "Statement": statements if isinstance(statements, list) else [statements]}


def _canonical(statement: dict[str, Any]) -> str:
    return json.dumps(statement, sort_keys=True)
