"""What one person says counts, up to a point."""

from __future__ import annotations

from collections import Counter, defaultdict
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import DAY, KNOWN, NOON, TEXTS, example, reviewed

from skills.classifiers.curating.curating import curate
from skills.classifiers.curating.examples import DEFAULT, Collected, Policy, Row, row_of
from skills.classifiers.curating.people import ALONE, capped, many_voiced, shared

said = st.builds(
    lambda label, judge, day, number, is_reviewed: row_of(
        example(str(number), label, judge, at=day * DAY, reviewed=is_reviewed, reviewer="rea" * is_reviewed),
        DEFAULT,
        0.0,
        False,
    ),
    st.sampled_from(["refund", "delivery"]),
    st.sampled_from(["ann", "bob", "cid", "dee"]),
    st.integers(1, 2),
    st.integers(0, 10**9),
    st.booleans(),
)


@given(st.lists(said, unique_by=lambda row: row.id), st.randoms())
def test_nobody_is_over_the_caps_nothing_else_is_left_out_and_order_does_not_matter(
    rows: list[Row], random: Random
) -> None:
    policy = Policy(per_day=5, per_label_day=3, reviewed_per_day=4)
    kept, left = capped(rows, policy)
    by_day = Counter[tuple[bool, str, float]]()
    by_label = Counter[tuple[bool, str, float, str | None]]()
    for row in kept:
        by_day[row.reviewed, row.person, row.at] += 1
        by_label[row.reviewed, row.person, row.at, row.label] += 1
    assert all(count <= (4 if key[0] else 5) for key, count in by_day.items())
    assert all(count <= 3 for key, count in by_label.items() if not key[0])
    assert sorted(row.id for row in rows) == sorted([row.id for row in kept] + [decision.id for decision in left])
    for decision in left:
        row = next(row for row in rows if row.id == decision.id)
        full = by_day[row.reviewed, row.person, row.at] == (4 if row.reviewed else 5)
        assert full or by_label[row.reviewed, row.person, row.at, row.label] == 3
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert capped(shuffled, policy) == (kept, left)


@given(st.lists(said, unique_by=lambda row: row.id), st.sampled_from([0.3, 0.5, 0.9]))
def test_nobody_holds_more_than_their_share_of_a_label(rows: list[Row], share: float) -> None:
    scaled, decisions = shared(rows, {"intent"}, Policy(share=share))
    before, after = (defaultdict[tuple[str | None, bool, str], float](float) for _ in range(2))
    for row, now in zip(rows, scaled, strict=True):
        assert now.weight <= row.weight
        assert row.weight == now.weight or not row.vouched()
        before[row.label, row.vouched(), row.judge] += row.weight
        after[row.label, row.vouched(), row.judge] += now.weight
    for (label, vouched, person), held in after.items():
        whole = sum(weight for key, weight in after.items() if key[0] == label)
        if not vouched:
            assert held <= max(share * whole, min(ALONE, before[label, vouched, person])) + 1e-6
    changed = sum(row != now for row, now in zip(rows, scaled, strict=True))
    assert len(decisions) == changed


@pytest.mark.parametrize("labels", [("refund",), ("refund", "delivery", "parking")])
def test_a_burst_of_a_thousand_by_one_account_brings_in_no_more_than_the_caps(labels: tuple[str, ...]) -> None:
    burst = [
        example(f"{TEXTS[number % 150]} {number * 7919}", labels[number % len(labels)], at=NOON + number)
        for number in range(1000)
    ]
    kept = curate(burst, [], KNOWN).rows
    assert len(kept) <= min(DEFAULT.per_day, DEFAULT.per_label_day * len(labels))
    assert curate(burst, [], KNOWN).left_out()["person_cap"] == 1000 - min(30, 10 * len(labels))
    places = sorted(int(row.at - NOON) for row in kept)
    assert places[0] < 500 < places[-1]


def test_a_second_look_at_old_examples_does_not_let_in_what_was_over_the_cap() -> None:
    burst = [example(TEXTS[number], at=NOON + number) for number in range(100)]
    first = {row.id for row in curate(burst, [], KNOWN).rows}
    later = curate([*burst, *(example(text, "delivery", at=NOON + DAY) for text in TEXTS[100:105])], [], KNOWN)
    assert {row.id for row in later.rows if row.label == "refund"} == first
    again = curate(burst, [], KNOWN, since=NOON + DAY)
    assert {row.id for row in again.rows} == first
    assert {row.role for row in again.rows} == {"earlier"}


