"""Names, tags and tokens of an owner."""

from __future__ import annotations

import re

import pytest

from cfn_backup.desired.owner import KEY_TAG, ROLE_NAME_LIMIT, TAG_KEYS_TAG, Owner
from cfn_backup.desired.tags import recorded, surplus_keys
from cfn_backup.desired.text import cut_in_the_middle
from cfn_backup.symbolic import Unknown, concat
from tests.unit.desired.builders import STACK_ID, owner


def test_a_generated_name_has_stack_logical_id_and_the_stacks_number() -> None:
    assert owner("Plan").generated_name() == "shop-Plan-0a1b2c3d"


@pytest.mark.parametrize("limit", [50, ROLE_NAME_LIMIT])
def test_a_long_name_is_cut_in_the_middle_and_keeps_what_tells_it_apart(limit: int) -> None:
    name = str(owner("Logical" * 20, "Stack-" * 20).generated_name(limit))
    assert len(name) == limit
    assert name.startswith("Stack-")
    assert name.endswith("Logical-0a1b2c3d")
    assert name == owner("Logical" * 20, "Stack-" * 20).generated_name(limit)


@pytest.mark.parametrize("limit", [43, 50, ROLE_NAME_LIMIT])
def test_two_long_logical_ids_of_one_stack_never_get_one_name(limit: int) -> None:
    ids = [f"Orders{number}ServiceWithAVeryLongNameBackupVaultResource" for number in range(50)]
    names = {
        str(owner(logical_id, "a-stack-with-quite-a-long-name").generated_name(limit)) for logical_id in ids
    }
    assert len(names) == len(ids)
    assert all(re.fullmatch(r"[a-zA-Z0-9-]+", name) and len(name) == limit for name in names)


def test_a_name_that_fits_is_not_cut() -> None:
    fits = "L" * (50 - len("shop--0a1b2c3d"))
    assert owner(fits).generated_name() == f"shop-{fits}-0a1b2c3d"
    assert len(str(owner(fits + "L").generated_name())) == 50


def test_in_a_template_a_logical_id_leaves_room_for_a_stack() -> None:
    def name(logical_id: str) -> object:
        generated = Owner.of_template(logical_id).generated_name()
        assert isinstance(generated, Unknown)
        return generated.node["Fn::Join"][1][1]

    assert name("L" * 39) == f"-{'L' * 39}-"
    assert len(str(name("L" * 40))) == 27
    assert name("L" * 40 + "A") != name("L" * 40 + "B")


def test_a_generated_name_has_only_characters_that_every_kind_of_name_may_have() -> None:
    assert re.fullmatch(r"[a-zA-Z0-9-]+", str(owner("A", "a.b_c/ü").generated_name()))


def test_tokens_tell_owner_and_request_apart_and_are_short_enough() -> None:
    one, other = owner("One"), owner("Other")
    assert one.token("r", "plan") == one.token("r", "plan")
    assert len({one.token("r", "plan"), one.token("s", "plan"), other.token("r", "plan")}) == 3
    assert re.fullmatch(r"[a-zA-Z0-9_.-]{1,50}", one.token("r", "plan"))
    assert one.owns_token(one.token("x"))
    assert not one.owns_token(other.token("x"))
    assert not one.owns_token(None)


def test_only_both_tags_make_an_owner() -> None:
    tags = owner("One").tags
    assert owner("One").owns_tags({**tags, "other": "tag"})
    assert not owner("Other").owns_tags(tags)
    assert not owner("One").owns_tags({})
    assert not Owner(STACK_ID.replace("0a1b", "ffff"), "shop", "One").owns_tags(tags)


def test_a_template_has_no_owner_yet() -> None:
    assert Owner.of_template("One").tags == {}
    assert not Owner.of_template("One").owns_tags({})


def test_text_is_joined_as_far_as_it_is_known() -> None:
    ref = Unknown({"Ref": "X"})
    assert concat("a", "b") == "ab"
    assert concat("a", "b", ref, "", "c") == Unknown({"Fn::Join": ["", ["ab", {"Ref": "X"}, "c"]]})
    assert cut_in_the_middle("abcdefghij", 5) == "abhij"
    assert cut_in_the_middle("abc", 5) == "abc"


def test_what_the_author_wanted_and_what_the_provider_records_are_its_to_take_away() -> None:
    put = recorded({"team": "red", "stage": "x", KEY_TAG: "k"})
    assert len(put[TAG_KEYS_TAG]) == 8
    actual = {**put, "theirs": "1", "aws:made-by": "x"}
    assert surplus_keys(actual, recorded({"stage": "x"})) == [KEY_TAG, "team"]
    assert surplus_keys(actual, {}) == [KEY_TAG, TAG_KEYS_TAG, "stage", "team"]
    assert recorded({KEY_TAG: "k"}) == {KEY_TAG: "k"}
    assert len(recorded({f"key {n}": "" for n in range(50)})[TAG_KEYS_TAG]) <= 256
