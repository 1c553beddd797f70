"""Findings that an author has read and does not want to see again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cfn_backup_tools.template.template import Template
from cfn_backup_tools.validate.findings import LocatedFinding

METADATA = "cfn-backup"
"""The key in a resource's ``Metadata``: ``{cfn-backup: {ignore: [W9601]}}``."""


def is_suppressed(template: Template, found: LocatedFinding, ignored: Iterable[str]) -> bool:
    """Whether the caller ignores the rule, or the resource's ``Metadata`` does; by its code or the beginning of it."""
    codes = (*ignored, *_of_resource(template, found.logical_id))
    return any(found.finding.code.startswith(code) for code in codes)


def _of_resource(template: Template, logical_id: str) -> tuple[str, ...]:
    metadata = template.resources.get(logical_id, {}).get("Metadata")
    own = metadata.get(METADATA) if isinstance(metadata, Mapping) else None
    codes = own.get("ignore") if isinstance(own, Mapping) else None
    return tuple(str(code) for code in codes) if isinstance(codes, list) else ()
