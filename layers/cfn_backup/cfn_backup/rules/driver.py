"""Runs the rules over subjects: each rule once for every combination of the conditions that it asks about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cfn_backup.rules.registry import Fault, Rule, checks_of
from cfn_backup.symbolic.asking import NotKnown, TooManyWays, decided, every_way
from cfn_backup.symbolic.paths import Path
from cfn_backup.symbolic.values import Condition, Unknown
from cfn_backup.written.findings import Finding, Findings

MOST_WAYS = 256
"""Combinations of conditions that one rule is tried with on one subject. Beyond them it is left to the deployment."""

type Choices = Mapping[Condition, bool]
type Possible = Callable[[Choices], bool]


def anything(_: Choices) -> bool:
    """Takes every combination of conditions for possible."""
    return True


@dataclass(frozen=True)
class Subject:
    """Something to look at, and the choices under which it is there."""

    about: Any
    """An instance of a class of ``rules.subjects``."""
    choices: Choices = field(default_factory=dict)


def look(subjects: Iterable[Subject], findings: Findings, possible: Possible = anything) -> None:
    """Runs every registered rule on the subjects that it is about.

    A fault that several combinations of conditions have is one finding. It names the choices that all of them have
    in common, since the others make no difference.
    """
    found: dict[tuple[str, Fault], Choices] = {}
    for subject in subjects:
        for rule in checks_of(subject.about):
            for fault, choices in _faults(rule, subject, possible):
                key = (rule.code, fault)
                found[key] = _common(found[key], choices) if key in found else choices
    for (code, fault), choices in found.items():
        decisions = tuple(sorted(choices.items(), key=str))
        findings.append(Finding(code, fault.at, fault.message, decisions, fault.of_name))


def _faults(rule: Rule, subject: Subject, possible: Possible) -> Iterator[tuple[Fault, Choices]]:
    def run(about: Any) -> tuple[Fault, ...]:
        try:
            return tuple(dict.fromkeys(rule.check(about))) if rule.check else ()
        except NotKnown:
            return ()

    ways = every_way(subject.about, run, given=subject.choices, possible=possible, most=MOST_WAYS)
    try:
        tried = list(ways)
    except TooManyWays:
        return
    for way in tried:
        for fault in way.result:
            yield fault, way.choices


def _common(one: Choices, other: Choices) -> Choices:
    return {condition: holds for condition, holds in one.items() if other.get(condition) is holds}


def every_item(
    values: Any, at: Path, given: Choices, possible: Possible = anything
) -> Iterator[tuple[Any, Path, Choices]]:
    """Each known item that a list can have, alone, with its path and the choices that lead to it."""
    for listed, choices in every_value(values, given, possible):
        for index, value in enumerate(listed if isinstance(listed, tuple) else ()):
            for item, under in every_value(value, choices, possible):
                yield item, at / index, under


def every_value(value: Any, given: Choices, possible: Possible = anything) -> Iterator[tuple[Any, Choices]]:
    """Everything known that a value can turn out to be, with the choices that lead to it."""
    try:
        for way in every_way(value, decided, given=given, possible=possible, most=MOST_WAYS):
            if way.result is not None and not isinstance(way.result, Unknown):
                yield way.result, way.choices
    except TooManyWays:
        return
