# ruff: noqa: SLF001 - ministack has no public way in
"""The native AWS::Backup::BackupVault, BackupPlan and BackupSelection in ministack's CloudFormation.

ministack's own two call functions of its Backup module and write its dictionaries, past the request handler;
there is no BackupSelection. These call the strict service.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import provisioners

from ..errors import ServiceError
from ..model import operation_model
from ..service import Caller, StrictBackupService
from ..state import Document
from .iam import Roles

if TYPE_CHECKING:
    from botocore.model import Shape

Properties = Mapping[str, Any]
Created = tuple[str, dict[str, Any]]  # physical id and attributes

_DELETION_PATIENCE_SECONDS = 60.0  # a plan refuses deletion for a moment after its last selection (B9)
_GONE = ("ResourceNotFoundException", "AccessDeniedException")


def install(service: StrictBackupService) -> None:
    """Registers the three types with ministack's CloudFormation."""
    types = _Types(service, provisioners._physical_name)
    provisioners._RESOURCE_HANDLERS |= {
        "AWS::Backup::BackupVault": {
            "create": types.create_vault,
            "update": types.update_vault,
            "delete": types.delete_vault,
        },
        "AWS::Backup::BackupPlan": {
            "create": types.create_plan,
            "update": types.update_plan,
            "delete": types.delete_plan,
        },
        "AWS::Backup::BackupSelection": {
            "create": types.create_selection,
            "delete": types.delete_selection,
        },
    }


