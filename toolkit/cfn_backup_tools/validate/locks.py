"""Rules whose retention the lock of a vault of the same template does not allow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from cfn_backup.symbolic.alternatives import alternatives
from cfn_backup.written.problems import Findings, Problem

from cfn_backup.desired.plan import rules_of
from cfn_backup.rules.plans import placed
from cfn_backup.rules.retention import check_retention_in_lock
from cfn_backup.symbolic.values import Intrinsic, Str
from cfn_backup.written.plan import BackupPlan
from cfn_backup.written.reader import read
from cfn_backup.written.vault import LockConfiguration
from cfn_backup_tools.template.intrinsics import attribute_of
from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import Template
from cfn_backup_tools.validate.custom_types import VAULT

_VAULT_TYPES = (VAULT, "AWS::Backup::BackupVault")


class Resource(Protocol):
    """A custom resource that has been read."""

    @property
    def logical_id(self) -> str: ...
    @property
    def condition(self) -> str | None: ...
    @property
    def model(self) -> Any: ...


def check_locks[R: Resource](
    template: Template, resolver: Resolver, resources: Sequence[R]
) -> Iterator[tuple[R, Problem]]:
    """Each problem with the plan that has it. Locks of default vaults are the model's own business."""
    locks = _locks(template, resolver)
    if not locks:
        return
    for resource in resources:
        if not isinstance(resource.model, BackupPlan):
            continue
        findings = Findings()
        for path, rule in placed(resource.model, rules_of(resource.model)):
            target = (
                rule.target_backup_vault
                if rule.target_backup_vault is not None
                else resource.model.backup_vault
            )
            vault = _vault_named(target, locks)
            if vault is None or not _go_together(vault[0], resource.condition, resolver):
                continue
            for lock in alternatives(vault[1]):
                check_retention_in_lock(rule, lock, findings, path)
        for problem in findings.problems:
            yield resource, problem


type Locks = Mapping[str, tuple[str | None, str | None, LockConfiguration]]
"""By logical id: the vault's condition, its name if it is known, and its lock."""


def _locks(template: Template, resolver: Resolver) -> Locks:
    locks: dict[str, tuple[str | None, str | None, LockConfiguration]] = {}
    for logical_id, resource in template.resources.items():
        if resource["Type"] not in _VAULT_TYPES:
            continue
        properties = resolver.resolve(resource.get("Properties", {}))
        given = properties.get("LockConfiguration") if isinstance(properties, dict) else None
        if not isinstance(given, dict) or any(name == "Ref" or name.startswith("Fn::") for name in given):
            continue
        lock = read(LockConfiguration, given, Findings(), symbolic=True)
        name = properties.get("BackupVaultName")
        if lock is not None:
            locks[logical_id] = (resource.get("Condition"), name if isinstance(name, str) else None, lock)
    return locks


def _vault_named(target: Str | None, locks: Locks) -> tuple[str | None, LockConfiguration] | None:
    """The condition and the lock of the vault that a rule's target names."""
    for logical_id, (condition, name, lock) in locks.items():
        if isinstance(target, str):
            if name is not None and target.rpartition(":backup-vault:")[2] == name:
                return condition, lock
        elif isinstance(target, Intrinsic) and _refers_to(target.node, logical_id):
            return condition, lock
    return None


def _refers_to(node: Mapping[str, Any], logical_id: str) -> bool:
    found = attribute_of(node["Fn::GetAtt"]) if "Fn::GetAtt" in node else None
    return node.get("Ref") == logical_id or (found is not None and found[0] == logical_id)


def _go_together(of_vault: str | None, of_plan: str | None, resolver: Resolver) -> bool:
    """Whether the vault is there whenever the plan is, as far as the conditions' names tell."""
    return of_vault is None or of_vault == of_plan or resolver.condition(of_vault) is True
