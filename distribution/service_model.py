"""Writes the copy of AWS Backup's service model: ``python -m distribution.service_model``.

Run it after botocore was pinned anew. ``cfn_backup/written/service_model.py`` says what the copy is for.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from botocore.loaders import Loader

from cfn_backup.written.service_model import FILE

REQUESTS = (
    "CreateBackupPlanInput",
    "CreateBackupSelectionInput",
    "CreateBackupVaultInput",
    "PutBackupVaultAccessPolicyInput",
    "PutBackupVaultLockConfigurationInput",
    "PutBackupVaultNotificationsInput",
)
"""What the provider sends on an author's behalf."""

REFERENCES = ("member", "value")
"""Keys of a botocore shape that name another shape; a structure's ``members`` do, too."""


def text_of_copy() -> str:
    """The file as the installed botocore would have it: the requests and every shape below them."""
    shapes = Loader().load_service_model("backup", "service-2")["shapes"]
    copied = _reachable(shapes, REQUESTS)
    return json.dumps(dict(sorted(copied.items())), indent=1) + "\n"


def _reachable(shapes: Mapping[str, Any], roots: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    copied: dict[str, Mapping[str, Any]] = {}
    left = list(roots)
    while left:
        name = left.pop()
        if name not in copied:
            copied[name] = _reduced(shapes[name])
            left += _named_in(copied[name])
    return copied


def _reduced(shape: Mapping[str, Any]) -> Mapping[str, Any]:
    """The type, and what the type is made of."""
    reduced: dict[str, Any] = {"type": shape["type"]}
    if "members" in shape:
        reduced["members"] = {name: member["shape"] for name, member in shape["members"].items()}
    reduced |= {key: shape[key]["shape"] for key in REFERENCES if key in shape}
    if "enum" in shape:
        reduced["enum"] = shape["enum"]
    return reduced


def _named_in(reduced: Mapping[str, Any]) -> Iterator[str]:
    yield from reduced.get("members", {}).values()
    yield from (reduced[key] for key in REFERENCES if key in reduced)


def main() -> int:
    """Writes the file."""
    FILE.write_text(text_of_copy(), encoding="utf-8")
    sys.stdout.write(f"wrote {FILE.name}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
