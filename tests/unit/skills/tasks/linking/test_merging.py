"""The three-way merge: what goes where, and that both sides come to the same by it."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from skills.tasks.linking.merging import Base, landed, merge
from skills.tasks.linking.values import same

VALUES = {
    "title": st.sampled_from(["a", "b", "c"]),
    "state": st.sampled_from(["open", "doing", "blocked", "done", "dropped"]),
    "labels": st.lists(st.sampled_from(["x", "X", "y", "z"]), max_size=3),
    "assignee": st.sampled_from([None, "U1", "U2"]),
}
sides = st.fixed_dictionaries(VALUES)
times = st.fixed_dictionaries({name: st.integers(0, 4).map(float) for name in VALUES})


def agreed(values: dict[str, Any]) -> Base:
    return {field: (value, value) for field, value in values.items()}


def base_of(values: dict[str, Any], missing: frozenset[str]) -> Base:
    return {field: pair for field, pair in agreed(values).items() if field not in missing}


@given(sides, sides, sides, times, st.integers(0, 4).map(float), st.frozensets(st.sampled_from(sorted(VALUES))))
def test_once_merged_both_sides_are_the_same_and_a_second_merge_does_nothing(
    before: dict[str, Any],
    here: dict[str, Any],
    there: dict[str, Any],
    here_at: dict[str, float],
    there_at: float,
    unknown: frozenset[str],
) -> None:
    merged = merge(base_of(before, unknown), here, there, here_at, there_at)
    after_here, after_there = {**here, **merged.pull}, {**there, **merged.push}
    assert all(same(field, after_here[field], after_there[field]) for field in VALUES)
    assert not merged.push.keys() & merged.pull.keys()
    again = merge(agreed(after_here), after_here, after_there, here_at, there_at)
    assert not again.push
    assert not again.pull


@given(sides, sides, times, st.integers(0, 4).map(float))
def test_what_was_changed_on_one_side_alone_wins(
    before: dict[str, Any], after: dict[str, Any], here_at: dict[str, float], there_at: float
) -> None:
    changed = {field for field in VALUES if not same(field, before[field], after[field])}
    pushed = merge(agreed(before), after, before, here_at, there_at)
    assert (pushed.push.keys(), pushed.pull.keys()) == (changed, set())
    pulled = merge(agreed(before), before, after, here_at, there_at)
    assert (pulled.push.keys(), pulled.pull.keys()) == (set(), changed)


@given(sides, sides, sides, times, st.integers(0, 4).map(float))
def test_the_rule_is_the_same_seen_from_the_other_side_but_for_ties(
    before: dict[str, Any], here: dict[str, Any], there: dict[str, Any], here_at: dict[str, float], there_at: float
) -> None:
    one = merge(agreed(before), here, there, here_at, there_at)
    for field in VALUES:
        if field != "state" and here_at[field] == there_at:
            continue
        other = merge(agreed(before), {field: there[field]}, {field: here[field]}, {field: there_at}, here_at[field])
        assert (field in one.push, field in one.pull) == (field in other.pull, field in other.push)


def test_of_two_changes_in_one_second_the_trackers_wins() -> None:
    base = agreed({"title": "a"})
    assert merge(base, {"title": "b"}, {"title": "c"}, {"title": 10.9}, 10.0).pull == {"title": "c"}
    assert merge(base, {"title": "b"}, {"title": "c"}, {"title": 11.0}, 10.0).push == {"title": "b"}


def test_a_field_without_a_base_is_filled_from_the_side_that_has_it() -> None:
    here, there = (
        {"title": "ours", "labels": ["a"], "state": "done"},
        {"title": "theirs", "labels": [], "state": "open"},
    )
    merged = merge({}, here, there, {"title": 99.0}, 1.0)
    assert merged.push == {"labels": ["a"], "state": "done"}
    assert merged.pull == {"title": "theirs"}


def test_a_value_that_the_tracker_refuses_is_not_sent_again_and_again() -> None:
    base: Base = {"assignee": ("U1", None)}
    merged = merge(base, {"assignee": "U1"}, {"assignee": None}, {}, 0.0)
    assert not merged.push
    assert not merged.pull


def test_what_was_being_sent_counts_as_agreed_only_where_it_arrived() -> None:
    base = agreed({"title": "a", "state": "open"})
    found = landed(base, {"title": "b", "state": "done"}, {"title": "b", "state": "open"})
    assert found == {"title": ("b", "b"), "state": ("open", "open")}


@given(st.sampled_from(["open", "doing", "done"]))
def test_a_state_between_two_is_gone_on_from_whatever_the_task_is_by_now(here: str) -> None:
    base = agreed({"state": "done"})
    found = landed(base, {"state": "open"}, {"state": "doing"}, stepwise=True)
    merged = merge(found, {"state": here}, {"state": "doing"}, {}, 0.0)
    assert merged.push == ({} if here == "doing" else {"state": here})
    assert not merged.pull
    assert landed(base, {"state": "open"}, {"state": "done"}, stepwise=True) == base
