"""cfn-lint rules for ``Custom::BackupPlan``, ``Custom::BackupVault`` and ``Custom::BackupSelection``.

Put into ``.cfnlintrc``::

    append_rules:
      - cfn_backup_tools.cfnlint_rules

The findings are those of ``cfn-backup validate``: the same model, the same parameters' defaults, the same
words. Each begins with the provider's own code, since one rule of cfn-lint stands for a family of ours.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from cfn_backup_tools.cfnlint_rules.findings_of import findings_of

SOURCE = "https://github.com/cfn-backup-provider/cfn-backup-provider/blob/main/docs/validate.md"


class _Findings(CloudFormationLintRule):  # type: ignore[misc]
    """The findings of one family."""

    tags: list[str] = ["resources", "backup"]  # noqa: RUF012 - cfn-lint's own declaration
    source_url = SOURCE
    families: tuple[str, ...] = ()

    def match(self, cfn: Any) -> Iterable[RuleMatch]:
        """The findings, at the places that cfn-lint points to for their paths."""
        return [
            RuleMatch(
                list(found.path), f"{found.problem.code}: {found.problem.path}: {found.problem.message}"
            )
            for found in findings_of(cfn)
            if found.problem.code.startswith(self.families)
        ]


class CustomBackupShape(_Findings):
    """Properties that are unknown, missing or of the wrong type, and return values that do not exist."""

    id = "E9000"
    shortdesc = "Custom backup resources have the right properties"
    description = "Properties of the custom backup resources are known, complete and of the right type"
    families = ("E90",)


class CustomBackupPlan(_Findings):
    """What AWS Backup would refuse in a plan."""

    id = "E9200"
    shortdesc = "Custom backup plans are what AWS Backup accepts"
    description = "Rules, schedules, lifecycles and copies of Custom::BackupPlan are what AWS Backup accepts"
    families = ("E92",)


class CustomBackupSelection(_Findings):
    """What AWS Backup would refuse in a selection."""

    id = "E9300"
    shortdesc = "Custom backup selections are what AWS Backup accepts"
    description = "Resources, tags and conditions of selections are what AWS Backup accepts"
    families = ("E93",)


class CustomBackupVault(_Findings):
    """What AWS Backup would refuse in a vault."""

    id = "E9400"
    shortdesc = "Custom backup vaults are what AWS Backup accepts"
    description = (
        "Names, locks, policies and notifications of Custom::BackupVault are what AWS Backup accepts"
    )
    families = ("E94", "E95")


class CustomBackupWarning(_Findings):
    """What AWS Backup accepts and the author may not mean."""

    id = "W9000"
    shortdesc = "Custom backup resources do what they seem to do"
    description = "Settings that AWS Backup accepts although they do less, or more, than they seem to"
    families = ("W",)
