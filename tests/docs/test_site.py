"""The documentation as a site: its navigation, its links, and that a page fetches nothing from elsewhere."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from docs.site import check, sources

INDEX = """# Documentation

## Concepts

- [Vaults](vaults.md): where backups are
- [`cfn-backup eject`](eject.md)

## Project

- [Changelog](../CHANGELOG.md)
- [Examples](../examples/)
"""


def test_the_navigation_is_the_index() -> None:
    assert sources.navigation(INDEX) == [
        {"Start": "README.md"},
        {"Concepts": [{"Vaults": "vaults.md"}, {"cfn-backup eject": "eject.md"}]},
        {
            "Project": [
                {"Changelog": "repository/CHANGELOG.md"},
                {"Examples": "repository/examples/index.md"},
            ]
        },
    ]


@pytest.mark.parametrize("path", ["docs/rules.md", "CHANGELOG.md", "template.yaml", "examples", "LICENSE"])
def test_a_page_of_the_site_knows_the_file_it_was_made_from(path: str) -> None:
    assert sources.in_repository(sources.in_site(PurePosixPath(path))) == PurePosixPath(path)


@pytest.mark.parametrize(
    ("source", "link", "expected"),
    [
        ("rules.md", "validate.md#exit-codes", "validate.md#exit-codes"),
        ("rules.md", "../template.yaml", "repository/template.yaml.md"),
        ("resources/backup-plan.md", "../../examples/", "../repository/examples/index.md"),
        ("repository/README.md", "docs/rules.md", "../rules.md"),
        ("repository/README.md", "docs/", "../README.md"),
        ("rules.md", "https://example.com/a.md", "https://example.com/a.md"),
        ("rules.md", "#below", "#below"),
    ],
)
def test_a_link_leads_to_the_page_in_the_site(source: str, link: str, expected: str) -> None:
    assert sources.relinked(f"see [it]({link})", source) == f"see [it]({expected})"


def test_a_link_within_code_stays() -> None:
    text = "```\n[it](../template.yaml)\n```\n"
    assert sources.relinked(text, "rules.md") == text


def test_the_name_of_a_shown_file_is_the_title_of_its_block() -> None:
    text = "1. It:\n\n   ```yaml file=a.yaml\n   a: 1\n   ```\n"
    assert sources.prepared(text, "rules.md") == text.replace("file=a.yaml", 'title="a.yaml"')


def test_a_file_that_pages_link_to_has_a_page() -> None:
    made = {source.name: source.markdown for source in sources.beside()}
    assert (sources.ROOT / "template.yaml").read_text() in made["repository/template.yaml.md"]


def _site(tmp_path: Path, html: str) -> list[str]:
    (tmp_path / "other.html").write_text('<h2 id="here">There</h2>')
    (tmp_path / "page.html").write_text(html)
    return list(check.problems(tmp_path))


@pytest.mark.parametrize(
    "html",
    [
        '<a href="other.html#here">it</a>',
        '<a href="https://example.com/">elsewhere</a>',
        '<link rel="canonical" href="https://example.com/">',
    ],
)
def test_a_good_page_has_no_problems(html: str, tmp_path: Path) -> None:
    assert _site(tmp_path, html) == []


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        ('<a href="gone.html">it</a>', "page.html: gone.html leads nowhere"),
        ('<a href="other.html#gone">it</a>', "page.html: other.html#gone leads nowhere"),
        ("<p>```yaml</p>", "page.html: shows the fence of a block as text"),
        ('<img src="gone.svg">', "page.html: gone.svg leads nowhere"),
        (
            '<script src="//example.com/a.js"></script>',
            "page.html: fetches //example.com/a.js from another host",
        ),
        (
            '<link rel="stylesheet" href="https://example.com/a.css">',
            "page.html: fetches https://example.com/a.css from another host",
        ),
    ],
)
def test_a_problem_of_a_page_is_told(html: str, problem: str, tmp_path: Path) -> None:
    assert _site(tmp_path, html) == [problem]


def test_a_style_that_fetches_from_another_host_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("@font-face{src:url(https://example.com/f.woff2)}")
    assert _site(tmp_path, "") == ["a.css: fetches url(https://example.com/f.woff2 from another host"]


def test_a_site_without_pages_is_told(tmp_path: Path) -> None:
    assert list(check.problems(tmp_path)) == [f"{tmp_path}: there are no pages"]
