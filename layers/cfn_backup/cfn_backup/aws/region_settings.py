"""The settings of AWS Backup in a Region, and who of the account's stacks sets which of them.

The settings have no owner, no tags and no creation token. So who sets a resource type, and what was there
before, is kept in a parameter of Systems Manager for each type.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from cfn_backup.aws.errors import AlreadyExists, ProviderError
from cfn_backup.aws.session import Session

PATH = "/cfn-backup-provider/region-settings"
_TAKEN = "ParameterAlreadyExists"


class Preference(StrEnum):
    """The two maps of the API. The value is the member's name."""

    OPT_IN = "ResourceTypeOptInPreference"
    MANAGEMENT = "ResourceTypeManagementPreference"


type Settings = Mapping[Preference, Mapping[str, bool]]
"""Of each preference the resource types, by the service's names, and their values."""


@dataclass(frozen=True)
class Claim:
    """That a resource of a stack sets a type."""

    preference: Preference
    resource_type: str
    stack_id: str
    logical_id: str
    before: bool | None
    """What was there when the resource first named the type; None if the service said nothing of it."""
    given: bool
    """What the resource gave it."""
    restores: bool
    """Whether a Delete puts back what was there before."""

    @property
    def parameter(self) -> str:
        """The name of the parameter that keeps it."""
        return f"{PATH}/{self.preference}/{re.sub(r'[^A-Za-z0-9_.-]', '-', self.resource_type)}"


def read_settings(session: Session) -> dict[Preference, dict[str, bool]]:
    """The settings as they are."""
    found = session.call("backup", "DescribeRegionSettings")
    return {preference: dict(found.get(preference, {})) for preference in Preference}


def change_settings(session: Session, changes: Settings) -> None:
    """Changes the types that are named, and no other; makes no call if none is."""
    given = {str(preference): dict(types) for preference, types in changes.items() if types}
    if given:
        session.call("backup", "UpdateRegionSettings", **given)


def read_claims(session: Session) -> list[Claim]:
    """Every claim of the account in this Region."""
    found = session.pages("ssm", "GetParametersByPath", "Parameters", Path=PATH, Recursive=True)
    return [_claim(parameter["Value"]) for parameter in found]


def put_claim(session: Session, claim: Claim, *, new: bool) -> None:
    """Keeps a claim. Raises AlreadyExists if it is new and somebody else's was faster."""
    try:
        session.call(
            "ssm",
            "PutParameter",
            Name=claim.parameter,
            Value=json.dumps(asdict(claim)),
            Type="String",
            Tier="Standard",
            Overwrite=not new,
            Description="Which stack sets this resource type of AWS Backup; kept by cfn-backup-provider",
        )
    except ProviderError as error:
        if error.code == _TAKEN:
            raise AlreadyExists(str(error), operation=error.operation, code=error.code) from error
        raise


def delete_claim(session: Session, claim: Claim) -> None:
    """One that is gone is no error."""
    session.call("ssm", "DeleteParameters", Names=[claim.parameter])


def _claim(text: str) -> Claim:
    members = json.loads(text)
    return Claim(**{**members, "preference": Preference(members["preference"])})
