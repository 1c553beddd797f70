"""The properties that stand for a live plan or vault, as short as they can be: pure functions.

What is folded into a preset, a typed entry or a default is what the provider's own expansion unfolds again; ``same``
holds the one against the other, so that a fold that loses something cannot be printed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cfn_backup.desired.meaning import RULE_DEFAULTS, canonical_plan, canonical_selection
from cfn_backup.desired.owner import Owner
from cfn_backup.desired.place import Place
from cfn_backup.desired.plan import expand_plan
from cfn_backup.desired.selection import Selection
from cfn_backup.desired.vault import BLOCK_STATEMENT
from cfn_backup.presets import PLANS, RULES
from cfn_backup.rules import read_plan
from cfn_backup.written.findings import Findings
from cfn_backup.written.vault import SUPPORTED_EVENTS
from cfn_backup_tools.account.calls import Identity
from cfn_backup_tools.account.plans import LivePlan

type Properties = dict[str, Any]
_TAG = "aws:ResourceTag/"
_VSS = [{"ResourceType": "EC2", "BackupOptions": {"WindowsVSS": "enabled"}}]
# service and beginning of the resource, and the entry that an ARN of it folds into
_ENTRIES = {
    ("dynamodb", "table/"): "DynamoDBTable",
    ("ec2", "instance/"): "Ec2Instance",
    ("ec2", "volume/"): "EbsVolume",
    ("elasticfilesystem", "file-system/"): "EfsFileSystem",
    ("rds", "db:"): "RdsDatabaseInstance",
    ("rds", "cluster:"): "RdsDatabaseCluster",
    ("fsx", "file-system/"): "FsxFileSystem",
    ("redshift", "cluster:"): "RedshiftCluster",
}
_OF_OTHERS = ("aws:", "cfn-backup-provider:")


def of_plan(plan: LivePlan, tags: Mapping[str, str]) -> Properties:
    """Of ``Custom::BackupPlan``, without the name: two plans of one document cannot be."""
    rules = [_rule(rule) for rule in plan.document["Rules"]]
    vaults = {rule["TargetBackupVaultName"] for rule in plan.document["Rules"]}
    properties: Properties = {}
    if len(vaults) == 1:
        properties["BackupVault"] = vaults.pop()
        for rule in rules:
            del rule["TargetBackupVault"]
    preset, rest = _preset(rules)
    properties |= {"Preset": preset} if preset else {}
    properties |= {"BackupPlanRules": rest} if rest else {}
    settings = plan.document.get("AdvancedBackupSettings")
    if settings == _VSS:
        properties["WindowsVss"] = True
    elif settings:
        properties["AdvancedBackupSettings"] = settings
    if plan.document.get("ScanSettings"):
        properties["ScanSettings"] = plan.document["ScanSettings"]
    if own := own_tags(tags):
        properties["BackupPlanTags"] = own
    return properties


def own_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Without those that only AWS and the provider may put."""
    return {key: value for key, value in sorted(tags.items()) if not key.startswith(_OF_OTHERS)}


def _rule(live: Mapping[str, Any]) -> Properties:
    """Without what AWS Backup fills in, and by its preset where there is one."""
    rule = {
        name: value
        for name, value in live.items()
        if name not in ("RuleId", "TargetBackupVaultName")
        and value not in (None, [], {})
        and RULE_DEFAULTS.get(name, object()) != value
    }
    rule["TargetBackupVault"] = live["TargetBackupVaultName"]
    rule["Lifecycle"] = _days(live.get("Lifecycle"))
    for name, ready in RULES.items():
        days = {"DeleteAfterDays": ready.delete_after_days}
        if ready.move_to_cold_storage_after_days is not None:
            days["MoveToColdStorageAfterDays"] = ready.move_to_cold_storage_after_days
        if live["ScheduleExpression"] == ready.schedule_expression and rule["Lifecycle"] == days:
            del rule["Lifecycle"], rule["ScheduleExpression"]
            named = {} if rule.pop("RuleName") == ready.rule_name else {"RuleName": live["RuleName"]}
            return {"Preset": name, **named, **rule}
    if not rule["Lifecycle"]:
        del rule["Lifecycle"]
    return rule


def _days(lifecycle: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        name: value
        for name, value in (lifecycle or {}).items()
        if name != "DeleteAfterEvent" and value not in (None, -1, False)
    }


def _preset(rules: list[Properties]) -> tuple[str, list[Properties]]:
    """The longest plan preset that the rules begin with, and the rules after it."""
    for name, members in sorted(PLANS.items(), key=lambda item: -len(item[1])):
        if rules[: len(members)] == [{"Preset": member} for member in members]:
            return name, rules[len(members) :]
    return "", rules


