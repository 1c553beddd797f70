"""What authors write, and every rule about it.

``read_plan``, ``read_vault`` and ``read_selection`` turn the properties of a custom resource into the
classes of this package and check them by every rule that can be decided without asking AWS. They collect;
the caller decides what an error means (``findings.raise_errors()``).
"""

from __future__ import annotations

from cfn_backup.rules.properties import read_plan, read_selection, read_vault
from cfn_backup.written.problems import Findings, InvalidProperties, Problem, Severity

__all__ = [
    "Findings",
    "InvalidProperties",
    "Problem",
    "Severity",
    "read_plan",
    "read_selection",
    "read_vault",
]
