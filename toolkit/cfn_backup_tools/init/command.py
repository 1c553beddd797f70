"""What ``init`` does: asks, and writes the template."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cfn_backup_tools.init.wishes import (
    BadAnswer,
    Wishes,
    copy_target,
    kept,
    kind,
    lock,
    protected,
    yes_or_no,
)
from cfn_backup_tools.init.writing import template

EXIT_OK = 0
EXIT_REFUSED = 2


@dataclass(frozen=True)
class Question[T]:
    """One thing that is asked, unless its option is given."""

    option: str
    text: str
    default: str
    read: Callable[[str], T]


PROTECT = Question(
    "protect",
    "What is to be backed up? A tag KEY=VALUE, everything, stack, or types such as DynamoDB,EFS",
    "backup=yes",
    protected,
)
KEEP = Question("keep", "How long are backups kept? 35d, 1y, 5y, 7y, or a number of days", "35d", kept)
OWN_VAULT = Question(
    "own_vault", "A vault of its own, instead of the account's Default vault?", "yes", yes_or_no
)
LOCK = Question(
    "lock", "Lock the vault? none, governance, or compliance (which nobody can undo)", "none", lock
)
COPY_TO = Question("copy_to", "Copy each backup to another vault? Its ARN, or no", "no", copy_target)
KIND = Question("kind", "Which resources? custom (of this project) or native (AWS's own)", "custom", kind)


def init(options: argparse.Namespace) -> int:
    """Writes a template that does what is wanted."""
    try:
        wishes = _wishes(options)
    except BadAnswer as problem:
        return _refuse(str(problem))
    conflict = wishes.conflict()
    if conflict:
        return _refuse(conflict)
    text = template(wishes)
    if options.output is None:
        sys.stdout.write(text)
        return EXIT_OK
    try:
        Path(options.output).write_text(text, encoding="utf-8")
    except OSError as error:
        return _refuse(f"{options.output}: cannot be written: {error.strerror or error}")
    return EXIT_OK


def _wishes(options: argparse.Namespace) -> Wishes:
    """The answers, from options and from questions. Raises BadAnswer for an option that means nothing."""
    protect, keep = _answer(PROTECT, options), _answer(KEEP, options)
    own_vault = _answer(OWN_VAULT, options)
    locked = _answer(LOCK, options, ask=own_vault)
    return Wishes(protect, keep, own_vault, locked, _answer(COPY_TO, options), _answer(KIND, options))


def _answer[T](question: Question[T], options: argparse.Namespace, *, ask: bool = True) -> T:
    given = getattr(options, question.option)
    if given is not None:
        try:
            return question.read(given)
        except BadAnswer as problem:
            raise BadAnswer(f"--{question.option.replace('_', '-')}: {problem}") from problem
    if options.yes or not ask:
        return question.read(question.default)
    return _asked(question)


def _asked[T](question: Question[T]) -> T:
    """The answer that was typed; an empty line, and the end of the input, mean the default."""
    while True:
        sys.stderr.write(f"{question.text} [{question.default}]: ")
        sys.stderr.flush()
        line = sys.stdin.readline()
        if not line:
            sys.stderr.write("\n")
        try:
            return question.read(line.strip() or question.default)
        except BadAnswer as problem:
            sys.stderr.write(f"{problem}\n")


def _refuse(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return EXIT_REFUSED
