"""Feedback becomes a dataset, and of every example that doesn't it is known why."""

from __future__ import annotations

import time
from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import DAY, KNOWN, NOON, TEXTS, base, example, labelled, reviewed

from skills.classifiers.curating.curating import curate
from skills.classifiers.curating.examples import Collected, Policy, Row
from skills.classifiers.feedback.collected import NONE

judges = st.sampled_from(["ann", "bob", "cid", "dee"])
labels = st.sampled_from(["refund", "delivery", NONE, None, "unheard of"])
texts = st.sampled_from([*TEXTS[:6], TEXTS[0] + "!", TEXTS[1].upper(), "🎉", "我要退款", "我要退款！", ""])
collected = st.lists(
    st.builds(
        lambda text, label, judge, number, weight, is_reviewed, task: example(
            text, label, judge, at=NOON + number * 3600, weight=weight, reviewed=is_reviewed, task=task, reviewer="rea"
        ),
        texts,
        labels,
        judges,
        st.integers(0, 200),
        st.sampled_from([0.3, 0.6, 0.9, 1.0]),
        st.booleans(),
        st.sampled_from(["intent", "intent", "topic"]),
    ),
    unique_by=lambda one: one.id,
    max_size=60,
)
bases = st.lists(st.builds(base, texts, st.sampled_from(["refund", "delivery", None])), max_size=8)


@given(collected, bases, st.sampled_from([0.0, NOON + 100 * 3600]), st.randoms())
def test_every_example_is_a_row_or_left_out_for_one_reason_whatever_the_order(
    some: list[Collected], own: list[Row], since: float, random: Random
) -> None:
    dataset = curate(some, own, KNOWN, since=since)
    gone = [decision.id for decision in dataset.decisions if decision.rule != "person_share"]
    assert sorted([row.id for row in dataset.rows] + gone) == sorted([one.id for one in some] + ["" for _ in own])
    shuffled, own_shuffled = list(some), list(own)
    random.shuffle(shuffled)
    random.shuffle(own_shuffled)
    assert curate(shuffled, own_shuffled, KNOWN, since=since) == dataset


@given(collected, bases)
def test_curating_again_with_what_was_golden_keeps_it_golden_and_trains_on_none_of_it(
    some: list[Collected], own: list[Row]
) -> None:
    policy = Policy(golden_share=0.7)
    first = {row.id for row in curate(some, own, KNOWN, policy).rows if row.role == "golden"}
    again = curate(some, own, KNOWN, policy, since=NOON + 300 * DAY, golden=first)
    assert {row.id for row in again.rows if row.role == "golden"} == first


@given(collected, bases)
def test_one_text_has_one_label_unless_the_team_itself_gave_it_two(some: list[Collected], own: list[Row]) -> None:
    for row in (rows := curate(some, own, KNOWN).rows):
        others = {other.label for other in rows if (other.task, other.text) == (row.task, row.text)}
        assert len(others) == 1 or {other.label for other in own if other.text == row.text} >= others


def test_without_examples_there_is_what_the_team_wrote() -> None:
    assert curate([], [], {}).rows == ()
    assert curate([], [], KNOWN).id == curate([], [], {}).id
    assert curate([], [base("one")], {}).rows == (base("one"),)


def test_what_has_no_label_or_little_weight_waits_for_a_review() -> None:
    some = [
        example(TEXTS[0], None, weight=0.9),
        example(TEXTS[1], weight=0.4),
        example(TEXTS[2], weight=0.5),
        reviewed(TEXTS[3], weight=0.3),
        reviewed(TEXTS[4], None),
    ]
    dataset = curate(some, [], KNOWN)
    assert {(row.text, row.weight) for row in dataset.rows} == {(TEXTS[2], 0.5), (TEXTS[3], 1.0)}
    assert dataset.left_out() == {"incomplete": 3}


def test_labels_and_tasks_that_there_are_not_are_left_out_and_out_of_scope_is_kept() -> None:
    some = [
        example(TEXTS[0], "gone"),
        example(TEXTS[1], "refund", task="topic"),
        example(TEXTS[2], "refund", task="mood"),
        example(TEXTS[3], NONE),
    ]
    dataset = curate(some, [], KNOWN)
    assert labelled(dataset.rows) == {(TEXTS[3], NONE)}
    assert dataset.rows[0].label is None
    assert dataset.left_out() == {"unknown_label": 3}


def test_what_the_champion_has_not_seen_is_new() -> None:
    some = [example(TEXTS[0], at=NOON), example(TEXTS[1], at=NOON + 1)]
    assert [(row.text, row.role) for row in curate(some, [], KNOWN, since=NOON).rows] == [
        (TEXTS[0], "earlier"),
        (TEXTS[1], "new"),
    ]


def test_near_duplicates_of_a_whole_team_become_one_row_that_counts_as_its_heaviest() -> None:
    some = [
        example("Where is my parcel?", judge="ann", author="ann", weight=0.5),
        example("where is my parcel", judge="bob", author="bob", weight=0.7),
        example("WHERE IS MY PARCEL!", judge="cid", author="cid", weight=0.6),
    ]
    dataset = curate(some, [], KNOWN)
    assert [(row.text, row.weight, row.repeats) for row in dataset.rows] == [("where is my parcel", 0.7, 2)]
    assert dataset.left_out() == {"duplicate": 2}