class _Types:
    def __init__(self, service: StrictBackupService, physical_name: Callable[..., str]) -> None:
        self._service = service
        self._physical_name = physical_name

    def create_vault(self, logical_id: str, properties: Properties, stack_name: str) -> Created:
        name = properties.get("BackupVaultName") or self._physical_name(stack_name, logical_id, max_len=50)
        made = self._invoke(
            "CreateBackupVault",
            BackupVaultName=name,
            EncryptionKeyArn=properties.get("EncryptionKeyArn"),
            BackupVaultTags=properties.get("BackupVaultTags"),
        )
        try:
            self._settings_of_vault(name, {}, properties)
        except ValueError:
            self._invoke("DeleteBackupVault", BackupVaultName=name)
            raise
        return name, {"BackupVaultArn": made["BackupVaultArn"], "BackupVaultName": name}

    def update_vault(self, name: str, old: Properties, new: Properties, _stack_name: str) -> Created:
        """In place; for a new name ministack makes a new vault, and a new key it refuses."""
        arn = self._invoke("DescribeBackupVault", BackupVaultName=name)["BackupVaultArn"]
        self._settings_of_vault(name, old, new)
        self._retag(arn, old.get("BackupVaultTags"), new.get("BackupVaultTags"))
        return name, {"BackupVaultArn": arn, "BackupVaultName": name}

    def delete_vault(self, name: str, _properties: Properties) -> None:
        self._delete("DeleteBackupVault", BackupVaultName=name)

    def _settings_of_vault(self, name: str, old: Properties, new: Properties) -> None:
        settings = {
            "AccessPolicy": ("BackupVaultAccessPolicy", {"Policy": json.dumps(new.get("AccessPolicy"))}),
            "LockConfiguration": ("BackupVaultLockConfiguration", new.get("LockConfiguration")),
            "Notifications": ("BackupVaultNotifications", new.get("Notifications")),
        }
        for member, (thing, parameters) in settings.items():
            if new.get(member):
                self._invoke(f"Put{thing}", BackupVaultName=name, **(parameters or {}))
            elif old.get(member):
                self._invoke(f"Delete{thing}", BackupVaultName=name)

    def create_plan(self, _logical_id: str, properties: Properties, _stack_name: str) -> Created:
        return _plan_made(
            self._invoke(
                "CreateBackupPlan",
                BackupPlan=_plan_document(properties),
                BackupPlanTags=properties.get("BackupPlanTags"),
            )
        )

    def update_plan(self, plan_id: str, old: Properties, new: Properties, _stack_name: str) -> Created:
        made = self._invoke("UpdateBackupPlan", BackupPlanId=plan_id, BackupPlan=_plan_document(new))
        self._retag(made["BackupPlanArn"], old.get("BackupPlanTags"), new.get("BackupPlanTags"))
        return _plan_made(made)

    def delete_plan(self, plan_id: str, _properties: Properties) -> None:
        deadline = time.monotonic() + _DELETION_PATIENCE_SECONDS
        while True:
            try:
                return self._delete("DeleteBackupPlan", BackupPlanId=plan_id)
            except ValueError:
                if self._selections_of(plan_id) or time.monotonic() > deadline:
                    raise
            time.sleep(0.5)

    def _selections_of(self, plan_id: str) -> list[Document]:
        found: list[Document] = self._invoke("ListBackupSelections", BackupPlanId=plan_id)[
            "BackupSelectionsList"
        ]
        return found

    def create_selection(self, _logical_id: str, properties: Properties, _stack_name: str) -> Created:
        """The identifier has the selection first, as in Cloud Control."""
        selection = dict(properties.get("BackupSelection", {}))
        if tags := selection.get("ListOfTags"):
            selection["ListOfTags"] = [{**tag, "ConditionType": tag["ConditionType"].upper()} for tag in tags]
        plan_id = properties["BackupPlanId"]
        made = self._invoke("CreateBackupSelection", BackupPlanId=plan_id, BackupSelection=selection)
        identifier = f"{made['SelectionId']}_{plan_id}"
        return identifier, {"Id": identifier, "SelectionId": made["SelectionId"], "BackupPlanId": plan_id}

    def delete_selection(self, identifier: str, _properties: Properties) -> None:
        selection_id, _, plan_id = identifier.partition("_")
        try:
            self._delete("DeleteBackupSelection", SelectionId=selection_id, BackupPlanId=plan_id)
        except ValueError as error:
            if "Cannot find Backup plan" not in str(error):
                raise

    def _retag(self, arn: str, old: Properties | None, new: Properties | None) -> None:
        old, new = old or {}, new or {}
        if removed := sorted(set(old) - set(new)):
            self._invoke("UntagResource", ResourceArn=arn, TagKeyList=removed)
        own = {key: value for key, value in new.items() if not key.startswith("aws:")}
        if own != old:
            self._invoke("TagResource", ResourceArn=arn, Tags=own)

    def _delete(self, operation: str, **parameters: Any) -> None:
        """What is gone already is deleted."""
        try:
            self._call(operation, parameters)
        except ServiceError as error:
            if error.name not in _GONE:
                raise ValueError(str(error)) from None

    def _invoke(self, operation: str, **parameters: Any) -> Document:
        """:raises ValueError: the reason that CloudFormation shows."""
        try:
            return self._call(operation, parameters)
        except ServiceError as error:
            raise ValueError(str(error)) from None

    def _call(self, operation: str, parameters: Mapping[str, Any]) -> Document:
        given = {name: value for name, value in parameters.items() if value is not None}
        caller = Caller(get_account_id(), get_region(), roles=Roles())
        return self._service.invoke(operation, _typed(operation_model(operation).input_shape, given), caller)


def _plan_document(properties: Properties) -> Document:
    """The API's words for CloudFormation's."""
    plan = dict(properties.get("BackupPlan", {}))
    rules = plan.pop("BackupPlanRule", [])
    return {**plan, "Rules": [_rule_document(rule) for rule in rules]}


def _rule_document(rule: Properties) -> Document:
    return {"TargetBackupVaultName" if key == "TargetBackupVault" else key: rule[key] for key in rule}


def _plan_made(answer: Document) -> Created:
    attributes = {name: answer[name] for name in ("BackupPlanArn", "BackupPlanId", "VersionId")}
    return answer["BackupPlanId"], attributes


def _typed(shape: Shape | None, value: Any) -> Any:
    """Numbers and booleans that a template wrote as strings, as the types of the service model."""
    some: Any = shape
    match some.type_name:
        case "structure":
            return {
                name: _typed(some.members[name], item) for name, item in value.items() if name in some.members
            }
        case "map":
            return {key: _typed(some.value, item) for key, item in value.items()}
        case "list":
            return [_typed(some.member, item) for item in value]
        case "integer" | "long":
            return int(value)
        case "boolean":
            return str(value).lower() == "true"
    return value
