"""The file that says how big the resources are: ``--sizes FILE``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from cfn_backup_tools.preview.kinds import KINDS
from cfn_backup_tools.preview.storage import Size
from cfn_backup_tools.preview.yaml_file import BadFile, amount, read_map

MEMBERS = ("type", "gb", "change_per_day", "plans")

HEAD = f"""\
# How big the resources are that a plan backs up: for cfn-backup preview --sizes.
#
# One entry for each resource, under any name. If the name is the logical id of a resource of the template,
# its type need not be said.
#
#   type            {", ".join(list(KINDS)[:8])},
#                   {", ".join(list(KINDS)[8:])}
#   gb              the size of a full backup, in GB. Several alike can be one entry with the sum.
#   change_per_day  how much of it changes in a day, in GB: what the next backup stores, if the type has
#                   incremental backups. Without it nothing changes.
#   plans           the logical ids of the plans that back it up. Without it: every plan of the template.
"""

ENTRIES = """
Orders:
  type: DynamoDB
  gb: 120

Documents:
  type: EFS
  gb: 800
  change_per_day: 4

DatabaseVolume:
  type: EBS
  gb: 500
  change_per_day: 10
  # plans: [NightlyPlan]
"""


def example(types: Mapping[str, str]) -> str:
    """An example of the file. ``types`` are those of the template's resources by logical id; their sizes are
    made up."""
    known = {name: kind for name, kind in types.items() if kind in KINDS}
    entries = "".join(_entry(name, kind) for name, kind in known.items())
    return HEAD + (entries or ENTRIES)


def _entry(name: str, kind: str) -> str:
    change = "  change_per_day: 1\n" if KINDS[kind].incremental else ""
    return f"\n{name}:\n  type: {kind}\n  gb: 100\n{change}"


@dataclass(frozen=True)
class Resource:
    """A resource that is backed up."""

    name: str
    resource_type: str
    """One of ``KINDS``."""
    size: Size
    plans: tuple[str, ...] = ()
    """Logical ids; empty: every plan."""

    def is_of(self, plan: str) -> bool:
        return not self.plans or plan in self.plans


def read_sizes(file: str, types: Mapping[str, str], plans: tuple[str, ...]) -> tuple[Resource, ...]:
    """The resources of a file. ``types`` are those of the template's resources by logical id, and ``plans``
    its plans. Raises BadFile."""
    return tuple(
        _resource(str(name), entry, f"{file}: {name}", types, plans) for name, entry in read_map(file).items()
    )


def _resource(
    name: str, entry: Any, where: str, types: Mapping[str, str], plans: tuple[str, ...]
) -> Resource:
    if not isinstance(entry, dict):
        raise BadFile(f"{where}: a map with type, gb and change_per_day is needed")
    for member in entry:
        if member not in MEMBERS:
            raise BadFile(f"{where}: {member} is not known; {_nearest(str(member), MEMBERS)}")
    if "gb" not in entry:
        raise BadFile(f"{where}: gb is missing")
    size = Size(
        amount(entry["gb"], f"{where}: gb"),
        amount(entry.get("change_per_day", 0), f"{where}: change_per_day"),
    )
    return Resource(name, _type(name, entry, where, types), size, _plans(entry, where, plans))


def _type(name: str, entry: Mapping[str, Any], where: str, types: Mapping[str, str]) -> str:
    given = entry.get("type", types.get(name))
    if given is None:
        raise BadFile(f"{where}: type is missing; {_nearest('', tuple(KINDS))}")
    if given not in KINDS:
        raise BadFile(f"{where}: type {given} is not known; {_nearest(str(given), tuple(KINDS))}")
    return str(given)


def _plans(entry: Mapping[str, Any], where: str, plans: tuple[str, ...]) -> tuple[str, ...]:
    given = entry.get("plans", [])
    if not isinstance(given, list):
        raise BadFile(f"{where}: plans must be a list of logical ids")
    for name in given:
        if name not in plans:
            raise BadFile(f"{where}: the template has no plan {name}; {_nearest(str(name), plans)}")
    return tuple(given)


def _nearest(name: str, known: tuple[str, ...]) -> str:
    nearest = get_close_matches(name, known, 1)
    return f"did you mean {nearest[0]}?" if nearest else f"there are {', '.join(known)}"
