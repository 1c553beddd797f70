"""The rule about tags."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cfn_backup.symbolic.alternatives import alternatives
from cfn_backup.symbolic.values import Sym
from cfn_backup.written.problems import Findings
from cfn_backup.written.tags import OF_AWS, OF_PROVIDER


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
