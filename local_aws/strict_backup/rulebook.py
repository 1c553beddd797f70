"""Every rule of the rulebook and what the strict service does about it: the source of the table in
docs/strict-backup.md, which `python -m local_aws.strict_backup.rulebook` writes.

A test holds this against `rules.CARRIED_BY` and `Switches`: a rule that is enforced, switchable or modelled
here has code that carries its id, and one that is left out has none.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .switches import Switches

Treatment = Literal["enforced", "switchable", "modelled", "left out"]

_DOCUMENT = Path(__file__).parents[2] / "docs" / "strict-backup.md"


@dataclass(frozen=True)
class Rule:
    """`switches` are the fields of Switches that change it; `says` is what the service does, or why not."""

    rule_id: str
    treatment: Treatment
    says: str
    switches: tuple[str, ...] = ()


RULES = (
    # vaults
    Rule(
        "V1",
        "enforced",
        "A name is 2 to 50 of letters, digits, `-` and `_`, and taken once per account and Region.",
    ),
    Rule(
        "V2", "enforced", "Service-made vaults with other names can be described, listed and tried to delete."
    ),
    Rule(
        "V3", "enforced", "A second vault of one name: AlreadyExistsException with Arn and CreatorRequestId."
    ),
    Rule("V4", "enforced", "The same name and CreatorRequestId: the first answer again."),
    Rule("V5", "enforced", "Without a key the vault shows the ARN of the account's `aws/backup` key."),
    Rule("V6", "left out", "Nothing to do: no operation changes name or key."),
    Rule("V7", "left out", "Nothing to do: the account of the key is not looked at, as in AWS."),
    Rule(
        "V8",
        "switchable",
        "A caller without the storage and KMS permissions is refused; IAM decides.",
        ("caller_lacks",),
    ),
    Rule("V9", "left out", "What a wrong or disabled key answers is not known; any key is accepted."),
    Rule("V10", "enforced", "CreateBackupVault answers name, ARN and date only."),
    Rule("V11", "enforced", "Describing a vault that does not exist: AccessDeniedException, HTTP 403."),
    Rule(
        "V12",
        "switchable",
        "So do all calls on its lock, policy and notifications.",
        ("missing_vault_answers",),
    ),
    Rule("V13", "enforced", "A vault with recovery points is not deleted: ERROR_9101."),
    Rule(
        "V14", "switchable", "Nor for a while after the last one has gone.", ("vault_not_empty_lag_seconds",)
    ),
    Rule(
        "V15",
        "switchable",
        "Deleting a vault that does not exist: AccessDeniedException.",
        ("missing_vault_answers",),
    ),
    Rule("V16", "enforced", "`aws/…` vaults cannot be deleted. `Default` is a vault like any other."),
    Rule("V17", "left out", "Nothing to do: plans that point to a vault do not keep it."),
    Rule("V18", "enforced", "An empty vault is deleted, locked or not."),
    Rule("V19", "left out", "Nothing to do: a plan's target vault is not looked up."),
    Rule("V20", "enforced", "VaultType is BACKUP_VAULT."),
    Rule(
        "V21",
        "switchable",
        "NumberOfRecoveryPoints lags, the list is exact.",
        ("vault_not_empty_lag_seconds",),
    ),
    Rule(
        "V22",
        "switchable",
        "300 vaults, then LimitExceededException. Points per vault are not limited.",
        ("vault_quota",),
    ),
    Rule("V23", "left out", "The service's own clean-up of AMIs is not simulated."),
    # locks
    Rule("L1", "modelled", "Governance without ChangeableForDays, compliance with it."),
    Rule("L2", "enforced", "ChangeableForDays is 3 to 36,500."),
    Rule("L3", "enforced", "Retention is 1 to 36,500 days; each limit may be missing."),
    Rule("L4", "enforced", "MinRetentionDays is not above MaxRetentionDays; they may be equal."),
    Rule("L5", "modelled", "LockDate is the time of the call plus ChangeableForDays."),
    Rule("L6", "enforced", "From LockDate on, Put and Delete: InvalidRequestException."),
    Rule("L7", "enforced", "In a locked vault no recovery point is deleted and no lifecycle changed."),
    Rule("L8", "modelled", "A retention outside the lock fails the backup or copy job, not the plan."),
    Rule("L9", "left out", "Nothing to do: a lock leaves the points as they are."),
    Rule("L10", "enforced", "What describe shows of a lock; ChangeableForDays is never shown."),
    Rule(
        "L11",
        "switchable",
        "Put again without ChangeableForDays: governance again.",
        ("lock_date_survives_reput",),
    ),
    Rule(
        "L12",
        "left out",
        "The IAM condition keys belong to the IAM in front; neither moto nor ministack has them.",
    ),
    # access policies and notifications
    Rule("P1", "enforced", "Get without a policy: ResourceNotFoundException."),
    Rule("P2", "enforced", "No wildcard in Action; the policy must be a policy document."),
    Rule("P3", "left out", "There are no callers of other accounts."),
    Rule("P4", "left out", "Principals of a policy are not looked up."),
    Rule(
        "P5", "modelled", "Deny statements without a condition refuse the calls of the account's own callers."
    ),
    Rule("N1", "enforced", "Only events of the model; otherwise the text with the list."),
    Rule("N2", "enforced", "The four undocumented events are accepted with a warning in the log."),
    Rule("N3", "left out", "Whether AWS looks at the topic is not known; here it does not."),
    Rule("N4", "enforced", "Get without notifications: ResourceNotFoundException."),
    Rule("N5", "enforced", "Put replaces topic and events."),
    # plans
    Rule("B1", "enforced", "Over 200 or other characters: refused. Over 50: a warning in the log."),
    Rule("B2", "enforced", "A document that another plan has, defaults filled in: AlreadyExistsException."),
    Rule("B2a", "switchable", "A taken name with another document is accepted.", ("plan_names_unique",)),
    Rule("B3", "enforced", "Deleted plans do not count for that."),
    Rule("B4", "enforced", "The CreatorRequestId of an existing plan: that plan."),
    Rule(
        "B5", "switchable", "An update that changes nothing is accepted.", ("same_document_update_refused",)
    ),
    Rule("B6", "enforced", "An update may rename."),
    Rule(
        "B7", "modelled", "Every update is a new version; old ones stay readable. The 2,000 are not counted."
    ),
    Rule("B8", "left out", "Nothing to do: a job is made by the version of its time."),
    Rule(
        "B9",
        "enforced",
        "No deletion while there are selections, or shortly after.",
        ("plan_deletion_lag_seconds",),
    ),
    Rule(
        "B10", "modelled", "A deleted plan shows in IncludeDeleted lists; its earlier versions can be read."
    ),
    Rule("B11", "enforced", "An unknown plan, version or deleted plan: ResourceNotFoundException."),
    Rule("B12", "enforced", "At least one rule."),
    Rule("B13", "switchable", "Two rules of one name are accepted.", ("rule_names_unique",)),
    Rule(
        "B14", "enforced", "A rule name is 1 to 50 of letters, digits, `.`, `-`, `_` (by the service model)."
    ),
    Rule("B15", "enforced", "TargetBackupVaultName missing: `Backup vault name is null`."),
    Rule("B16", "enforced", "Rule errors begin with `Error in some rules due to : ` and have ERROR_3015."),
    Rule("B17", "enforced", "cron with six fields, one day field `?`, at most hourly; rate is refused."),
    Rule("B18", "enforced", "StartWindowMinutes is 60 to 52,560,000."),
    Rule("B19", "switchable", "Any CompletionWindowMinutes is accepted.", ("completion_after_start",)),
    Rule("B20", "enforced", "Schedule, time zone and windows are filled in on read."),
    Rule("B21", "enforced", "DeleteAfterDays is at least 90 above MoveToColdStorageAfterDays."),
    Rule("B22", "enforced", "Both are 1 to 36,500."),
    Rule("B23", "enforced", "-1 is accepted for both together only."),
    Rule("B24", "enforced", "No lifecycle, or an empty one, is for ever."),
    Rule("B25", "enforced", "Continuous backup: DeleteAfterDays from 1 to 35, no cold storage."),
    Rule(
        "B26",
        "modelled",
        "A continuous rule keeps one point where the type can be continuous, and makes snapshots elsewhere.",
    ),
    Rule("B27", "left out", "Nothing to do: no check when a plan is made."),
    Rule("B28", "switchable", "EBS archive is refused in GovCloud.", ("partitions_without_ebs_archive",)),
    Rule("B29", "left out", "A recommendation, not a rule."),
    Rule(
        "B30", "enforced", "The destination of a copy is the ARN of a vault; an empty lifecycle stays empty."
    ),
    Rule("B31", "switchable", "The policy quotas are not enforced.", ("policy_quotas_enforced",)),
    Rule("B32", "switchable", "300 plans, then LimitExceededException.", ("plan_quota",)),
    Rule("B33", "enforced", "Advanced settings: WindowsVSS for EC2, BackupACLs and BackupObjectTags for S3."),
    Rule("B34", "left out", "There are no plans made by Organizations."),
    Rule(
        "B35",
        "modelled",
        "In the start window of a rule with a longer retention the other rules of the plan make no job.",
    ),
    Rule(
        "B36",
        "left out",
        "Nothing to do: tags only when a plan is made is what the model says; no limit is known.",
    ),
    Rule("B37", "left out", "Scans are not simulated."),
    Rule("B38", "enforced", "Continuous rules of one plan have one vault."),
    # selections
    Rule("S1", "enforced", "A name is 1 to 50 of letters, digits, `.`, `-`, `_` (by the service model)."),
    Rule(
        "S2",
        "enforced",
        "An unknown plan: InvalidParameterValueException `Cannot find Backup plan with ID …`.",
    ),
    Rule("S3", "enforced", "An unknown selection: ResourceNotFoundException."),
    Rule(
        "S4",
        "enforced",
        "The role exists and trusts `backup.amazonaws.com`; the caller may pass it.",
        ("caller_lacks",),
    ),
    Rule(
        "S5",
        "switchable",
        "The role allows tag:GetResources if tags are used.",
        ("tag_permission_always_checked",),
    ),
    Rule(
        "S6",
        "switchable",
        "A new role fails S4 and S5 for a while, or a number of times.",
        (
            "role_assumable_lag_seconds",
            "role_assumable_attempts",
            "role_permission_lag_seconds",
            "role_permission_attempts",
        ),
    ),
    Rule("S7", "enforced", "Neither Resources nor ListOfTags: refused, with Conditions too."),
    Rule(
        "S8", "enforced", "Nothing at all: MissingParameterValueException, ERROR_4301. Tags alone are fine."
    ),
    Rule(
        "S9",
        "enforced",
        "Resources are `*`, a service (`arn:aws:ec2:*`), or ARNs of this Region and account, or with "
        "wildcards there.",
    ),
    Rule("S10", "enforced", "500 ARNs, 30 with wildcards, 30 conditions, 30 tags."),
    Rule("S11", "enforced", "100 selections per plan, then LimitExceededException."),
    Rule("S12", "switchable", "Two selections of one name are accepted.", ("selection_names_unique",)),
    Rule("S13", "enforced", "There is no update; a new selection has a new id."),
    Rule("S14", "modelled", "Resources or tags take in, conditions narrow, NotResources takes out."),
    Rule("S15", "modelled", "The opt-in counts for * and tags, not for named types."),
    Rule("S16", "switchable", "ConditionType is STRINGEQUALS.", ("condition_type_any_case",)),
    Rule("S17", "enforced", "All containers are read back, empty or not."),
    Rule("S18", "switchable", "A new selection cannot be read for a while.", ("selection_read_lag_seconds",)),
    Rule("S19", "modelled", "A wildcard does not match white space."),
    Rule("S20", "left out", "There are no plans made by Organizations."),
    Rule("S21", "left out", "An observation on one provider's reading."),
    # recovery points
    Rule(
        "R1",
        "modelled",
        "DeleteRecoveryPoint: DELETING, then gone or EXPIRED.",
        ("recovery_point_deletion_seconds",),
    ),
    Rule(
        "R2",
        "modelled",
        "A point without its role becomes EXPIRED, and goes the second time.",
        ("caller_lacks",),
    ),
    Rule("R3", "modelled", "While another action runs: InvalidResourceStateException."),
    Rule("R4", "enforced", "A legal hold refuses deletion."),
    Rule("R5", "enforced", "So does a lock."),
    Rule(
        "R6",
        "modelled",
        "A composite is refused while it has nested points, and goes with the last. The cluster state of EKS "
        "goes with its composite only.",
        ("eks_state_point_deletable",),
    ),
    Rule(
        "R7",
        "modelled",
        "Disassociation: continuous only; S3 stays STOPPED, RDS leaves the vault, Aurora is refused. "
        "Deletion: RDS loses its point-in-time recovery, Aurora stays while its cluster does.",
        ("aurora_disassociation_accepted",),
    ),
    Rule("R8", "enforced", "Lifecycle updates: not for continuous points, 90 days, -1 twice removes."),
    Rule("R9", "left out", "No vault is air-gapped; one can be put that says so."),
    Rule("R10", "modelled", "Deleting plans and selections leaves the points."),
    Rule("R11", "modelled", "A locked snapshot leaves its point EXPIRED, however often it is deleted."),
    Rule("R12", "modelled", "Points that a job made go when their lifecycle ends, at once."),
    Rule("R13", "left out", "Tags of every point can be removed."),
    Rule("R14", "enforced", "Points of an unknown vault: AccessDeniedException."),
    Rule("R15", "left out", "Copies across Regions are made like any other."),
    # settings and other families
    Rule("G1", "enforced", "An unknown type in the Region settings: the known text."),
    Rule("G2", "enforced", "The display-like type names, a fixed list."),
    Rule("G3", "enforced", "An update merges."),
    Rule("G4", "enforced", "Per account and Region; Aurora and FSx start disabled."),
    Rule("G5", "enforced", "Management preference is for DynamoDB and EFS."),
    Rule(
        "G6",
        "enforced",
        "Global settings need an organization, updates its management account.",
        ("organization_role",),
    ),
    Rule(
        "G7",
        "modelled",
        "A copy into another account needs the organization, its setting, the policy and a key of the vault.",
    ),
    Rule("G8", "left out", "What types can be copied is not looked at."),
    Rule("G9", "left out", "There are no logically air-gapped vaults."),
    Rule("G10", "left out", "There are no restore-access vaults."),
    Rule("G11", "left out", "There are no report plans and frameworks."),
    Rule("G12", "left out", "There are no restore testing plans."),
    Rule(
        "G13",
        "switchable",
        "No call is throttled.",
        ("rates_enforced", "throttle_next", "throttle_every", "faulty_operations"),
    ),
)


def rules_table() -> str:
    rows = [f"| {rule.rule_id} | {_treatment(rule)} | {rule.says} |" for rule in RULES]
    return "\n".join(["| Rule | Treatment | What the service does |", "| --- | --- | --- |", *rows])


def _treatment(rule: Rule) -> str:
    switches = ", ".join(f"`{name}`" for name in rule.switches)
    return f"{rule.treatment}: {switches}" if switches else rule.treatment


def switches_table() -> str:
    defaults = Switches().as_json()
    rows = [f"| `{name}` | `{json.dumps(defaults[name])}` | {meaning} |" for name, meaning in _meanings()]
    return "\n".join(["| Switch | Default | Meaning |", "| --- | --- | --- |", *rows])


def _meanings() -> Iterator[tuple[str, str]]:
    """Each switch with the comment above it."""
    source = (Path(__file__).parent / "switches.py").read_text()
    comments = {
        field: " ".join(line.strip().removeprefix("# ") for line in comment.strip().splitlines())
        for comment, field in re.findall(r"((?: {4}#.*\n)+) {4}(\w+):", source)
    }
    for field in dataclasses.fields(Switches):
        yield field.name, comments[field.name]


def with_tables(document: str) -> str:
    """The page with the tables of today between its markers."""
    for name, table in (("switches", switches_table()), ("rules", rules_table())):
        start, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        before, _, rest = document.partition(start)
        document = f"{before}{start}\n\n{table}\n\n{end}{rest.partition(end)[2]}"
    return document


if __name__ == "__main__":
    _DOCUMENT.write_text(with_tables(_DOCUMENT.read_text()))
