"""The custom resource types: their properties' class, their reader and their return values."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from cfn_backup.desired.plan import rules_of
from cfn_backup.rules import read_plan, read_selection, read_vault
from cfn_backup.symbolic.values import Intrinsic, Place
from cfn_backup.written.plan import BackupPlan
from cfn_backup.written.selection import BackupSelection
from cfn_backup.written.vault import BackupVault

if TYPE_CHECKING:
    from cfn_backup.written.problems import Findings

PLAN = "Custom::BackupPlan"
VAULT = "Custom::BackupVault"
SELECTION = "Custom::BackupSelection"

READERS: Mapping[str, Callable[..., Any]] = {
    # with the presets' values filled in, so that a rule is checked as it ends up
    PLAN: partial(read_plan, rules_of=rules_of),
    VAULT: read_vault,
    SELECTION: read_selection,
}

CLASSES: Mapping[str, type[BackupPlan | BackupVault | BackupSelection]] = {
    PLAN: BackupPlan,
    VAULT: BackupVault,
    SELECTION: BackupSelection,
}


def attributes_of(resource_type: str) -> tuple[str, ...]:
    """What ``Fn::GetAtt`` can ask of a custom type; empty for any other."""
    cls = CLASSES.get(resource_type)
    return tuple(cls.attributes) if cls else ()


def read(resource_type: str, properties: Mapping[str, Any], place: Place, findings: Findings) -> Any:
    """The resource's properties as the model has them, with every problem in ``findings``."""
    return READERS[resource_type](properties, place, findings, symbolic=True)


def nearest_type(resource_type: str) -> str | None:
    """The custom type that was probably meant, if another name was written that looks much like it."""
    if resource_type in READERS or not resource_type.startswith("Custom::"):
        return None
    by_name = {name.lower(): name for name in READERS}
    found = difflib.get_close_matches(resource_type.lower(), by_name, n=1, cutoff=0.87)
    return by_name[found[0]] if found else None


def nearest(name: str, known: tuple[str, ...]) -> str | None:
    """The known name that was probably meant."""
    by_name = {candidate.lower(): candidate for candidate in known}
    found = difflib.get_close_matches(name.lower(), by_name, n=1, cutoff=0.6)
    return by_name[found[0]] if found else None


def offline_place(resource_types: Mapping[str, str]) -> Place:
    """Where a template will be deployed, as far as the template knows."""
    return Place(
        partition=Intrinsic({"Ref": "AWS::Partition"}),
        region=Intrinsic({"Ref": "AWS::Region"}),
        account_id=Intrinsic({"Ref": "AWS::AccountId"}),
        resource_types=resource_types,
    )
