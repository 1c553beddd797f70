"""Reads what ``status`` judges. Only Get, List and Describe calls."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from cfn_backup_tools.account.calls import Calls, CannotLook, Denied, Refused
from cfn_backup_tools.account.plans import LivePlan
from cfn_backup_tools.account.reached import reach
from cfn_backup_tools.account.resources import KINDS, Inventory, read_inventory
from cfn_backup_tools.status.facts import BucketFacts, Facts, Job, PlanFacts, RoleFacts, VaultFacts, job_of

_SERVICE = "backup.amazonaws.com"
_HISTORY = timedelta(days=30)  # ListBackupJobs knows no older jobs (API:ListBackupJobs)
_USABLE_KEY = "Enabled"


def read_facts(
    calls: Calls,
    plans: Sequence[LivePlan],
    missing_plans: Mapping[str, str],
    now: datetime,
    say: Callable[[str], None],
) -> Facts:
    """:param say: is told what is being read."""
    reader = _Reader(calls, now)
    say(f"reading the resources that {len(plans)} plan(s) can reach")
    inventory = _inventory(calls, plans)
    opted_in = calls.call("backup", "DescribeRegionSettings")["ResourceTypeOptInPreference"]
    found = [reader.plan_facts(plan, inventory, opted_in, say) for plan in plans]
    vaults = {rule.vault.name for plan in plans for rule in plan.rules}
    roles = {selection.role_arn for plan in plans for selection in plan.selections}
    buckets = {r.arn for facts in found for r in facts.resources().values() if r.type == "S3"}
    say("reading vaults, roles and buckets")
    return Facts(
        plans=tuple(found),
        missing_plans=missing_plans,
        vaults={name: reader.vault(name) for name in sorted(vaults)},
        destinations=reader.destinations(plans),
        roles={arn: reader.role(arn) for arn in sorted(roles)},
        buckets={arn: reader.bucket(arn) for arn in sorted(buckets)},
        opted_in=opted_in,
        tagged=inventory.resources,
        not_looked_at=(*inventory.not_looked_at, *reader.not_looked_at),
    )


def _inventory(calls: Calls, plans: Iterable[LivePlan]) -> Inventory:
    """The whole account, unless every selection only names what it means."""
    selections = [selection.document for plan in plans for selection in plan.selections]
    patterns = [pattern for document in selections for pattern in document.get("Resources") or ()]
    if any("*" in p for p in patterns) or any(document.get("ListOfTags") for document in selections):
        return read_inventory(calls)
    services = {pattern.split(":")[2] for pattern in patterns}
    types = {kind.type for kind in KINDS if _service_in_arn(kind.service) in services}
    return read_inventory(calls, types)


def _service_in_arn(service: str) -> str:
    return {"efs": "elasticfilesystem", "timestream-write": "timestream"}.get(service, service)


class _Reader:
    """Reads one thing after the other, and remembers what it was not allowed to read."""

    def __init__(self, calls: Calls, now: datetime) -> None:
        self._calls = calls
        self._now = now
        self._missed: dict[str, None] = {}

    @property
    def not_looked_at(self) -> tuple[str, ...]:
        return tuple(self._missed)

    def plan_facts(
        self,
        plan: LivePlan,
        inventory: Inventory,
        opted_in: Mapping[str, bool],
        say: Callable[[str], None],
    ) -> PlanFacts:
        say(f"reading the jobs of plan {plan.name}")
        types = [kind.type for kind in KINDS]
        reached = {
            s.selection_id: reach(s.document, inventory.resources, opted_in, types) for s in plan.selections
        }
        vaults = sorted({rule.vault.name for rule in plan.rules})
        since = self._now - _HISTORY
        jobs = self._jobs(
            "ListBackupJobs", "BackupJobs", plan, since, [{"ByBackupVaultName": v} for v in vaults]
        )
        destinations = sorted(set(_destinations(plan)))
        copies = self._jobs(
            "ListCopyJobs", "CopyJobs", plan, since, [{"ByDestinationVaultArn": arn} for arn in destinations]
        )
        return PlanFacts(plan, reached, jobs, copies, self._last_points(vaults))

    def _jobs(
        self, operation: str, member: str, plan: LivePlan, since: datetime, asked: list[dict[str, str]]
    ) -> tuple[Job, ...]:
        """The plan's own jobs and those that somebody started, oldest first."""
        found: list[Job] = []
        for filters in asked:
            listed = self._calls.items("backup", operation, member, ByCreatedAfter=since, **filters)
            for document in listed:
                creator = (document.get("CreatedBy") or {}).get("BackupPlanId")
                if creator in (None, plan.plan_id):
                    found.append(job_of(document))
        return tuple(sorted(found, key=lambda job: job.created))

    def _last_points(self, vaults: Iterable[str]) -> dict[str, datetime]:
        last: dict[str, datetime] = {}
        for vault in vaults:
            for item in self._protected(vault):
                at = item.get("LastBackupTime")
                if at and (item["ResourceArn"] not in last or at > last[item["ResourceArn"]]):
                    last[item["ResourceArn"]] = at
        return last

    def _protected(self, vault: str) -> Iterator[dict[str, Any]]:
        try:
            yield from self._calls.items(
                "backup", "ListProtectedResourcesByBackupVault", "Results", BackupVaultName=vault
            )
        except Refused:
            # the vault is not there, which `vault` finds
            return

    def vault(self, name: str) -> VaultFacts:
        try:
            found = self._calls.call("backup", "DescribeBackupVault", BackupVaultName=name)
        except Refused:
            return VaultFacts(name, exists=False)
        return VaultFacts(
            name,
            exists=True,
            min_days=found.get("MinRetentionDays"),
            max_days=found.get("MaxRetentionDays"),
            key_problem=self._optional(lambda: self._key_problem(found.get("EncryptionKeyArn") or ""), ""),
            topic_problem=self._optional(lambda: self._topic_problem(name), ""),
        )

    def destinations(self, plans: Iterable[LivePlan]) -> dict[str, VaultFacts]:
        """The vaults of this account and Region that copies go to; others cannot be read from here."""
        where = self._calls.identity
        arns = {arn for plan in plans for arn in _destinations(plan)}
        here = f":{where.region}:{where.account}:backup-vault:"
        return {arn: self.vault(arn.rpartition(":")[2]) for arn in sorted(arns) if here in arn}

    def _key_problem(self, key_arn: str) -> str:
        if not key_arn or key_arn.split(":")[4] != self._calls.identity.account:
            return ""
        try:
            state = self._calls.call("kms", "DescribeKey", KeyId=key_arn)["KeyMetadata"]["KeyState"]
        except Refused as refusal:
            return f"{key_arn} cannot be found" if refusal.code == "NotFoundException" else ""
        return "" if state == _USABLE_KEY else f"{key_arn} is {state}"

    def _topic_problem(self, vault: str) -> str:
        try:
            topic = self._calls.call("backup", "GetBackupVaultNotifications", BackupVaultName=vault)[
                "SNSTopicArn"
            ]
        except Refused:
            return ""
        if topic.endswith(".fifo"):
            return f"{topic} is a FIFO topic, to which AWS Backup does not publish"
        try:
            policy = self._calls.call("sns", "GetTopicAttributes", TopicArn=topic)["Attributes"]["Policy"]
        except Refused as refusal:
            return f"{topic} is not there" if refusal.code in ("NotFound", "NotFoundException") else ""
        if _lets_publish(json.loads(policy)):
            return ""
        return f"the policy of {topic} does not let {_SERVICE} publish"

    def role(self, arn: str) -> RoleFacts:
        name = arn.rpartition("/")[2]

        def read() -> RoleFacts:
            role = self._calls.call("iam", "GetRole", RoleName=name)["Role"]
            attached = self._calls.items("iam", "ListAttachedRolePolicies", "AttachedPolicies", RoleName=name)
            policies = [policy["PolicyArn"] for policy in attached]
            inline = list(self._calls.items("iam", "ListRolePolicies", "PolicyNames", RoleName=name))
            return RoleFacts(
                arn,
                _trusts(role["AssumeRolePolicyDocument"]),
                frozenset(p.partition(":policy/")[2] for p in policies),
                bool(inline) or any(":iam::aws:" not in p for p in policies),
            )

        try:
            return self._optional(read, RoleFacts(arn, assumable=True, own_policies=True))
        except Refused:
            return RoleFacts(arn, assumable=False)

    def bucket(self, arn: str) -> BucketFacts:
        name = arn.rpartition(":")[2]

        def versioned() -> bool:
            return bool(self._calls.call("s3", "GetBucketVersioning", Bucket=name).get("Status") == "Enabled")

        def sends_events() -> bool:
            found = self._calls.call("s3", "GetBucketNotificationConfiguration", Bucket=name)
            return "EventBridgeConfiguration" in found

        return BucketFacts(self._of_bucket(versioned), self._of_bucket(sends_events))

    def _of_bucket(self, read: Callable[[], bool]) -> bool | None:
        try:
            return self._optional(read, None)
        except Refused:
            return None

    def _optional[T](self, read: Callable[[], T], otherwise: T) -> T:
        """What the caller need not be allowed to read: without it less is known, and that is said."""
        try:
            return read()
        except Denied as denial:
            self._missed[str(denial)] = None
            return otherwise
        except CannotLook as reason:
            self._missed[str(reason)] = None
            return otherwise


