"""What a rule looks at: a part of a resource, with what has to be known around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cfn_backup.rules.asking import is_given
from cfn_backup.symbolic.paths import Path
from cfn_backup.symbolic.values import is_plain

if TYPE_CHECKING:
    # a vault's cold start does without what plans and selections need
    from cfn_backup.desired.place import Place
    from cfn_backup.desired.rules import PlannedRule
    from cfn_backup.symbolic.values import Str, Sym
    from cfn_backup.written.plan import BackupPlan, CopyAction, Lifecycle
    from cfn_backup.written.selection import Selection
    from cfn_backup.written.vault import BackupVault


@dataclass(frozen=True)
class PlanSubject:
    """A plan as it was written."""

    plan: BackupPlan
    place: Place

    def at(self, name: str) -> Path:
        """The path of a member of the plan, by its name in the custom type."""
        return self.plan.at / ("BackupPlanRule" if self.plan.native and name == "BackupPlanRules" else name)


@dataclass(frozen=True)
class RuleSubject:
    """One rule of a plan, with presets filled in."""

    planned: PlannedRule
    plan: BackupPlan
    place: Place

    @property
    def name(self) -> str:
        """What the rule is called, as far as that is known."""
        return self.planned.rule.rule_name if isinstance(self.planned.rule.rule_name, str) else "this rule"

    @property
    def target(self) -> Str | None:
        """The vault that is named for the rule: its own, else that of the plan."""
        own = self.planned.rule.target_backup_vault
        return own if own is not None else self.plan.backup_vault

    @property
    def target_at(self) -> Path:
        """Where that vault is named."""
        if self.planned.rule.target_backup_vault is None and self.plan.backup_vault is not None:
            return self.plan.at / "BackupVault"
        return self.planned.at / "TargetBackupVault"


@dataclass(frozen=True)
class LifecycleSubject:
    """The life of a rule's recovery points, or of their copies, as it ends up."""

    lifecycle: Lifecycle
    written: Sym[Lifecycle] | None
    """What the author wrote of it; None if all of it comes from a preset."""
    otherwise_at: Path
    """Where the preset, or else the rule, stands: the place of what the author did not write."""
    rule: PlannedRule
    of_copy: bool = False

    def at(self, member: str) -> Path:
        """The path of a member, or of what brings it, by its name."""
        if is_plain(self.written) and is_given(getattr(self.written, _FIELDS[member])):
            return self.written.at / member
        return self.otherwise_at

    def is_written(self, member: str) -> bool:
        """Whether the author wrote this member."""
        return is_plain(self.written) and is_given(getattr(self.written, _FIELDS[member]))


_FIELDS = {
    "DeleteAfterDays": "delete_after_days",
    "MoveToColdStorageAfterDays": "move_to_cold_storage_after_days",
}


@dataclass(frozen=True)
class CopySubject:
    """A copy action of a rule."""

    copy: CopyAction
    rule: RuleSubject


@dataclass(frozen=True)
class VaultSubject:
    """A vault: a resource, or the default vault of a plan."""

    vault: BackupVault
    place: Place


@dataclass(frozen=True)
class SelectionSubject:
    """A selection: a resource, or one of a plan's ``Selections``."""

    selection: Selection
    plan: BackupPlan | None
    """The plan that it selects for, if it is known."""
    inline: bool
    """Whether it is one of a plan's ``Selections``."""
    native: bool
    place: Place
