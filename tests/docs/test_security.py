"""What docs/security.md promises holds of the template."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT, Page
from tests.docs.permissions import FUNCTIONS, PAGE, installed, written
from tests.policies.deployed import Deployed
from tests.policies.deployed import written as template

FORBIDDEN = (
    # recovery points and what is backed up
    r"backup:(Start|Stop|Copy|Restore|Export|Get(RecoveryPoint|Restore))\w*",
    r"backup:(Delete|Update|Disassociate)RecoveryPoint\w*",
    # roles, but for those of its own path and policies
    r"iam:(Put|Update)\w*", r"iam:DeleteRole(Policy|PermissionsBoundary)",
    r"iam:\w*(User|Group|AccessKey)\w*",
    r"iam:(Create|Delete)Policy\w*",
    # everything that is not its business
    r"kms:(Create|Schedule|Put|Disable|Enable|Update)(Key|Alias|KeyDeletion|KeyPolicy)\w*",
    r"sns:(Create|Delete|Publish|Subscribe)\w*", r"cloudformation:(Create|Update|Delete|Execute)\w*",
    r"lambda:(?!InvokeFunction$)\w+", r"rds:(?!Describe)\w+", r"(sts|s3|dynamodb|ec2|elasticfilesystem):\w+",
    r"\*", r"\w+:\*",
)  # fmt: skip


def _allowed() -> set[str]:
    """By default; and whatever the parameters say, of the functions that serve requests."""
    serving = [name for name in FUNCTIONS if name != "VaultEmptier"]
    found = [
        *(s for name in FUNCTIONS for s in Deployed.of().statements(f"{name}Role")),
        *(s for name in serving for s in installed().statements(f"{name}Role")),
    ]
    actions = [statement["Action"] for statement in found if statement["Effect"] == "Allow"]
    return {action for given in actions for action in (given if isinstance(given, list) else [given])}


def test_the_tables_are_up_to_date() -> None:
    assert written(PAGE.read_text()) == PAGE.read_text(), "run: python -m tests.docs.permissions"


def test_what_it_can_never_do() -> None:
    allowed = _allowed()
    assert len(allowed) > 30
    assert not {a for a in allowed for pattern in FORBIDDEN if re.fullmatch(pattern, a)}


def test_no_function_is_in_a_vpc() -> None:
    content = template()
    functions = [
        r["Properties"] for r in content["Resources"].values() if r["Type"] == "AWS::Serverless::Function"
    ]
    assert len(functions) == len(FUNCTIONS)
    assert not [f for f in [content["Globals"]["Function"], *functions] if "VpcConfig" in f]


def test_nothing_but_the_provider_may_call_the_functions() -> None:
    content = template()
    resources = content["Resources"]
    assert "AWS::Lambda::Url" not in {resource["Type"] for resource in resources.values()}
    permitted = [r["Properties"] for r in resources.values() if r["Type"] == "AWS::Lambda::Permission"]
    assert [(p["FunctionName"], p["Principal"]) for p in permitted] == [
        ({"Ref": "FailureResponderFunction"}, "events.amazonaws.com")
    ]
    functions = [content["Globals"]["Function"], *(r["Properties"] for r in content["Resources"].values())]
    assert not [f for f in functions if "FunctionUrlConfig" in f or "Events" in f]


def test_what_checkov_skips_is_what_the_page_says() -> None:
    skipped = re.findall(r"CKV_AWS_\d+", (ROOT / ".checkov.yaml").read_text())
    # 116: dead-letter queue, 117: VPC, 158: keys for logs, 173: keys for environment variables
    assert sorted(skipped) == ["CKV_AWS_116", "CKV_AWS_117", "CKV_AWS_158", "CKV_AWS_173"]
    assert "## Static analysis" in Page(PAGE).text
