"""Compares our template, ejected, with what the CDK synthesizes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from cfn_backup_tools.eject.ejection import eject
from cfn_backup_tools.template.template import parse
from tests.parity.differences import DIFFERENCES
from tests.parity.mechanical import customised
from tests.parity.normalising import differences, normalised

_DIGEST = re.compile(r"(?<=\w)[0-9A-F]{8}$")


@dataclass(frozen=True)
class Comparison:
    """How a case came out: what differs beyond the deliberate differences, and which of those it did not
    show."""

    differences: list[str]
    not_shown: list[str]


def ejected(template: dict[str, Any]) -> dict[str, Any]:
    """The template with native resources."""
    result: dict[str, Any] = json.loads(eject(parse("case.json", json.dumps(template)), {}).text)
    return result


def there_and_back(template: dict[str, Any]) -> list[str]:
    """What the mechanical conversion to our types and the way back change."""
    return differences(normalised(template), normalised(ejected(customised(template))))


def compared(synthesized: dict[str, Any], ours: dict[str, Any], deliberate: tuple[str, ...]) -> Comparison:
    """The CDK's template and the native form of ours, with the deliberate differences taken out."""
    cdk, native = normalised(without_digests(synthesized)), normalised(without_expectations(ejected(ours)))
    not_shown: list[str] = []
    for name in deliberate:
        level = DIFFERENCES[name].level
        if level is None:
            raise ValueError(f"{name} cannot show in a template")
        levelled = level(cdk, native)
        if levelled == (cdk, native) and name not in ALWAYS_LEVEL:
            not_shown.append(name)
        cdk, native = levelled
    return Comparison(differences(cdk, native), not_shown)


ALWAYS_LEVEL = ("policy-of-imported-topic", "discovery-written-down", "generated-names")
"""Differences of which nothing need show in the native template itself."""


def without_digests(template: dict[str, Any]) -> dict[str, Any]:
    """The template with the CDK's logical ids as a person would write them: without the digest of the
    path."""
    new = {name: _DIGEST.sub("", name) for name in template["Resources"]}
    renamed: dict[str, Any] = _with_ids(template, new)
    return renamed


def _with_ids(value: Any, new: dict[str, str]) -> Any:
    if isinstance(value, list):
        return [_with_ids(item, new) for item in value]
    if isinstance(value, dict):
        return {new.get(key, key): _with_ids(member, new) for key, member in value.items()}
    return new.get(value, value) if isinstance(value, str) else value


def without_expectations(template: dict[str, Any]) -> dict[str, Any]:
    """The template without what ``eject`` remarks in it."""
    for resource in template["Resources"].values():
        metadata = resource.get("Metadata", {})
        metadata.pop("cfn-backup-provider", None)
        if not metadata:
            resource.pop("Metadata", None)
    return template
