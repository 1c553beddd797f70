"""What stacks do: each scenario is a way to a state, and the one step from there that the faults hit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.fake_cloudformation import BYSTANDER, Resource, Stack
from tests.proofs.world import BUCKET, OTHER_TOPIC, PLAN, ROLE, SELECTION, TABLE, TOPIC, VAULT, World

STACK = "shop"

type Template = tuple[Resource, ...]
type Step = Callable[[World], Stack | None]


def create(*template: Resource) -> Step:
    return lambda world: world.cloudformation.create_stack(STACK, template)


def update(*template: Resource) -> Step:
    return lambda world: world.cloudformation.update_stack(STACK, template)


def delete() -> Step:
    return lambda world: world.cloudformation.delete_stack(STACK)


def backup(vault: str, role: str | None = None) -> Step:
    """A backup job runs: there is a recovery point in the vault (a resource's, or one of a name)."""

    def run(world: World) -> None:
        stack = world.cloudformation.find_stack(STACK)
        assert stack is not None
        attributes = stack.resources[vault].attributes
        made_with = stack.resources[role].attributes["RoleArn"] if role else ROLE
        world.put_recovery_point(attributes["BackupVaultName"], made_with)

    return run


@dataclass(frozen=True)
class Scenario:
    """``given`` happens without faults, ``when`` with them, and without any it ends with ``then``."""

    name: str
    given: tuple[Step, ...]
    when: Step
    then: str

    def __str__(self) -> str:
        return self.name


def vault(logical_id: str = "Vault", **properties: Any) -> Resource:
    return Resource(logical_id, VAULT, properties)


def plan(**properties: Any) -> Resource:
    return Resource("Plan", PLAN, properties)


def selection(**properties: Any) -> Resource:
    return Resource("Selection", SELECTION, properties)


def fails_on(request_type: str, *after: str) -> Resource:
    """Another resource of the stack, made last, that fails: what was done before it is rolled back."""
    return Resource("Bystander", BYSTANDER, {"FailOn": request_type}, depends_on=after)


KEY = "arn:aws:kms:eu-west-1:123456789012:key/00000001-0000-4000-8000-000000000000"
OTHER_KEY = "arn:aws:kms:eu-west-1:123456789012:key/00000002-0000-4000-8000-000000000000"
DESTROY = {"RemovalPolicy": "DESTROY"}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Deny", "Principal": "*", "Action": "backup:UpdateRecoveryPointLifecycle", "Resource": "*"}
    ],
}
NOTIFICATIONS = {"SNSTopicArn": TOPIC, "BackupVaultEvents": ["BACKUP_JOB_FAILED", "COPY_JOB_FAILED"]}
EVERYTHING: Mapping[str, Any] = {
    "EncryptionKeyArn": KEY,
    "AccessPolicy": POLICY,
    "BlockRecoveryPointDeletion": True,
    "Notifications": NOTIFICATIONS,
    "LockConfiguration": {"MinRetentionDays": 7, "MaxRetentionDays": 400},
    "BackupVaultTags": {"team": "shop"},
}
DAILY = {"Preset": "daily35DayRetention"}
RULE = {
    "RuleName": "Nightly",
    "ScheduleExpression": "cron(0 3 * * ? *)",
    "Lifecycle": {"DeleteAfterDays": 30},
}
IN_THEIRS = {"BackupVault": "theirs", "BackupPlanRules": [RULE]}
TABLES = {"SelectionName": "tables", "Resources": [TABLE]}
BUCKETS = {"SelectionName": "buckets", "Resources": [{"S3Bucket": "pictures"}]}
TAGGED = {"SelectionName": "tagged", "Resources": [{"Tag": {"Key": "backup", "Value": "daily"}}]}
WITH_SELECTIONS = {**DAILY, "DefaultVault": DESTROY, "Selections": [TABLES, TAGGED]}
FULL_PLAN = {
    "Preset": "dailyMonthly1YearRetention",
    "DefaultVault": {**EVERYTHING, **DESTROY},
    "Selections": [TABLES, BUCKETS],
    "AllowRestores": True,
    "BackupPlanTags": {"team": "shop"},
}
ALL_TYPES: Template = (
    vault(**DESTROY),
    plan(BackupVault={"Ref": "Vault"}, BackupPlanRules=[RULE]),
    selection(BackupPlanId={"Ref": "Plan"}, Resources=[TABLE]),
)

