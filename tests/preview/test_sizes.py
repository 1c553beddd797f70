"""The file of sizes: what it may say, and what is said about mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from cfn_backup_tools.preview.sizes import Resource, example, read_sizes
from cfn_backup_tools.preview.storage import Size
from cfn_backup_tools.preview.yaml_file import BadFile


def _read(tmp_path: Path, text: str, types: dict[str, str] | None = None) -> tuple[Resource, ...]:
    file = tmp_path / "sizes.yaml"
    file.write_text(text)
    return read_sizes(str(file), types or {}, ("Plan", "Other"))


def test_the_example_can_be_read(tmp_path: Path) -> None:
    assert _read(tmp_path, example({})) == (
        Resource("Orders", "DynamoDB", Size(120)),
        Resource("Documents", "EFS", Size(800, 4)),
        Resource("DatabaseVolume", "EBS", Size(500, 10)),
    )


def test_the_example_of_a_template_has_its_resources(tmp_path: Path) -> None:
    # GIVEN
    types = {"Orders": "DynamoDB", "Files": "EFS", "Warehouse": "Redshift"}

    # WHEN
    found = _read(tmp_path, example(types))

    # THEN one whose storage nobody describes is left out
    assert [(resource.name, resource.resource_type) for resource in found] == [
        ("Orders", "DynamoDB"),
        ("Files", "EFS"),
    ]


def test_the_type_of_a_resource_of_the_template_need_not_be_said(tmp_path: Path) -> None:
    [orders] = _read(tmp_path, "Orders: {gb: 1}", {"Orders": "DynamoDB"})
    assert orders.resource_type == "DynamoDB"


def test_a_resource_may_be_of_some_plans_only(tmp_path: Path) -> None:
    [orders] = _read(tmp_path, "Orders: {type: S3, gb: 1, plans: [Other]}")
    assert (orders.is_of("Other"), orders.is_of("Plan")) == (True, False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "a map is needed"),
        ("a: {gb: 1", "cannot be read: line 1"),
        ("a: 5", "a: a map with type, gb and change_per_day is needed"),
        ("a: {type: EFS}", "a: gb is missing"),
        ("a: {gb: 1}", "a: type is missing; there are Aurora, "),
        ("a: {type: DynmoDB, gb: 1}", "a: type DynmoDB is not known; did you mean DynamoDB?"),
        ("a: {type: EFS, size: 1}", "a: size is not known; there are type, gb, change_per_day, plans"),
        ("a: {type: EFS, gb: 1, change_per_dy: 1}", "did you mean change_per_day?"),
        ("a: {type: EFS, gb: -1}", "a: gb: a number that is not negative is needed"),
        ("a: {type: EFS, gb: many}", "a: gb: a number that is not negative is needed"),
        ("a: {type: EFS, gb: .nan}", "a: gb: a number that is not negative is needed"),
        ("a: {type: EFS, gb: true}", "a: gb: a number that is not negative is needed"),
        ("a: {type: EFS, gb: 1, plans: Plan}", "a: plans must be a list of logical ids"),
        ("a: {type: EFS, gb: 1, plans: [Pln]}", "a: the template has no plan Pln; did you mean Plan?"),
    ],
)
def test_a_mistake_is_said_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(BadFile, match=r"^.*sizes\.yaml: ") as raised:
        _read(tmp_path, text)
    assert message in str(raised.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="none: cannot be read: No such file or directory"):
        read_sizes(str(tmp_path / "none"), {}, ())
