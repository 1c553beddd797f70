"""What `make package` made, and the one template that a stack set deploys in every Region."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TEMPLATE = "cfn-backup-provider.template.json"
_PART = re.compile(r"\$\{CodePrefix\}([\w.-]+)")


class NotPackaged(Exception):
    """There is nothing to roll out; the message says what to do."""


@dataclass(frozen=True)
class Package:
    """The parts of the application, and its plain template."""

    parts: tuple[Path, ...]
    """What the template names: the archives, and the definition of the state machine."""
    template: dict[str, Any]

    @property
    def version(self) -> str:
        """The application's version, ``0.1.0``."""
        version: str = self.template["Metadata"]["AWS::ServerlessRepo::Application"]["SemanticVersion"]
        return version

    def for_all_regions(self) -> str:
        """The template, JSON, whose code comes from the bucket of the Region it is deployed in.

        `CodeBucket` is then what the buckets' names begin with. So one stack set serves all Regions, and accounts
        that join the organisation get the right code as well.
        """
        there = {"Fn::Sub": "${CodeBucket}-${AWS::Region}"}
        return json.dumps(_replaced(self.template, {"Ref": "CodeBucket"}, there), indent=1)


def read(folder: Path) -> Package:
    """The package in the folder. Raises NotPackaged."""
    file = folder / TEMPLATE
    if not file.exists():
        raise NotPackaged(f"{folder} has no package: run make package first")
    template = file.read_text()
    parts = tuple(folder / name for name in sorted(set(_PART.findall(template))))
    missing = [part.name for part in parts if not part.exists()]
    if missing:
        raise NotPackaged(f"{folder} has no {', '.join(missing)}: run make package again")
    return Package(parts, json.loads(template))


def _replaced(value: Any, old: Any, new: Any) -> Any:
    if value == old:
        return new
    if isinstance(value, dict):
        return {key: _replaced(member, old, new) for key, member in value.items()}
    if isinstance(value, list):
        return [_replaced(item, old, new) for item in value]
    return value
