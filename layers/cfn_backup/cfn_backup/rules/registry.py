"""What a rule is, and where every rule is registered.

A rule is one decorated function. Its texts stand above its check; the reference page, the cfn-lint rules and every
other list of rules are made from the registry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cfn_backup.symbolic.paths import Path
from cfn_backup.written.findings import Severity

OWN = "cfn-backup-provider"
"""The source of a rule that is the provider's own."""


@dataclass(frozen=True)
class Fault:
    """What a check reports: where, and the cause with the way out."""

    at: Path
    message: str
    of_name: bool = False
    """Whether the name of the member is wrong, and not its value."""


type Check = Callable[..., Iterator[Fault]]


@dataclass(frozen=True)
class Rule:
    """One rule: its code, its texts, and its check."""

    code: str
    """E for an error, W for a warning, and two digits of GROUPS. Codes are stable, and in the range that cfn-lint
    leaves to others."""
    title: str
    explanation: str
    way_out: str
    source: str
    """Where the service's refusal or failure is documented or was observed."""
    subjects: tuple[type, ...]
    """What the check looks at: classes of ``rules.subjects``. None: the reader checks it as values are read, or a
    deployment asks AWS."""
    check: Check | None

    @property
    def severity(self) -> Severity:
        return Severity.WARNING if self.code.startswith("W") else Severity.ERROR


GROUPS: Mapping[str, str] = {
    "90": "Properties",
    "92": "Plans and rules",
    "93": "Selections",
    "94": "Vaults",
    "95": "Found during deployment",
    "96": "Resources of a template together",
    "97": "Settings of a Region",
}
"""The groups of codes, by their first two digits."""

_registered: dict[str, Rule] = {}


def rule(
    code: str, *, subject: type | tuple[type, ...], title: str, explanation: str, way_out: str, source: str
) -> Callable[[Check], Check]:
    """Registers the decorated check as a rule.

    The check is a generator of faults. It is called with one subject and asks with ``decided`` where it needs to know
    which branch of an ``Fn::If`` holds; it is then called again for each branch. Values that are unknown it skips.
    """

    def register(check: Check) -> Check:
        subjects = subject if isinstance(subject, tuple) else (subject,)
        _add(Rule(code, title, explanation, way_out, source, subjects, check))
        return check

    return register


def reading_rule(code: str, *, title: str, explanation: str, way_out: str, source: str) -> None:
    """Registers a rule whose check is elsewhere: in the reader, or during a deployment, where AWS is asked."""
    _add(Rule(code, title, explanation, way_out, source, (), None))


def _add(added: Rule) -> None:
    if added.code in _registered:
        raise ValueError(f"two rules have the code {added.code}")
    _registered[added.code] = added


def registered() -> Mapping[str, Rule]:
    """Every rule that has been registered, by code."""
    return dict(sorted(_registered.items(), key=lambda item: item[0][1:]))


def checks_of(subject: Any) -> Iterator[Rule]:
    """The rules that look at a subject of this class."""
    return (one for one in _registered.values() if type(subject) in one.subjects)
