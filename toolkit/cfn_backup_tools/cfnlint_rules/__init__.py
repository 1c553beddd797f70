"""A cfn-lint rule for each rule of ``cfn-backup validate``, with the same code.

Put into ``.cfnlintrc``::

    append_rules:
      - cfn_backup_tools.cfnlint_rules

The findings are those of ``cfn-backup validate``, in the same words. So ``ignore_checks``, the ``cfn-lint``
section of a resource's ``Metadata``, ``--parameters`` and every output format of cfn-lint work for each code.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from cfn_backup.rules import everything
from cfn_backup.rules.registry import Rule, registered
from cfn_backup_tools.cfnlint_rules.findings_of import findings_of

RULES = "https://github.com/cfn-backup-provider/cfn-backup-provider/blob/main/docs/rules.md"


class _OneCode(CloudFormationLintRule):  # type: ignore[misc]
    """The findings of one rule. cfn-lint leaves out a class that has no ``id``, such as this one."""

    tags: list[str] = ["resources", "backup"]  # noqa: RUF012 - cfn-lint's own declaration

    def match(self, cfn: Any) -> Iterator[RuleMatch]:
        """The findings in a template as cfn-lint has read it."""
        for found in findings_of(cfn):
            if found.code == self.id:
                yield RuleMatch(list(found.path), found.message, **found.location)


def _class_of(rule: Rule) -> type[_OneCode]:
    texts = {
        "id": rule.code,
        "shortdesc": rule.title,
        "description": rule.explanation,
        "source_url": f"{RULES}#{rule.code.lower()}",
    }
    return type(rule.code, (_OneCode,), {**texts, "__doc__": rule.title, "__module__": __name__})


everything.load()
# cfn-lint takes the classes that it finds in the module
globals().update({code: _class_of(rule) for code, rule in registered().items()})
