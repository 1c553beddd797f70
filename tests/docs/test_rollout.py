"""What docs/rollout.md and docs/service-catalog.md show is what there is."""

from __future__ import annotations

import re
import shlex

from rollout.__main__ import _parser
from tests.docs.pages import ROOT, Page
from tests.policies.deployed import written as template

PAGE = Page(ROOT / "docs" / "service-catalog.md")


def test_the_parameters_are_those_of_the_template() -> None:
    below = PAGE.text.split("## Parameters of the provider\n", 1)[1].split("\n## ", 1)[0]
    shown = dict(re.findall(r"^\| `(\w+)` \| `?([^|`]+?)`? \|", below, re.MULTILINE))
    parameters = template()["Parameters"].items()
    assert shown == {name: str(parameter["Default"]) or "none" for name, parameter in parameters}


def test_the_commands_of_the_rollout_have_options_that_exist() -> None:
    text = re.sub(r"\\\n\s*", "", "".join(b.text for b in Page(ROOT / "docs" / "rollout.md").blocks()))
    commands = re.findall(r"(?m)^\.venv/bin/python -m rollout (.+)$", text)
    assert len(commands) == 3
    for command in commands:
        assert _parser().parse_args(shlex.split(command)).organization == "o-exampleorgid"