_PLAN_FOR_SELECTION = plan(**IN_THEIRS)
_BASE = {"BackupPlanId": {"Ref": "Plan"}, "SelectionName": "tables", "Resources": [TABLE]}

CREATES = (
    Scenario("create a vault", (), create(vault()), "CREATE_COMPLETE"),
    Scenario("create a vault with everything", (), create(vault(**EVERYTHING, **DESTROY)), "CREATE_COMPLETE"),
    Scenario("create a kept vault with everything", (), create(vault(**EVERYTHING)), "CREATE_COMPLETE"),
    Scenario(
        "create a vault that goes when its creation is rolled back",
        (),
        create(vault(RemovalPolicy="RETAIN_ON_UPDATE_OR_DELETE"), fails_on("Create", "Vault")),
        "ROLLBACK_COMPLETE",
    ),
    Scenario("create a preset plan", (), create(plan(**DAILY)), "CREATE_COMPLETE"),
    Scenario("create a plan without defaults", (), create(plan(**IN_THEIRS)), "CREATE_COMPLETE"),
    Scenario("create a plan with everything", (), create(plan(**FULL_PLAN)), "CREATE_COMPLETE"),
    Scenario(
        "create a plan that is rolled back",
        (),
        create(plan(**WITH_SELECTIONS), fails_on("Create", "Plan")),
        "ROLLBACK_COMPLETE",
    ),
    Scenario(
        "create a selection with a role",
        (create(_PLAN_FOR_SELECTION),),
        update(_PLAN_FOR_SELECTION, selection(**_BASE)),
        "UPDATE_COMPLETE",
    ),
    Scenario(
        "create a selection with a given role",
        (create(_PLAN_FOR_SELECTION),),
        update(_PLAN_FOR_SELECTION, selection(**_BASE, IamRoleArn=ROLE)),
        "UPDATE_COMPLETE",
    ),
    Scenario("create all three types", (), create(*ALL_TYPES), "CREATE_COMPLETE"),
)

