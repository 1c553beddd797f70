"""The subjects that resources of one template make together, each with the choices under which both are there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cfn_backup.desired.place import Place
from cfn_backup.rules.driver import Choices, Possible, Subject, anything, every_value
from cfn_backup.rules.neighbours import Neighbour, OwnResource, Template, referred
from cfn_backup.rules.retention import LockedVaultSubject
from cfn_backup.rules.returns import BUCKET, KEY, ROLE, TOPIC
from cfn_backup.rules.selections import entries
from cfn_backup.rules.subjects import RuleSubject
from cfn_backup.rules.walk import planned_rules
from cfn_backup.symbolic.asking import TooManyWays, decided, every_way
from cfn_backup.symbolic.functions import pieces_of, reference_of
from cfn_backup.symbolic.paths import Path
from cfn_backup.symbolic.values import Str, Unknown, filled, is_plain
from cfn_backup.written.arns import vault_name
from cfn_backup.written.plan import BackupPlan
from cfn_backup.written.selection import BackupSelection, Resource, Selection
from cfn_backup.written.vault import BackupVault, LockConfiguration, Notifications

MOST_WAYS = 64
_OWN_VAULT = re.compile(
    r"arn:[^:]+:backup:\$\{AWS::Region\}:\$\{AWS::AccountId\}:backup-vault:(?P<name>[a-zA-Z0-9\-_]{2,50})"
)


# ---- what the rules across resources look at ------------------------------------------------------


@dataclass(frozen=True)
class PlanInTemplate:
    """A plan, with who selects for it."""

    plan: BackupPlan
    is_selected_for: bool
    """Whether the template selects for the plan, or hands it on to others that can."""
    alike: tuple[tuple[str, BackupPlan], ...]
    """The plans before it in the template, by logical id."""
    vault_names: tuple[str, ...]
    """The names of the template's vaults, as far as they are known."""


@dataclass(frozen=True)
class VaultInTemplate:
    """A vault resource, with the vaults before it in the template."""

    vault: BackupVault
    deletion_policy: str | None
    others: tuple[tuple[str, BackupVault], ...]

    @property
    def is_kept(self) -> bool:
        """Whether the vault stays when its stack goes."""
        if self.vault.native:
            return self.deletion_policy in ("Retain", "RetainExceptOnCreate")
        policy = self.vault.removal_policy
        return self.deletion_policy in ("Retain", "RetainExceptOnCreate") or decided(policy) in (
            None,
            "RETAIN",
        )


@dataclass(frozen=True)
class KeyOfVault:
    """A vault with the key of the same template that it is encrypted with."""

    vault: VaultInTemplate
    key: Neighbour


@dataclass(frozen=True)
class TopicOfVault:
    """A vault with the topic of the same template that it publishes to, and that topic's policies."""

    vault: BackupVault
    notifications: Notifications
    topic: Neighbour
    policies: tuple[Neighbour, ...]


@dataclass(frozen=True)
class PlanOfSelection:
    """A selection with the resource of the template that it names as its plan."""

    selection: BackupSelection
    attribute: str
    logical_id: str
    type: str


@dataclass(frozen=True)
class RoleOfSelection:
    """A selection with the role of the same template, and what is attached to the role apart from it."""

    selection: Selection
    role: Neighbour
    policies: tuple[Neighbour, ...]
    vaults: tuple[VaultInTemplate, ...]
    """The vaults of the template, or the default vault, that the plan's backups go to."""
    place: Place


@dataclass(frozen=True)
class SelectedResource:
    """A resource of the template that a selection names."""

    at: Path
    """Where the selection names it."""
    resource: Neighbour
    selection: Selection
    role: Neighbour | None
    plan: BackupPlan | None
    key: Neighbour | None
    """The key of the template that the resource is encrypted with."""


@dataclass(frozen=True)
class ResourceOfPlan:
    """A plan with a resource of the template that is selected for it."""

    plan: BackupPlan
    resource: Neighbour


@dataclass(frozen=True)
class TwiceSelected:
    """A resource of the template that the selections of two plans name."""

    at: Path
    resource: Neighbour
    plan: BackupPlan
    other: BackupPlan
    other_id: str


# ---- where they come from -------------------------------------------------------------------------


