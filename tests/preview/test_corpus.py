"""Every plan in the corpus is read; none makes the preview stumble."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from cfn_backup_tools.preview.reading import Contents, NotPreviewed
from cfn_backup_tools.template.document import Unreadable
from cfn_backup_tools.template.resolve import Resolver
from cfn_backup_tools.template.template import load

CORPUS = Path(__file__).parents[1] / "corpus"
CORRECT, WRONG = (
    sorted(p for p in (CORPUS / kind).rglob("*") if p.is_file()) for kind in ("correct", "wrong")
)


def _read(template: Path) -> tuple[int, list[str]]:
    """How many plans of a template can be previewed, and what is said of the others."""
    loaded = load(str(template))
    contents = Contents(loaded, Resolver(loaded, {}), "eu-west-1")
    plans, refused = 0, []
    for logical_id in contents.plan_ids:
        try:
            plans += len(contents.planned(logical_id).plan.rules) > 0
        except NotPreviewed as reason:
            refused.append(str(reason))
    return plans, refused


def test_every_correct_plan_is_read_or_asks_for_what_only_a_deployment_knows() -> None:
    # WHEN
    read = [
        _read(template) for template in CORRECT if template.suffix in (".yaml", ".yml", ".json", ".template")
    ]

    # THEN
    refused = [reason for _, reasons in read for reason in reasons]
    assert sum(plans for plans, _ in read) > 150
    assert all("not known here" in reason for reason in refused), refused
    assert len(refused) <= 5


@pytest.mark.parametrize("template", WRONG, ids=lambda path: path.stem)
def test_a_wrong_template_is_no_reason_to_stumble(template: Path) -> None:
    # what nothing can read is said as such
    with suppress(Unreadable):
        _read(template)
