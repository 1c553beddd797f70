"""Many stacks on a local AWS, one after the other and then eight at a time.

Do all succeed, is anything left over, does the memory of the function processes grow?
"""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from local_aws import instance, provider, read_back
from local_aws.instance import Instance
from local_aws.narration import Narration, say, table
from local_aws.stacks import Stacks

STACKS = 200
AT_A_TIME = 8
WARM_UP = 8
"""Stacks before memory is first looked at: until then processes start and load."""
TOLERATED_GROWTH = 1.10
"""A process that leaks grows with every stack; the allocator's own ups and downs stay below this."""
TEMPLATE = """
Parameters:
  Preset: {Type: String}
Resources:
  Plan:
    Type: Custom::BackupPlan
    Properties:
      ServiceToken: !ImportValue cfn-backup-provider-BackupPlan
      ServiceTimeout: 600
      Preset: !Ref Preset
      DefaultVault: {RemovalPolicy: DESTROY}
      Selections:
        - SelectionName: Tagged
          Resources: [{Tag: {Key: stage, Value: prod}}]
  Vault:
    Type: Custom::BackupVault
    Properties:
      ServiceToken: !ImportValue cfn-backup-provider-BackupVault
      ServiceTimeout: 600
      RemovalPolicy: DESTROY
      BackupVaultTags: {preset: !Ref Preset}
  More:
    Type: Custom::BackupSelection
    Properties:
      ServiceToken: !ImportValue cfn-backup-provider-BackupSelection
      ServiceTimeout: 600
      BackupPlanId: !Ref Plan
      ListOfTags: [{ConditionType: STRINGEQUALS, ConditionKey: preset, ConditionValue: !Ref Preset}]
Outputs:
  Plan: {Value: !Ref Plan}
"""
FIRST, SECOND = "dailyWeeklyMonthly5YearRetention", "daily35DayRetention"


class NotClean(Exception):
    """Something was left over, or a process grew; the message says what."""


def main(count: int = STACKS) -> None:
    """Make, change and delete ``count`` stacks one after the other, and as many eight at a time.

    Raises NotClean, LocalAwsError, ProviderNotDeployed, StackFailed.
    """
    narration = Narration()
    with narration.step("starting the local AWS"):
        local = instance.start(f"soak-{os.getpid()}")
    try:
        with narration.step("sam build and sam deploy"):
            provider.build_and_deploy(local)
        _soak(local, count, narration)
    finally:
        instance.stop(local)


def _soak(local: Instance, count: int, narration: Narration) -> None:
    clients = read_back.clients(local)
    stacks = Stacks(clients.cloudformation, seconds=600)
    rows = []
    with narration.step(f"{WARM_UP} stacks to warm up, {AT_A_TIME} at a time"):
        _many(stacks, "warm", WARM_UP, AT_A_TIME)
    before = _memory(local)
    for name, at_a_time in (("one", 1), ("eight", AT_A_TIME)):
        with narration.step(f"{count} stacks, {at_a_time} at a time"):
            _many(stacks, name, count, at_a_time)
        rows.append(
            (f"{at_a_time} at a time", f"{count} made, changed and deleted", _megabytes(_memory(local)))
        )
    after = _memory(local)
    table("Stacks", ("how", "what", "largest function process"), [("", "warm-up", _megabytes(before)), *rows])
    _check_nothing_left(clients)
    if after > before * TOLERATED_GROWTH:
        raise NotClean(f"the largest function process grew from {_megabytes(before)} to {_megabytes(after)}")
    say()
    say("All stacks succeeded, nothing is left over, and no function process grew.")


def _many(stacks: Stacks, name: str, count: int, at_a_time: int) -> None:
    with ThreadPoolExecutor(at_a_time) as pool:
        for _ in pool.map(lambda number: _one(stacks, f"soak-{name}-{number}"), range(count)):
            pass


def _one(stacks: Stacks, name: str) -> None:
    made = stacks.create(name, TEMPLATE, {"Preset": FIRST})
    changed = stacks.update(name, TEMPLATE, {"Preset": SECOND})
    if made["Plan"] != changed["Plan"]:
        raise NotClean(f"{name}: the plan's id changed from {made['Plan']} to {changed['Plan']}")
    stacks.delete(name)


def _check_nothing_left(clients: read_back.Clients) -> None:
    left = {
        "vaults": [v["BackupVaultName"] for v in clients.backup.list_backup_vaults()["BackupVaultList"]],
        "plans": [p["BackupPlanId"] for p in clients.backup.list_backup_plans()["BackupPlansList"]],
        "roles": [r["RoleName"] for r in clients.iam.list_roles(PathPrefix="/cfn-backup-provider/")["Roles"]],
    }
    found = {kind: names for kind, names in left.items() if names}
    if found:
        raise NotClean(f"left over: {found}")


def _memory(local: Instance) -> int:
    """Bytes resident in the largest of the function processes; they are in the server's process group."""
    return max(_resident(_processes_of(local.pid)), default=0)


def _processes_of(group: int) -> Iterable[Path]:
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if int(process.name) != group and os.getpgid(int(process.name)) == group:
                yield process
        except ProcessLookupError:
            continue


def _resident(processes: Iterable[Path]) -> Iterable[int]:
    for process in processes:
        try:
            yield int((process / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except OSError:
            continue


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.0f} MB"
