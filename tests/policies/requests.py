"""Requests that the functions' roles must be allowed, and those that they must be refused, with the reason.

Each condition of the template stands behind some of these: `tests/template/test_policies.py` takes away one
after the other and looks whether an answer changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.policies.deployed import ACCOUNT, REGION, Deployed
from tests.policies.simulator import Request, is_allowed

PLAN, VAULT, SELECTION = "BackupPlanRole", "BackupVaultRole", "BackupSelectionRole"
SETTINGS = "BackupRegionSettingsRole"
BOUNDARY, USE = "BackupRoleBoundary", "UsePolicy"

STACK = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/shop/12345678-1234-4123-8123-123456789012"
A_VAULT = f"arn:aws:backup:{REGION}:{ACCOUNT}:backup-vault:v"
A_PLAN = f"arn:aws:backup:{REGION}:{ACCOUNT}:backup-plan:p"
A_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1234abcd"
A_TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
OUR_ROLE = (
    f"arn:aws:iam::{ACCOUNT}:role/cfn-backup-provider/shop-Plan-12345678"  # pragma: allowlist secret - a path
)
OTHER_ROLE = f"arn:aws:iam::{ACCOUNT}:role/admin"
BACKUPS_ROLE = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role/backup.amazonaws.com/AWSServiceRoleForBackup"
OWN_BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/{BOUNDARY}"
OTHER_BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/division/boundary"
BACKUPS_POLICY = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"

_IDS = ("cfn-backup-provider:stack-id", "cfn-backup-provider:logical-id")
OWNED: Mapping[str, str] = {f"aws:ResourceTag/{_IDS[0]}": STACK, f"aws:ResourceTag/{_IDS[1]}": "Plan"}
OWNED_BY_NO_STACK: Mapping[str, str] = {f"aws:ResourceTag/{_IDS[0]}": "mine"}
GIVEN: Mapping[str, str | Sequence[str]] = {
    f"aws:RequestTag/{_IDS[0]}": STACK,
    f"aws:RequestTag/{_IDS[1]}": "Plan",
    "aws:TagKeys": _IDS,
}
GIVEN_NO_LOGICAL_ID = {f"aws:RequestTag/{_IDS[0]}": STACK, "aws:TagKeys": _IDS[:1]}
GIVEN_NO_STACK: Mapping[str, str | Sequence[str]] = {
    **GIVEN,
    f"aws:RequestTag/{_IDS[0]}": f"arn:aws:cloudformation:{REGION}:999999999999:stack/shop/1",
}
BY_BACKUP = {"kms:ViaService": "backup.us-east-1.amazonaws.com"}
BY_ANOTHER = {"kms:ViaService": "s3.us-east-1.amazonaws.com"}
TO_BACKUP, TO_ANOTHER = (
    {"iam:PassedToService": "backup.amazonaws.com"},
    {"iam:PassedToService": "ec2.amazonaws.com"},
)
SHARED = {"Roles": "Shared"}


@dataclass(frozen=True)
class Case:
    """A request under the policies of a role, or under one policy, with given parameters."""

    why: str
    under: str
    request: Request
    allowed: bool
    parameters: Mapping[str, str] = field(default_factory=dict)

    def answer(self, template: Any = None) -> bool:
        """What IAM says."""
        deployed = Deployed.of(template, parameters=self.parameters)
        if self.under.endswith("Role"):
            return is_allowed(self.request, deployed.statements(self.under))
        return is_allowed(self.request, deployed.document(self.under)["Statement"])

    def __str__(self) -> str:
        given = " ".join(f"{name}={value}" for name, value in self.parameters.items())
        return f"{self.request.action} {self.why} {given}".strip()


def _case(
    why: str,
    under: str,
    action: str,
    resource: str,
    context: Mapping[str, Any] | None = None,
    **parameters: str,
) -> Case:
    """A refusal; `_but` makes the allowed one of it."""
    return Case(why, under, Request(action, resource, context or {}), allowed=False, parameters=parameters)


def _pair(
    why: str,
    under: str,
    action: str,
    resource: str,
    refused: Mapping[str, Any],
    allowed: Mapping[str, Any],
    **parameters: str,
) -> Iterator[Case]:
    """The same call twice: as it must be refused, and as the provider makes it."""
    yield _case(why, under, action, resource, refused, **parameters)
    yield Case(
        "as the code calls it", under, Request(action, resource, allowed), allowed=True, parameters=parameters
    )


def _vaults() -> Iterator[Case]:
    for role in (PLAN, VAULT):
        for action in ("CreateBackupVault", "TagResource"):
            call = f"backup:{action}"
            yield from _pair("without an owner", role, call, A_VAULT, {}, GIVEN)
            yield _case("with half an owner", role, call, A_VAULT, GIVEN_NO_LOGICAL_ID)
            yield _case("for a stack of another account", role, call, A_VAULT, GIVEN_NO_STACK)
        for action in (
            "DeleteBackupVault", "PutBackupVaultAccessPolicy", "DeleteBackupVaultAccessPolicy",
            "PutBackupVaultNotifications", "DeleteBackupVaultNotifications",
            "PutBackupVaultLockConfiguration", "DeleteBackupVaultLockConfiguration",
            "TagResource", "UntagResource",
        ):  # fmt: skip
            call = f"backup:{action}"
            yield from _pair("of nobody's vault", role, call, A_VAULT, {}, OWNED)
            yield _case("of a vault with a made-up owner", role, call, A_VAULT, OWNED_BY_NO_STACK)
        elsewhere = A_VAULT.replace(REGION, "eu-west-1")
        yield _case("in another Region", role, "backup:DeleteBackupVault", elsewhere, OWNED)
        yield _case("in another Region", role, "backup:CreateBackupVault", elsewhere, GIVEN)
        yield _case("in another Region", role, "backup:DescribeBackupVault", elsewhere)
        a_plan = A_PLAN.replace(REGION, "eu-west-1")
        yield _case("in another Region", role, "backup:GetBackupPlan", a_plan)
        moved = {**OWNED, **GIVEN}
        yield _case("a vault to another owner", role, "backup:TagResource", A_VAULT, moved)
        tags = {**OWNED, "aws:TagKeys": ("stage", _IDS[1])}
        yield _case("the owner's tag", role, "backup:UntagResource", A_VAULT, tags)
        others = {**OWNED, "aws:TagKeys": ("stage",)}
        yield from _pair("the owner's tag", role, "backup:UntagResource", A_VAULT, tags, others)
        for_ever = {**OWNED, "backup:ChangeableForDays": "3"}
        lock = "backup:PutBackupVaultLockConfiguration"
        yield _case("that becomes permanent", role, lock, A_VAULT, for_ever)
        allowing = {"AllowComplianceLocks": "true"}
        yield Case("that becomes permanent", role, Request(lock, A_VAULT, for_ever), True, allowing)
        every_key: dict[str, str] = {}
        for parameters in (every_key, {"Keys": "key/1234*"}):
            other_account, other = A_KEY.replace(ACCOUNT, "9" * 12), A_KEY.replace("1234abcd", "ffff")
            for action in ("Decrypt", "GenerateDataKey", "RetireGrant"):
                call = f"kms:{action}"
                yield from _pair(
                    "for another service", role, call, A_KEY, BY_ANOTHER, BY_BACKUP, **parameters
                )
                yield _case("of another account", role, call, other_account, BY_BACKUP, **parameters)
            granting = {**BY_BACKUP, "kms:GrantIsForAWSResource": "true"}
            yield from _pair("by hand", role, "kms:CreateGrant", A_KEY, BY_BACKUP, granting, **parameters)
            via_another = {**granting, **BY_ANOTHER}
            yield _case("for another service", role, "kms:CreateGrant", A_KEY, via_another, **parameters)
            yield _case("of another account", role, "kms:CreateGrant", other_account, granting, **parameters)
            yield _case("of another account", role, "kms:DescribeKey", other_account, {}, **parameters)
            if parameters:
                yield _case("that is not named", role, "kms:CreateGrant", other, granting, **parameters)
                yield _case("that is not named", role, "kms:DescribeKey", other, {}, **parameters)
        for action in ("GetTopicAttributes", "SetTopicAttributes"):
            call, opted_in = f"sns:{action}", {"aws:ResourceTag/cfn-backup-provider:notifications": "allowed"}
            yield from _pair("of a topic that allows it not", role, call, A_TOPIC, {}, opted_in)
            elsewhere = A_TOPIC.replace(REGION, "eu-west-1")
            yield _case("in another Region", role, call, elsewhere, opted_in)
            yield Case("by its name", role, Request(call, A_TOPIC), True, {"Topics": "al*"})
            yield _case("by another name", role, call, A_TOPIC, Topics="backup-*")
            yield _case("in another Region", role, call, elsewhere, Topics="al*")


def _plans() -> Iterator[Case]:
    for action in ("CreateBackupPlan", "TagResource"):
        call = f"backup:{action}"
        yield from _pair("without an owner", PLAN, call, A_PLAN, {}, GIVEN)
        yield _case("with half an owner", PLAN, call, A_PLAN, GIVEN_NO_LOGICAL_ID)
        yield _case("for a stack of another account", PLAN, call, A_PLAN, GIVEN_NO_STACK)
    for action in ("UpdateBackupPlan", "DeleteBackupPlan", "TagResource", "UntagResource"):
        call = f"backup:{action}"
        yield from _pair("of nobody's plan", PLAN, call, A_PLAN, {}, OWNED)
        yield _case("of a plan with a made-up owner", PLAN, call, A_PLAN, OWNED_BY_NO_STACK)
        yield _case("by the function for vaults", VAULT, call, A_PLAN, OWNED)
    elsewhere = A_PLAN.replace(REGION, "eu-west-1")
    yield _case("in another Region", PLAN, "backup:DeleteBackupPlan", elsewhere, OWNED)
    yield _case("in another Region", PLAN, "backup:CreateBackupPlan", elsewhere, GIVEN)
    yield _case("in another Region", PLAN, "backup:GetBackupPlan", elsewhere)
    for role in (PLAN, SELECTION):
        for action in ("CreateBackupSelection", "DeleteBackupSelection"):
            call, allowing = f"backup:{action}", "aws:ResourceTag/cfn-backup-provider:allow-selections-from"
            yield from _pair("in nobody's plan", role, call, A_PLAN, {}, OWNED)
            yield _case("in a plan with a made-up owner", role, call, A_PLAN, OWNED_BY_NO_STACK)
            yield from _pair(
                "in a plan of others", role, call, A_PLAN, {allowing: "x"}, {allowing: "Account"}
            )
            yield _case("in another Region", role, call, elsewhere, OWNED)
            yield _case("in another Region", role, call, elsewhere, {allowing: "Account"})
        yield _case("in another Region", role, "backup:GetBackupSelection", elsewhere)
        stack, databases = STACK.replace(REGION, "eu-west-1"), f"arn:aws:rds:eu-west-1:{ACCOUNT}:db:*"
        yield _case("in another Region", role, "cloudformation:ListStackResources", stack)
        yield _case("in another Region", role, "cloudformation:DescribeStacks", stack)
        yield _case("in another Region", role, "rds:DescribeDBInstances", databases)


def _roles() -> Iterator[Case]:
    for role in (PLAN, SELECTION):
        for parameters, boundary in (
            ({}, OWN_BOUNDARY),
            ({"PermissionsBoundary": OTHER_BOUNDARY}, OTHER_BOUNDARY),
        ):
            bounded = {**GIVEN, "iam:PermissionsBoundary": boundary}
            yield from _pair(
                "without boundary", role, "iam:CreateRole", OUR_ROLE, GIVEN, bounded, **parameters
            )
            other = {**bounded, "iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess"}
            yield _case("with another boundary", role, "iam:CreateRole", OUR_ROLE, other, **parameters)
            yield _case("outside of the path", role, "iam:CreateRole", OTHER_ROLE, bounded, **parameters)
            for tags in ({}, GIVEN_NO_LOGICAL_ID, GIVEN_NO_STACK):
                ownerless = {"iam:PermissionsBoundary": boundary, **tags}
                yield _case("without an owner", role, "iam:CreateRole", OUR_ROLE, ownerless, **parameters)
        yield from _pair("without an owner", role, "iam:TagRole", OUR_ROLE, {}, GIVEN)
        yield _case("with half an owner", role, "iam:TagRole", OUR_ROLE, GIVEN_NO_LOGICAL_ID)
        yield _case("for a stack of another account", role, "iam:TagRole", OUR_ROLE, GIVEN_NO_STACK)
        yield _case("outside of the path", role, "iam:TagRole", OTHER_ROLE, GIVEN)
        for action in ("DeleteRole", "TagRole", "UntagRole"):
            call = f"iam:{action}"
            yield from _pair("of nobody's role", role, call, OUR_ROLE, {}, OWNED)
            yield _case("of a role with a made-up owner", role, call, OUR_ROLE, OWNED_BY_NO_STACK)
            yield _case("outside of the path", role, call, OTHER_ROLE, OWNED)
        moved = {**OWNED, **GIVEN}
        yield _case("to another owner", role, "iam:TagRole", OUR_ROLE, moved)
        yield _case("the owner's tag", role, "iam:UntagRole", OUR_ROLE, {**OWNED, "aws:TagKeys": _IDS[:1]})
        for action in ("AttachRolePolicy", "DetachRolePolicy"):
            call = f"iam:{action}"
            bounded, policy = {"iam:PermissionsBoundary": OWN_BOUNDARY}, {"iam:PolicyARN": BACKUPS_POLICY}
            administrator = {"iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess"}
            both = {**bounded, **policy}
            yield from _pair("of another policy", role, call, OUR_ROLE, {**bounded, **administrator}, both)
            yield _case("of a role without boundary", role, call, OUR_ROLE, policy)
            yield _case("outside of the path", role, call, OTHER_ROLE, both)
        yield from _pair("to another service", role, "iam:PassRole", OUR_ROLE, TO_ANOTHER, TO_BACKUP)
        yield _case("of another path", role, "iam:PassRole", OTHER_ROLE, TO_BACKUP)
        named = {"PassableRoles": "role/adm*"}
        passing = ("iam:PassRole", OTHER_ROLE)
        yield from _pair("to another service", role, *passing, TO_ANOTHER, TO_BACKUP, **named)
        another = OTHER_ROLE.replace("admin", "root")
        yield _case("that is not named", role, "iam:PassRole", another, TO_BACKUP, **named)
        linked, service = "iam:CreateServiceLinkedRole", "iam:AWSServiceName"
        its, other = {service: "backup.amazonaws.com"}, {service: "ec2.amazonaws.com"}
        yield from _pair("of another service", role, linked, BACKUPS_ROLE, other, its)
        yield _case("of another service", role, linked, BACKUPS_ROLE.replace("backup.", "ec2."), its)
        yield _case("in another account", role, "iam:GetRole", OUR_ROLE.replace(ACCOUNT, "9" * 12))
        yield _case(
            "in another account", role, "iam:ListAttachedRolePolicies", OUR_ROLE.replace(ACCOUNT, "9" * 12)
        )
        elsewhere = A_VAULT.replace(REGION, "eu-west-1")
        yield _case("in another Region", role, "backup:ListRecoveryPointsByBackupVault", elsewhere)
        for call, resource, context in (
            ("iam:CreateRole", OUR_ROLE, {**GIVEN, "iam:PermissionsBoundary": OWN_BOUNDARY}),
            ("iam:TagRole", OUR_ROLE, GIVEN),
            ("iam:DeleteRole", OUR_ROLE, OWNED),
            (
                "iam:AttachRolePolicy",
                OUR_ROLE,
                {"iam:PermissionsBoundary": OWN_BOUNDARY, "iam:PolicyARN": BACKUPS_POLICY},
            ),
            (linked, BACKUPS_ROLE, its),
        ):
            yield _case("where the roles are shared", role, call, resource, context, **SHARED)
        yield Case(
            "where the roles are shared", role, Request("iam:PassRole", OUR_ROLE, TO_BACKUP), True, SHARED
        )


def _functions() -> Iterator[Case]:
    for role in (PLAN, VAULT, SELECTION, SETTINGS):
        yield _case(
            "of another function", role, "lambda:InvokeFunction", "arn:aws:lambda:us-east-1:0:function:other"
        )
        yield _case(
            "of another log group", role, "logs:PutLogEvents", "arn:aws:logs:us-east-1:0:log-group:other"
        )
        elsewhere = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/other"
        for action in ("PutParameter", "DeleteParameters", "GetParametersByPath"):
            yield _case("of another path", role, f"ssm:{action}", elsewhere)
        key = {"KmsKeyArn": A_KEY}
        yield Case("of the functions' key", role, Request("kms:Decrypt", A_KEY), True, key)
        yield _case("of another key", role, "kms:Decrypt", A_KEY.replace("1234", "ffff"), {}, **key)
        yield _case("without a key of its own", role, "kms:Decrypt", A_KEY)
        yield Case(
            "while disabled",
            role,
            Request("cloudformation:DescribeStacks", STACK),
            True,
            {"Disabled": "true"},
        )
    off = {"Disabled": "true"}
    yield _case("while disabled", PLAN, "backup:CreateBackupPlan", A_PLAN, GIVEN, **off)
    yield _case("while disabled", VAULT, "backup:DeleteBackupVault", A_VAULT, OWNED, **off)
    yield _case("while disabled", SELECTION, "backup:CreateBackupSelection", A_PLAN, OWNED, **off)
    yield _case("while disabled", PLAN, "iam:PassRole", OUR_ROLE, TO_BACKUP, **off)
    yield _case(
        "of other log groups",
        "FailureResponderRole",
        "logs:PutLogEvents",
        "arn:aws:logs:us-east-1:0:log-group:x",
    )
    yield _case(
        "of other functions", USE, "lambda:InvokeFunction", "arn:aws:lambda:us-east-1:0:function:other"
    )


def _emptying() -> Iterator[Case]:
    """What it takes to empty vaults."""
    emptier, responder, machine = "VaultEmptierRole", "FailureResponderRole", "VaultEmptierMachineRole"
    a_point = f"arn:aws:ec2:{REGION}::snapshot/snap-1"
    allowed = {"AllowEmptyOnDelete": "true"}
    for action in ("backup:DeleteRecoveryPoint", "backup:DisassociateRecoveryPoint"):
        yield Case("if the installer says so", emptier, Request(action, a_point), True, allowed)
        yield _case("by default", emptier, action, a_point)
        yield _case("while disabled", emptier, action, a_point, {}, **allowed, Disabled="true")
        for role in (PLAN, VAULT, SELECTION, responder):
            yield _case("of a function that does not empty", role, action, a_point, {}, **allowed)
    a_hold = f"arn:aws:backup:{REGION}:{ACCOUNT}:legal-hold:h"
    yield Case("of a hold", emptier, Request("backup:GetLegalHold", a_hold), True)
    yield _case("of something else", emptier, "backup:GetLegalHold", A_VAULT)
    yield _case("of another machine", emptier, "states:ListExecutions", "OtherMachine")
    parked = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter/cfn-backup-provider/requests/k/r"
    for role in (emptier, responder):
        for action in ("ssm:GetParametersByPath", "ssm:DeleteParameter"):
            yield Case("of a parked request", role, Request(action, parked), True)
            yield _case("of another parameter", role, action, parked.replace("/requests/", "/others/"))
    for role in (PLAN, VAULT):
        yield Case("of the machine", role, Request("states:StartExecution", "VaultEmptier"), True)
        yield _case("of another machine", role, "states:StartExecution", "OtherMachine")
        other = f"arn:aws:states:{REGION}:{ACCOUNT}:execution:other:e"
        yield _case("of another machine", role, "states:DescribeExecution", other)
        yield _case("of a parked request", role, "ssm:GetParameter", parked)
    yield _case("to empty", SELECTION, "states:StartExecution", "VaultEmptier")
    yield Case("of slices", machine, Request("lambda:InvokeFunction", "VaultEmptierFunction"), True)
    yield _case("of another function", machine, "lambda:InvokeFunction", "OtherFunction")


def _what_made_roles_may_do() -> Iterator[Case]:
    administrator = "arn:aws:s3:::b"
    yield _case("whatever is attached", BOUNDARY, "iam:CreateUser", "*")
    yield _case("whatever is attached", BOUNDARY, "s3:DeleteBucket", administrator)
    grant = {"kms:GrantIsForAWSResource": "true"}
    yield from _pair("by hand", BOUNDARY, "kms:CreateGrant", A_KEY, {}, grant)
    to_lambda = {"iam:PassedToService": "lambda.amazonaws.com"}
    yield from _pair("to another service", BOUNDARY, "iam:PassRole", OTHER_ROLE, to_lambda, TO_ANOTHER)
    copying = "backup:CopyFromBackupVault"

    def to(account: str, region: str) -> dict[str, Any]:
        return {"backup:CopyTargets": [f"arn:aws:backup:{region}:{account}:backup-vault:copies"]}

    other = "1" * 12
    yield from _pair(
        "to another account", BOUNDARY, copying, A_VAULT, to(other, REGION), to(ACCOUNT, "eu-west-1")
    )
    accounts = {"CopyAccounts": f"{other},{'2' * 12}"}
    for account in (other, "2" * 12, ACCOUNT):
        request = Request(copying, A_VAULT, to(account, REGION))
        yield Case("to an account that is named", BOUNDARY, request, True, accounts)
    yield _case(
        "to an account that is not named", BOUNDARY, copying, A_VAULT, to("3" * 12, REGION), **accounts
    )
    regions = {"CopyRegions": "eu-west-1,eu-central-1"}
    for region in ("eu-west-1", "eu-central-1"):
        request = Request(copying, A_VAULT, to(ACCOUNT, region))
        yield Case("to a Region that is named", BOUNDARY, request, True, regions)
    yield _case(
        "to a Region that is not named", BOUNDARY, copying, A_VAULT, to(ACCOUNT, "us-west-2"), **regions
    )


CASES: tuple[Case, ...] = (
    *_vaults(), *_plans(), *_roles(), *_functions(), *_emptying(), *_what_made_roles_may_do(),
)  # fmt: skip
