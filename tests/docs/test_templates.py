"""Every template in the documentation is one that can be deployed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from cfnlint.api import lint
from cfnlint.core import get_rules

from cfn_backup_tools.template.document import Unreadable
from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import Template, parse
from cfn_backup_tools.validate.checking import check
from tests.docs.pages import ROOT, Block, pages


def _templates() -> Iterator[tuple[Block, Template]]:
    for page in pages():
        blocks = list(page.blocks())
        shown_wrong = " ".join(b.text for b in blocks if b.language == "console" and ": error: " in b.text)
        for block in blocks:
            # a page that shows what is said of a mistake has a template with one; its commands are tested
            if block.language in ("yaml", "json") and not (block.file and block.file in shown_wrong):
                try:
                    yield block, parse(f"{block}", block.text)
                except Unreadable:
                    continue  # a part of one


TEMPLATES = list(_templates())


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 10


@pytest.mark.parametrize("template", [template for _, template in TEMPLATES], ids=lambda one: one.name)
def test_every_template_is_valid(template: Template) -> None:
    errors = [str(found) for found in check(template, Resolver(template, {})).findings if found.is_error]
    assert not errors


def test_cfn_lint_finds_nothing_in_them() -> None:
    """But for the generated pages: theirs are the examples, which `make check` lints."""
    rules = get_rules([], [], [])
    found = {
        f"{block}": [str(match) for match in lint(block.text, rules, ["eu-west-1"])]
        for block, _ in TEMPLATES
        if block.page.path.parent.name != "resources"
    }
    assert len(found) > 5
    assert not {where: matches for where, matches in found.items() if matches}


def test_cfn_lint_would_find_something() -> None:
    wrong = "Resources:\n  Bucket:\n    Type: AWS::S3::Bucket\n    Properties: {Nope: 1}\n"
    assert lint(wrong, get_rules([], [], []), ["eu-west-1"])


def test_templates_set_a_service_timeout() -> None:
    """What a stack waits at most. The pages of the commands keep theirs short."""
    short = {"docs/validate.md", "docs/preview.md", "docs/eject.md", "docs/from-cdk.md"}
    without = [
        f"{block}: {logical_id}"
        for block, template in TEMPLATES
        for logical_id, resource in template.resources.items()
        if resource["Type"].startswith("Custom::Backup") and str(block.page) not in short
        if "ServiceTimeout" not in resource["Properties"]
    ]
    assert not without


def test_examples_set_a_service_timeout() -> None:
    for path in (ROOT / "examples").glob("*.yaml"):
        for resource in parse(path.name, path.read_text()).resources.values():
            if resource["Type"].startswith("Custom::Backup"):
                assert resource["Properties"]["ServiceTimeout"] == 600, path


COPIED = [
    path
    for folder, pattern in (("examples", "*.yaml"), ("blueprints", "*/*.yaml"), ("rollout", "*/*.yaml"))
    for path in sorted((ROOT / folder).glob(pattern))
    if path.stem != "every-property"  # it is no recommendation, and says so
]


@pytest.mark.parametrize("path", COPIED, ids=lambda path: path.stem)
def test_a_template_to_copy_has_nothing_that_validate_finds(path: Path) -> None:
    template = parse(path.name, path.read_text())
    assert not [str(found) for found in check(template, Resolver(template, {})).findings]


def test_every_example_is_in_their_list() -> None:
    listed = re.findall(r"\]\(([\w-]+\.yaml)\)", (ROOT / "examples" / "README.md").read_text())
    assert sorted(listed) == sorted(path.name for path in (ROOT / "examples").glob("*.yaml"))
    assert len(listed) >= 14
