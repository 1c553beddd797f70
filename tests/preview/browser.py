"""A headless Chromium that says what it has drawn, or takes a picture.

It is run once for each look, without a driver: a page around the one that is looked at holds it in a frame
of the wanted width, measures it and leaves the result as text for ``--dump-dom``. The page itself runs no
script.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SECONDS = 120
TALL = 400
"""Pixels of the frame's first height; it then grows to what the page needs."""

# Root, which containers often are, cannot have Chromium's sandbox. Nothing but our own page is opened.
OPTIONS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run")


def chromium() -> str:
    """The browser. Where there is none the test is skipped; in CI, which installs one, it fails."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found:
        return found
    reason = f"no Chromium: none of {', '.join(NAMES)} is installed (Debian: apt-get install chromium)"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def measure(page: str, width: int, script: str, *, dark: bool) -> Any:
    """What the expression ``script`` finds in the page's ``doc`` and ``win``, with the page at this width."""
    around = (
        '<!doctype html><meta charset="utf-8"><body style="margin:0">'
        f'<iframe style="border:0;width:{width}px;height:{TALL}px" srcdoc="{escape(page)}"></iframe>'
        "<script>window.onload = () => { const frame = document.querySelector('iframe');"
        "const win = frame.contentWindow, doc = frame.contentDocument;"
        "frame.style.height = doc.documentElement.scrollHeight + 'px';"
        f"const found = JSON.stringify({script});"
        "document.body.innerHTML = '<pre></pre>';"
        "document.querySelector('pre').textContent = found; }</script>"
    )
    dumped = _run(around, [*_scheme(dark=dark), f"--window-size={width + 40},2000", "--dump-dom"])
    return json.loads(unescape(dumped.partition("<pre>")[2].partition("</pre>")[0]))


def picture(page: str, file: Path, size: tuple[int, int], *, dark: bool) -> None:
    """A picture of the top of the page."""
    _run(page, [*_scheme(dark=dark), "--window-size={},{}".format(*size), f"--screenshot={file}"])


def _scheme(*, dark: bool) -> list[str]:
    return [f"--blink-settings=preferredColorScheme={0 if dark else 1}"]


def _run(page: str, options: list[str]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "page.html")
        file.write_text(page, encoding="utf-8")
        profile = f"--user-data-dir={folder}/profile"
        done = subprocess.run(
            [chromium(), *OPTIONS, profile, *options, file.as_uri()],
            capture_output=True,
            text=True,
            check=True,
            timeout=SECONDS,
        )
    return done.stdout
