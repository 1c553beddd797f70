"""The resources of an account in a Region that AWS Backup can back up, and their tags.

The tagging API alone does not do: it does not know a resource that never had a tag. So each service is asked
for its own, and the tagging API only for the tags of those whose lists have none.

Stacks are not among them: what is in a stack is there by itself. A selection that names a stack reaches it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from cfn_backup_tools.account.calls import Calls, CannotLook, Denied, Identity, NotOffered, Refused


@dataclass(frozen=True)
class Resource:
    """Something that AWS Backup can back up. ``type`` is AWS Backup's name of it."""

    arn: str
    type: str
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """How the resources of a type are listed.

    :param ids: JMESPath, for each of them a pair of id or ARN, and tags or null.
    :param arn: how the ARN is made of an id; an id that is an ARN stays as it is.
    :param tagging: the type in the tagging API, where the list has no tags.
    """

    type: str
    service: str
    operation: str
    ids: str
    arn: str = "{id}"
    tagging: str = ""

    @property
    def action(self) -> str:
        """The IAM action of the listing."""
        prefix = {"efs": "elasticfilesystem", "timestream-write": "timestream"}.get(
            self.service, self.service
        )
        return f"{prefix}:{'ListAllMyBuckets' if self.type == 'S3' else self.operation}"


_RDS = "DBClusters[?Engine{test}].[DBClusterArn, TagList]"

# The ARNs are those of the Service Authorization Reference. The listing of clusters has those of Aurora,
# Amazon DocumentDB and Amazon Neptune, so the engine tells them apart.
KINDS = (
    Kind(
        "DynamoDB",
        "dynamodb",
        "ListTables",
        "TableNames[].[@, null]",
        "arn:{partition}:dynamodb:{region}:{account}:table/{id}",
        "dynamodb:table",
    ),
    Kind("S3", "s3", "ListBuckets", "Buckets[].[Name, null]", "arn:{partition}:s3:::{id}", "s3"),
    Kind(
        "EBS",
        "ec2",
        "DescribeVolumes",
        "Volumes[].[VolumeId, Tags]",
        "arn:{partition}:ec2:{region}:{account}:volume/{id}",
    ),
    Kind(
        "EC2",
        "ec2",
        "DescribeInstances",
        "Reservations[].Instances[?State.Name!='terminated'][].[InstanceId, Tags]",
        "arn:{partition}:ec2:{region}:{account}:instance/{id}",
    ),
    Kind(
        "EFS",
        "efs",
        "DescribeFileSystems",
        "FileSystems[].[FileSystemId, Tags]",
        "arn:{partition}:elasticfilesystem:{region}:{account}:file-system/{id}",
    ),
    Kind(
        "RDS",
        "rds",
        "DescribeDBInstances",
        "DBInstances[?!DBClusterIdentifier].[DBInstanceArn, TagList]",
    ),
    # Multi-AZ clusters of Amazon RDS
    Kind("RDS", "rds", "DescribeDBClusters", _RDS.format(test="=='mysql' || Engine=='postgres'")),
    Kind(
        "Aurora",
        "rds",
        "DescribeDBClusters",
        "DBClusters[?starts_with(Engine, 'aurora')].[DBClusterArn, TagList]",
    ),
    Kind("DocumentDB", "rds", "DescribeDBClusters", _RDS.format(test="=='docdb'")),
    Kind("Neptune", "rds", "DescribeDBClusters", _RDS.format(test="=='neptune'")),
    Kind("FSx", "fsx", "DescribeFileSystems", "FileSystems[].[ResourceARN, Tags]"),
    Kind(
        "Redshift",
        "redshift",
        "DescribeClusters",
        "Clusters[].[ClusterIdentifier, Tags]",
        "arn:{partition}:redshift:{region}:{account}:cluster:{id}",
    ),
    Kind(
        "Timestream",
        "timestream-write",
        "ListTables",
        "Tables[].[Arn, null]",
        tagging="timestream",
    ),
    Kind(
        "EKS",
        "eks",
        "ListClusters",
        "clusters[].[@, null]",
        "arn:{partition}:eks:{region}:{account}:cluster/{id}",
        "eks:cluster",
    ),
    Kind(
        "Storage Gateway",
        "storagegateway",
        "ListVolumes",
        "VolumeInfos[].[VolumeARN, null]",
        tagging="storagegateway",
    ),
)


@dataclass(frozen=True)
class Inventory:
    """:param not_looked_at: one line for each type that could not be listed."""

    resources: tuple[Resource, ...]
    not_looked_at: tuple[str, ...] = ()

    def by_arn(self) -> dict[str, Resource]:
        return {resource.arn: resource for resource in self.resources}


def read_inventory(calls: Calls, types: Iterable[str] | None = None) -> Inventory:
    """All resources of these types of AWS Backup; None: of all that there are a listing for."""
    wanted = None if types is None else set(types)
    kinds = [kind for kind in KINDS if wanted is None or kind.type in wanted]
    found: list[Resource] = []
    missed: list[str] = []
    tags = _Tags(calls)
    for kind in kinds:
        try:
            found += _listed(calls, kind, tags)
        except NotOffered:
            continue
        except Denied as denial:
            missed.append(f"{kind.type}: {denial}")
        except (CannotLook, Refused) as reason:
            missed.append(f"{kind.type}: {kind.action}: {reason}")
    return Inventory(tuple(sorted(found, key=lambda resource: resource.arn)), tuple(missed))


def _listed(calls: Calls, kind: Kind, tags: _Tags) -> Iterator[Resource]:
    import jmespath  # type: ignore[import-untyped]  # noqa: PLC0415

    expression = jmespath.compile(kind.ids)
    where = calls.identity
    for page in _pages(calls, kind, where):
        for identifier, own in expression.search(page) or ():
            arn = (
                identifier if identifier.startswith("arn:") else kind.arn.format(id=identifier, **vars(where))
            )
            if own is None and kind.tagging:
                yield Resource(arn, kind.type, tags.of(kind.tagging).get(arn, {}))
            else:
                yield Resource(arn, kind.type, {tag["Key"]: tag["Value"] for tag in own or ()})


def _pages(calls: Calls, kind: Kind, where: Identity) -> Iterator[dict[str, object]]:
    """Buckets are listed for all Regions at once unless one is asked for."""
    if kind.type == "S3":
        return calls.pages("s3", "ListBuckets", BucketRegion=where.region)
    return calls.pages(kind.service, kind.operation)


class _Tags:
    """The tags of the resources whose own lists have none, read when they are first asked for."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._known: dict[str, dict[str, dict[str, str]]] = {}

    def of(self, kind: str) -> dict[str, dict[str, str]]:
        if kind not in self._known:
            items = self._calls.items(
                "resourcegroupstaggingapi",
                "GetResources",
                "ResourceTagMappingList",
                ResourceTypeFilters=[kind],
            )
            self._known[kind] = {
                item["ResourceARN"]: {tag["Key"]: tag["Value"] for tag in item["Tags"]} for item in items
            }
        return self._known[kind]
