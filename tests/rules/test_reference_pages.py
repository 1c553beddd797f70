"""The reference pages are those of the model, the rulebook and the examples."""

from __future__ import annotations

import re

from cfn_backup.written.plan import BackupPlan
from cfn_backup.written.selection import BackupSelection
from cfn_backup.written.vault import BackupVault
from cfn_backup_tools import reference_pages
from cfn_backup_tools.validate.catalogue import every_rule


def test_the_pages_are_up_to_date() -> None:
    assert reference_pages.stale() == [], "run python -m cfn_backup_tools.reference_pages"
    assert reference_pages.main(["--check"]) == 0


def test_every_link_within_the_docs_leads_somewhere() -> None:
    pages = reference_pages.pages()
    for file, text in pages.items():
        for target, anchor in re.findall(r"\]\(([^)#]*)#?([^)]*)\)", text):
            linked = file if not target else (file.parent / target).resolve()
            assert linked in pages or linked.exists(), (file, target)
            if anchor and linked in pages:
                headings = re.findall(r"^#+ (.*)$", pages[linked], re.MULTILINE)
                anchors = {re.sub(r"[^\w\- ]", "", h).strip().lower().replace(" ", "-") for h in headings}
                assert anchor in anchors | set(re.findall(r'<a id="([^"]+)">', pages[linked])), (file, anchor)


def test_every_rule_has_a_section() -> None:
    text = reference_pages.rules_page()
    assert all(f"### {code}: {rule.title}" in text for code, rule in every_rule().items())


def test_every_return_value_is_described() -> None:
    pages = {page.cls: reference_pages.resource_page(page) for page in reference_pages.PAGES}
    for cls in (BackupPlan, BackupVault, BackupSelection):
        assert all(f"#### `{name}`" in pages[cls] for name in cls.attributes)
