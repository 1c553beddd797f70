"""What a person reads while the local AWS is at work: steps with their time, and tables."""

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

# No longer than this without a sign of life.
_HEARTBEAT_SECONDS = 10.0


class Narration:
    """Writes to standard output; one step at a time."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Say what is done, that it is still going on, and how long it took."""
        started = time.monotonic()
        done = threading.Event()
        say(f"• {what} …")

        def heartbeat() -> None:
            while not done.wait(_HEARTBEAT_SECONDS):
                say(f"    … {time.monotonic() - started:.0f} s")

        beating = threading.Thread(target=heartbeat, daemon=True)
        beating.start()
        try:
            yield
        finally:
            done.set()
            beating.join()
        say(f"    {time.monotonic() - started:.1f} s")

    def total(self) -> float:
        """Seconds since the narration began."""
        return time.monotonic() - self._started


def say(line: str = "") -> None:
    """One line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def table(title: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table with aligned columns."""
    widths = [max(len(cell) for cell in column) for column in zip(header, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        return (
            "    " + "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, widths, strict=True)).rstrip()
        )

    say()
    say(f"  {title}")
    say(line(header))
    say(line(["─" * width for width in widths]))
    for row in rows:
        say(line(row))
