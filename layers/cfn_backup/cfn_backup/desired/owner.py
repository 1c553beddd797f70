"""Who a resource belongs to, and everything that derives from it: names, tags and tokens."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from cfn_backup.desired.text import shortened
from cfn_backup.symbolic.text import concat
from cfn_backup.symbolic.values import Str, Unknown

STACK_ID_TAG = "cfn-backup-provider:stack-id"
LOGICAL_ID_TAG = "cfn-backup-provider:logical-id"
REMOVAL_POLICY_TAG = "cfn-backup-provider:removal-policy"
KEY_TAG = "cfn-backup-provider:encryption-key"
TAG_KEYS_TAG = "cfn-backup-provider:tag-keys"
"""Which of the other tags the provider put, for the author: digests of their keys."""
ACCESS_POLICY_TAG = "cfn-backup-provider:access-policy"
"""Which access policy of the vault the provider put: its digest."""
LOCK_TAG = "cfn-backup-provider:lock"
"""Which lock of the vault the provider put: its days."""
TOPIC_TAG = "cfn-backup-provider:topic-policy"
"""That the policy of the vault's topic can have a statement of the provider's."""
EMPTY_ON_DELETE_TAG = "cfn-backup-provider:empty-on-delete"
"""On a vault that is to be emptied before it is deleted, by the request that touched it last: what happens to
continuous points of RDS, a value of ``ContinuousRdsPoints``."""
SELECTIONS_FROM_TAG = "cfn-backup-provider:allow-selections-from"
"""On a plan: who may put selections into it, its own stack (``Stack``) or every one of the account (``Account``).
The provider's permissions look at it, too."""
FROM_STACK = "Stack"
FROM_ACCOUNT = "Account"
CREATION_TAG = "cfn-backup-provider:creation"
"""On a vault that the provider made: whether the request that made it is fulfilled. A vault that is kept on
purpose loses the tag, so one that has it and that CloudFormation does not know is left over from a lost
request."""
INCOMPLETE = "incomplete"
COMPLETE = "complete"

NAME_LIMIT = 50
"""Of vaults and plans."""
ROLE_NAME_LIMIT = 64
TOKEN_LIMIT = 50
"""Of a CreatorRequestId: 1 to 50 letters, digits, ``-``, ``_`` and ``.`` (API:CreateBackupPlan)."""

_STACK_UUID = Unknown(
    {
        "Fn::Select": [
            0,
            {"Fn::Split": ["-", {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}]},
        ]
    }
)


@dataclass(frozen=True)
class Owner:
    """A custom resource of a stack. Offline the stack is not known, and its parts are pseudo parameters."""

    stack_id: Str
    stack_name: Str
    logical_id: str

    @classmethod
    def of_template(cls, logical_id: str) -> Owner:
        """The owner as a template sees it, before there is a stack."""
        return cls(Unknown({"Ref": "AWS::StackId"}), Unknown({"Ref": "AWS::StackName"}), logical_id)

    @property
    def tags(self) -> dict[str, str]:
        """The ownership tags; empty offline, since native resources have no owner but their stack."""
        if not isinstance(self.stack_id, str):
            return {}
        return {STACK_ID_TAG: self.stack_id, LOGICAL_ID_TAG: self.logical_id}

    @property
    def token_prefix(self) -> str:
        """What every CreatorRequestId of this owner begins with."""
        return _digest(12, str(self.stack_id), self.logical_id) + "."

    def token(self, *parts: str) -> str:
        """A CreatorRequestId: the same parts give the same token, so a repeated call makes nothing new."""
        return self.token_prefix + _digest(36, *parts)

    def owns_token(self, token: str | None) -> bool:
        return bool(token) and str(token).startswith(self.token_prefix)

    def owns_tags(self, tags: Mapping[str, str]) -> bool:
        return bool(self.tags) and self.tags.items() <= tags.items()

    def owns(self, tags: Mapping[str, str], token: str | None) -> bool:
        """Whether a vault or plan with these tags and this CreatorRequestId is the owner's. Who may tag it can
        set the tags; the token stays as it was made, and nobody can change it."""
        return self.owns_tags(tags) and self.owns_token(token)

    @property
    def _id_in_template(self) -> str:
        """The logical id; one that leaves no room for any stack's name is shortened, as the whole name cannot
        be before there is a stack."""
        too_long = len(self.logical_id) + len("--12345678") >= NAME_LIMIT
        return shortened(self.logical_id, NAME_LIMIT // 2) if too_long else self.logical_id

    def generated_name(self, limit: int = NAME_LIMIT) -> Str:
        """``<stack>-<logical id>-<first 8 hex digits of the stack's UUID>``; in one that does not fit a
        digest stands for what is cut out of the middle."""
        if not isinstance(self.stack_id, str):
            return concat(self.stack_name, f"-{self._id_in_template}-", _STACK_UUID)
        uuid = self.stack_id.rpartition("/")[2]
        name = re.sub(r"[^a-zA-Z0-9-]", "-", f"{self.stack_name}-{self.logical_id}-{uuid[:8]}")
        return shortened(name, limit)


def _digest(length: int, *parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:length]
