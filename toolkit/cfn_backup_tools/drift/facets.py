"""What is compared: each facet of a resource has what should be there, what is there, and how the one is
made of the other.

Both sides are in one form before they are compared, so that what AWS adds on reading, and the order in which
it answers, is no difference.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cfn_backup.desired.intention import Intention
from cfn_backup.desired.meaning import canonical_plan, canonical_selection
from cfn_backup.desired.owner import Owner
from cfn_backup.desired.policies import canonical_policy
from cfn_backup_tools.account.calls import Calls, Refused
from cfn_backup_tools.account.plans import LivePlan, read_plan

Repair = Callable[[Calls], None]
_FOREIGN = "somebody else put it there, and a repair takes nothing away that is not the owner's"
_GONE = "update the stack with a change to this resource: the provider makes it anew"


@dataclass(frozen=True)
class Facet:
    """:param path: the property, such as ``DefaultVault.LockConfiguration``.
    :param expected: in canonical form; None: nothing should be there.
    :param actual: likewise; None: nothing is there.
    :param repair: makes the actual equal to the expected; None where that cannot be done.
    :param advice: what to do where there is no repair.
    """

    path: str
    expected: Any
    actual: Any
    repair: Repair | None
    advice: str = ""


def facets(calls: Calls, intention: Intention, owner: Owner) -> Iterator[Facet]:
    """All that can be compared of a resource. Reads the account."""
    state = intention.state
    selections = state.get("selections", ())
    whole_plan = "plan" in state
    plan_id = (
        state["plan"]["BackupPlanId"] if whole_plan else selections[0]["BackupPlanId"] if selections else ""
    )
    plan = read_plan(calls, plan_id) if plan_id else None
    if whole_plan:
        yield from _of_plan(calls, state["plan"], plan)
    if "vault" in state:
        yield from _of_vault(calls, state["vault"], "DefaultVault." if whole_plan else "")
    if "role" in state:
        yield from _of_role(calls, state["role"])
    if plan is not None:
        for selection in selections:
            yield _of_selection(plan, selection["BackupSelection"], owner, inline=whole_plan)
    elif selections and not whole_plan:
        yield Facet("BackupPlanId", plan_id, None, None, "the plan is not there: make it")


# ---- plans ----


def _of_plan(calls: Calls, wanted: Mapping[str, Any], actual: LivePlan | None) -> Iterator[Facet]:
    plan_id, document = wanted["BackupPlanId"], wanted["BackupPlan"]
    yield Facet(
        "BackupPlan",
        _rules_by_name(canonical_plan(document)),
        None if actual is None else _rules_by_name(canonical_plan(actual.document)),
        None
        if actual is None
        else _calling("backup", "UpdateBackupPlan", BackupPlanId=plan_id, BackupPlan=document),
        _GONE,
    )
    if actual is not None:
        yield _tags(calls, "BackupPlanTags", actual.arn, wanted["Tags"])


def _rules_by_name(plan: dict[str, Any]) -> dict[str, Any]:
    """So that a difference names the rule and not its place in a list."""
    rules: dict[str, Any] = {}
    for rule in plan.get("Rules", ()):
        name = rule.get("RuleName", "")
        rules[name if name not in rules else f"{name} ({len(rules)})"] = rule
    return {**plan, "Rules": rules}


def _tags(calls: Calls, path: str, arn: str, wanted: Mapping[str, str]) -> Facet:
    """Only the tags that the provider put: those of others are none of its business."""
    actual: dict[str, str] = {}
    for page in calls.pages("backup", "ListTags", ResourceArn=arn):
        actual |= page.get("Tags") or {}
    return Facet(
        path,
        dict(wanted),
        {key: actual[key] for key in wanted if key in actual},
        _calling("backup", "TagResource", ResourceArn=arn, Tags=dict(wanted)),
    )


# ---- vaults ----


def _of_vault(calls: Calls, wanted: Mapping[str, Any], prefix: str) -> Iterator[Facet]:
    name = wanted["BackupVaultName"]
    try:
        found = calls.call("backup", "DescribeBackupVault", BackupVaultName=name)
    except Refused:
        yield Facet(f"{prefix}BackupVaultName", name, None, None, _GONE)
        return
    yield _key(calls, wanted["EncryptionKeyArn"], found.get("EncryptionKeyArn"), prefix)
    yield _access_policy(calls, name, wanted["AccessPolicy"], prefix)
    yield _lock(name, wanted["LockConfiguration"], found, prefix)
    yield from _notifications(calls, name, wanted["Notifications"], prefix)
    yield _tags(calls, f"{prefix}BackupVaultTags", found["BackupVaultArn"], wanted["Tags"])


def _key(calls: Calls, wanted: str | None, actual: str | None, prefix: str) -> Facet:
    """Without a key of the author's own the account's is as good as any."""
    path = f"{prefix}EncryptionKeyArn"
    if wanted is None or wanted == actual:
        return Facet(path, actual, actual, None)
    try:
        resolved = calls.call("kms", "DescribeKey", KeyId=wanted)["KeyMetadata"]["Arn"]
    except Refused:
        resolved = wanted
    return Facet(path, resolved, actual, None, "the key of a vault cannot be changed: make the vault anew")


def _access_policy(calls: Calls, name: str, wanted: Any, prefix: str) -> Facet:
    try:
        found = calls.call("backup", "GetBackupVaultAccessPolicy", BackupVaultName=name)["Policy"]
        actual = canonical_policy(json.loads(found))
    except Refused:
        actual = None
    if wanted is None:
        return Facet(f"{prefix}AccessPolicy", None, actual, None, _FOREIGN)
    text = json.dumps(wanted)
    put = _calling("backup", "PutBackupVaultAccessPolicy", BackupVaultName=name, Policy=text)
    return Facet(f"{prefix}AccessPolicy", canonical_policy(wanted), actual, put)


def _lock(name: str, wanted: Any, found: Mapping[str, Any], prefix: str) -> Facet:
    """AWS does not say for how many days a lock can be changed, only until when: so a lock that becomes
    permanent is taken to be the one that was asked for."""
    actual: dict[str, Any] | None = None
    if found.get("Locked"):
        actual = {k: found[k] for k in ("MinRetentionDays", "MaxRetentionDays") if k in found}
        if found.get("LockDate"):
            asked = (wanted or {}).get("ChangeableForDays")
            actual["ChangeableForDays"] = asked or f"permanent from {found['LockDate']:%Y-%m-%d}"
    if wanted is None:
        return Facet(f"{prefix}LockConfiguration", None, actual, None, _FOREIGN)
    put = _calling("backup", "PutBackupVaultLockConfiguration", BackupVaultName=name, **wanted)
    return Facet(f"{prefix}LockConfiguration", wanted, actual, put)


def _notifications(calls: Calls, name: str, wanted: Any, prefix: str) -> Iterator[Facet]:
    path = f"{prefix}Notifications"
    try:
        found = calls.call("backup", "GetBackupVaultNotifications", BackupVaultName=name)
        actual = {
            "SNSTopicArn": found["SNSTopicArn"],
            "BackupVaultEvents": sorted(found["BackupVaultEvents"]),
        }
    except Refused:
        actual = None
    if wanted is None:
        yield Facet(path, None, actual, None, _FOREIGN)
        return
    members = {member: wanted[member] for member in ("SNSTopicArn", "BackupVaultEvents")}
    yield Facet(
        path,
        members,
        actual,
        _calling("backup", "PutBackupVaultNotifications", BackupVaultName=name, **members),
    )
    if wanted["StatementId"]:
        yield _statement(calls, wanted["SNSTopicArn"], wanted["StatementId"], path)


def _statement(calls: Calls, topic: str, sid: str, path: str) -> Facet:
    """The statement by which AWS Backup may publish, which the provider keeps in the topic's policy."""
    wanted = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {"Service": "backup.amazonaws.com"},
        "Action": "SNS:Publish",
        "Resource": topic,
    }
    try:
        policy = _topic_policy(calls, topic)
    except Refused:
        return Facet(
            f"{path}.TopicPolicy", canonical_policy(wanted), None, None, "the topic is not there: make it"
        )
    present = [s for s in policy["Statement"] if s.get("Sid") == sid]
    actual = canonical_policy(present[0]) if present else None

    def put(again: Calls) -> None:
        current = _topic_policy(again, topic)
        others = [s for s in current["Statement"] if s.get("Sid") != sid]
        text = json.dumps({**current, "Statement": [*others, wanted]})
        again.call("sns", "SetTopicAttributes", TopicArn=topic, AttributeName="Policy", AttributeValue=text)

    return Facet(f"{path}.TopicPolicy", canonical_policy(wanted), actual, put)


