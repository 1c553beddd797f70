"""The rule about the tags of vaults and plans."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cfn_backup.rules.registry import Fault, rule
from cfn_backup.rules.subjects import PlanSubject, VaultSubject
from cfn_backup.symbolic.asking import decided
from cfn_backup.symbolic.paths import Path
from cfn_backup.written.tags import OF_AWS, OF_PROVIDER


@rule(
    "E9013",
    subject=(PlanSubject, VaultSubject),
    title="Reserved tag",
    explanation="Tags that begin with `aws:` are AWS's own, and those that begin with "
    "`cfn-backup-provider:` say what the provider made and put there. A template cannot set them on a vault "
    "or plan.",
    way_out="Choose another key.",
    source="AWS General Reference: Tag naming limits and requirements",
)
def reserved_tag(subject: PlanSubject | VaultSubject) -> Iterator[Fault]:
    if isinstance(subject, PlanSubject):
        at = Path() if subject.plan.native else subject.plan.at
        tags, name, native = subject.plan.backup_plan_tags, "BackupPlanTags", subject.plan.native
    else:
        at = subject.vault.at
        tags, name, native = subject.vault.backup_vault_tags, "BackupVaultTags", subject.vault.native
    known: Any = decided(tags)
    for key in known if isinstance(known, Mapping) else ():
        for prefix, whose in ((OF_AWS, "AWS"), *(() if native else ((OF_PROVIDER, "this provider"),))):
            if key.lower().startswith(prefix):
                message = (
                    f"is a tag of {whose}, as is every one that begins with {prefix}: choose another key"
                )
                yield Fault(at / name / key, message, of_name=True)
