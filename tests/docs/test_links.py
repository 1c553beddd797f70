"""Links lead somewhere, and every page can be found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Page, pages


@pytest.mark.parametrize("page", pages(), ids=str)
def test_every_relative_link_and_anchor_resolves(page: Page) -> None:
    broken = [target for target in page.links() if not _resolves(page, target)]
    assert not broken


def _resolves(page: Page, target: str) -> bool:
    if target.startswith(("https://", "http://", "mailto:")):
        return True
    name, _, anchor = target.partition("#")
    path = Path(os.path.normpath(page.path.parent / name)) if name else page.path
    if not path.exists() or not path.is_relative_to(ROOT):
        return False
    return not anchor or anchor in Page(path).anchors()


def test_the_index_names_every_page() -> None:
    index = Page(ROOT / "docs" / "README.md")
    linked = {os.path.normpath(index.path.parent / target) for target in index.links()}
    assert {str(page.path) for page in pages()[1:]} - {str(index.path)} <= linked


@pytest.mark.parametrize("page", pages(), ids=str)
def test_a_page_needs_nothing_outside_of_the_repository(page: Page) -> None:
    assert "/work/" not in page.text
    assert "/tmp/" not in page.text  # noqa: S108 - that it is not there