@dataclass(frozen=True)
class Across:
    """Finds the subjects of one template."""

    template: Template
    possible: Possible = anything

    def subjects(self) -> Iterator[tuple[str, Subject]]:
        """Every subject, with the logical id of the resource that a finding about it belongs to."""
        for resource in self.template.own:
            find: Mapping[type, Callable[[OwnResource], Iterator[Subject]]] = {
                BackupPlan: self._of_plan,
                BackupVault: self._of_vault,
                BackupSelection: self._of_selection,
            }
            for subject in find.get(type(resource.properties), _nothing)(resource):
                yield resource.logical_id, subject
        yield from self._selected_for_plans()

    # -- plans

    def _of_plan(self, resource: OwnResource) -> Iterator[Subject]:
        plan = resource.properties
        if not isinstance(plan, BackupPlan):
            raise TypeError(plan)
        given = self._there(resource.condition)
        yield Subject(
            PlanInTemplate(
                plan,
                self._is_selected_for(resource, plan),
                tuple(self._before(resource, BackupPlan)),
                tuple(self._vault_names()),
            ),
            given,
        )
        for planned, own, choices in planned_rules(plan, given, self.possible):
            about = RuleSubject(planned, own, self.template.place)
            yield from self._locked(about, None, about.target, choices)
            for copy, under in self._items(planned.rule.copy_actions, choices):
                yield from self._locked(about, copy, copy.destination_backup_vault_arn, under)
        for selection, under in self._items(plan.selections, given):
            yield from self._of_any_selection(selection, plan, under)

    def _is_selected_for(self, resource: OwnResource, plan: BackupPlan) -> bool:
        if plan.selections is not None or self.template.is_output(resource.logical_id):
            return True
        place = self.template.place
        for one in self.template.own:
            if isinstance(one.properties, BackupSelection):
                for plan_id, _ in every_value_or_unknown(one.properties.backup_plan_id):
                    if not isinstance(plan_id, Unknown) or referred(plan_id, place) in (
                        None,
                        resource.logical_id,
                    ):
                        return True
        return False

    def _vault_names(self) -> Iterator[str]:
        for one in self.template.own:
            if isinstance(one.properties, BackupVault) and isinstance(one.properties.backup_vault_name, str):
                yield one.properties.backup_vault_name

    def _before(self, resource: OwnResource, cls: type) -> Iterator[tuple[str, Any]]:
        for one in self.template.own:
            if one.logical_id == resource.logical_id:
                return
            together = {**self._there(one.condition), **self._there(resource.condition)}
            if isinstance(one.properties, cls) and self.possible(together):
                yield one.logical_id, one.properties

    def _locked(self, rule: RuleSubject, copy: Any, target: Str | None, given: Choices) -> Iterator[Subject]:
        for value, choices in every_value_or_unknown(target, given, self.possible):
            for logical_id, vault, condition in self._vaults_named(value, target=copy is None):
                under = {**choices, **self._there(condition)}
                if self.possible(under):
                    lock: Any = vault.lock_configuration
                    yield Subject(LockedVaultSubject(rule, copy, lock, f"the vault {logical_id}"), under)

    def _vaults_named(
        self, value: Str, *, target: bool = True
    ) -> Iterator[tuple[str, BackupVault, str | None]]:
        logical_id = referred(value, self.template.place)
        name = _vault_name(value, target=target)
        for one in self.template.own:
            vault = one.properties
            if not isinstance(vault, BackupVault):
                continue
            if one.logical_id == logical_id or (name is not None and vault.backup_vault_name == name):
                shown = one.logical_id if one.logical_id == logical_id else f"{name} ({one.logical_id})"
                yield shown, vault, one.condition
        air_gapped = self.template.get(logical_id) if logical_id else None
        if air_gapped and air_gapped.type == "AWS::Backup::LogicallyAirGappedBackupVault":
            yield air_gapped.logical_id, _air_gapped(air_gapped), air_gapped.condition

    # -- vaults

    def _of_vault(self, resource: OwnResource) -> Iterator[Subject]:
        vault = resource.properties
        if not isinstance(vault, BackupVault):
            raise TypeError(vault)
        given = self._there(resource.condition)
        about = VaultInTemplate(vault, resource.deletion_policy, tuple(self._before(resource, BackupVault)))
        yield Subject(about, given)
        for key, choices in self._named(vault.encryption_key_arn, given, KEY, "AWS::KMS::ReplicaKey"):
            yield Subject(KeyOfVault(about, key), choices)
        for notifications, under in every_value(vault.notifications, given, self.possible):
            for topic, choices in self._named(
                notifications.sns_topic_arn, under, TOPIC, arns=("", "TopicArn")
            ):
                policies = tuple(self._policies_of_topic(topic.logical_id))
                yield Subject(TopicOfVault(vault, notifications, topic, policies), choices)

    def _policies_of_topic(self, topic: str) -> Iterator[Neighbour]:
        for policy in self.template.of_type("AWS::SNS::TopicPolicy", "AWS::SNS::TopicInlinePolicy"):
            topics = policy.properties.get("Topics", policy.properties.get("TopicArn"))
            if any(referred(one, self.template.place) == topic for one in _flat(topics)):
                yield policy

    # -- selections

    def _of_selection(self, resource: OwnResource) -> Iterator[Subject]:
        selection = resource.properties
        if not isinstance(selection, BackupSelection):
            raise TypeError(selection)
        given = self._there(resource.condition)
        for value, choices in every_value_or_unknown(selection.backup_plan_id, given, self.possible):
            named = referred(value, self.template.place)
            reference = reference_of(value) if isinstance(value, Unknown) else None
            if named and reference:
                resource_type = self.template.place.resource_types[named]
                yield Subject(PlanOfSelection(selection, reference.attribute, named, resource_type), choices)
            yield from self._of_any_selection(selection, self.plan_of(named), choices)

    def plan_named(self, selection: BackupSelection) -> BackupPlan | None:
        """The plan of the template that a selection is for; None if it is another, or not always the same."""
        plan_id = selection.backup_plan_id
        return self.plan_of(referred(plan_id, self.template.place)) if isinstance(plan_id, Unknown) else None

    def plan_of(self, logical_id: str | None) -> BackupPlan | None:
        """The plan of this logical id."""
        for one in self.template.own:
            if one.logical_id == logical_id and isinstance(one.properties, BackupPlan):
                return one.properties
        return None

    def _of_any_selection(self, selection: Any, plan: BackupPlan | None, given: Choices) -> Iterator[Subject]:
        roles: list[tuple[Neighbour | None, Choices]] = list(self._named(selection.iam_role_arn, given, ROLE))
        for role, choices in roles:
            if role:
                policies = tuple(self._policies_of_role(role.logical_id))
                about = RoleOfSelection(
                    selection, role, policies, self._vaults_of(plan, choices), self.template.place
                )
                yield Subject(about, choices)
        for at, resource, choices in self._selected(selection, given):
            role = roles[0][0] if roles else None
            key = self._key_of(resource)
            yield Subject(SelectedResource(at, resource, selection, role, plan, key), choices)

    def _vaults_of(self, plan: BackupPlan | None, given: Choices) -> tuple[VaultInTemplate, ...]:
        found: dict[str, VaultInTemplate] = {}
        for planned, own, choices in planned_rules(plan, given, self.possible) if plan else ():
            about = RuleSubject(planned, own, self.template.place)
            if about.target is None and not own.native:
                for vault, _ in every_value(filled(own.default_vault, BackupVault()), choices, self.possible):
                    found[""] = VaultInTemplate(vault, None, ())
            for value, _ in every_value_or_unknown(about.target, choices, self.possible):
                for logical_id, vault, _ in self._vaults_named(value):
                    found[logical_id] = VaultInTemplate(vault, self._policy_of(vault), ())
        return tuple(found.values())

    def _policy_of(self, vault: BackupVault) -> str | None:
        return next((one.deletion_policy for one in self.template.own if one.properties is vault), None)

    def _policies_of_role(self, role: str) -> Iterator[Neighbour]:
        for policy in self.template.of_type(
            "AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"
        ):
            names = policy.properties.get("Roles", policy.properties.get("RoleName"))
            if any(referred(one, self.template.place) == role for one in _flat(names)):
                yield policy

    def _selected(self, selection: Any, given: Choices) -> Iterator[tuple[Path, Neighbour, Choices]]:
        try:
            ways = list(
                every_way(selection, _named_entries, given=given, possible=self.possible, most=MOST_WAYS)
            )
        except TooManyWays:
            return
        for way in ways:
            for at, value in way.result:
                named = referred(value, self.template.place)
                resource = self.template.get(named) if named else None
                if resource:
                    choices = {**way.choices, **self._there(resource.condition)}
                    if self.possible(choices):
                        yield at, resource, choices

    def _key_of(self, resource: Neighbour) -> Neighbour | None:
        if resource.type != BUCKET:
            return None
        for key_id in _key_ids(resource):
            named = referred(key_id, self.template.place)
            key = self.template.get(named) if named else None
            if key and key.type == KEY:
                return key
        return None

    def _selected_for_plans(self) -> Iterator[tuple[str, Subject]]:
        seen: dict[str, list[tuple[str, BackupPlan, Choices]]] = {}
        for owner, plan_id, plan, selection, given in self._selections():
            for at, resource, choices in self._selected(selection, given):
                yield plan_id, Subject(ResourceOfPlan(plan, resource), choices)
                for other_id, other, under in seen.get(resource.logical_id, []):
                    together = {**under, **choices}
                    if other_id != plan_id and _agree(under, choices) and self.possible(together):
                        yield owner, Subject(TwiceSelected(at, resource, plan, other, other_id), together)
                seen.setdefault(resource.logical_id, []).append((plan_id, plan, choices))

    def _selections(self) -> Iterator[tuple[str, str, BackupPlan, Any, Choices]]:
        for one in self.template.own:
            given = self._there(one.condition)
            if isinstance(one.properties, BackupPlan):
                for selection, choices in self._items(one.properties.selections, given):
                    yield one.logical_id, one.logical_id, one.properties, selection, choices
            elif isinstance(one.properties, BackupSelection):
                for value, choices in every_value_or_unknown(
                    one.properties.backup_plan_id, given, self.possible
                ):
                    named = referred(value, self.template.place)
                    plan = self.plan_of(named)
                    if plan is not None and named:
                        yield one.logical_id, named, plan, one.properties, choices

    # -- what they share

    def _there(self, condition: str | None) -> Choices:
        return {} if condition is None else {condition: True}

    def _items(self, values: Any, given: Choices) -> Iterator[tuple[Any, Choices]]:
        for listed, choices in every_value(values, given, self.possible):
            for value in listed:
                yield from every_value(value, choices, self.possible)

    def _named(
        self, value: Any, given: Choices, *types: str, arns: tuple[str, ...] | None = None
    ) -> Iterator[tuple[Neighbour, Choices]]:
        """The resources of these types that a value refers to, if asked so by one of these attributes."""
        for found, choices in every_value_or_unknown(value, given, self.possible):
            named = referred(found, self.template.place)
            resource = self.template.get(named) if named else None
            reference = reference_of(found) if isinstance(found, Unknown) else None
            if arns is not None and reference and reference.attribute not in arns:
                continue
            if resource and resource.type in types:
                yield resource, {**choices, **self._there(resource.condition)}


