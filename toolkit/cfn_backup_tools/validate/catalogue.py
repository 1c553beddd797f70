"""Every rule that ``validate`` knows, and where it is described."""

from __future__ import annotations

from collections.abc import Mapping

from cfn_backup.rules import everything
from cfn_backup.rules.registry import Rule, registered

PAGE = "https://github.com/cfn-backup-provider/cfn-backup-provider/blob/main/docs/rules.md"


def every_rule() -> Mapping[str, Rule]:
    """The rules of a deployment and those of the author's tools, by code."""
    everything.load()
    # these have rules of their own
    import cfn_backup_tools.validate.return_values  # noqa: PLC0415
    import cfn_backup_tools.validate.spelling  # noqa: PLC0415
    import cfn_backup_tools.validate.tokens  # noqa: F401, PLC0415

    return registered()


def page_of(code: str) -> str:
    """The address of the section about a rule."""
    return f"{PAGE}#{code.lower()}"