def _destinations(plan: LivePlan) -> Iterator[str]:
    for rule in plan.document["Rules"]:
        for action in rule.get("CopyActions") or ():
            yield action["DestinationBackupVaultArn"]


def _statements(policy: Any) -> list[dict[str, Any]]:
    found = (policy or {}).get("Statement") or []
    return [found] if isinstance(found, dict) else list(found)


def _listed(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def _trusts(policy: Any) -> bool:
    return any(
        statement.get("Effect") == "Allow"
        and isinstance(statement.get("Principal"), dict)
        and _SERVICE in _listed(statement["Principal"].get("Service"))
        for statement in _statements(policy)
    )


def _lets_publish(policy: Any) -> bool:
    """Whether a statement allows it to AWS Backup or to everybody; its conditions count as met."""
    for statement in _statements(policy):
        principal = statement.get("Principal")
        named = principal == "*" or (
            isinstance(principal, dict)
            and (_SERVICE in _listed(principal.get("Service")) or "*" in _listed(principal.get("AWS")))
        )
        actions = {action.lower() for action in _listed(statement.get("Action"))}
        if statement.get("Effect") == "Allow" and named and actions & {"sns:publish", "sns:*", "*"}:
            # the policy that a topic is made with lets everybody in whose calls come from its owner's account
            if "AWS:SourceOwner" in json.dumps(statement.get("Condition", {})):
                continue
            return True
    return False
