"""What an author of templates could ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from cfn_backup.desired.owner import LOGICAL_ID_TAG, STACK_ID_TAG
from tests.attacks.arena import ADMIN, NOBODYS_TOPIC, NOBODYS_VAULT, RULE, TABLE, Arena
from tests.attacks.attempt import (
    ADMINISTRATOR,
    BOTH,
    CODE,
    IAM,
    OTHER_ACCOUNT,
    Attempt,
    Json,
    Told,
    layer,
)
from tests.e2e.life import ACCOUNT, REGION, custom


def through_properties() -> Iterator[Attempt]:
    """What an author of templates could ask for."""
    elsewhere = f"arn:aws:backup:{REGION}:{OTHER_ACCOUNT}:backup-vault:theirs"
    own = f"arn:aws:backup:{REGION}:{ACCOUNT}:backup-vault:{NOBODYS_VAULT}"
    topic = {
        "SNSTopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:{NOBODYS_TOPIC}",
        "BackupVaultEvents": ["BACKUP_JOB_FAILED"],
    }
    lock = {"MinRetentionDays": 7, "ChangeableForDays": 3}
    tables = {"SelectionName": "s", "Resources": [TABLE]}

    def plan(**properties: Any) -> Json:
        return {"Plan": custom("Plan", {"BackupPlanRules": [RULE], **properties})}

    def vault(**properties: Any) -> Json:
        return {"Vault": custom("Vault", {"RemovalPolicy": "DESTROY", **properties})}

    def copying(arn: str) -> Json:
        return plan(BackupPlanRules=[{**RULE, "CopyActions": [{"DestinationBackupVaultArn": arn}]}])

    everybody = {"Effect": "Allow", "Principal": "*", "Action": "backup:*", "Resource": "*"}
    yield _stack("copies to another account", CODE, copying(elsewhere))
    yield _stack(
        "copies to an account that does not look like one",
        CODE,
        copying(elsewhere.replace(OTHER_ACCOUNT, "x")),
    )
    yield _stack("a vault that locks for ever", BOTH, vault(LockConfiguration=lock))
    yield _stack(
        "a default vault that locks for ever",
        BOTH,
        plan(DefaultVault={"LockConfiguration": lock, "RemovalPolicy": "DESTROY"}),
    )
    yield _stack(
        "the role of an administrator in a plan", BOTH, plan(Selections=[{**tables, "IamRoleArn": ADMIN}])
    )
    yield _stack(
        "a role whose name looks like ours",
        BOTH,
        plan(Selections=[{**tables, "IamRoleArn": f"arn:aws:iam::{ACCOUNT}:role/cfn-backup-provider-admin"}]),
    )
    yield _stack(
        "a role of another account",
        BOTH,
        plan(Selections=[{**tables, "IamRoleArn": ADMIN.replace(ACCOUNT, OTHER_ACCOUNT)}]),
    )
    yield _stack("nobody's topic", IAM, vault(Notifications=topic))
    yield _stack(
        "nobody's topic in a default vault",
        IAM,
        plan(DefaultVault={"Notifications": topic, "RemovalPolicy": "DESTROY"}),
    )
    yield _stack("the name of nobody's vault", CODE, vault(BackupVaultName=NOBODYS_VAULT))
    yield _stack(
        "the name of nobody's vault as default vault",
        CODE,
        plan(DefaultVault={"BackupVaultName": NOBODYS_VAULT}),
    )
    yield _stack("owner tags on a vault", CODE, vault(BackupVaultTags={STACK_ID_TAG: "x"}))
    yield _stack("owner tags on a plan", CODE, plan(BackupPlanTags={LOGICAL_ID_TAG: "x"}))
    yield _stack("any tag of the provider", CODE, vault(BackupVaultTags={"cfn-backup-provider:x": "x"}))
    yield _stack("a tag of AWS", CODE, vault(BackupVaultTags={"aws:cloudformation:stack-id": "x"}))
    yield _stack(
        "a key of another account",
        BOTH,
        vault(
            EncryptionKeyArn=f"arn:aws:kms:{REGION}:{OTHER_ACCOUNT}:key/12345678-1234-4123-8123-123456789012"
        ),
    )
    yield _stack(
        "a key of another Region",
        BOTH,
        vault(EncryptionKeyArn=f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/12345678-1234-4123-8123-123456789012"),
    )
    yield _stack("a vault name with a path in it", CODE, vault(BackupVaultName="../other"))
    yield _stack("a vault name of 300 characters", CODE, vault(BackupVaultName="x" * 300))
    yield _stack("an access policy that is no policy", CODE, vault(AccessPolicy={"Statement": "drop"}))
    yield _stack("emptying on delete, which is not allowed", CODE, vault(EmptyOnDelete=True))
    yield _stack(
        "a topic of another account",
        CODE,
        vault(Notifications={**topic, "SNSTopicArn": f"arn:aws:sns:{REGION}:{OTHER_ACCOUNT}:t"}),
    )
    yield _stack(
        "a topic that is a queue",
        CODE,
        vault(Notifications={**topic, "SNSTopicArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"}),
    )
    yield _stack(
        "a plan's token for a vault", CODE, {"X": {**vault()["Vault"], "Type": "Custom::BackupPlan"}}
    )
    yield _stack("a property that does not exist", CODE, plan(TrustPolicy={"Principal": "*"}))
    yield _stack("a role policy by property", CODE, plan(RolePolicies=[ADMINISTRATOR]))
    yield _stack(
        "a rule of 10,000 characters", CODE, plan(BackupPlanRules=[{**RULE, "RuleName": "x" * 10_000}])
    )
    yield _stack(
        "a selection in a plan that is no id",
        BOTH,
        {"S": {**custom("Selection", {"BackupPlanId": "../..", "Resources": [TABLE]})}},
    )
    yield Attempt("properties", "a selection in nobody's plan", BOTH, _selection_in(lambda a: a.nobodys_plan))
    yield Attempt(
        "properties",
        "an access policy for everybody on another stack's vault",
        CODE,
        lambda a: _deploying(
            a,
            {
                "Vault": custom(
                    "Vault",
                    {
                        "BackupVaultName": a.victim["Vault"],
                        "AccessPolicy": {"Version": "2012-10-17", "Statement": [everybody]},
                    },
                )
            },
        ),
    )
    yield Attempt(
        "properties",
        "the vault of another stack as an own one",
        CODE,
        lambda a: _deploying(
            a, {"Vault": custom("Vault", {"BackupVaultName": a.victim["Vault"], "RemovalPolicy": "DESTROY"})}
        ),
    )
    yield Attempt("properties", "the role of another stack", CODE, _role_of_the_victim)
    yield _stack("copies into a vault without a name", CODE, copying(own.rpartition(":")[0] + ":"))


def _stack(what: str, refuses: frozenset[str], resources: Json) -> Attempt:
    return Attempt("properties", what, refuses, lambda arena: _deploying(arena, resources))


def _deploying(arena: Arena, resources: Json) -> Told:
    words = arena.deploy(resources)
    return Told(bool(words), layer(words) if words else "nobody", words)


def _selection_in(plan: Callable[[Arena], str]) -> Callable[[Arena], Told]:
    return lambda arena: _deploying(
        arena, {"S": custom("Selection", {"BackupPlanId": plan(arena), "Resources": [TABLE]})}
    )


def _role_of_the_victim(arena: Arena) -> Told:
    [role] = [n for n in arena.account.role_names() if n.startswith("victim-Plan")]
    arn = f"arn:aws:iam::{ACCOUNT}:role/cfn-backup-provider/{role}"
    selection = {"SelectionName": "s", "Resources": [TABLE], "IamRoleArn": arn}
    return _deploying(arena, {"Plan": custom("Plan", {"BackupPlanRules": [RULE], "Selections": [selection]})})
