# ruff: noqa: SLF001 - ministack has no public way in
"""What IAM looks at on AWS and ministack does not, and without which the provider's policy were not tested.

The path of a role, the key behind an alias, the databases of a listing, the parameters below a path, and the
condition keys of the calls that change roles.
"""

import json
from typing import Any

from ministack.core import iam_actions
from ministack.services import iam, kms

from local_aws.strict_backup.authorization import condition_keys

Query = dict[str, list[str]]

# Service authorization reference, «Actions, resources, and condition keys for AWS IAM».
_CONDITION_KEYS = {
    "PolicyArn": "iam:PolicyARN",
    "PermissionsBoundary": "iam:PermissionsBoundary",
    "AWSServiceName": "iam:AWSServiceName",
}
# These tell the boundary of the role, not one in the request.
_ON_ROLES_WITH_A_BOUNDARY = ("iam:AttachRolePolicy", "iam:DetachRolePolicy")


def install() -> None:
    """Put it into ministack's enforcement, before the server starts."""
    own_resource, own_context = iam_actions.extract_resource_arn, iam_actions.request_tag_context

    def extract_resource_arn(
        service: str, method: str, path: str, headers: Any, body: bytes, query: Query, *where: str
    ) -> str:
        resource = str(own_resource(service, method, path, headers, body, query, *where))
        if service == "iam" and ":role/" in resource:
            return _with_path(resource, query)
        if service == "kms" and ":alias/" in resource:
            return _key_behind(resource)
        if service == "rds" and resource == "*":
            return _all_databases(query, *where)
        if service == "ssm" and resource == "*":
            return _parameters(body, *where)
        return resource

    def request_tag_context(service: str, action: str, body: bytes, parameters: Query) -> dict[str, Any]:
        context: dict[str, Any] = own_context(service, action, body, parameters)
        if service == "iam":
            context |= _of_iam(action, parameters)
        if service == "backup":
            context |= condition_keys(_members(body))
        return context

    iam_actions.extract_resource_arn = extract_resource_arn
    iam_actions.request_tag_context = request_tag_context


def _of_iam(action: str, parameters: Query) -> dict[str, str]:
    given = {key: iam_actions._query_param(parameters, name) for name, key in _CONDITION_KEYS.items()}
    if action in _ON_ROLES_WITH_A_BOUNDARY:
        role = iam._roles.get(iam_actions._query_param(parameters, "RoleName")) or {}
        given["iam:PermissionsBoundary"] = str(role.get("PermissionsBoundary") or "")
    return {key: value for key, value in given.items() if value}


def _members(body: bytes) -> dict[str, Any]:
    """Of a request in JSON; none if it is not one, which the service says better."""
    try:
        members = json.loads(body or b"{}")
    except ValueError:
        return {}
    return members if isinstance(members, dict) else {}


def _with_path(resource: str, query: Query) -> str:
    """A role's ARN has its path in it; ministack makes it of the name alone."""
    prefix, _, name = resource.partition(":role/")
    known = iam._roles.get(name)
    if known:
        return str(known["Arn"])
    path = iam_actions._query_param(query, "Path") or "/"
    return f"{prefix}:role{path}{name}"


def _parameters(body: bytes, *where: str) -> str:
    """Calls on several parameters, and on those below a path, are authorized against each; here, against the
    first (Service authorization reference, AWS Systems Manager)."""
    asked = json.loads(body or b"{}")
    name = asked.get("Path") or next(iter(asked.get("Names", ())), "")
    return f"arn:aws:ssm:{':'.join(where)}:parameter{name}" if name else "*"


def _key_behind(alias: str) -> str:
    """Calls that name an alias are authorized against its key; an alias that is not there is no matter of
    permissions."""
    found = kms._resolve_key(alias)
    return str(found["Arn"]) if found else f"{alias.partition(':alias/')[0]}:key/none"


def _all_databases(query: Query, region: str, account: str) -> str:
    """A listing of database instances is authorized against `db:*` of the account: Service authorization
    reference, «Actions, resources, and condition keys for Amazon RDS»."""
    listing = iam_actions._query_param(query, "Action") == "DescribeDBInstances"
    return f"arn:aws:rds:{region}:{account}:db:*" if listing else "*"
