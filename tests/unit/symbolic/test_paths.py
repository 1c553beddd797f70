"""Where a value was written."""

from __future__ import annotations

from cfn_backup.symbolic import Branch, Path


def test_a_path_is_read_without_its_branches() -> None:
    path = Path() / "BackupPlanRules" / Branch("Long", holds=False) / 0 / "Lifecycle" / "DeleteAfterDays"

    assert str(path) == "BackupPlanRules[0].Lifecycle.DeleteAfterDays"
    assert path.choices == {"Long": False}
    assert path.names == ("BackupPlanRules", 0, "Lifecycle", "DeleteAfterDays")


def test_a_path_is_made_of_its_text() -> None:
    path = Path.of("Selections[2].Resources[0].Tag")

    assert path == Path(("Selections", 2, "Resources", 0, "Tag"))
    assert str(path) == "Selections[2].Resources[0].Tag"
    assert not Path.of("")
