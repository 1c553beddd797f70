"""What the installer of the provider lets authors of templates do: the parameters of the provider's stack.

Each refusal names the parameter. Where a policy can say the same, IAM refuses it as well (``template.yaml``).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Self

from cfn_backup.aws.errors import AccessDenied


@dataclass(frozen=True)
class InstallersPolicy:
    """The decisions of the installer. Without any, as in an emulator, everything is allowed."""

    copy_accounts: frozenset[str] | None = None
    """Accounts that recovery points may be copied to, the stack's own among them; None for every account."""
    copy_regions: frozenset[str] | None = None
    """Regions that recovery points may be copied to; None for every Region."""
    compliance_locks: bool = True
    """Whether a vault may be locked in compliance mode."""
    account_wide_selections: bool = True
    """Whether a selection may be everything that AWS Backup supports."""
    passable_roles: str | None = None
    """Which roles a template may name, such as ``role/backup/*``; the empty string for only those that the
    provider makes, None for every role."""
    shared_roles: tuple[str, ...] = ()
    """ARNs of the roles that all selections use which bring none: for backups, the same with buckets, with
    restores, and with both. Empty where a role is made for each."""
    role_path: str = "/cfn-backup-provider/"
    """The path of the roles that the provider makes."""
    keys: str = "key/*"
    """Which KMS keys a vault may have, such as ``key/1234*``."""
    disabled: bool = False
    """Whether every request is refused."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The decisions that the provider's stack gives its functions as variables."""

        def listed(name: str) -> frozenset[str] | None:
            text = environment.get(name)
            return None if text is None or text == "*" else frozenset(filter(None, text.split(",")))

        def allowed(name: str) -> bool:
            return environment.get(name, "true") == "true"

        return cls(
            copy_accounts=listed("COPY_ACCOUNTS"),
            copy_regions=listed("COPY_REGIONS"),
            compliance_locks=allowed("ALLOW_COMPLIANCE_LOCKS"),
            account_wide_selections=allowed("ALLOW_ACCOUNT_WIDE_SELECTIONS"),
            passable_roles=environment.get("PASSABLE_ROLES"),
            shared_roles=tuple(filter(None, environment.get("SHARED_ROLES", "").split(","))),
            role_path=environment.get("ROLE_PATH", cls.role_path),
            keys=environment.get("KEYS", cls.keys),
            disabled=environment.get("DISABLED") == "true",
        )

    def refuse_if_disabled(self) -> None:
        """:raises AccessDenied: where the provider is switched off."""
        if self.disabled:
            raise AccessDenied(
                "The provider is switched off: whoever installed it set its parameter Disabled to true, so "
                "every request is refused and nothing was changed. Ask them; a stack can be deleted without "
                "this resource with --retain-resources"
            )

    def refuse_call(self, operation: str, parameters: Mapping[str, Any]) -> None:
        """:raises AccessDenied: for a call of AWS Backup that the installer does not allow."""
        if operation in {"CreateBackupPlan", "UpdateBackupPlan"}:
            self.refuse_copies(parameters["BackupPlan"])
        elif operation == "PutBackupVaultLockConfiguration":
            self.refuse_lock(parameters)
        elif operation == "CreateBackupSelection":
            self.refuse_selection(parameters["BackupSelection"])
        elif operation == "CreateBackupVault":
            self.refuse_key(parameters.get("EncryptionKeyArn"))

    def refuse_copies(self, plan: Mapping[str, Any]) -> None:
        """:raises AccessDenied: for a plan with a copy to an account or Region that is not allowed."""
        for rule in plan.get("Rules", []):
            for copy in rule.get("CopyActions", []):
                self._refuse_copy(rule.get("RuleName", ""), copy.get("DestinationBackupVaultArn", ""))

    def _refuse_copy(self, rule: str, arn: str) -> None:
        parts = [*arn.split(":"), "", "", "", "", ""]
        region, account = parts[3], parts[4]
        if self.copy_accounts is not None and account not in self.copy_accounts:
            raise _refused(f"The rule {rule} copies to {arn}, of the account {account}", "CopyAccounts")
        if self.copy_regions is not None and region not in self.copy_regions:
            raise _refused(f"The rule {rule} copies to {arn}, in the Region {region}", "CopyRegions")

    def refuse_lock(self, days: Mapping[str, Any]) -> None:
        """:raises AccessDenied: for a lock that becomes permanent, where that is not allowed."""
        if not self.compliance_locks and days.get("ChangeableForDays") is not None:
            raise _refused(
                "LockConfiguration.ChangeableForDays makes a lock that nobody can ever take off",
                "AllowComplianceLocks",
            )

    def refuse_selection(self, selection: Mapping[str, Any]) -> None:
        """:raises AccessDenied: for a selection of everything, or one with a role that may not be named."""
        name = selection.get("SelectionName", "")
        if not self.account_wide_selections and _is_account_wide(selection):
            raise _refused(
                f'The selection {name} is "*", everything that AWS Backup supports in the account',
                "AllowAccountWideSelections",
            )
        self.refuse_role(str(selection.get("IamRoleArn", "")))

    def refuse_role(self, arn: str) -> None:
        """:raises AccessDenied: for a role that a template may not name."""
        own = arn in self.shared_roles or arn.rpartition(":")[2].startswith(f"role{self.role_path}")
        if not own and not self.is_passable(arn):
            raise _refused(f"IamRoleArn names {arn}", "PassableRoles")

    def is_passable(self, arn: str) -> bool:
        """Whether a template may name the role although the provider did not make it for the same stack."""
        resource = arn.rpartition(":")[2]
        return self.passable_roles is None or fnmatchcase(resource, self.passable_roles)

    def refuse_key(self, arn: str | None) -> None:
        """:raises AccessDenied: for a key that a vault may not have. What an alias stands for IAM knows."""
        resource = (arn or "").rpartition(":")[2]
        if resource.startswith("key/") and not fnmatchcase(resource, self.keys):
            raise _refused(f"EncryptionKeyArn names {arn}", "Keys")


def _refused(what: str, parameter: str) -> AccessDenied:
    return AccessDenied(
        f"{what}. The installer of the provider does not allow that (its parameter {parameter}); ask them, "
        "or leave it out"
    )


def _is_account_wide(selection: Mapping[str, Any]) -> bool:
    """Everything, but for what conditions and exclusions leave of it."""
    resources: Iterable[str] = selection.get("Resources", ())
    return "*" in resources and not selection.get("ListOfTags") and not _has_conditions(selection)


def _has_conditions(selection: Mapping[str, Any]) -> bool:
    return any((selection.get("Conditions") or {}).values())
