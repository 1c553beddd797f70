"""In which portions selections are changed: never more than there is room for, and never a gap."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cfn_backup.reconcile.portions import NoRoom, Portion, Selected, portions


def table(name: str, *arns: str) -> Selected:
    return Selected.by({"SelectionName": name, "Resources": [f"arn:aws:dynamodb:::table/{a}" for a in arns]})


def test_what_fits_is_made_at_once_and_then_the_old_goes_at_once() -> None:
    old, new = [table("a", "1"), table("b", "2")], [table("a", "3"), table("b", "4")]
    assert portions(old, new, 2) == [Portion((0, 1), (0, 1))]


def test_what_does_not_fit_is_made_in_portions_each_before_its_old_one_goes() -> None:
    old, new = [table("a", "1"), table("b", "2"), table("c", "3")], [table(n, n) for n in "abc"]
    assert portions(old, new, 2) == [Portion((0, 1), (0, 1)), Portion((2,), (2,))]


def test_an_old_one_waits_for_every_new_one_that_takes_something_of_it_over() -> None:
    # GIVEN a table that moves from the first selection to the second
    old = [table("a", "1", "2"), table("b", "3")]
    new = [table("a", "1"), table("b", "2", "3")]

    # WHEN there is room for one, THEN b is changed before a
    assert portions(old, new, 1) == [Portion((1,), (1,)), Portion((0,), (0,))]


def test_what_nobody_selects_any_more_makes_room() -> None:
    assert portions([table("gone", "1")], [table("new", "2")], 0) == [Portion((), (0,)), Portion((0,), ())]


def test_a_wildcard_takes_over_what_it_matches() -> None:
    old, new = [table("a", "1"), table("b", "2")], [table("all", "*"), table("b", "9")]
    assert portions(old, new, 1) == [Portion((0,), (0,)), Portion((1,), (1,))]


def test_conditions_and_tags_are_compared_as_they_are_written() -> None:
    def tagged(name: str, value: str) -> Selected:
        tag = {"ConditionType": "STRINGEQUALS", "ConditionKey": "backup", "ConditionValue": value}
        return Selected.by({"SelectionName": name, "ListOfTags": [tag]})

    assert tagged("a", "x").shares(tagged("b", "x"))
    assert not tagged("a", "x").shares(tagged("b", "y"))


@pytest.mark.parametrize(
    ("old", "new", "room"),
    [
        ([table("a", "1")], [table("a", "1", "2")], 0),
        ([table("a", "1"), table("b", "2")], [table("a", "2"), table("b", "1")], 1),
    ],
    ids=["no room at all", "two that swap what they select"],
)
def test_a_change_that_would_leave_a_gap_is_refused(
    old: list[Selected], new: list[Selected], room: int
) -> None:
    with pytest.raises(NoRoom):
        portions(old, new, room)


_SELECTED = st.builds(
    lambda name, arns: table(name, *arns),
    st.sampled_from("abcd"),
    st.sets(st.sampled_from("12345"), min_size=1),
)


@given(
    st.lists(_SELECTED, max_size=4, unique_by=lambda one: one.name),
    st.lists(_SELECTED, max_size=4, unique_by=lambda one: one.name),
    st.integers(0, 4),
)
def test_the_room_is_never_exceeded_and_what_stays_selected_is_always_selected(
    old: list[Selected], new: list[Selected], room: int
) -> None:
    try:
        steps = portions(old, new, room)
    except NoRoom:
        return
    stays = frozenset().union(*(o.entries for o in old)) & frozenset().union(*(n.entries for n in new))
    made: set[int] = set()
    left = set(range(len(old)))
    for step in steps:
        made |= set(step.make)
        assert len(made) + len(left) <= len(old) + room
        left -= set(step.delete)
        present = [*(new[n] for n in made), *(old[n] for n in left)]
        assert stays <= frozenset().union(*(one.entries for one in present))
    assert (made, left) == (set(range(len(new))), set())
