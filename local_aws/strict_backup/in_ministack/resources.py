# ruff: noqa: SLF001 - ministack has no public way in
"""The resources in ministack that AWS Backup backs up: buckets, tables, volumes, instances, file systems,
databases and clusters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ministack.core.responses import get_account_id
from ministack.services import dynamodb, ec2, efs, rds, s3

from ..job_records import Resource
from ..state import partition_of


class MinistackInventory:
    """Reads ministack's own records at the time of asking."""

    def resources(self, account: str, region: str) -> list[Resource]:
        return [
            *_buckets(account, region),
            *_tables(account, region),
            *_of_ec2(account, region),
            *_file_systems(account, region),
            *_databases(account, region),
        ]


def _buckets(account: str, region: str) -> Iterator[Resource]:
    """ministack keeps buckets by the account of the request alone."""
    if account != get_account_id():
        return
    for name in list(s3._buckets):
        if s3.bucket_region(name) == region:
            versioned = s3._bucket_versioning.get(name) == "Enabled"
            tags = s3._bucket_tags.get(name) or {}
            yield Resource(f"arn:{partition_of(region)}:s3:::{name}", dict(tags), versioned=versioned)


def _tables(account: str, region: str) -> Iterator[Resource]:
    """Tags that the API puts are kept apart from those of CloudFormation."""
    tags_by_arn = dict(dynamodb._tags.items()) if account == get_account_id() else {}
    for _, table in dynamodb._tables.items_scoped(account, region):
        arn = table["TableArn"]
        yield Resource(arn, {**(table.get("tags") or {}), **_listed(tags_by_arn.get(arn, ()))})


def _of_ec2(account: str, region: str) -> Iterator[Resource]:
    tags = dict(ec2._tags.items_scoped(account, region))
    for kind, records in (("volume", ec2._volumes), ("instance", ec2._instances)):
        for identifier, _ in records.items_scoped(account, region):
            arn = f"arn:{partition_of(region)}:ec2:{region}:{account}:{kind}/{identifier}"
            yield Resource(arn, _listed(tags.get(identifier, ())))


def _file_systems(account: str, region: str) -> Iterator[Resource]:
    for identifier, record in efs._file_systems.items_scoped(account, region):
        arn = f"arn:{partition_of(region)}:elasticfilesystem:{region}:{account}:file-system/{identifier}"
        yield Resource(arn, _listed(record.get("Tags") or ()))


def _databases(account: str, region: str) -> Iterator[Resource]:
    kinds = {"docdb": "DocumentDB", "neptune": "Neptune"}
    for _, instance in rds._instances.items_scoped(account, region):
        if not instance.get("DBClusterIdentifier"):
            yield Resource(instance["DBInstanceArn"], _listed(instance.get("TagList") or ()))
    for _, cluster in rds._clusters.items_scoped(account, region):
        kind = kinds.get(cluster.get("Engine", ""), "Aurora")
        yield Resource(cluster["DBClusterArn"], _listed(cluster.get("TagList") or ()), resource_type=kind)


def _listed(tags: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    return {str(tag["Key"]): str(tag["Value"]) for tag in tags}
