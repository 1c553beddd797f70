"""A stack of all three types on the local AWS, and everything that is there after each of its steps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local_aws.stacks import Stacks
from tests.reconcile import stack as in_process
from tests.reconcile.account import Account

REGION, ACCOUNT = "us-east-1", "000000000000"
Properties = Mapping[str, Any]
TYPES = {"Vault": "BackupVault", "Plan": "BackupPlan", "Selection": "BackupSelection"}
BASE: Mapping[str, Properties] = {
    "Vault": {"RemovalPolicy": "DESTROY"},
    "Plan": {
        "BackupVault": {"Ref": "Vault"},
        "BackupPlanRules": [
            {
                "RuleName": "r",
                "ScheduleExpression": "cron(0 1 * * ? *)",
                "Lifecycle": {"DeleteAfterDays": 35},
            }
        ],
    },
    "Selection": {
        "BackupPlanId": {"Ref": "Plan"},
        "Resources": [f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"],
    },
}


def localised(value: Any, **names: str) -> Any:
    """The value with the account and Region of the local AWS, and these names in place of others."""
    if isinstance(value, Mapping):
        return {localised(name, **names): localised(member, **names) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(localised(item, **names) for item in value)
    if not isinstance(value, str):
        return value
    for old, new in names.items():
        value = value.replace(old, new)
    return value.replace(in_process.REGION, REGION).replace(in_process.ACCOUNT, ACCOUNT)


@dataclass
class Life:
    """One stack; its templates are `BASE` with the changes of each step."""

    name: str
    stacks: Stacks
    account: Account
    stack_id: str = ""
    outputs: dict[str, str] = field(default_factory=dict)

    def create(self, changes: Mapping[str, Properties] | None = None) -> None:
        self.outputs = self.stacks.create(self.name, template(changes))
        self.stack_id = self.stacks.client.describe_stacks(StackName=self.name)["Stacks"][0]["StackId"]

    def update(self, changes: Mapping[str, Properties] | None = None) -> None:
        self.outputs = self.stacks.update(self.name, template(changes))

    def delete(self) -> None:
        self.stacks.delete(self.name)

    def vault(self) -> dict[str, Any]:
        return self.account.vault(self.outputs["Vault"])

    def plan(self) -> dict[str, Any]:
        """Without its selections, which `selections` has."""
        return {k: v for k, v in self.account.plan(self.outputs["Plan"]).items() if k != "selections"}

    def selections(self) -> dict[str, Any]:
        return self.account.selections(self.outputs["Plan"])

    def everything(self) -> dict[str, Any]:
        """All that the stack has made."""
        return {
            "vault": self.vault(),
            "plan": self.plan(),
            "selections": self.selections(),
            "vaults": [name for name in self.account.vault_names() if name.startswith(self.name)],
            "roles": {n: self.account.role(n) for n in self.account.role_names() if n.startswith(self.name)},
        }


def template(changes: Mapping[str, Properties] | None = None, **resources: Any) -> str:
    """A template of `BASE` with these properties over it, and more resources."""
    changed = {logical_id: {**BASE[logical_id], **(changes or {}).get(logical_id, {})} for logical_id in BASE}
    return json.dumps(
        {
            "Resources": {
                **{logical_id: custom(logical_id, properties) for logical_id, properties in changed.items()},
                **resources,
            },
            "Outputs": {logical_id: {"Value": {"Ref": logical_id}} for logical_id in BASE},
        }
    )


def custom(logical_id: str, properties: Properties, **members: Any) -> dict[str, Any]:
    """A custom resource; its type goes by the logical id."""
    name = TYPES[logical_id]
    token = {"Fn::ImportValue": f"cfn-backup-provider-{name}"}
    return {
        "Type": f"Custom::{name}",
        "Properties": {"ServiceToken": token, "ServiceTimeout": 300, **properties},
        **members,
    }
