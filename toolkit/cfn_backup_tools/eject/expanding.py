"""From one custom resource of a template to its native resources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from cfn_backup.desired.owner import Owner
from cfn_backup.desired.place import Place
from cfn_backup.desired.plan import expand_plan, stacks_of_plan
from cfn_backup.desired.selection import expand_selection, stacks_named
from cfn_backup.desired.vault import expand_vault
from cfn_backup.symbolic import assume_all, is_function, needed
from cfn_backup.symbolic.functions import reference_of, sub_parts
from cfn_backup.written.declarations import ResourceProperties
from cfn_backup.written.plan import BackupPlan
from cfn_backup.written.resources import CUSTOM
from cfn_backup.written.selection import BackupSelection
from cfn_backup.written.service_properties import without_service_properties
from cfn_backup.written.vault import BackupVault
from cfn_backup_tools.eject.ambiguous import ambiguous_entries, open_retentions
from cfn_backup_tools.eject.deciding import CannotExpand, Choices, Decisions
from cfn_backup_tools.eject.discovery import Discovery
from cfn_backup_tools.eject.logical_ids import LogicalIds
from cfn_backup_tools.eject.native import Native, in_template_syntax
from cfn_backup_tools.eject.plans import native_plan
from cfn_backup_tools.eject.selections import add_role, add_selection, role_attributes
from cfn_backup_tools.eject.topics import Topics
from cfn_backup_tools.eject.vaults import WrittenPolicies, add_vault, vault_attributes
from cfn_backup_tools.template.resolve import Resolver


@dataclass
class Expansion:
    """Expands the custom resources of one template."""

    resolver: Resolver
    place: Place
    ids: LogicalIds
    topics: Topics
    discovery: Discovery

    def expand(self, logical_id: str, resource: Mapping[str, Any]) -> tuple[Native, tuple[str, ...]]:
        """The native resources, and what the author should know. Raises CannotExpand and Refused."""
        given = resource.get("Properties", {})
        if not isinstance(given, dict) or is_function(given):
            raise CannotExpand("Properties have to be written out, as a map")
        _refuse_malformed(given, ())
        decisions = Decisions(
            CUSTOM[resource["Type"]], self.resolver, partial(self._native, logical_id, resource)
        )
        native = in_template_syntax(decisions.native(without_service_properties(given)))
        return native, (*decisions.notes, *native.notes)

    def _native(
        self, logical_id: str, resource: Mapping[str, Any], written: ResourceProperties, choices: Choices
    ) -> Native:
        owner = Owner.of_template(logical_id)
        if isinstance(written, BackupPlan):
            return self._plan(logical_id, resource, written, owner, choices)
        if isinstance(written, BackupVault):
            return self._vault(logical_id, resource, written, owner)
        if isinstance(written, BackupSelection):
            return self._selection(logical_id, written, owner, choices)
        raise CannotExpand(
            f"{written.resource_type} has no native counterpart: CloudFormation cannot change these settings. Set them "
            "with aws backup update-region-settings, and take the resource out of the template (with "
            "RemovalPolicy: RETAIN they stay)"
        )

    def _plan(
        self,
        logical_id: str,
        resource: Mapping[str, Any],
        written: BackupPlan,
        owner: Owner,
        choices: Choices,
    ) -> Native:
        found = self.discovery.find(logical_id, stacks_of_plan(written))
        plan = expand_plan(written, owner, self.place, assume_all(found.arns, choices))
        native = native_plan(
            logical_id,
            plan,
            written.backup_vault,
            self.place,
            self.ids,
            self.topics,
            _written_policies(resource, plan.vault.removal_policy if plan.vault else None),
        )
        native.losses += [f"{logical_id}: {loss}" for loss in (*found.losses, *open_retentions(written))]
        native.notes += ambiguous_entries(written.selections, self.place)
        return native

    def _vault(
        self, logical_id: str, resource: Mapping[str, Any], written: BackupVault, owner: Owner
    ) -> Native:
        native = Native(ref={"Ref": logical_id})
        vault = expand_vault(written, owner)
        removal_policy = needed(written.removal_policy, "no function can stand in a DeletionPolicy")
        add_vault(native, logical_id, vault, _written_policies(resource, removal_policy), self.topics)
        native.attributes = vault_attributes(native, logical_id, vault)
        return native

    def _selection(self, logical_id: str, written: BackupSelection, owner: Owner, choices: Choices) -> Native:
        native = Native(ref={"Fn::GetAtt": [logical_id, "Id"]})
        found = self.discovery.find(logical_id, stacks_named(written))
        selection = expand_selection(written, owner, self.place, assume_all(found.arns, choices))
        role_id = self.ids.of(logical_id, "Role") if selection.role else None
        if selection.role and role_id:
            add_role(native, role_id, selection.role)
        add_selection(
            native,
            logical_id,
            selection,
            plan_id=written.backup_plan_id,
            role_id=role_id,
            role=selection.role,
        )
        native.attributes = {
            **{name: {"Fn::GetAtt": [logical_id, name]} for name in ("SelectionId", "BackupPlanId", "Id")},
            **role_attributes(native, role_id, written.iam_role_arn),
        }
        native.losses += [f"{logical_id}: {loss}" for loss in found.losses]
        native.notes += ambiguous_entries((written,), self.place)
        return native


def _written_policies(resource: Mapping[str, Any], removal_policy: str | None) -> WrittenPolicies:
    return WrittenPolicies(
        removal_policy, resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")
    )


_WELL_FORMED: Mapping[str, Callable[[Any], bool]] = {
    "Ref": lambda argument: isinstance(argument, str),
    "Fn::GetAtt": lambda argument: (
        len(argument) > 1 and isinstance(argument[0], str)
        if isinstance(argument, list)
        else reference_of({"Fn::GetAtt": argument}) is not None
    ),
    "Fn::Sub": lambda argument: sub_parts(argument) is not None,
    "Fn::Join": lambda argument: isinstance(argument, list) and len(argument) == 2,
}


def _refuse_malformed(value: Any, path: tuple[str | int, ...]) -> None:
    """Raises CannotExpand for a function that CloudFormation itself would not take."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            _refuse_malformed(item, (*path, index))
    elif isinstance(value, dict):
        if is_function(value):
            ((function, argument),) = value.items()
            if not _WELL_FORMED.get(function, lambda _: True)(argument):
                raise CannotExpand(
                    f"{'.'.join(map(str, path))}: {function} has arguments that CloudFormation does not take"
                )
        for name, member in value.items():
            _refuse_malformed(member, (*path, name))