def test_what_the_team_wrote_already_is_folded_into_it_in_its_own_task_only() -> None:
    own = base("Where is my parcel?", "delivery")
    some = [
        example("where is my parcel", "delivery"),
        example("where is my parcel", "shipping", task="topic"),
    ]
    dataset = curate(some, [own], KNOWN)
    assert [(row.task, row.role, row.repeats) for row in dataset.rows] == [("intent", "base", 1), ("topic", "new", 0)]


def test_texts_of_emoji_and_chinese_are_curated_like_others() -> None:
    some = [example("🎉🎉", NONE), example("我要退款"), example("我要退款！", weight=0.7), example("👍", NONE)]
    assert labelled(curate(some, [], KNOWN).rows) == {("🎉🎉", NONE), ("我要退款！", "refund"), ("👍", NONE)}


class TestContradictions:
    def test_a_review_beats_what_others_say_and_the_team_s_own(self) -> None:
        some = [
            example("Where is it?", "refund", "ann", weight=0.9),
            example("where is it", "refund", "bob", weight=0.9),
            reviewed("where is it!", "parking", "cid"),
        ]
        dataset = curate(some, [base("where is it", "delivery")], KNOWN)
        assert {row.label for row in dataset.rows} == {"parking"}
        assert dataset.left_out() == {"contradiction": 3}

    def test_of_two_reviews_the_later_one_counts(self) -> None:
        some = [reviewed("where is it", "refund", at=NOON), reviewed("where is it", "parking", at=NOON + 9)]
        assert {row.label for row in curate(some, [], KNOWN).rows} == {"parking"}
        other = [reviewed("where is it", "refund", reviewer="one"), reviewed("where is it", "parking", at=NOON + 9)]
        assert {row.label for row in curate(other, [], KNOWN).rows} == {"parking"}

    def test_more_people_beat_fewer(self) -> None:
        some = [example("where is it", "refund", judge) for judge in ("ann", "bob")]
        some.append(example("where is it", "delivery", "cid", weight=0.9, at=NOON + 9))
        assert {row.label for row in curate(some, [], KNOWN).rows} == {"refund"}

    def test_one_person_said_often_is_one_voice_and_the_last_word_counts(self) -> None:
        often = [example("where is it" + "!" * times, "refund", "ann", at=NOON + times) for times in range(5)]
        single = example("where is it", "delivery", "bob", weight=0.7, at=NOON)
        assert {row.label for row in curate([*often, single], [], KNOWN).rows} == {"delivery"}
        changed = [*often, example("where is it", "parking", "ann", at=NOON + 9)]
        assert {row.label for row in curate(changed, [], KNOWN).rows} == {"parking"}

    def test_two_single_people_who_differ_are_both_left_out(self) -> None:
        some = [example("where is it", "refund", "ann"), example("where is it", "delivery", "bob", at=NOON + 9)]
        dataset = curate(some, [], KNOWN)
        assert dataset.rows == ()
        assert dataset.left_out() == {"contradiction": 2}
        heavier = [some[0], example("where is it", "delivery", "bob", weight=0.9)]
        assert {row.label for row in curate(heavier, [], KNOWN).rows} == {"delivery"}

    def test_of_two_camps_of_the_same_weight_the_later_counts(self) -> None:
        some = [example("where is it", "refund", judge, at=NOON + 1) for judge in ("ann", "bob")]
        some += [example("where is it", "delivery", judge, at=NOON) for judge in ("cid", "dee")]
        assert {row.label for row in curate(some, [], KNOWN).rows} == {"refund"}

    def test_it_takes_two_people_to_correct_the_team_s_own_and_more_than_agree_with_it(self) -> None:
        own = [base("where is it", "delivery")]
        one = example("where is it", "refund", "ann", weight=0.9)
        assert {row.label for row in curate([one], own, KNOWN).rows} == {"delivery"}
        twice = [one, example("Where is it?", "refund", "ann", weight=0.9)]
        assert {row.label for row in curate(twice, own, KNOWN).rows} == {"delivery"}
        two = [one, example("where is it", "refund", "bob")]
        dataset = curate(two, own, KNOWN)
        assert {(row.label, row.role) for row in dataset.rows} == {("refund", "new")}
        assert dataset.left_out() == {"contradiction": 1, "duplicate": 1}
        backed = [*two, *(example("where is it", "delivery", judge, weight=0.9) for judge in ("cid", "dee"))]
        assert {row.label for row in curate(backed, own, KNOWN).rows} == {"delivery"}

    def test_what_the_team_itself_gave_two_labels_keeps_both(self) -> None:
        own = [base("where is it", "delivery"), base("where is it", "parking")]
        dataset = curate([example("where is it", "refund", weight=0.9)], own, KNOWN)
        assert labelled(dataset.rows) == {("where is it", "delivery"), ("where is it", "parking")}


@pytest.mark.parametrize("one_class", [True, False])
def test_ten_thousand_examples_take_seconds(one_class: bool) -> None:
    some = [
        example(
            f"{TEXTS[number % 150]} number {number * 104_729:x}",
            "refund" if one_class or number % 2 else "delivery",
            f"judge {number % 500}",
            at=NOON + number // 500 * DAY,
        )
        for number in range(10_000)
    ]
    began = time.process_time()
    dataset = curate(some, [], KNOWN)
    assert time.process_time() - began < 30
    assert Counter(row.role for row in dataset.rows)["new"] + sum(dataset.left_out().values()) == 10_000
