"""Letting AWS Backup publish to a vault's topic without the provider, which merges a statement into the
topic's policy."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cfn_backup.symbolic.functions import reference_of
from cfn_backup_tools.eject.logical_ids import LogicalIds
from cfn_backup_tools.eject.native import Native, ref

if TYPE_CHECKING:
    from cfn_backup.desired.vault import Topic

_POLICY_TYPES = ("AWS::SNS::TopicPolicy", "AWS::SNS::TopicInlinePolicy")


@dataclass
class Topics:
    """The topics of a template and their policies. A native
    topic policy replaces the whole policy of its topics."""

    resources: Mapping[str, Mapping[str, Any]]
    ids: LogicalIds
    _made: dict[str, tuple[str, str]] = field(default_factory=dict)
    _vaults: dict[str, set[str]] = field(default_factory=dict)
    """By the logical id of each policy that is made: the vaults that need it."""

    def allow_publishing(self, native: Native, vault_id: str, topic: Topic) -> None:
        """Adds the topic's policy if that is possible without overwriting another;
        else says what is left to do."""
        if not topic.managed:
            return
        topic_id = self._topic_of(topic.arn)
        if topic_id is None:
            native.notes.append(
                f"{vault_id}: the policy of the topic is not of this template; it has to let "
                "backup.amazonaws.com do sns:Publish"
            )
        elif not self._policies_of(topic_id):
            self._add_policy(native, vault_id, topic_id)
        elif not any("backup.amazonaws.com" in text for text in self._policies_of(topic_id)):
            native.notes.append(
                f"{vault_id}: the topic policy of {topic_id} in this template has to let "
                "backup.amazonaws.com do sns:Publish; a second policy would overwrite it"
            )

    def is_shared(self, policy_id: str) -> bool:
        """Whether several vaults need a policy, so that it has to be there whichever of them is."""
        return len(self._vaults.get(policy_id, ())) > 1

    def condition_of(self, policy_id: str) -> str | None:
        """The condition of the policy's topic, if it has one."""
        topic_id = next(topic for topic, (_, made) in self._made.items() if made == policy_id)
        condition: str | None = self.resources[topic_id].get("Condition")
        return condition

    def _topic_of(self, arn: object) -> str | None:
        reference = reference_of(arn)
        if reference is None or reference.attribute not in ("", "TopicArn"):
            return None
        is_topic = self.resources.get(reference.logical_id, {}).get("Type") == "AWS::SNS::Topic"
        return reference.logical_id if is_topic else None

    def _policies_of(self, topic_id: str) -> list[str]:
        """The template's own policies that name the topic, as text."""
        texts = (
            json.dumps(resource.get("Properties", {}), default=str)
            for resource in self.resources.values()
            if resource.get("Type") in _POLICY_TYPES
        )
        return [text for text in texts if f'"{topic_id}"' in text or f'"{topic_id}.TopicArn"' in text]

    def _add_policy(self, native: Native, vault_id: str, topic_id: str) -> None:
        owner, logical_id = self._made.setdefault(topic_id, (vault_id, self.ids.of(topic_id, "Policy")))
        self._vaults.setdefault(logical_id, set()).add(vault_id)
        if owner != vault_id:
            return
        native.resources[logical_id] = {
            "Type": "AWS::SNS::TopicPolicy",
            "Properties": {
                "Topics": [ref(topic_id)],
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Sid": "0",
                            "Effect": "Allow",
                            "Principal": {"Service": "backup.amazonaws.com"},
                            "Action": "sns:Publish",
                            "Resource": ref(topic_id),
                        }
                    ],
                },
            },
        }