def every_value_or_unknown(
    value: Any, given: Choices | None = None, possible: Possible = anything
) -> Iterator[tuple[Any, Choices]]:
    """Everything that a value can turn out to be, functions included, with the choices that lead to it."""
    try:
        for way in every_way(value, decided, given=given or {}, possible=possible, most=MOST_WAYS):
            if way.result is not None:
                yield way.result, way.choices
    except TooManyWays:
        return


def _nothing(_: OwnResource) -> Iterator[Subject]:
    return iter(())


def _named_entries(selection: Any) -> list[tuple[Path, Any]]:
    return [(e.at or at, decided(e.value)) for at, e in entries(selection) if isinstance(e, Resource)]


def _vault_name(value: Str, *, target: bool) -> str | None:
    """The name of a vault of the stack's own account and Region; a target is always there, a copy may be elsewhere."""
    if not isinstance(value, str):
        return _own_vault_name(value) if isinstance(value, Unknown) else None
    return vault_name(value) if target or not value.startswith("arn:") else None


def _own_vault_name(value: Unknown) -> str | None:
    """The name in the ARN of a vault of the stack's own account and Region."""
    text = "".join(
        piece if isinstance(piece, str) else "${" + str(reference_of(piece)) + "}"
        for piece in pieces_of(value) or ()
    )
    found = _OWN_VAULT.fullmatch(text)
    return found["name"] if found else None