def _topic_policy(calls: Calls, topic: str) -> dict[str, Any]:
    attributes = calls.call("sns", "GetTopicAttributes", TopicArn=topic)["Attributes"]
    policy = json.loads(attributes.get("Policy") or '{"Version": "2012-10-17"}')
    statements = policy.get("Statement", [])
    return {**policy, "Statement": statements if isinstance(statements, list) else [statements]}


# ---- roles ----


def _of_role(calls: Calls, wanted: Mapping[str, Any]) -> Iterator[Facet]:
    name = wanted["RoleName"]
    try:
        found = calls.call("iam", "GetRole", RoleName=name)["Role"]
    except Refused:
        yield Facet("Role", name, None, lambda c: _make_role(c, wanted))
        return
    trust = wanted["AssumeRolePolicyDocument"]
    yield Facet(
        "Role.AssumeRolePolicyDocument",
        canonical_policy(trust),
        canonical_policy(found["AssumeRolePolicyDocument"]),
        _calling("iam", "UpdateAssumeRolePolicy", RoleName=name, PolicyDocument=json.dumps(trust)),
    )
    attached = {
        policy["PolicyArn"]
        for policy in calls.items("iam", "ListAttachedRolePolicies", "AttachedPolicies", RoleName=name)
    }
    arns = wanted["PolicyArns"]
    yield Facet(
        # more than these may be attached: the attribute RoleName is there for that
        "Role.ManagedPolicyArns",
        list(arns),
        [arn for arn in arns if arn in attached],
        lambda c: _attach(c, name, [arn for arn in arns if arn not in attached]),
    )
    tags = {tag["Key"]: tag["Value"] for tag in found.get("Tags", ())}
    yield Facet(
        "Role.Tags",
        dict(wanted["Tags"]),
        {key: tags[key] for key in wanted["Tags"] if key in tags},
        _calling("iam", "TagRole", RoleName=name, Tags=_listed(wanted["Tags"])),
    )


