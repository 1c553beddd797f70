"""``cfn-backup adopt``."""

from __future__ import annotations

import argparse
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cfn_backup_tools.account.calls import Calls, CannotLook, Refused
from cfn_backup_tools.account.output import complain, print_text, say
from cfn_backup_tools.account.plans import all_plan_ids, read_plan
from cfn_backup_tools.adopt.properties import (
    Properties,
    native_selection,
    of_plan,
    of_selection,
    of_vault,
    same,
)

EXIT_WRITTEN, EXIT_LEFT_OUT = 0, 1
_OWNERS = {
    "cfn-backup-provider:stack-id": "belongs to a resource of the provider, in stack {}",
    "aws:cloudformation:stack-id": "belongs to a resource of CloudFormation, in stack {}",
}
_CONTROL_TOWER = "aws-control-tower"
_HEAD = """\
# Written by cfn-backup adopt for what is there; nothing was changed.
#
# A plan: deploying this makes a plan like the one that is there, beside it. Its backups go into the same vaults. When the
# new one has made its first backup (cfn-backup status), delete the selections of the old plan and then the plan: its
# recovery points stay in their vaults. Until then both make backups.
# A vault: there is one of this name, and it stays as it is. Deploy the resource in another account or Region, or
# leave it out and name the vault in BackupVault, as the plans here do.
"""


@dataclass
class Written:
    """What the template will hold, and what was left out and why."""

    resources: dict[str, Properties] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def add(self, stem: str, kind: str, properties: Properties) -> None:
        logical_id = base = re.sub(r"[^A-Za-z0-9]", "", stem.title()) or "Resource"
        number = 2
        while logical_id in self.resources:
            logical_id, number = f"{base}{number}", number + 1
        token = f"cfn-backup-provider-{kind}"
        self.resources[logical_id] = {
            "Type": f"Custom::{kind}",
            "Properties": {"ServiceToken": {"Fn::ImportValue": token}, "ServiceTimeout": 600, **properties},
        }


def run(options: argparse.Namespace, calls: Calls) -> int:
    """Prints the template, says what was left out, and returns the exit code.

    :raises CannotLook: the account cannot be read, or there is no such plan or vault.
    """
    written = Written()
    for plan_id in all_plan_ids(calls) if options.all else options.plans:
        _plan(calls, plan_id, written)
    for name in _vault_names(calls) if options.all else options.vaults:
        _vault(calls, name, written)
    for line in written.left_out:
        complain(f"left out: {line}")
    for line in written.notes:
        complain(f"note: {line}")
    if written.resources:
        print_text(_template(written).rstrip())
    return EXIT_LEFT_OUT if written.left_out and not options.all else EXIT_WRITTEN


def _vault_names(calls: Calls) -> Iterator[str]:
    for vault in calls.items("backup", "ListBackupVaults", "BackupVaultList"):
        yield vault["BackupVaultName"]


def _plan(calls: Calls, plan_id: str, written: Written) -> None:
    say(f"reading plan {plan_id}")
    if "/" in plan_id:
        # orgs/… of AWS Organizations, aws/efs/… of Amazon EFS
        written.left_out.append(
            f"plan {plan_id} was made by {plan_id.partition('/')[0]} and cannot be changed"
        )
        return
    plan = read_plan(calls, plan_id)
    if plan is None:
        raise CannotLook(f"there is no backup plan {plan_id} in this account and Region")
    tags = _tags(calls, plan.arn)
    if owner := _owner(tags):
        written.left_out.append(f"plan {plan.name} ({plan_id}) {owner}")
        return
    properties = of_plan(plan, tags)
    where = calls.identity
    selections = {s.name: of_selection(s.document, where) for s in plan.selections}
    wrong = same(plan, {**properties, "Selections": list(selections.values())}, where)
    selections |= {s.name: native_selection(s.document) for s in plan.selections if s.name in wrong}
    if len(selections) < len(plan.selections):
        written.notes.append(f"plan {plan.name} has several selections of one name; only the last is written")
    whole = {**properties, **({"Selections": list(selections.values())} if selections else {})}
    if left := same(plan, whole, where):
        written.left_out.append(
            f"plan {plan.name} ({plan_id}) cannot be written so that it stays as it is: {left}"
        )
        return
    written.add(plan.name, "BackupPlan", whole)


def _vault(calls: Calls, name: str, written: Written) -> None:
    say(f"reading vault {name}")
    try:
        live = calls.call("backup", "DescribeBackupVault", BackupVaultName=name)
    except Refused:
        raise CannotLook(f"there is no backup vault {name}, or it may not be read") from None
    kind = live.get("VaultType") or "BACKUP_VAULT"
    if "/" in name or kind != "BACKUP_VAULT":
        reason = "is made by AWS itself" if "/" in name else f"is a {kind}"
        written.left_out.append(f"vault {name} {reason}")
        return
    live["Tags"] = _tags(calls, live["BackupVaultArn"])
    if owner := _owner(live["Tags"]):
        written.left_out.append(f"vault {name} {owner}")
        return
    live["AccessPolicy"] = _optional(calls, "GetBackupVaultAccessPolicy", name).get("Policy")
    live["Notifications"] = _optional(calls, "GetBackupVaultNotifications", name)
    if live.get("LockDate"):
        written.notes.append(
            f"the lock of vault {name} is permanent from {live['LockDate']:%Y-%m-%d} on; the template has one that can be "
            "taken back, unless you add ChangeableForDays"
        )
    written.add(name, "BackupVault", of_vault(name, live, own_key=_own_key(calls, live)))


def _own_key(calls: Calls, live: Mapping[str, Any]) -> bool:
    key = live.get("EncryptionKeyArn")
    if not key:
        return False
    try:
        found = calls.call("kms", "DescribeKey", KeyId=key)["KeyMetadata"]
    except (Refused, CannotLook):
        return True
    return bool(found.get("KeyManager") != "AWS")


def _optional(calls: Calls, operation: str, vault: str) -> dict[str, Any]:
    try:
        return calls.call("backup", operation, BackupVaultName=vault)
    except Refused:
        return {}


def _tags(calls: Calls, arn: str) -> dict[str, str]:
    tags: dict[str, str] = {}
    for page in calls.pages("backup", "ListTags", ResourceArn=arn):
        tags |= page.get("Tags") or {}
    return tags


def _owner(tags: Mapping[str, str]) -> str:
    """Why somebody else's hands are on it; empty if nobody's are."""
    for key, text in _OWNERS.items():
        if key in tags:
            return text.format(tags[key].split("/")[1] if "/" in tags[key] else tags[key])
    if any(_CONTROL_TOWER in key or _CONTROL_TOWER in value for key, value in tags.items()):
        return "belongs to AWS Control Tower"
    return ""


def _template(written: Written) -> str:
    from ruamel.yaml import YAML  # noqa: PLC0415

    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(
        json.loads(json.dumps({"AWSTemplateFormatVersion": "2010-09-09", "Resources": written.resources})),
        stream,
    )
    return _HEAD + stream.getvalue()
