"""The rooms of the code and what they import, measured from the sources: the picture in docs/architecture.md.

``python -m docs.site.rooms`` draws ``docs/pictures/rooms.svg`` anew; ``--check`` says whether it is up to date.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "docs" / "pictures" / "rooms.svg"
PROVIDER = ROOT / "layers" / "cfn_backup" / "cfn_backup"
TOOLS = ROOT / "toolkit" / "cfn_backup_tools"

ROOMS = ("symbolic", "written", "presets", "desired", "rules", "aws", "emptying", "reconcile", "protocol")
"""The provider's rooms: each imports only from those before it."""
SHARED = ("symbolic", "written", "presets", "desired", "rules")
"""The rooms that the author's tools and the installed package share with the provider."""

type Imports = Mapping[str, frozenset[str]]
"""What each room imports from, itself left out."""


def tools() -> tuple[str, ...]:
    """The sub-packages of the author's tools, by name."""
    return tuple(sorted(path.parent.name for path in TOOLS.glob("*/__init__.py")))


def imports() -> Imports:
    """What every room of the provider and every sub-package of the tools imports from."""
    found = {room: _rooms_imported(PROVIDER / room, room) for room in ROOMS}
    return found | {tool: _rooms_imported(TOOLS / tool, tool) for tool in tools()}


def _rooms_imported(folder: Path, room: str) -> frozenset[str]:
    names = {name for path in folder.rglob("*.py") for name in imported_rooms(path)}
    return frozenset(names - {room})


def imported_rooms(path: Path) -> Iterator[str]:
    """The rooms and sub-packages that a module imports from, also by relative imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        for module in _modules(node, path):
            top, *rest = module.split(".")
            if rest and ((top == "cfn_backup" and rest[0] in ROOMS) or (top == "cfn_backup_tools")):
                yield rest[0]


def _modules(node: ast.AST, path: Path) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            package = path.parent
            for _ in range(node.level - 1):
                package = package.parent
            base = ".".join([*_package_of(package), *([base] if base else [])])
        yield base
        yield from (f"{base}.{alias.name}" for alias in node.names)


def _package_of(folder: Path) -> tuple[str, ...]:
    root = PROVIDER.parent if folder.is_relative_to(PROVIDER.parent) else TOOLS.parent
    return folder.relative_to(root).parts


# ---- the picture ---------------------------------------------------------------------------------

WIDTH, HEIGHT, GAP, MARGIN = 132, 34, 26, 20
X = (110, 420)
"""Where the two columns begin."""
STYLE = """
  .box { fill: #eef1fb; stroke: #5a6bb5 } .tool { fill: #eaf6ee; stroke: #4b8f62 } .line { stroke: #8a8f99; fill: none }
  .head { fill: #8a8f99 } text { font: 14px sans-serif; fill: #1b1f2a; text-anchor: middle }
  @media (prefers-color-scheme: dark) {
    .box { fill: #27305a; stroke: #8fa0ee } .tool { fill: #1f4230; stroke: #7cc799 } text { fill: #eef1fb }
  }
"""


def without_detours(graph: Imports) -> Imports:
    """The imports that do not follow from others: an arrow stands for all that its end can reach."""
    reach: dict[str, frozenset[str]] = {}

    def below(room: str) -> frozenset[str]:
        if room not in reach:
            reach[room] = frozenset(graph[room]).union(*(below(one) for one in graph[room]))
        return reach[room]

    return {
        room: frozenset(one for one in direct if not any(one in below(other) for other in direct - {one}))
        for room, direct in graph.items()
    }


def picture(graph: Imports) -> str:
    """The provider's rooms in one column, in their order, and the author's tools in another."""
    columns = ([r for r in ROOMS if r in graph], _sorted_tools(graph))
    tallest = max(len(column) for column in columns)
    height = tallest * (HEIGHT + GAP) - GAP + 2 * MARGIN
    places = {
        room: (X[number], MARGIN + (tallest - len(column)) * (HEIGHT + GAP) // 2 + row * (HEIGHT + GAP))
        for number, column in enumerate(columns)
        for row, room in enumerate(column)
    }
    direct = without_detours(graph)
    arrows = [_arrow(places[room], places[to]) for room in places for to in sorted(direct[room])]
    boxes = [
        f'<rect class="{"box" if room in ROOMS else "tool"}" x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="6"/>'
        f'<text x="{x + WIDTH // 2}" y="{y + HEIGHT // 2 + 5}">{room}</text>'
        for room, (x, y) in places.items()
    ]
    head = (
        '<marker id="head" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto">'
        '<path class="head" d="M0,0 L8,4 L0,8 z"/></marker>'
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {X[1] + X[0] + WIDTH} {height}" role="img">',
            "<title>Each room imports only from those above it; arrows that follow from others are left out</title>",
            f"<style>{STYLE}</style>",
            f"<defs>{head}</defs>",
            *arrows,
            *boxes,
            "</svg>\n",
        ]
    )


def _sorted_tools(graph: Imports) -> list[str]:
    """What others import from comes first."""
    depth: dict[str, int] = {}

    def depth_of(room: str) -> int:
        if room not in depth:
            depth[room] = 1 + max((depth_of(one) for one in graph[room]), default=-1)
        return depth[room]

    return sorted((room for room in graph if room not in ROOMS), key=lambda room: (depth_of(room), room))


def _arrow(start: tuple[int, int], end: tuple[int, int]) -> str:
    """A line between the columns; inside one, a bow on its outer side past the boxes between."""
    (x, y), (to_x, to_y) = start, end
    if x != to_x:
        path = f"M{x},{y + HEIGHT // 2} L{to_x + WIDTH},{to_y + HEIGHT // 2}"
    elif y - to_y == HEIGHT + GAP:
        path = f"M{x + WIDTH // 2},{y} L{x + WIDTH // 2},{to_y + HEIGHT}"
    else:
        edge, out = (x, -1) if x == X[0] else (x + WIDTH, 1)
        bow = edge + out * (24 + (y - to_y) // 5)
        path = (
            f"M{edge},{y + HEIGHT // 2} C{bow},{y + HEIGHT // 2} {bow},{to_y + HEIGHT // 2} "
            f"{edge},{to_y + HEIGHT // 2}"
        )
    return f'<path class="line" d="{path}" marker-end="url(#head)"/>'


def main(arguments: list[str]) -> int:
    """Draw the picture, or say that it is not up to date; the exit code."""
    drawn = picture(imports())
    if "--check" not in arguments:
        PICTURE.write_text(drawn)
        return 0
    if PICTURE.is_file() and PICTURE.read_text() == drawn:
        return 0
    sys.stderr.write(f"{PICTURE.relative_to(ROOT)} is not up to date: run python -m docs.site.rooms\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
