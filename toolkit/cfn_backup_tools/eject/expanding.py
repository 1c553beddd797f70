"""From one custom resource of a template to its native resources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cfn_backup.desired.document import template_node
from cfn_backup.desired.owner import Owner
from cfn_backup.desired.plan import expand_plan
from cfn_backup.desired.selection import expand_selection, flat, stacks_named
from cfn_backup.desired.vault import expand_vault
from cfn_backup.rules.properties import without_service_properties
from cfn_backup.written.plan import BackupPlan
from cfn_backup.written.problems import Findings
from cfn_backup.written.reader import read
from cfn_backup.written.selection import BackupSelection, Selection
from cfn_backup.written.vault import BackupVault
from cfn_backup_tools.eject.ambiguous import ambiguous_entries, open_retentions
from cfn_backup_tools.eject.branches import Undecided, decide, in_each_branch
from cfn_backup_tools.eject.carrying import Refused, carried_back, carry
from cfn_backup_tools.eject.discovery import Discovery
from cfn_backup_tools.eject.logical_ids import LogicalIds
from cfn_backup_tools.eject.native import Native, merge
from cfn_backup_tools.eject.plans import native_plan
from cfn_backup_tools.eject.selections import add_role, add_selection, role_attributes
from cfn_backup_tools.eject.topics import Topics
from cfn_backup_tools.eject.unexpandable import refuse_malformed, refuse_unknown_structure
from cfn_backup_tools.eject.vaults import WrittenPolicies, add_vault, vault_attributes
from cfn_backup_tools.template.intrinsics import is_intrinsic
from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.validate.custom_types import CLASSES

if TYPE_CHECKING:
    from cfn_backup.symbolic.values import Place


@dataclass
class Expansion:
    """Expands the custom resources of one template."""

    resolver: Resolver
    place: Place
    ids: LogicalIds
    topics: Topics
    discovery: Discovery

    def expand(self, logical_id: str, resource: Mapping[str, Any]) -> tuple[Native, tuple[str, ...]]:
        """The native resources, and what the author should know. Raises Undecided and Refused."""
        cls = CLASSES[resource["Type"]]
        given = resource.get("Properties", {})
        if not isinstance(given, dict) or is_intrinsic(given):
            raise Undecided("Properties have to be written out, as a map")
        refuse_malformed(given)
        properties = without_service_properties(given)
        decided = decide(properties, self.resolver)
        readable, carried = carry(
            decided.properties, lambda given, findings: read(cls, given, findings, symbolic=True)
        )

        def expand(chosen: dict[str, Any]) -> Native:
            findings = Findings()
            written = read(cls, chosen, findings, symbolic=True)
            if findings.errors:
                raise Refused(findings.errors)
            refuse_unknown_structure(written)
            return self._native(logical_id, resource, written)

        native = in_each_branch(readable, decided.conditions, expand, merge)
        native.resources = carried_back(native.resources, carried)
        native.attributes = carried_back(native.attributes, carried)
        return native, (*decided.notes, *native.notes)

    def _native(self, logical_id: str, resource: Mapping[str, Any], written: Any) -> Native:
        owner = Owner.of_template(logical_id)
        if isinstance(written, BackupPlan):
            return self._plan(logical_id, resource, written, owner)
        if isinstance(written, BackupVault):
            return self._vault(logical_id, resource, written, owner)
        if isinstance(written, BackupSelection):
            return self._selection(logical_id, written, owner)
        raise TypeError(written)

    def _plan(
        self, logical_id: str, resource: Mapping[str, Any], written: BackupPlan, owner: Owner
    ) -> Native:
        selections = [selection for selection in flat(written.selections) if isinstance(selection, Selection)]
        stacks = tuple(stack for selection in selections for stack in stacks_named(selection))
        found = self.discovery.find(logical_id, stacks)
        plan = expand_plan(written, owner, self.place, found.arns)
        native = native_plan(
            logical_id,
            plan,
            written.backup_vault,
            self.place,
            self.ids,
            self.topics,
            _written_policies(resource, str(plan.vault.removal_policy) if plan.vault else None),
        )
        native.losses += [f"{logical_id}: {loss}" for loss in (*found.losses, *open_retentions(written))]
        native.notes += [
            note for selection in selections for note in ambiguous_entries(selection, self.place)
        ]
        return native

    def _vault(
        self, logical_id: str, resource: Mapping[str, Any], written: BackupVault, owner: Owner
    ) -> Native:
        native = Native(ref={"Ref": logical_id})
        vault = expand_vault(written, owner)
        removal_policy = None if written.removal_policy is None else str(written.removal_policy)
        add_vault(native, logical_id, vault, _written_policies(resource, removal_policy), self.topics)
        native.attributes = vault_attributes(native, logical_id, vault)
        return native

    def _selection(self, logical_id: str, written: BackupSelection, owner: Owner) -> Native:
        native = Native(ref={"Fn::GetAtt": [logical_id, "Id"]})
        found = self.discovery.find(logical_id, stacks_named(written))
        selection = expand_selection(written, owner, self.place, found.arns)
        role_id = self.ids.of(logical_id, "Role") if selection.role else None
        if selection.role and role_id:
            add_role(native, role_id, selection.role)
        add_selection(
            native,
            logical_id,
            selection,
            plan_id=template_node(written.backup_plan_id),
            role_id=role_id,
            role=selection.role,
        )
        native.attributes = {
            **{name: {"Fn::GetAtt": [logical_id, name]} for name in ("SelectionId", "BackupPlanId", "Id")},
            **role_attributes(native, role_id, written.iam_role_arn),
        }
        native.losses += [f"{logical_id}: {loss}" for loss in found.losses]
        native.notes += ambiguous_entries(written, self.place)
        return native


def _written_policies(resource: Mapping[str, Any], removal_policy: str | None) -> WrittenPolicies:
    return WrittenPolicies(
        removal_policy, resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")
    )
