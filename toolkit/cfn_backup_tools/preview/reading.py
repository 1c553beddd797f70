"""The plans of a template, custom and native, with the vaults, roles and selections that belong to them.

Looked at under the parameters' given and default values. What a condition chooses is decided by them; a
condition that they do not decide is taken as true, and the preview says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfoNotFoundError

from cfn_backup.desired.arns import KINDS_BY_TYPE
from cfn_backup.desired.owner import Owner
from cfn_backup.desired.place import Place
from cfn_backup.desired.plan import Plan as DesiredPlan
from cfn_backup.desired.plan import expand_plan
from cfn_backup.desired.selection import Selection, expand_selection
from cfn_backup.desired.vault import Vault as DesiredVault
from cfn_backup.desired.vault import expand_vault
from cfn_backup.symbolic import NeverDecided, Unknown, assume
from cfn_backup.symbolic.functions import reference_of
from cfn_backup.written.declarations import ResourceProperties
from cfn_backup.written.findings import Findings
from cfn_backup.written.plan import BackupPlan
from cfn_backup.written.reader import unresolved
from cfn_backup.written.resource_types import OF_ENTRY
from cfn_backup.written.resources import CUSTOM, NATIVE, read_resource
from cfn_backup.written.schedule import DEFAULT_EXPRESSION, BadSchedule
from cfn_backup.written.selection import BackupSelection
from cfn_backup.written.vault import BackupVault
from cfn_backup_tools.preview.controls import verdicts
from cfn_backup_tools.preview.made import details_of, new_role, new_selection, policies_of
from cfn_backup_tools.preview.plan import (
    COMPLETION_WINDOW_MINUTES,
    START_WINDOW_MINUTES,
    TIMEZONE,
    Copy,
    Life,
    Plan,
    Rule,
    Vault,
)
from cfn_backup_tools.preview.report import NewRole, NewVault, Planned
from cfn_backup_tools.preview.shown import arn_parts, shown
from cfn_backup_tools.preview.words import place
from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import Template

OF_TEMPLATE, HAS_TO_EXIST = "of this template", "has to exist"
MADE_BY_PLAN = "made by this plan"
KEPT_FOR_EVER = -1
"""Both days of a lifecycle are -1 where it is removed (API: Lifecycle)."""


class NotPreviewed(Exception):
    """Raised for a plan of which too little is known; the message says what, and what to do."""


@dataclass(frozen=True)
class _Read:
    """A resource of the template with its properties, decided as far as they can be."""

    logical_id: str
    type: str
    written: ResourceProperties
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _VaultOfTemplate:
    """A vault that the template makes."""

    read: _Read
    made: DesiredVault

    @property
    def name(self) -> str:
        """Its name; its logical id where CloudFormation or the provider makes the name up."""
        return self.made.name if isinstance(self.made.name, str) else self.read.logical_id


@dataclass(frozen=True)
class Contents:
    """What a template says about backups, under its parameters' values, when it is deployed in a Region."""

    template: Template
    resolver: Resolver
    region: str = ""
    """Empty: not known."""

    @property
    def plan_ids(self) -> tuple[str, ...]:
        """The logical ids of the plans that there are."""
        return tuple(name for name, one in self._read.items() if isinstance(one.written, BackupPlan))

    @property
    def resource_types(self) -> dict[str, str]:
        """AWS Backup's types of the template's resources, by logical id."""
        entries = {name: KINDS_BY_TYPE.get(kind, "") for name, kind in self._types.items()}
        return {name: OF_ENTRY[entry] for name, entry in entries.items() if entry in OF_ENTRY}

    def planned(self, logical_id: str) -> Planned:
        """One of ``plan_ids`` with everything that belongs to it. Raises NotPreviewed."""
        one = self._read[logical_id]
        if not isinstance(one.written, BackupPlan):
            raise KeyError(logical_id)
        try:
            desired = expand_plan(one.written, Owner.of_template(logical_id), self._place)
        except NeverDecided as open_:
            raise NotPreviewed(_not_known(open_)) from open_
        plan = Plan(tuple(self._rule(rule) for rule in _listed(desired.document.get("Rules"))))
        selections = [*desired.selections, *(s for _, s in self._selections_of(logical_id))]
        vaults = self._vaults(plan, desired, one.type)
        notes = [*one.notes, *(note for read, _ in self._selections_of(logical_id) for note in read.notes)]
        return Planned(
            logical_id,
            one.type,
            shown(desired.name),
            plan,
            tuple(new for new, _ in vaults),
            tuple(self._roles(desired, selections)),
            tuple(new_selection(selection) for selection in selections),
            verdicts(plan, {new.name: vault for new, vault in vaults}, selects=bool(selections)),
            tuple(dict.fromkeys(notes)),
        )

    # ---- reading ----

    @property
    def _types(self) -> dict[str, str]:
        return {name: str(resource["Type"]) for name, resource in self.template.resources.items()}

    @property
    def _place(self) -> Place:
        return Place.of_template(self._types)

    @cached_property
    def _read(self) -> dict[str, _Read]:
        """The resources about backups that are there."""
        found = {}
        for logical_id, resource in self.template.resources.items():
            kind = resource["Type"]
            if kind not in CUSTOM and kind not in NATIVE:
                continue
            condition = resource.get("Condition")
            if condition is not None and self.resolver.condition(condition) is False:
                continue
            properties = self.resolver.settle(resource.get("Properties", {}))
            written = read_resource(kind, properties, Findings(), resolve=unresolved)
            decided, notes = self._decided(written)
            if isinstance(decided, ResourceProperties):
                found[logical_id] = _Read(logical_id, kind, decided, notes)
        return found

    def _decided[T](self, written: T) -> tuple[T, tuple[str, ...]]:
        """The properties with every condition decided, and which of them mattered."""
        notes = []
        for name in self.template.section("Conditions"):
            holds = self.resolver.condition(name)
            decided = assume(written, name, holds=holds is not False)
            if decided is not written:
                how = (
                    "nobody can know it here, and it is taken as true"
                    if holds is None
                    else str(holds).lower()
                )
                notes.append(f"condition {name}: {how}")
            written = decided
        return written, tuple(notes)

    # ---- rules ----

    def _rule(self, document: Mapping[str, Any]) -> Rule:
        name = shown(document["RuleName"])

        def known(member: str, default: Any = None) -> Any:
            value = _known(document.get(member), name, member)
            return default if value is None else value

        rule = Rule(
            name=name,
            expression=known("ScheduleExpression", DEFAULT_EXPRESSION),
            life=_life(document.get("Lifecycle"), name),
            vault=self._target(document["TargetBackupVaultName"]),
            timezone=known("ScheduleExpressionTimezone", TIMEZONE),
            start_window_minutes=known("StartWindowMinutes", START_WINDOW_MINUTES),
            completion_window_minutes=known("CompletionWindowMinutes", COMPLETION_WINDOW_MINUTES),
            continuous=known("EnableContinuousBackup") is True,
            copies=tuple(self._copy(copy, document, name) for copy in _listed(document.get("CopyActions"))),
        )
        _refuse_misread(rule)
        return rule

    def _target(self, name: Any) -> Vault:
        vault = self._vault_of_template(name)
        return Vault(vault.name if vault else shown(name), self.region)

    def _copy(self, copy: Mapping[str, Any], rule: Mapping[str, Any], name: str) -> Copy:
        arn = copy["DestinationBackupVaultArn"]
        own = _life(copy.get("Lifecycle"), name)
        life = own if own.delete_after_days is not None else _life(rule.get("Lifecycle"), name)
        of_template = self._vault_of_template(arn)
        if of_template:
            return Copy(Vault(of_template.name, self.region), life)
        parts = arn_parts(shown(arn))
        if parts is None:
            return Copy(Vault(shown(arn), ""), life, is_place_known=False)
        region = self.region if parts[3] == "${AWS::Region}" else parts[3]
        account = "" if parts[4] == "${AWS::AccountId}" else parts[4]
        return Copy(Vault(parts[5].removeprefix("backup-vault:"), region, account), life)

    # ---- vaults, roles and selections ----

    @cached_property
    def _vaults_of_template(self) -> tuple[_VaultOfTemplate, ...]:
        found = []
        for logical_id, one in self._read.items():
            if isinstance(one.written, BackupVault):
                # one that cannot be expanded is an error of its own, which validate reports
                with suppress(NeverDecided):
                    found.append(
                        _VaultOfTemplate(one, expand_vault(one.written, Owner.of_template(logical_id)))
                    )
        return tuple(found)

    def _vault_of_template(self, value: Any) -> _VaultOfTemplate | None:
        """The vault of the template that a value refers to, or that has this name."""
        reference = reference_of(value)
        for vault in self._vaults_of_template:
            if (reference and reference.logical_id == vault.read.logical_id) or vault.name == shown(value):
                return vault
        return None

    def _vaults(
        self, plan: Plan, desired: DesiredPlan, kind: str
    ) -> list[tuple[NewVault, DesiredVault | None]]:
        """Each vault that a rule or a copy uses, once."""
        used = dict.fromkeys(v for r in plan.rules for v in (r.vault, *(copy.vault for copy in r.copies)))
        return [self._new_vault(vault, desired, kind) for vault in used]

    def _new_vault(
        self, vault: Vault, desired: DesiredPlan, kind: str
    ) -> tuple[NewVault, DesiredVault | None]:
        if desired.vault and vault.name == shown(desired.vault.name):
            return NewVault(vault.name, MADE_BY_PLAN, details_of(desired.vault, kind)), desired.vault
        found = self._vault_of_template(vault.name)
        if found:
            details = (*details_of(found.made, found.read.type), *found.read.notes)
            return NewVault(vault.name, OF_TEMPLATE, details), found.made
        return NewVault(place(vault) if vault.region != self.region else vault.name, HAS_TO_EXIST), None

    def _roles(self, desired: DesiredPlan, selections: list[Selection]) -> Iterator[NewRole]:
        if desired.role:
            yield new_role(desired.role, MADE_BY_PLAN)
        yield from (new_role(s.role, f"made by selection {shown(s.name)}") for s in selections if s.role)
        made = {shown(role.arn) for role in (desired.role, *(s.role for s in selections)) if role}
        for value in dict.fromkeys(s.role_arn for s in selections if shown(s.role_arn) not in made):
            reference = reference_of(value)
            resource = self.template.resources.get(reference.logical_id) if reference else None
            if reference and resource:
                properties = self.resolver.settle(resource.get("Properties", {}))
                yield NewRole(reference.logical_id, OF_TEMPLATE, policies_of(properties))
            else:
                yield NewRole(shown(value), HAS_TO_EXIST)

    def _selections_of(self, plan: str) -> Iterator[tuple[_Read, Selection]]:
        for logical_id, one in self._read.items():
            if not isinstance(one.written, BackupSelection):
                continue
            reference = reference_of(one.written.backup_plan_id)
            if reference and reference.logical_id == plan:
                try:
                    yield one, expand_selection(one.written, Owner.of_template(logical_id), self._place)
                except NeverDecided as open_:
                    raise NotPreviewed(_not_known(open_)) from open_


