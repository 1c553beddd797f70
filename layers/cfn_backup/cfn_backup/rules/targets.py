"""The rules about the vaults that backups and their copies go to."""

from __future__ import annotations

from collections.abc import Iterator

from cfn_backup.desired.place import Place
from cfn_backup.rules.arns import elsewhere, is_no_arn, partial_arn, resource_of, shown_value
from cfn_backup.rules.asking import text
from cfn_backup.rules.registry import OWN, Fault, rule
from cfn_backup.rules.returns import VAULT_TYPES
from cfn_backup.rules.subjects import CopySubject, PlanSubject, RuleSubject
from cfn_backup.symbolic.asking import decided
from cfn_backup.symbolic.paths import Path
from cfn_backup.symbolic.values import Str, is_plain
from cfn_backup.written.arns import VAULT_NAME, parse_arn, vault_arn, vault_name
from cfn_backup.written.recast import shown

NAME = "a name has 2 to 50 letters, digits, - and _"
EXAMPLE = "arn:aws:backup:eu-west-1:111122223333:backup-vault:Copies"


def _targets(subject: RuleSubject | PlanSubject) -> tuple[Str | None, Path]:
    """The vault that this part names for backups, and where."""
    if isinstance(subject, PlanSubject):
        return decided(subject.plan.backup_vault), subject.at("BackupVault")
    return decided(subject.planned.rule.target_backup_vault), subject.planned.at / "TargetBackupVault"


@rule(
    "E9220",
    subject=(RuleSubject, PlanSubject),
    title="Target vault elsewhere",
    explanation="Backups go to a vault of the Region and account of the plan.",
    way_out="Name such a vault, and copy from there with `CopyActions`.",
    source="AWS Backup API: BackupRuleInput, TargetBackupVaultName",
)
def target_elsewhere(subject: RuleSubject | PlanSubject) -> Iterator[Fault]:
    target, at = _targets(subject)
    arn = vault_arn(target) if isinstance(target, str) else None
    where = elsewhere(arn, subject.place) if arn else None
    if where:
        message = (
            f"{where}; backups go to a vault of their own Region and account, and from there CopyActions can "
            "copy them"
        )
        yield Fault(at, message)


@rule(
    "E9221",
    subject=(RuleSubject, PlanSubject),
    title="Not a vault",
    explanation="The target is neither a name that a vault can have (2 to 50 letters, digits, `-` and `_`) "
    "nor the ARN of a vault, or it is another resource of the template. The native plan takes a name only.",
    way_out="Give the name (`!Ref` of the vault). `Custom::BackupPlan` takes the ARN as well.",
    source="AWS Backup API: BackupRuleInput, TargetBackupVaultName",
)
def not_a_vault(subject: RuleSubject | PlanSubject) -> Iterator[Fault]:
    target, at = _targets(subject)
    if target is None:
        return
    native = subject.plan.native
    found = resource_of(target, subject.place)
    if found:
        yield from _not_a_vault_of_template(*found, at, native=native)
        return
    arn = partial_arn(target)
    if native and arn is not None:
        name = arn.resource.rpartition(":")[2] if arn.resource else "the name"
        yield Fault(at, f"is {shown_value(target)}, an ARN, where the vault's name is expected: write {name}")
    elif arn is not None and arn.service is not None and arn.service != "backup":
        yield Fault(at, f"is {shown_value(target)}, an ARN of {arn.service} and not of a backup vault")
    elif isinstance(target, str) and arn is not None and vault_arn(target) is None:
        yield Fault(at, f"is {shown(target)}, which is not the ARN of a backup vault, such as {EXAMPLE}")
    elif isinstance(target, str) and arn is None and not VAULT_NAME.fullmatch(target):
        yield Fault(at, f"is {shown(target)}, which no vault can be called: {NAME}")


def _not_a_vault_of_template(
    reference: object, resource_type: str, at: Path, *, native: bool
) -> Iterator[Fault]:
    logical_id = getattr(reference, "logical_id", "")
    attribute = getattr(reference, "attribute", "")
    if resource_type not in VAULT_TYPES:
        if resource_type.startswith("AWS::") and not resource_type.startswith("AWS::CloudFormation::"):
            message = f"is {logical_id}, which is no vault but {_article(resource_type)}: name a vault, such as Default"
            yield Fault(at, message)
    elif native and attribute == "BackupVaultArn":
        message = f"is the ARN of {logical_id}, where the vault's name is expected: write !Ref {logical_id}"
        yield Fault(at, message)


