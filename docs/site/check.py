"""Look through the built site: links lead somewhere, blocks are blocks, nothing comes from another host.

``python -m docs.site.check build/site`` prints what is wrong, one line each, and ends with 1 if anything is.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_FETCHED = {"img": "src", "script": "src", "iframe": "src", "source": "src", "video": "src", "object": "data"}
_FETCHED_LINKS = frozenset(
    ["stylesheet", "icon", "manifest", "preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch"]
)
_FETCHED_BY_STYLES = re.compile(r"""url\(["']?(https?:)?//[^)]*|@import[^;]*//[^;]*""")


@dataclass
class _Html(HTMLParser):
    """What a page points to (links), loads by itself (fetched), can be pointed to at (ids), and says."""

    links: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    text: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.ids.update(attributes[name] for name in ("id", "name") if name in attributes)
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        if tag == "link" and set(attributes.get("rel", "").split()) & _FETCHED_LINKS:
            self.fetched.append(attributes.get("href", ""))
        if tag in _FETCHED and _FETCHED[tag] in attributes:
            self.fetched.append(attributes[_FETCHED[tag]])

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def problems(site: Path) -> Iterator[str]:
    """What is wrong in the site's pages, each a line that begins with the page."""
    pages = {path: _read(path) for path in sorted(site.rglob("*.html"))}
    if not pages:
        yield f"{site}: there are no pages"
    for path, page in pages.items():
        where = path.relative_to(site)
        if any("```" in text for text in page.text):
            yield f"{where}: shows the fence of a block as text"
        for target in page.fetched:
            if urlsplit(target).netloc:
                yield f"{where}: fetches {target} from another host"
        for target in [*page.links, *page.fetched]:
            if not _leads_somewhere(target, path, pages, site):
                yield f"{where}: {target} leads nowhere"
    for path in sorted(site.rglob("*.css")):
        for match in _FETCHED_BY_STYLES.finditer(path.read_text()):
            yield f"{path.relative_to(site)}: fetches {match[0]} from another host"


def _read(path: Path) -> _Html:
    page = _Html()
    page.feed(path.read_text())
    return page


def _leads_somewhere(target: str, path: Path, pages: dict[Path, _Html], site: Path) -> bool:
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return True
    name, anchor = unquote(parts.path), unquote(parts.fragment)
    if name.startswith("/"):
        return path.name == "404.html"  # its links are those of a site at the root of a host
    file = (path.parent / name).resolve() if name else path
    if file.is_dir():
        file /= "index.html"
    if not file.is_relative_to(site) or not file.exists():
        return False
    return not anchor or file not in pages or anchor in pages[file].ids


def main(site: Path) -> int:
    """Print the problems; the exit code."""
    found = list(problems(site.resolve()))
    for problem in found:
        sys.stdout.write(f"{problem}\n")
    sys.stdout.write(f"{len(list(site.rglob('*.html')))} pages, {len(found)} problems\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