def _make_role(calls: Calls, wanted: Mapping[str, Any]) -> None:
    boundary = wanted.get("PermissionsBoundary")
    calls.call(
        "iam",
        "CreateRole",
        RoleName=wanted["RoleName"],
        Path=wanted["Path"],
        AssumeRolePolicyDocument=json.dumps(wanted["AssumeRolePolicyDocument"]),
        Tags=_listed(wanted["Tags"]),
        **({"PermissionsBoundary": boundary} if boundary else {}),
    )
    _attach(calls, wanted["RoleName"], wanted["PolicyArns"])


def _attach(calls: Calls, name: str, arns: list[str]) -> None:
    for arn in arns:
        calls.call("iam", "AttachRolePolicy", RoleName=name, PolicyArn=arn)


def _listed(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


# ---- selections ----


def _of_selection(plan: LivePlan, document: Mapping[str, Any], owner: Owner, *, inline: bool) -> Facet:
    """A selection has no update, so one that was changed is another one under its name, or there is none.
    What somebody else made under the name stays."""
    name = document["SelectionName"]
    expected = canonical_selection(document)
    forms = [canonical_selection(one.document) for one in plan.selections if one.name == name]
    actual = expected if expected in forms else forms[0] if forms else None
    # AWS Backup answers a token that it knows with the selection of then
    token = owner.token("repair", name, *sorted(one.selection_id for one in plan.selections))
    make = _calling(
        "backup",
        "CreateBackupSelection",
        BackupPlanId=plan.plan_id,
        BackupSelection=dict(document),
        CreatorRequestId=token,
    )
    return Facet(f"Selections[{name}]" if inline else "BackupSelection", expected, actual, make)


def _calling(service: str, operation: str, **parameters: Any) -> Repair:
    """A repair that is one call."""

    def repair(calls: Calls) -> None:
        calls.call(service, operation, **parameters)

    return repair
