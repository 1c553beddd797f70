"""What there is in the account, read through boto3 as somebody else would."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
from botocore.exceptions import ClientError

from cfn_backup.desired.owner import ACCESS_POLICY_TAG, CREATION_TAG, LOCK_TAG, TAG_KEYS_TAG, TOPIC_TAG
from tests.reconcile.stack import REGION

OPTED_IN = [{"Key": "cfn-backup-provider:notifications", "Value": "allowed"}]
"""Lets the provider change the policy of a topic (template.yaml)."""
RECORDS = (ACCESS_POLICY_TAG, LOCK_TAG, TAG_KEYS_TAG, TOPIC_TAG)


@cache
def _client(service: str) -> Any:
    """Made once, under moto: that costs more than most tests."""
    return boto3.client(service, region_name=REGION)  # type: ignore[call-overload]


@dataclass
class Account:
    """Reads everything that the provider makes."""

    backup: Any = field(default_factory=lambda: _client("backup"))
    iam: Any = field(default_factory=lambda: _client("iam"))
    sns: Any = field(default_factory=lambda: _client("sns"))
    kms: Any = field(default_factory=lambda: _client("kms"))

    def everything(self) -> dict[str, Any]:
        """All there is, without ids and dates."""
        plans = [self.plan(p["BackupPlanId"]) for p in self.backup.list_backup_plans()["BackupPlansList"]]
        return {
            "vaults": {n: {**self.vault(n), "records": self.records(n)} for n in self.vault_names()},
            "plans": sorted(plans, key=str),
            "roles": {name: self.role(name) for name in self.role_names()},
            "topics": {
                t["TopicArn"]: self.topic_policy(t["TopicArn"]) for t in self.sns.list_topics()["Topics"]
            },
        }

    def vault_names(self) -> list[str]:
        return [vault["BackupVaultName"] for vault in self.backup.list_backup_vaults()["BackupVaultList"]]

    def vault(self, name: str) -> dict[str, Any]:
        described = self.backup.describe_backup_vault(BackupVaultName=name)
        tags = self.tags(described["BackupVaultArn"])
        tags = {key: value for key, value in tags.items() if key not in (CREATION_TAG, *RECORDS)}
        return {
            "key": described["EncryptionKeyArn"],
            "lock": {
                k: described[k] for k in ("Locked", "MinRetentionDays", "MaxRetentionDays") if k in described
            },
            "permanent": "LockDate" in described,
            "tags": tags,
            "policy": self.access_policy(name),
            "notifications": self.notifications(name),
        }

    def records(self, name: str) -> dict[str, str]:
        """What the provider wrote down of what it put."""
        arn = self.backup.describe_backup_vault(BackupVaultName=name)["BackupVaultArn"]
        return {key: value for key, value in self.tags(arn).items() if key in RECORDS}

    def access_policy(self, name: str) -> Any:
        found = _found(self.backup.get_backup_vault_access_policy, BackupVaultName=name)
        return json.loads(found["Policy"]) if found else None

    def notifications(self, name: str) -> Any:
        found = _found(self.backup.get_backup_vault_notifications, BackupVaultName=name)
        return (found["SNSTopicArn"], sorted(found["BackupVaultEvents"])) if found else None

    def tags(self, arn: str) -> dict[str, str]:
        return dict(self.backup.list_tags(ResourceArn=arn)["Tags"])

    def plan(self, plan_id: str) -> dict[str, Any]:
        found = self.backup.get_backup_plan(BackupPlanId=plan_id)
        rules = [
            {name: value for name, value in rule.items() if name != "RuleId"}
            for rule in found["BackupPlan"]["Rules"]
        ]
        return {
            **found["BackupPlan"],
            "Rules": rules,
            "AdvancedBackupSettings": found.get("AdvancedBackupSettings"),
            "tags": {k: v for k, v in self.tags(found["BackupPlanArn"]).items() if k != TAG_KEYS_TAG},
            "selections": self.selections(plan_id),
        }

    def rules(self, plan_id: str) -> dict[str, dict[str, Any]]:
        return {rule["RuleName"]: rule for rule in self.plan(plan_id)["Rules"]}

    def selections(self, plan_id: str) -> dict[str, Any]:
        return {name: found for name, (_, found) in self.selections_with_ids(plan_id).items()}

    def selections_with_ids(self, plan_id: str) -> dict[str, tuple[str, Any]]:
        listed = self.backup.list_backup_selections(BackupPlanId=plan_id)["BackupSelectionsList"]
        return {
            s["SelectionName"]: (s["SelectionId"], self.selection(plan_id, s["SelectionId"])) for s in listed
        }

    def selection(self, plan_id: str, selection_id: str) -> dict[str, Any]:
        found = self.backup.get_backup_selection(BackupPlanId=plan_id, SelectionId=selection_id)
        return dict(found["BackupSelection"])

    def role_names(self) -> list[str]:
        return [role["RoleName"] for role in self.iam.list_roles()["Roles"]]

    def role(self, name: str) -> dict[str, Any]:
        role = self.iam.get_role(RoleName=name)["Role"]
        attached = self.iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        return {
            "path": role["Path"],
            "trust": role["AssumeRolePolicyDocument"],
            "tags": {tag["Key"]: tag["Value"] for tag in role.get("Tags", [])},
            "policies": sorted(policy["PolicyArn"].partition(":policy/")[2] for policy in attached),
        }

    def topic_policy(self, arn: str) -> list[dict[str, Any]]:
        policy = json.loads(self.sns.get_topic_attributes(TopicArn=arn)["Attributes"]["Policy"])
        return sorted(policy["Statement"], key=str)

    def new_topic(self, name: str) -> str:
        return str(self.sns.create_topic(Name=name, Tags=OPTED_IN)["TopicArn"])

    def new_role(self, name: str, *policies: str) -> str:
        """A role that somebody else made, which AWS Backup may assume."""
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": "backup.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        role = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]
        for policy in policies or ("service-role/AWSBackupServiceRolePolicyForBackup",):
            self.iam.attach_role_policy(RoleName=name, PolicyArn=f"arn:aws:iam::aws:policy/{policy}")
        return str(role["Arn"])

    def new_plan(self, name: str, vault: str = "elsewhere") -> str:
        """A plan that somebody else made."""
        rules = [{"RuleName": "r", "TargetBackupVaultName": vault}]
        made = self.backup.create_backup_plan(BackupPlan={"BackupPlanName": name, "Rules": rules})
        return str(made["BackupPlanId"])


def _found(call: Any, **parameters: Any) -> Any:
    try:
        return call(**parameters)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise
