"""Whether a request is the current word on its resource, by what CloudFormation shows: the whole table."""

from __future__ import annotations

import itertools

import pytest

from cfn_backup.reconcile.standing import REFUSALS, Asked, Facts, Standing, Verdict, is_given_up, judge

VAULT = "Custom::BackupVault"
ID, OTHER = "shop-Vault", "shop-Vault-2"
IDLE = (
    "CREATE_COMPLETE", "CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "UPDATE_COMPLETE",
    "UPDATE_FAILED", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED", "DELETE_FAILED",
    "DELETE_COMPLETE", "REVIEW_IN_PROGRESS", "IMPORT_COMPLETE",
)  # fmt: skip
STANDS = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_FAILED", "IMPORT_COMPLETE", "DELETE_SKIPPED")
CLEANUP, ROLLED_BACK_CLEANUP = (
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
)


def verdict(asked: Asked, stack: str, resource: str, shown: str = ID, event: str | None = ID) -> Standing:
    physical_id = None if asked is Asked.CREATE else event
    return judge(Facts(asked, physical_id, VAULT, stack, resource, VAULT if resource else "", shown))


@pytest.mark.parametrize(
    ("stack", "resource", "shown", "expected"),
    [
        ("", "CREATE_IN_PROGRESS", "", Verdict.CURRENT),
        ("", "CREATE_COMPLETE", ID, Verdict.ANSWERED),
        ("", "UPDATE_IN_PROGRESS", ID, Verdict.ANSWERED),
        ("", "UPDATE_COMPLETE", "", Verdict.NOT_ASKED),
        ("", "CREATE_FAILED", ID, Verdict.GIVEN_UP),
        ("", "DELETE_COMPLETE", ID, Verdict.GIVEN_UP),
        ("", "DELETE_IN_PROGRESS", ID, Verdict.GIVEN_UP),
        ("", "DELETE_FAILED", ID, Verdict.NOT_ASKED),
        ("", "DELETE_SKIPPED", ID, Verdict.ANSWERED),
        ("ROLLBACK_COMPLETE", "", "", Verdict.GIVEN_UP),
        ("CREATE_IN_PROGRESS", "", "", Verdict.UNSEEN),
        ("", "", "", Verdict.UNSEEN),
    ],
)
def test_a_create_is_carried_out_only_while_the_resource_is_being_created(
    stack: str, resource: str, shown: str, expected: Verdict
) -> None:
    assert verdict(Asked.CREATE, stack, resource, shown).verdict is expected


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("UPDATE_IN_PROGRESS", Verdict.CURRENT),
        ("UPDATE_ROLLBACK_IN_PROGRESS", Verdict.CURRENT),
        *((status, Verdict.GIVEN_UP) for status in STANDS),
        ("CREATE_IN_PROGRESS", Verdict.GIVEN_UP),
        ("DELETE_IN_PROGRESS", Verdict.GIVEN_UP),
        ("", Verdict.UNSEEN),
    ],
)
def test_an_update_is_carried_out_only_while_the_resource_itself_is_being_updated(
    resource: str, expected: Verdict
) -> None:
    assert verdict(Asked.UPDATE, "", resource).verdict is expected


