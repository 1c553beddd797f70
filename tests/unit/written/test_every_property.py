"""examples/every-property.yaml has every property at least once."""

from __future__ import annotations

import re
from pathlib import Path

from cfn_backup.written.declarations import properties_of
from cfn_backup.written.entries import KINDS
from cfn_backup.written.plan import BackupPlan
from cfn_backup.written.selection import BackupSelection
from cfn_backup.written.vault import BackupVault

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "every-property.yaml"


def names_within(cls: type) -> set[str]:
    """The names of a class's properties, and of those of its parts."""
    names: set[str] = set()
    for name, known in properties_of(cls).items():
        kind = known.kind.item if known.kind.form == "list" and known.kind.item else known.kind
        names |= {name} | (names_within(kind.cls) if kind.form == "object" else set())
    return names


def test_every_property_is_in_the_example() -> None:
    text = EXAMPLE.read_text()
    expected = (
        names_within(BackupPlan) | names_within(BackupVault) | names_within(BackupSelection) | set(KINDS)
    )
    missing = {name for name in expected if not re.search(rf"\b{name}:", text)}
    # a stack as the contents of a selection has an example of its own
    assert missing == {"Stack"}