def _article(resource_type: str) -> str:
    return f"an {resource_type}" if resource_type.startswith("A") else f"a {resource_type}"


@rule(
    "E9228",
    subject=RuleSubject,
    title="Logically air-gapped target elsewhere",
    explanation="`TargetLogicallyAirGappedBackupVaultArn` is the ARN of a logically air-gapped vault of "
    "this Region and account.",
    way_out="Name such a vault; for others use `CopyActions`.",
    source="AWS Backup API: BackupRuleInput, TargetLogicallyAirGappedBackupVaultArn",
)
def air_gapped_target_elsewhere(subject: RuleSubject) -> Iterator[Fault]:
    target = text(subject.planned.rule.target_logically_air_gapped_backup_vault_arn)
    if target is None:
        return
    arn = vault_arn(target)
    problem = (
        f"is {shown(target)}, which is not the ARN of a vault"
        if arn is None
        else elsewhere(arn, subject.place)
    )
    if problem:
        message = (
            f"{problem}: give the ARN of a logically air-gapped vault of the plan's own Region and account"
        )
        yield Fault(subject.planned.at / "TargetLogicallyAirGappedBackupVaultArn", message)


@rule(
    "E9222",
    subject=CopySubject,
    title="Copy destination that is no vault",
    explanation="The destination of a copy is the ARN of a backup vault, of any account of the organization "
    "and any Region.",
    way_out="Give the ARN: `arn:aws:backup:<Region>:<account>:backup-vault:<name>`.",
    source="AWS Backup API: CopyAction",
)
def destination_is_no_vault(subject: CopySubject) -> Iterator[Fault]:
    destination = decided(subject.copy.destination_backup_vault_arn)
    at = subject.copy.at / "DestinationBackupVaultArn"
    found = resource_of(destination, subject.rule.place)
    if found:
        reference, resource_type = found
        if resource_type in VAULT_TYPES and reference.attribute != "BackupVaultArn":
            message = (
                f"is the name of {reference.logical_id}, where its ARN is expected: write !GetAtt "
                f"{reference.logical_id}.BackupVaultArn"
            )
            yield Fault(at, message)
        elif resource_type not in VAULT_TYPES:
            yield from _not_a_vault_of_template(reference, resource_type, at, native=False)
        return
    if isinstance(destination, str) and "${" in destination:
        yield Fault(
            at, f"is {shown(destination)}, in which ${{…}} stays as it is written: write !Sub before it"
        )
    elif _is_no_vault_arn(destination):
        message = f"is {shown_value(destination)}, which is not the ARN of a backup vault, such as {EXAMPLE} ({NAME})"
        yield Fault(at, message)


def _is_no_vault_arn(value: Str | None) -> bool:
    if isinstance(value, str):
        return vault_arn(value) is None
    if is_no_arn(value):
        return True
    arn = partial_arn(value)
    if arn is None:
        return False
    wrong_service = arn.service is not None and arn.service != "backup"
    return wrong_service or (arn.resource is not None and not arn.resource.startswith("backup-vault:"))


@rule(
    "W9223",
    subject=CopySubject,
    title="Copy into the same vault",
    explanation="The copy goes to the vault that has the backup already.",
    way_out="Copy to another vault, better of another Region or account, or leave the copy out.",
    source=OWN,
)
def copy_into_same_vault(subject: CopySubject) -> Iterator[Fault]:
    vault = _same_vault(
        _target_name(subject.rule), decided(subject.copy.destination_backup_vault_arn), subject.rule.place
    )
    if vault:
        message = (
            f"is the vault that the backup itself goes to, {vault}, which would store it twice: name another "
            "vault, or leave the copy out"
        )
        yield Fault(subject.copy.at / "DestinationBackupVaultArn", message)


def _target_name(subject: RuleSubject) -> Str | None:
    """The vault of a rule: the one that is named, else the default vault's name, if that is known."""
    target = decided(subject.target)
    default = decided(subject.plan.default_vault) if target is None else None
    return decided(default.backup_vault_name) if is_plain(default) else target


def _same_vault(target: Str | None, destination: Str | None, place: Place) -> str | None:
    one, other = resource_of(target, place), resource_of(destination, place)
    if one and other and one[0].logical_id == other[0].logical_id:
        return one[0].logical_id
    if not isinstance(target, str) or not isinstance(destination, str):
        return None
    arn = parse_arn(destination)
    if arn is None:
        return None
    here = arn.region == place.region and arn.account_id == place.account_id
    same = target == destination or (here and target == vault_name(destination))
    return vault_name(destination) if same else None
