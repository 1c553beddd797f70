"""`make demo`, and what it does when something is not as promised."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local_aws import demo, instance, promises, read_back
from local_aws.instance import HOME, ROOT
from local_aws.narration import Narration

pytestmark = pytest.mark.e2e


def _folders() -> set[Path]:
    return {path for path in HOME.glob("demo-*") if path.is_dir()}


def test_the_example_is_as_promised_and_told_as_tables(
    clients: read_back.Clients, capsys: pytest.CaptureFixture[str]
) -> None:
    demo.show(clients, Narration())
    told = capsys.readouterr().out
    assert "Monthly7Year  on the 1st of every month at 05:00 UTC  2555 days (7 years)  after 90 days" in told
    assert "before → after" in told
    assert "retained  vault demo-Plan-" in told


def test_the_first_difference_ends_it(clients: read_back.Clients, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = (promises.DAILY, promises.WEEKLY, promises.MONTHLY_5_YEAR)
    monkeypatch.setitem(promises.PRESETS, demo.FIRST, wrong)
    with pytest.raises(demo.Differs, match="the rules of dailyWeeklyMonthly7YearRetention"):
        demo.show(clients, Narration())
    clients.cloudformation.delete_stack(StackName=demo.STACK)


# As a shell without job control starts what it runs in the background: with SIGINT ignored.
IN_THE_BACKGROUND = ("sh", "-c", "trap '' INT; exec \"$@\"", "sh")


@pytest.mark.parametrize(
    ("number", "started"),
    [
        (signal.SIGINT, ()),
        (signal.SIGINT, IN_THE_BACKGROUND),
        (signal.SIGTERM, IN_THE_BACKGROUND),
        (signal.SIGKILL, ()),
    ],
)
def test_nothing_is_left_when_it_is_interrupted(number: signal.Signals, started: tuple[str, ...]) -> None:
    # GIVEN a demo at work
    before = _folders()
    command = [*started, sys.executable, "-m", "local_aws", "demo"]
    run = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert run.stdout is not None
    for line in run.stdout:
        if "sam deploy" in line:
            break
    [home] = _folders() - before
    running = instance.running(home.name)
    assert running is not None

    # WHEN it is interrupted
    run.send_signal(number)
    rest = run.stdout.read()
    code = run.wait(timeout=30)

    # THEN it says so, and the server, the functions and the folder go
    deadline = time.monotonic() + 10
    while home.exists() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not home.exists()
    assert instance.running(home.name) is None
    if number != signal.SIGKILL:
        assert code == 130
        assert rest.strip().endswith("interrupted; nothing is left running")
