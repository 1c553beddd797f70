"""The rule about tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cfn_backup.model.alternatives import alternatives
from cfn_backup.model.problems import Findings
from cfn_backup.model.values import Sym

OF_AWS = "aws:"
"""Tags of AWS's own, which nobody else can make or change (AWS General Reference, Tag naming limits)."""
OF_PROVIDER = "cfn-backup-provider:"
"""Tags by which the provider knows what is its own, and what it has put there."""


def check_tags(tags: Sym[Mapping[str, Any]] | None, findings: Findings, path: str) -> None:
    """Reports tags of a vault or plan whose keys are somebody else's."""
    for known in alternatives(tags):
        for key in known:
            for prefix, whose in ((OF_AWS, "AWS"), (OF_PROVIDER, "this provider")):
                if key.lower().startswith(prefix):
                    findings.add(
                        "E9013",
                        f"{path}.{key}",
                        f"is a tag of {whose}, as is every one that begins with {prefix}: choose another key",
                    )
