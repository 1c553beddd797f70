"""What MkDocs calls while it builds the site (`hooks` in mkdocs.yml)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mkdocs.structure.files import File, Files, InclusionLevel

from docs.site import sources

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Take the navigation from `docs/README.md`."""
    config.nav = sources.navigation((sources.ROOT / sources.DOCS / "README.md").read_text())
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add what the pages link to outside of `docs/`."""
    for source in sources.beside():
        made = File.generated(
            config, source.name, content=source.markdown, inclusion=InclusionLevel.NOT_IN_NAV
        )
        files.append(made)
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Take the page's text as `sources` prepares it."""
    return sources.prepared(markdown, page.file.src_uri)