@pytest.mark.parametrize(
    ("stack", "resource", "shown", "expected"),
    [
        ("DELETE_IN_PROGRESS", "DELETE_IN_PROGRESS", ID, Verdict.CURRENT),
        ("ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS", ID, Verdict.CURRENT),
        ("ROLLBACK_IN_PROGRESS", "CREATE_FAILED", "", Verdict.CURRENT),
        ("UPDATE_ROLLBACK_IN_PROGRESS", "CREATE_FAILED", "", Verdict.CURRENT),
        ("UPDATE_ROLLBACK_IN_PROGRESS", "DELETE_IN_PROGRESS", ID, Verdict.CURRENT),
        ("DELETE_IN_PROGRESS", "CREATE_IN_PROGRESS", "", Verdict.EARLIER_LIFE),
        ("UPDATE_IN_PROGRESS", "CREATE_IN_PROGRESS", "", Verdict.EARLIER_LIFE),
        ("DELETE_COMPLETE", "DELETE_COMPLETE", ID, Verdict.GONE),
        ("DELETE_IN_PROGRESS", "DELETE_COMPLETE", ID, Verdict.GONE),
        ("DELETE_IN_PROGRESS", "DELETE_COMPLETE", OTHER, Verdict.CURRENT),
        (CLEANUP, "DELETE_IN_PROGRESS", ID, Verdict.CLEAN_UP),
        (CLEANUP, "", "", Verdict.CLEAN_UP),
        (CLEANUP, "UPDATE_COMPLETE", ID, Verdict.CLEAN_UP),
        (CLEANUP, "UPDATE_COMPLETE", OTHER, Verdict.REPLACED),
        (ROLLED_BACK_CLEANUP, "UPDATE_COMPLETE", OTHER, Verdict.REPLACED),
        ("UPDATE_ROLLBACK_IN_PROGRESS", "UPDATE_COMPLETE", ID, Verdict.NOT_ASKED),
        # a resource that is kept when its stack goes is not deleted by a forged event, either
        ("DELETE_IN_PROGRESS", "CREATE_COMPLETE", ID, Verdict.NOT_ASKED),
        ("DELETE_IN_PROGRESS", "DELETE_SKIPPED", ID, Verdict.NOT_ASKED),
        ("UPDATE_IN_PROGRESS", "UPDATE_COMPLETE", ID, Verdict.NOT_ASKED),
        ("", "DELETE_IN_PROGRESS", ID, Verdict.UNSEEN),
        ("", "", "", Verdict.UNSEEN),
    ],
)
def test_a_delete_is_carried_out_only_while_the_resource_is_deleted_or_the_stack_takes_things_back(
    stack: str, resource: str, shown: str, expected: Verdict
) -> None:
    assert verdict(Asked.DELETE, stack, resource, shown).verdict is expected


@pytest.mark.parametrize("stack", IDLE)
@pytest.mark.parametrize("event", [ID, OTHER, "create-failed:r"])
@pytest.mark.parametrize("resource", ["", *STANDS, "CREATE_FAILED", "DELETE_FAILED", "DELETE_COMPLETE"])
@pytest.mark.parametrize("asked", [Asked.UPDATE, Asked.DELETE])
def test_nothing_is_updated_or_deleted_in_a_stack_that_is_idle(
    asked: Asked, resource: str, event: str, stack: str
) -> None:
    found = verdict(asked, stack, resource, event=event)
    assert found.refused or found.verdict is Verdict.GONE


def test_what_a_replaced_resource_left_is_named_by_the_stack() -> None:
    assert verdict(Asked.DELETE, CLEANUP, "UPDATE_COMPLETE", OTHER) == Standing(Verdict.REPLACED, OTHER)
    assert verdict(Asked.CREATE, "", "UPDATE_COMPLETE", OTHER) == Standing(Verdict.ANSWERED, OTHER)


@pytest.mark.parametrize("asked", Asked)
def test_a_resource_of_another_type_is_never_touched(asked: Asked) -> None:
    facts = Facts(asked, ID, VAULT, "DELETE_IN_PROGRESS", "CREATE_IN_PROGRESS", "AWS::Lambda::Function", ID)
    assert judge(facts).verdict is Verdict.OTHER_TYPE


def test_every_refusal_says_that_nothing_is_done_and_nothing_else_does() -> None:
    for one in Verdict:
        assert ("so nothing is" in one.value) == (one in REFUSALS)


@pytest.mark.parametrize(
    ("stack", "resource", "expected"),
    [
        ("", "CREATE_IN_PROGRESS", False),
        ("", "CREATE_COMPLETE", False),
        ("", "DELETE_IN_PROGRESS", True),
        ("", "CREATE_FAILED", True),
        ("CREATE_IN_PROGRESS", "", False),
        ("UPDATE_IN_PROGRESS", "", False),
        ("ROLLBACK_IN_PROGRESS", "", True),
        ("", "", False),
    ],
)
def test_a_creation_that_goes_on_is_given_up_only_on_evidence(
    stack: str, resource: str, *, expected: bool
) -> None:
    assert is_given_up(Facts(Asked.CREATE, None, VAULT, stack, resource)) is expected


def test_every_combination_has_a_verdict() -> None:
    statuses = (
        "",
        *STANDS,
        "CREATE_IN_PROGRESS",
        "UPDATE_IN_PROGRESS",
        "DELETE_IN_PROGRESS",
        "DELETE_FAILED",
    )
    for asked, stack, resource, shown in itertools.product(
        Asked, ("", CLEANUP, *IDLE), statuses, ("", ID, OTHER)
    ):
        assert isinstance(verdict(asked, stack, resource, shown).verdict, Verdict)