def of_selection(document: Mapping[str, Any], where: Identity) -> Properties:
    """An entry of ``Selections``, with typed entries for what is in this account and Region."""
    resources = [_entry(arn, where) for arn in document.get("Resources") or ()]
    resources += [_tag(tag) for tag in document.get("ListOfTags") or ()]
    conditions = {k: v for k, v in (document.get("Conditions") or {}).items() if v}
    if set(conditions) == {"StringEquals"}:
        tests = conditions.pop("StringEquals")
        resources = [one for one in resources if one != "*"]
        resources.append(
            {"MatchAllTags": {t["ConditionKey"].removeprefix(_TAG): t["ConditionValue"] for t in tests}}
        )
    return {
        "SelectionName": document["SelectionName"],
        "Resources": resources,
        **({"NotResources": document["NotResources"]} if document.get("NotResources") else {}),
        **({"Conditions": conditions} if conditions else {}),
        "IamRoleArn": document["IamRoleArn"],
    }


def _entry(arn: str, where: Identity) -> Any:
    if "*" in arn or arn.count(":") < 5:
        return arn
    _, partition, service, region, account, resource = arn.split(":", 5)
    if service == "s3" and partition == where.partition and "/" not in resource:
        return {"S3Bucket": resource}
    if (partition, region, account) == (where.partition, where.region, where.account):
        for (of_service, beginning), kind in _ENTRIES.items():
            if service == of_service and resource.startswith(beginning):
                return {kind: resource.removeprefix(beginning)}
    return arn


def _tag(condition: Mapping[str, str]) -> Properties:
    return {"Tag": {"Key": condition["ConditionKey"], "Value": condition["ConditionValue"]}}


def native_selection(document: Mapping[str, Any]) -> Properties:
    """An entry of ``Selections`` in AWS Backup's own words, where folding does not give the same."""
    conditions = {k: v for k, v in (document.get("Conditions") or {}).items() if v}
    members = {**document, "Conditions": conditions}
    return {name: value for name, value in members.items() if value}


def same(plan: LivePlan, properties: Properties, where: Identity) -> list[str]:
    """What the properties would not make as it is: ``plan``, and the names of selections. Empty: nothing."""
    findings = Findings()
    place = Place(where.partition, where.region, where.account)
    given = read_plan(properties, place, findings)
    if given is None or findings.errors:
        return ["plan", *(s.name for s in plan.selections)]
    owner = Owner(
        f"arn:{where.partition}:cloudformation:{where.region}:{where.account}:stack/s/i", "s", "Plan"
    )
    expanded = expand_plan(given, owner, place, {})
    unnamed = {**expanded.document, "BackupPlanName": plan.name}
    wrong = [] if canonical_plan(unnamed) == canonical_plan(plan.document) else ["plan"]
    made = [s for s in expanded.selections if isinstance(s, Selection)]
    documents = {str(s.name): {"IamRoleArn": s.role_arn, **s.members} for s in made}
    for selection in plan.selections:
        document = documents.get(selection.name)
        if document is None or canonical_selection(document) != canonical_selection(selection.document):
            wrong.append(selection.name)
    return wrong


def of_vault(name: str, live: Mapping[str, Any], *, own_key: bool) -> Properties:
    """Of ``Custom::BackupVault``.

    :param live: ``DescribeBackupVault``'s answer, with ``AccessPolicy`` (text), ``Notifications`` and ``Tags``.
    :param own_key: its key is not the account's own of AWS Backup.
    """
    properties: Properties = {"BackupVaultName": name}
    if own_key:
        properties["EncryptionKeyArn"] = live["EncryptionKeyArn"]
    properties |= _access_policy(live.get("AccessPolicy"))
    notifications = live.get("Notifications")
    if notifications:
        properties["Notifications"] = {"SNSTopicArn": notifications["SNSTopicArn"]}
        if set(notifications["BackupVaultEvents"]) != set(SUPPORTED_EVENTS):
            properties["Notifications"]["BackupVaultEvents"] = sorted(notifications["BackupVaultEvents"])
    lock = {k: live[k] for k in ("MinRetentionDays", "MaxRetentionDays") if live.get(k) is not None}
    if live.get("Locked"):
        properties["LockConfiguration"] = lock
    if tags := own_tags(live.get("Tags") or {}):
        properties["BackupVaultTags"] = tags
    return properties


def _access_policy(text: str | None) -> Properties:
    if not text:
        return {}
    policy = json.loads(text)
    statements = policy.get("Statement", [])
    statements = statements if isinstance(statements, list) else [statements]
    rest = [one for one in statements if one != dict(BLOCK_STATEMENT)]
    blocks = {"BlockRecoveryPointDeletion": True} if len(rest) < len(statements) else {}
    return {**({"AccessPolicy": {**policy, "Statement": rest}} if rest else {}), **blocks}
