"""The pages of the documentation, and what stands in them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"^(?P<indent> *)```(?P<info>.*)$")
_HEADING = re.compile(r"^#{1,6} +(?P<text>.+?) *$")
_ANCHOR = re.compile(r'<a id="([^"]+)"></a>')
_LINK = re.compile(r"\[(?:[^\]\[]|\[[^\]]*\])*\]\((?P<target>[^)\s]+)\)")


@dataclass(frozen=True)
class Block:
    """A fenced block: what is written behind the fence, and its lines without their indentation."""

    page: Page
    line: int
    info: str
    text: str

    @property
    def language(self) -> str:
        return self.info.split()[0] if self.info else ""

    @property
    def file(self) -> str | None:
        """The name that the block's text has in the commands around it: ``yaml file=template.yaml``."""
        names = [word.removeprefix("file=") for word in self.info.split() if word.startswith("file=")]
        return names[0] if names else None

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Page:
    """One Markdown file."""

    path: Path

    def __str__(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def text(self) -> str:
        return self.path.read_text()

    def blocks(self) -> Iterator[Block]:
        """The fenced blocks in their order."""
        lines = iter(enumerate(self.text.splitlines(), start=1))
        for number, line in lines:
            opened = _FENCE.match(line)
            if opened is None:
                continue
            inside: list[str] = []
            for _, following in lines:
                if following.strip() == "```":
                    break
                inside.append(following)
            yield Block(self, number, opened["info"].strip(), textwrap.dedent("\n".join(inside)) + "\n")

    @property
    def prose(self) -> str:
        """The text outside of fenced blocks, on as many lines."""
        fenced = False
        lines = []
        for line in self.text.splitlines():
            if _FENCE.match(line):
                fenced = not fenced
                lines.append("")
            else:
                lines.append("" if fenced else line)
        return "\n".join(lines)

    def anchors(self) -> set[str]:
        """What a link can point to, as GitHub names it."""
        headings = [m["text"] for line in self.prose.splitlines() if (m := _HEADING.match(line))]
        return {_slug(text) for text in headings} | set(_ANCHOR.findall(self.prose))

    def links(self) -> list[str]:
        # what stands in backticks is shown, not linked
        return [match["target"] for match in _LINK.finditer(re.sub(r"`[^`\n]*`", "``", self.prose))]


def _slug(heading: str) -> str:
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").lower()
    return re.sub(r"[^\w\- ]", "", text).replace(" ", "-")


@cache
def pages() -> tuple[Page, ...]:
    """README, everything below docs/, and the pages beside README."""
    within = (Page(path) for path in sorted((ROOT / "docs").rglob("*.md")))
    beside = (Page(ROOT / name) for name in ("CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "SECURITY.md"))
    return (Page(ROOT / "README.md"), *within, *beside)