def _air_gapped(resource: Neighbour) -> BackupVault:
    """A logically air-gapped vault, which is locked from the start."""
    days = [_whole(resource.properties.get(name)) for name in ("MinRetentionDays", "MaxRetentionDays")]
    lock = LockConfiguration(min_retention_days=days[0], max_retention_days=days[1])
    return BackupVault(lock_configuration=lock)


def _whole(value: Any) -> Any:
    text = str(value) if is_plain(value) else ""
    return int(text) if text.isdecimal() else Unknown(None)


def _flat(values: Any) -> Iterator[Any]:
    """Everything that a property can turn out to name, whatever the choices."""
    for found, _ in every_value_or_unknown(values):
        for one in found if isinstance(found, list | tuple) else [found]:
            for single, _ in every_value_or_unknown(one):
                yield single


def _key_ids(bucket: Neighbour) -> Iterator[Any]:
    encryption = bucket.properties.get("BucketEncryption")
    for found, _ in every_value_or_unknown(encryption):
        rules = found.get("ServerSideEncryptionConfiguration") if isinstance(found, Mapping) else None
        for one in _flat(rules):
            default = one.get("ServerSideEncryptionByDefault") if isinstance(one, Mapping) else None
            yield from _flat(default.get("KMSMasterKeyID") if isinstance(default, Mapping) else None)


def _agree(one: Choices, other: Choices) -> bool:
    return all(other.get(condition, holds) is holds for condition, holds in one.items())
