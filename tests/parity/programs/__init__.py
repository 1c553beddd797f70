"""The parity programs, by family."""

from __future__ import annotations

from tests.parity.programs import native, presets, rules, selections, vaults
from tests.parity.programs.program import Program

FAMILIES = {
    "presets": presets.programs,
    "rules": rules.programs,
    "selections": selections.programs,
    "vaults": vaults.programs,
    "native": native.programs,
}


def programs_of(family: str) -> dict[str, Program]:
    """The family's programs by name."""
    found: dict[str, Program] = {}
    for program in FAMILIES[family]():
        if program.name in found:
            raise ValueError(f"two programs are called {program.name}")
        found[program.name] = program
    return found
