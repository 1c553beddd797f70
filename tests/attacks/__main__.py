"""`python -m tests.attacks`: every attempt, as the provider is and with the checks of its code switched off."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from local_aws import instance, provider
from local_aws.narration import Narration, say
from tests.attacks.arena import Arena
from tests.attacks.attempt import Attempt
from tests.attacks.attempts import all_attempts
from tests.attacks.judging import Verdict, judged

# Put at the end of modules of the layer: what IAM must then refuse alone. Whose a thing is is not switched off: each
# failed creation is cleaned up by it. That IAM alone protects what is nobody's, the attempts with credentials show.
SWITCHED_OFF = {
    "cfn_backup/aws/installer.py": """
for _name in ("refuse_call", "refuse_copies", "refuse_lock", "refuse_selection", "refuse_role", "refuse_key"):
    setattr(InstallersPolicy, _name, lambda *_arguments, **_named: None)
""",
}


@contextmanager
def arena(name: str, *, switched_off: bool = False) -> Iterator[Arena]:
    """The place of the attempts, until the end."""
    local = instance.start(f"{name}-{os.getpid()}")
    try:
        built = provider.build(local.home / "build")
        if switched_off:
            switch_off(built.parent / "CfnBackupLayer" / "python")
        made = Arena(local)
        made.prepare(built)
        yield made
    finally:
        instance.stop(local)


def switch_off(layer: Path) -> None:
    """Takes the checks out of a built layer, whose byte code of those modules goes."""
    for path, text in SWITCHED_OFF.items():
        module = layer / path
        module.write_text(module.read_text() + text)
        for code in module.parent.glob(f"__pycache__/{module.stem}.*.pyc"):
            code.unlink()


def main() -> int:
    """The exit code: 0 if nobody got in."""
    narration = Narration()
    attempts = all_attempts()
    verdicts = _run("The provider as it is", attempts, narration, switched_off=False)
    say()
    by_iam = [a for a in attempts if "IAM" in a.refuses and a.way != "credentials"]
    alone = _run("IAM alone: the checks of the code are switched off", by_iam, narration, switched_off=True)
    good = [v for v in verdicts if v.as_expected]
    good_alone = [v for v in alone if v.refused and v.told.by == "IAM"]
    say()
    say(f"{len(good)} of {len(verdicts)} attempts were refused by a layer that should, and nothing was done.")
    say(f"{len(good_alone)} of {len(alone)} were refused by IAM alone.")
    say(f"{narration.total():.0f} s in all.")
    return int(len(good) + len(good_alone) != len(verdicts) + len(alone))


def _run(
    title: str, attempts: Sequence[Attempt], narration: Narration, *, switched_off: bool
) -> list[Verdict]:
    wanted: Callable[[Verdict], bool] = (
        (lambda v: v.refused and v.told.by == "IAM") if switched_off else (lambda v: v.as_expected)
    )
    context = arena("attacks", switched_off=switched_off)
    with narration.step(f"{title}: deploying"):
        place = context.__enter__()
    say(_line("", "way in", "attempt", "should refuse", "refused", "words"))
    verdicts = []
    try:
        for attempt in attempts:
            verdicts.append(judged(place, attempt))
            say(_line(*_row(verdicts[-1], wanted)))
    finally:
        context.__exit__(None, None, None)
    return verdicts


def _line(*cells: str) -> str:
    """A row of the table; its columns have fixed widths, so that each is shown when it is known."""
    widths = (2, 11, 75, 12, 11, 0)
    return "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()


def _row(verdict: Verdict, wanted: Callable[[Verdict], bool]) -> tuple[str, ...]:
    attempt, told = verdict.attempt, verdict.told
    by = "DONE" if verdict.changed else told.by if told.refused else "NOT REFUSED"
    words = re.sub(r"\s+", " ", told.words)[:110]
    mark = "ok" if wanted(verdict) else "!!"
    return mark, attempt.way, attempt.what[:75], " and ".join(sorted(attempt.refuses)), by, words


if __name__ == "__main__":
    sys.exit(main())