UPDATES = (
    Scenario(
        "change everything around a vault",
        (create(vault(**EVERYTHING, **DESTROY)),),
        update(
            vault(
                EncryptionKeyArn=KEY,
                BlockRecoveryPointDeletion=True,
                Notifications={"SNSTopicArn": OTHER_TOPIC},
                LockConfiguration={"MinRetentionDays": 14},
                BackupVaultTags={"team": "checkout"},
                **DESTROY,
            )
        ),
        "UPDATE_COMPLETE",
    ),
    Scenario(
        "take everything around a vault away",
        (create(vault(**EVERYTHING, **DESTROY)),),
        update(vault(EncryptionKeyArn=KEY, **DESTROY)),
        "UPDATE_COMPLETE",
    ),
    Scenario(
        "put everything around a vault",
        (create(vault(EncryptionKeyArn=KEY, **DESTROY)),),
        update(vault(**EVERYTHING, **DESTROY)),
        "UPDATE_COMPLETE",
    ),
    Scenario(
        "make the provider leave the topic's policy alone",
        (create(vault(Notifications=NOTIFICATIONS, **DESTROY)),),
        update(vault(Notifications={**NOTIFICATIONS, "ManageTopicPolicy": False}, **DESTROY)),
        "UPDATE_COMPLETE",
    ),
    Scenario(
        "change a vault's removal policy",
        (create(vault()),),
        update(vault(**DESTROY)),
        "UPDATE_COMPLETE",
    ),
    Scenario(
        "change a preset to another",
        (create(plan(**DAILY, DefaultVault=DESTROY)),),
        update(plan(Preset="dailyWeeklyMonthly7YearRetention", DefaultVault=DESTROY)),
        "UPDATE_COMPLETE",
    ),
    Scenario(
        "change a given vault to a default vault",
        (create(plan(BackupVault="theirs", BackupPlanRules=[RULE])),),
        update(plan(DefaultVault=DESTROY, BackupPlanRules=[RULE])),
        "UPDATE_COMPLETE",
    ),
    Scenario(
        "change a default vault to a given vault",
        (create(plan(DefaultVault={**EVERYTHING, **DESTROY}, BackupPlanRules=[RULE])),),
        update(plan(BackupVault="theirs", BackupPlanRules=[RULE])),
        "UPDATE_COMPLETE",
    ),
    Scenario(
        "change a plan's selections",
        (create(plan(**WITH_SELECTIONS)),),
        update(
            plan(**{**WITH_SELECTIONS, "Selections": [{**TABLES, "Resources": [TABLE, BUCKET]}, BUCKETS]})
        ),
        "UPDATE_COMPLETE",
    ),
    Scenario(
        "add the first selection to a plan",
        (create(plan(**DAILY, DefaultVault=DESTROY)),),
        update(plan(**DAILY, DefaultVault=DESTROY, Selections=[TABLES])),
        "UPDATE_COMPLETE",
    ),
    Scenario(
        "take the last selection from a plan",
        (create(plan(**WITH_SELECTIONS)),),
        update(plan(**{**WITH_SELECTIONS, "Selections": []})),
        "UPDATE_COMPLETE",
    ),
    Scenario(
        "allow restores to a plan's role",
        (create(plan(**WITH_SELECTIONS)),),
        update(plan(**WITH_SELECTIONS, AllowRestores=True)),
        "UPDATE_COMPLETE",
    ),
    Scenario(
        "disallow restores to a plan's role",
        (create(plan(**WITH_SELECTIONS, AllowRestores=True)),),
        update(plan(**WITH_SELECTIONS)),
        "UPDATE_COMPLETE",
    ),
    Scenario(
        "change a plan's name and tags",
        (create(plan(**WITH_SELECTIONS, BackupPlanTags={"team": "shop"})),),
        update(plan(**WITH_SELECTIONS, BackupPlanName="renamed", BackupPlanTags={"owner": "me"})),
        "UPDATE_COMPLETE",
    ),
    Scenario(
        "allow restores to a selection's role",
        (create(_PLAN_FOR_SELECTION, selection(**_BASE)),),
        update(_PLAN_FOR_SELECTION, selection(**_BASE, AllowRestores=True)),
        "UPDATE_COMPLETE",
    ),
)

REPLACEMENTS = (
    Scenario(
        "replace a vault's key",
        (create(vault(EncryptionKeyArn=KEY, **DESTROY)),),
        update(vault(EncryptionKeyArn=OTHER_KEY, **DESTROY)),
        "UPDATE_COMPLETE",
    ),
    Scenario(
        "replace the key of a vault with everything",
        (create(vault(**EVERYTHING, **DESTROY)),),
        update(vault(**{**EVERYTHING, "EncryptionKeyArn": OTHER_KEY}, **DESTROY)),
        "UPDATE_COMPLETE",
    ),
    Scenario(
        "replace a vault's name",
        (create(vault(BackupVaultName="shop-one", **DESTROY)),),
        update(vault(BackupVaultName="shop-two", **DESTROY)),
        "UPDATE_COMPLETE",
    ),
    Scenario(
        "replace the name of a kept vault",
        (create(vault(BackupVaultName="shop-one")), backup("Vault")),
        update(vault(BackupVaultName="shop-two")),
        "UPDATE_COMPLETE",
    ),
    Scenario(
        "replace the key of a default vault",
        (create(plan(**DAILY, DefaultVault={"EncryptionKeyArn": KEY, **DESTROY})),),
        update(plan(**DAILY, DefaultVault={"EncryptionKeyArn": OTHER_KEY, **DESTROY})),
        "UPDATE_COMPLETE",
    ),
    Scenario(
        "replace a selection",
        (create(_PLAN_FOR_SELECTION, selection(**_BASE)),),
        update(_PLAN_FOR_SELECTION, selection(**{**_BASE, "Resources": [TABLE, BUCKET]})),
        "UPDATE_COMPLETE",
    ),
    Scenario(
        "replace a selection's given role by an own one",
        (create(_PLAN_FOR_SELECTION, selection(**_BASE, IamRoleArn=ROLE)),),
        update(_PLAN_FOR_SELECTION, selection(**_BASE)),
        "UPDATE_COMPLETE",
    ),
    Scenario(
        "replace a selection's own role by a given one",
        (create(_PLAN_FOR_SELECTION, selection(**_BASE)),),
        update(_PLAN_FOR_SELECTION, selection(**_BASE, IamRoleArn=ROLE)),
        "UPDATE_COMPLETE",
    ),
)

