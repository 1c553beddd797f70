"""Templates with custom resources, and what eject makes of them."""

from __future__ import annotations

import textwrap
from typing import Any

from cfn_backup_tools.eject.ejection import Ejected, eject
from cfn_backup_tools.template.template import Format, parse


def ejected(text: str, parameters: dict[str, str] | None = None, target: Format | None = None) -> Ejected:
    """The result for a template's text."""
    return eject(parse("template.yaml", textwrap.dedent(text).lstrip("\n")), parameters or {}, target)


def resources(result: Ejected) -> dict[str, Any]:
    """The resources of the result in the long form."""
    return parse("ejected.yaml", result.text).resources


def document(properties: str, more: str = "", type_: str = "BackupPlan") -> str:
    """A template with one custom resource, ``It``, with these properties in the flow style, and more resources or a section."""
    more = textwrap.dedent(more).strip("\n")
    more = more if more.startswith(("Parameters", "Conditions")) else textwrap.indent(more, "  ")
    properties = " ".join(properties.split())
    return f"""Resources:
  It:
    Type: Custom::{type_}
    Properties: {properties}
{more}
"""


def of_plan(properties: str, more: str = "", **parameters: str) -> dict[str, Any]:
    """The native resources of a plan."""
    return resources(ejected(document(properties, more), parameters))
