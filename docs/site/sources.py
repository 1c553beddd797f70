"""Which pages the site has: those of `docs/`, and the files of the repository that they link to.

`docs/README.md` is the first page of the site and its navigation. Each of its headings is a section, and each
entry of the lists below it is a page. One line there adds a page to both.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
DOCS = "docs"
BESIDE = "repository"
"""The site's folder for what is in the repository and not in `docs/`."""

_LINK = re.compile(r"(?P<before>\[(?:[^\]\[]|\[[^\]]*\])*\]\()(?P<target>[^)\s]+)(?P<after>\))")
_FENCE = re.compile(r" *```")
_FILE = re.compile(r"^(?P<fence> *```\w+) file=(?P<name>\S+)$", re.MULTILINE)
_HEADING = re.compile(r"## (?P<title>.+)")
_ENTRY = re.compile(r"- \[(?P<title>[^\]]+)\]\((?P<target>[^)\s]+)\)")
_LANGUAGES = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".py": "python", ".toml": "toml", ".sh": "sh"}

type Navigation = list[Mapping[str, str | list[dict[str, str]]]]


def navigation(index: str) -> Navigation:
    """The sections and their pages, from the text of `docs/README.md`.

    Example: ``[{"Start": "README.md"}, {"Concepts": [{"Vaults": "vaults.md"}]}]``, as MkDocs reads it.
    """
    sections: dict[str, list[dict[str, str]]] = {}
    pages: list[dict[str, str]] = []
    for line in index.splitlines():
        if heading := _HEADING.fullmatch(line):
            pages = sections.setdefault(heading["title"], [])
        elif entry := _ENTRY.match(line):
            title = entry["title"].replace("`", "")
            pages.append({title: in_site(_resolved(PurePosixPath(DOCS, "README.md"), entry["target"]))})
    return [{"Start": "README.md"}, *({title: pages} for title, pages in sections.items())]


def in_site(path: PurePosixPath) -> str:
    """The Markdown file, among the site's sources, of a file or folder of the repository."""
    if path == PurePosixPath(DOCS):
        return "README.md"
    if path.is_relative_to(DOCS):
        return str(path.relative_to(DOCS))
    if (ROOT / path).is_dir():
        return str(PurePosixPath(BESIDE, path, "index.md"))
    return str(PurePosixPath(BESIDE, path)) + ("" if path.suffix == ".md" else ".md")


def in_repository(source: str) -> PurePosixPath:
    """The file of the repository that a source of the site was made from; the opposite of `in_site`."""
    path = PurePosixPath(source)
    if not path.is_relative_to(BESIDE):
        return PurePosixPath(DOCS, path)
    path = path.relative_to(BESIDE)
    if path.name == "index.md" and (ROOT / path.parent).is_dir():
        return path.parent
    return path if (ROOT / path).exists() else path.with_suffix("")


def prepared(markdown: str, source: str) -> str:
    """The text of a page as MkDocs takes it: links within the site, names of files as titles of blocks."""
    return relinked(_FILE.sub(r'\g<fence> title="\g<name>"', markdown), source)


def relinked(markdown: str, source: str) -> str:
    """The text of the source with each link to a file of the repository turned into one within the site."""
    here, folder = in_repository(source), posixpath.dirname(source)

    def turn(target: str) -> str:
        name, mark, anchor = target.partition("#")
        return posixpath.relpath(in_site(_resolved(here, name)), folder or ".") + mark + anchor

    return _each_link(markdown, turn)


@dataclass(frozen=True)
class Source:
    """A page that is made for a file or folder outside of `docs/`."""

    name: str
    markdown: str


def beside() -> Iterator[Source]:
    """A page for each file and folder outside of `docs/` that a page links to, also a page made here."""
    waiting = sorted({path for page in (ROOT / DOCS).rglob("*.md") for path in _linked(_relative(page))})
    seen: set[PurePosixPath] = set()
    while waiting:
        path = waiting.pop()
        if path in seen or path.is_relative_to(DOCS):
            continue
        seen.add(path)
        yield Source(in_site(path), _page(path))
        waiting.extend(sorted(_linked(path)))


def _page(path: PurePosixPath) -> str:
    file = ROOT / path
    if file.is_dir():
        names = sorted(entry.name for entry in file.iterdir() if entry.is_file())
        return f"# {path}/\n\n" + "".join(f"- [{name}]({path.name}/{name})\n" for name in names)
    if path.suffix == ".md":
        return file.read_text()
    language = _LANGUAGES.get(path.suffix, "text")
    return f"---\nsearch: {{exclude: true}}\n---\n# {path}\n\n````{language}\n{file.read_text()}````\n"


def _linked(path: PurePosixPath) -> set[PurePosixPath]:
    """The files and folders of the repository that a page links to, or that a folder holds."""
    file = ROOT / path
    if file.is_dir():
        return {_relative(entry) for entry in file.iterdir() if entry.is_file()}
    if path.suffix != ".md":
        return set()
    found: list[str] = []

    def collect(target: str) -> str:
        found.append(target.partition("#")[0])
        return target

    _each_link(file.read_text(), collect)
    return {_resolved(path, target) for target in found}


def _each_link(markdown: str, turn: Callable[[str], str]) -> str:
    """The text with what `turn` makes of each target that is a file; what is shown as code stays."""
    lines, fenced = [], False

    def replaced(match: re.Match[str]) -> str:
        target = match["target"]
        if "://" in target or target.startswith(("#", "mailto:")):
            return match[0]
        return match["before"] + turn(target) + match["after"]

    for line in markdown.splitlines(keepends=True):
        if _FENCE.match(line):
            fenced = not fenced
        lines.append(line if fenced else _LINK.sub(replaced, line))
    return "".join(lines)


def _resolved(page: PurePosixPath, target: str) -> PurePosixPath:
    folder = page.parent
    return PurePosixPath(posixpath.normpath(folder / target))


def _relative(path: Path) -> PurePosixPath:
    return PurePosixPath(path.relative_to(ROOT).as_posix())
