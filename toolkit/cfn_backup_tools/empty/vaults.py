"""The vaults that a stack's resources made, or the one of a name, with their owner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cfn_backup.aws.errors import InvalidRequest, NotFound
from cfn_backup.aws.session import Session
from cfn_backup.aws.vaults import VaultParts, find_vault, list_vaults, read_vault
from cfn_backup.desired.owner import LOGICAL_ID_TAG, STACK_ID_TAG, Owner

TYPES = ("Custom::BackupVault", "Custom::BackupPlan", "AWS::CloudFormation::CustomResource")


@dataclass(frozen=True)
class OwnedVault:
    """A vault, and the custom resource that it belongs to by its own tags or by the stack."""

    owner: Owner
    parts: VaultParts


def vaults_of_stack(session: Session, stack: str, logical_id: str | None) -> Iterator[OwnedVault]:
    """The vaults of the stack's resources, found by their creation tokens.

    Raises NotFound for a stack that does not exist, or has no such resource.
    """
    try:
        described = session.call("cloudformation", "DescribeStacks", StackName=stack)["Stacks"][0]
        listed = session.pages(
            "cloudformation", "ListStackResources", "StackResourceSummaries", StackName=described["StackId"]
        )
        resources = [one["LogicalResourceId"] for one in listed if one["ResourceType"] in TYPES]
    except InvalidRequest as error:
        raise NotFound(f"the stack {stack} could not be read: {error}") from error
    if logical_id is not None and logical_id not in resources:
        raise NotFound(f"the stack {stack} has no resource {logical_id} that could have made a vault")
    owners = [
        Owner(described["StackId"], described["StackName"], one)
        for one in resources
        if logical_id in (None, one)
    ]
    for listed_vault in list_vaults(session):
        for owner in owners:
            if owner.owns_token(listed_vault.get("CreatorRequestId")):
                parts = read_vault(session, listed_vault["BackupVaultName"], listed_vault["BackupVaultArn"])
                if parts is not None:
                    yield OwnedVault(owner, parts)


def vault_of_name(session: Session, name: str) -> OwnedVault:
    """The vault, with the owner that its tags name: whether that is true, its creation token decides.

    Raises NotFound if there is none.
    """
    state = find_vault(session, name)
    parts = None if state is None else read_vault(session, name, state.arn)
    if parts is None:
        raise NotFound(f"there is no vault {name}")
    stack_id = parts.tags.get(STACK_ID_TAG, "")
    stack_name = stack_id.partition(":stack/")[2].partition("/")[0]
    return OwnedVault(Owner(stack_id, stack_name, parts.tags.get(LOGICAL_ID_TAG, "")), parts)