def _refuse_misread(rule: Rule) -> None:
    """Raises NotPreviewed for a schedule or a timezone that there is not; validate says more about it."""
    try:
        _ = rule.schedule, rule.zone
    except BadSchedule as problem:
        raise NotPreviewed(f"ScheduleExpression of rule {rule.name} {problem}") from problem
    except (ZoneInfoNotFoundError, ValueError) as problem:
        raise NotPreviewed(f"there is no timezone {rule.timezone}, which rule {rule.name} has") from problem


def _not_known(open_: NeverDecided) -> str:
    value = getattr(open_, "value", None)
    what = shown(value) if value is not None else "a value"
    return f"{what} has to be known: {open_.reason}; give --parameter or write the value"


def _known(value: Any, rule: str, member: str) -> Any:
    """A plain value, or None where there is none. Raises NotPreviewed for what only a deployment knows."""
    if value is None or isinstance(value, str | int | bool):
        return value
    reference = reference_of(value)
    way_out = (
        f"give --parameter {reference}=…" if reference and not reference.attribute else "write the value"
    )
    raise NotPreviewed(f"{member} of rule {rule} is {shown(value)}, which is not known here: {way_out}")


def _life(document: Any, rule: str) -> Life:
    if document is None:
        return Life()
    if isinstance(document, Unknown):
        _known(document, rule, "Lifecycle")
    deleted, cold = (
        None if (days := _known(document.get(name), rule, name)) == KEPT_FOR_EVER else days
        for name in ("DeleteAfterDays", "MoveToColdStorageAfterDays")
    )
    archives = _known(document.get("OptInToArchiveForSupportedResources"), rule, "OptInToArchive") is True
    return Life(deleted, cold, archives)


def _listed(value: Any) -> list[Any]:
    """The items of a list of objects. Raises NotPreviewed where there is a function in the place of one."""
    items = value if isinstance(value, list | tuple) else [] if value is None else [value]
    for item in items:
        if not isinstance(item, Mapping):
            raise NotPreviewed(f"{shown(item)} is not known here, and it says which rules there are")
    return list(items)
