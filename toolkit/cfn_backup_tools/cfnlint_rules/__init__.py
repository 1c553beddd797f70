"""cfn-lint rules for backup resources, custom and native: one for each rule of ``cfn-backup validate``.

Put into ``.cfnlintrc``::

    append_rules:
      - cfn_backup_tools.cfnlint_rules

The findings, their codes and their severities are those of ``cfn-backup validate``. cfn-lint takes every class of
this module that is a rule of its own, so one is made for each registered rule: ``ignore_checks``,
``configure_rules`` and the severities of cfn-lint work for each code. What cfn-lint is given as ``--parameters`` are
the values of the parameters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from cfn_backup.rules.registry import Rule
from cfn_backup_tools.cfnlint_rules.findings_of import findings_of
from cfn_backup_tools.template.locations import Location
from cfn_backup_tools.validate.catalogue import every_rule, page_of


class _OfOneCode(CloudFormationLintRule):  # type: ignore[misc]
    """The findings of one code."""

    tags: list[str] = ["resources", "backup"]  # noqa: RUF012 - cfn-lint's own declaration

    def match(self, cfn: Any) -> Iterable[RuleMatch]:
        """The findings, at the places that cfn-lint points to for their paths."""
        return [
            RuleMatch(list(found.location.path), found.text, location=_counted_from_zero(found.location))
            for found in findings_of(cfn)
            if found.finding.code == self.id
        ]


def _counted_from_zero(location: Location) -> tuple[int, int, int, int]:
    return location.line - 1, location.column - 1, location.end_line - 1, location.end_column - 1


def _class_of(rule: Rule) -> type[_OfOneCode]:
    members: Mapping[str, Any] = {
        "id": rule.code,
        "shortdesc": rule.title,
        "description": rule.explanation,
        "source_url": page_of(rule.code),
        "__module__": __name__,
        "__doc__": rule.title,
    }
    return type(f"Backup{rule.code}", (_OfOneCode,), dict(members))


globals().update({f"Backup{rule.code}": _class_of(rule) for rule in every_rule().values()})
