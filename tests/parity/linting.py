"""What cfn-lint says about a template, through its API."""

from __future__ import annotations

import json
from typing import Any

from cfnlint.api import lint
from cfnlint.config import ManualArgs


def lint_errors(template: dict[str, Any] | str) -> list[str]:
    """The errors, as ``E1234 message``."""
    text = template if isinstance(template, str) else json.dumps(template, indent=1)
    found = lint(text, config=ManualArgs(regions=["us-east-1"]))
    return [f"{match.rule.id} {match.message}" for match in found if match.rule.id.startswith("E")]
