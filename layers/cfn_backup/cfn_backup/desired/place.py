"""Where a resource is deployed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cfn_backup.symbolic.values import Str, Unknown


@dataclass(frozen=True)
class Place:
    """A partition, Region and account. For a tool that reads a template they are pseudo parameters."""

    partition: Str
    region: Str
    account_id: Str
    resource_types: Mapping[str, str] = field(default_factory=dict)
    """The types of the template's resources by logical id, which tell what a ``Ref`` gives; empty in a deployment."""
    role_path: str = "/cfn-backup-provider/"
    """The path of the roles that the provider makes."""

    @classmethod
    def of_template(cls, resource_types: Mapping[str, str]) -> Place:
        """Where a template will be deployed, as far as the template knows."""
        names = ("AWS::Partition", "AWS::Region", "AWS::AccountId")
        partition, region, account_id = (Unknown({"Ref": name}) for name in names)
        return cls(partition, region, account_id, resource_types)
