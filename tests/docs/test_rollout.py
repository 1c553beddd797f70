"""The recipes of docs/service-catalog.md do what they say."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT, Page
from tests.policies.deployed import written as template

PAGE = Page(ROOT / "docs" / "service-catalog.md")


def test_the_parameters_are_those_of_the_template() -> None:
    below = PAGE.text.split("## Parameters of the provider\n", 1)[1].split("\n## ", 1)[0]
    shown = dict(re.findall(r"^\| `(\w+)` \| `?([^|`]+?)`? \|", below, re.MULTILINE))
    parameters = template()["Parameters"].items()
    assert shown == {name: str(parameter["Default"]) or "none" for name, parameter in parameters}