def test_a_reviewer_may_settle_hundreds_a_day_whoever_gave_the_feedback() -> None:
    many = [reviewed(f"{text} {number}00{number}", judge="ann") for number in range(3) for text in TEXTS]
    assert curate(many, [], KNOWN).left_out()["person_cap"] == 150


def test_whoever_says_most_of_a_label_is_weighed_down_once_three_have_spoken() -> None:
    loud = [example(text, judge="ann") for text in TEXTS[:10]]
    others = [example(TEXTS[10], judge="bob"), example(TEXTS[11], judge="bob")]
    assert {row.weight for row in curate([*loud, *others], [], KNOWN).rows} == {0.6}
    third = example(TEXTS[12], "delivery", judge="cid")
    rows = curate([*loud, *others, third], [], KNOWN).of("intent")
    held = sum(row.weight for row in rows if row.judge == "ann")
    assert held == pytest.approx(sum(row.weight for row in rows if row.judge == "bob")) == pytest.approx(1.2)


def test_what_a_second_person_reviewed_is_not_weighed_down() -> None:
    some = [reviewed(text, judge="ann") for text in TEXTS[:8]]
    others = [example(TEXTS[10], "delivery", judge=judge) for judge in ("bob", "cid")]
    rows = [row_of(one, DEFAULT, 0.0, False) for one in [*some, *others]]
    assert many_voiced(rows, DEFAULT) == {"intent"}
    assert {row.weight for row in shared(rows, {"intent"}, DEFAULT)[0] if row.label == "refund"} == {1.0}
    own = [reviewed(text, judge="rea") for text in TEXTS[:8]]
    rows = [row_of(one, DEFAULT, 0.0, False) for one in [*own, *others]]
    scaled = shared(rows, {"intent"}, DEFAULT)[0]
    assert sum(row.weight for row in scaled if row.label == "refund") == pytest.approx(ALONE)


def test_caps_hold_per_task_and_day() -> None:
    def days(task: str, label: str) -> list[Collected]:
        return [
            example(f"{TEXTS[number + 12 * day]}", label, task=task, at=NOON + day * DAY)
            for day in range(2)
            for number in range(12)
        ]

    dataset = curate([*days("intent", "refund"), *days("topic", "billing")], [], KNOWN)
    assert Counter((row.task, row.at) for row in dataset.rows) == {
        (task, NOON + day * DAY): 10 for task in ("intent", "topic") for day in range(2)
    }


def brought_in(text: str, label: str | None = "refund", **others: Any) -> Collected:
    """Returns an example that was brought in by command."""
    return reviewed(text, label, judge="", author="", source="import", reviewer="", weight=1.0, **others)


def test_what_was_brought_in_by_command_falls_under_no_persons_cap() -> None:
    texts = [f"{text} {number * 7919}" for number in range(3) for text in TEXTS]
    dataset = curate([brought_in(text) for text in texts], [], KNOWN)
    assert dataset.left_out().get("person_cap", 0) == 0
    assert sum(1 + row.repeats for row in dataset.rows) + dataset.left_out().get("near_golden", 0) == len(texts)


def test_what_was_brought_in_is_nobodys_voice_and_is_not_weighed_down() -> None:
    some = [brought_in(text) for text in TEXTS[:8]]
    two = [example(TEXTS[10], judge="ann"), example(TEXTS[11], "delivery", judge="bob")]
    rows = [row_of(one, DEFAULT, 0.0, False) for one in [*some, *two]]
    assert many_voiced(rows, DEFAULT) == set()
    rows.append(row_of(example(TEXTS[12], "parking", judge="cid"), DEFAULT, 0.0, False))
    scaled = shared(rows, many_voiced(rows, DEFAULT), DEFAULT)[0]
    assert {row.weight for row in scaled if row.judge == ""} == {1.0}
    assert {row.weight for row in scaled if row.judge == "ann"} == {0.6}
