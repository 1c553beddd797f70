"""The table of deliberate differences: docs/from-cdk.md shows it, and cases show every difference that can.

``python -m tests.parity.test_differences`` writes the table into the page.
"""

from __future__ import annotations

from pathlib import Path

from tests.parity.differences import DIFFERENCES, markdown_table
from tests.parity.programs import FAMILIES, programs_of

PAGE = Path(__file__).parents[2] / "docs" / "from-cdk.md"
BEGIN = "<!-- differences: generated from tests/parity/differences.py -->\n"
END = "<!-- end of differences -->"


def page_with_table() -> str:
    """The page with the table as it should be."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    return f"{before}{BEGIN}{markdown_table()}{END}{rest.partition(END)[2]}"


def test_the_page_shows_the_table() -> None:
    # to write it: python -m tests.parity.test_differences
    assert PAGE.read_text() == page_with_table()


def test_every_difference_that_can_show_is_shown_by_a_case() -> None:
    shown = {
        name
        for family in FAMILIES
        for program in programs_of(family).values()
        for name in program.differences
    }

    assert shown == {name for name, difference in DIFFERENCES.items() if difference.level}


if __name__ == "__main__":
    PAGE.write_text(page_with_table())