ROLLBACKS = (
    Scenario(
        "roll back a vault's change",
        (create(vault(**EVERYTHING, **DESTROY)),),
        update(
            vault(EncryptionKeyArn=KEY, BackupVaultTags={"a": "b"}, **DESTROY), fails_on("Create", "Vault")
        ),
        "UPDATE_ROLLBACK_COMPLETE",
    ),
    Scenario(
        "roll back the replacement of a vault's key",
        (create(vault(EncryptionKeyArn=KEY, **DESTROY)), backup("Vault")),
        update(vault(EncryptionKeyArn=OTHER_KEY, **DESTROY), fails_on("Create", "Vault")),
        "UPDATE_ROLLBACK_COMPLETE",
    ),
    Scenario(
        "roll back a plan's change",
        (create(plan(**WITH_SELECTIONS)),),
        update(
            plan(**IN_THEIRS, Selections=[{**TABLES, "Resources": [BUCKET]}], AllowRestores=True),
            fails_on("Create", "Plan"),
        ),
        "UPDATE_ROLLBACK_COMPLETE",
    ),
    Scenario(
        "roll back the replacement of a selection",
        (create(_PLAN_FOR_SELECTION, selection(**_BASE)),),
        update(
            _PLAN_FOR_SELECTION,
            selection(**{**_BASE, "Resources": [BUCKET]}, IamRoleArn=ROLE),
            fails_on("Create", "Selection"),
        ),
        "UPDATE_ROLLBACK_COMPLETE",
    ),
    Scenario(
        "roll back the addition of all three types",
        (create(vault("Other")),),
        update(vault("Other"), *ALL_TYPES, fails_on("Create", "Selection")),
        "UPDATE_ROLLBACK_COMPLETE",
    ),
)

DELETES = (
    Scenario(
        "delete a vault with everything",
        (create(vault(**EVERYTHING, **DESTROY)),),
        delete(),
        "DELETE_COMPLETE",
    ),
    Scenario("delete a kept vault", (create(vault(**EVERYTHING)),), delete(), "DELETE_COMPLETE"),
    Scenario(
        "delete a vault that goes with its creation only",
        (create(vault(RemovalPolicy="RETAIN_ON_UPDATE_OR_DELETE")),),
        delete(),
        "DELETE_COMPLETE",
    ),
    Scenario(
        "delete a vault with recovery points",
        (create(vault(Notifications=NOTIFICATIONS, **DESTROY)), backup("Vault")),
        delete(),
        "DELETE_FAILED",
    ),
    Scenario("delete a plan with everything", (create(plan(**FULL_PLAN)),), delete(), "DELETE_COMPLETE"),
    Scenario(
        "delete a plan whose role and vault are needed",
        (create(plan(**DAILY, Selections=[TABLES])), backup("Plan", "Plan")),
        delete(),
        "DELETE_COMPLETE",
    ),
    Scenario(
        "delete a selection with a role",
        (create(_PLAN_FOR_SELECTION, selection(**_BASE)),),
        delete(),
        "DELETE_COMPLETE",
    ),
    Scenario(
        "take a selection out of a stack",
        (create(_PLAN_FOR_SELECTION, selection(**_BASE)),),
        update(_PLAN_FOR_SELECTION),
        "UPDATE_COMPLETE",
    ),
    Scenario("delete all three types", (create(*ALL_TYPES),), delete(), "DELETE_COMPLETE"),
)

SCENARIOS = (*CREATES, *UPDATES, *REPLACEMENTS, *ROLLBACKS, *DELETES)
