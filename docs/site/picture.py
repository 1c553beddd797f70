"""Draw what a command printed as a terminal window: ``python -m docs.site.picture OUTPUT PICTURE``.

`make picture` draws the README's picture with it, from a run of the demo.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

# Rich's own frame loads a font from another host; this one takes the reader's.
_FRAME = """<svg viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{
    font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace;
    font-size: {char_height}px; line-height: {line_height}px; font-variant-east-asian: full-width;
}}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
_COLOURS = TerminalTheme((31, 36, 48), (204, 202, 194), [(31, 36, 48)] * 8)


def drawn(output: str, title: str) -> str:
    """The picture, an SVG that fetches nothing, of the lines that a command printed."""
    lines = output.rstrip().splitlines()
    console = Console(record=True, file=io.StringIO(), width=max(map(len, lines)) + 1, legacy_windows=False)
    for line in lines:
        style = "bold" if line.startswith("•") else ""
        console.print(Text(line, style), soft_wrap=True)
    return console.export_svg(title=title, theme=_COLOURS, code_format=_FRAME, unique_id="run")


def main(output: Path, picture: Path) -> None:
    """Draw the file's text."""
    picture.write_text(drawn(output.read_text(), "make demo"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
