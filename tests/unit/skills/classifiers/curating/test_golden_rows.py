"""Golden rows judge for ever and teach never."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import DAY, KNOWN, NOON, TEXTS, base, example, reviewed

from skills.classifiers.curating.curating import curate
from skills.classifiers.curating.examples import Policy, Row
from skills.classifiers.curating.golden import with_golden
from skills.classifiers.features.sketches import SAME, resemblance, sketch
from skills.classifiers.heads.training import LEAST

MANY = [reviewed(f"{text} {number}{number}", at=NOON + number) for number in range(2) for text in TEXTS]


def golden(rows: tuple[Row, ...]) -> set[str]:
    return {row.id for row in rows if row.role == "golden"}


def test_about_a_fifth_of_what_was_reviewed_becomes_golden_the_same_fifth_every_time() -> None:
    policy = Policy(golden_most=1000)
    first = golden(curate(MANY, [], KNOWN, policy).rows)
    assert len(first) == pytest.approx(0.2 * len(MANY), rel=0.3)
    more = [reviewed(text + " and again, please", "delivery", at=NOON + DAY) for text in TEXTS[:20]]
    assert first <= golden(curate([*MANY, *more], [], KNOWN, policy).rows)


def test_no_label_has_more_golden_rows_than_the_policy_says() -> None:
    assert len(golden(curate(MANY, [], KNOWN, Policy(golden_most=7)).rows)) == 7


def test_what_nobody_reviewed_and_what_the_champion_has_seen_becomes_no_golden_row() -> None:
    policy = Policy(golden_share=1.0, golden_from=9)
    assert not golden(curate([example(text, weight=0.9) for text in TEXTS[:9]], [], KNOWN, policy).rows)
    assert not golden(curate(MANY, [], KNOWN, policy, since=NOON + DAY).rows)
    assert golden(curate([reviewed(text) for text in TEXTS[:9]], [], KNOWN, policy).rows)


def test_while_few_were_reviewed_all_of_them_are_taught() -> None:
    few = [reviewed(text) for text in TEXTS[:9]]
    assert not golden(curate(few, [], KNOWN, Policy(golden_share=1.0)).rows)


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_a_label_keeps_what_it_needs_to_be_trained(count: int) -> None:
    some = [reviewed(text) for text in TEXTS[:count]] + [reviewed(text, "delivery") for text in TEXTS[50:60]]
    rows = curate(some, [], KNOWN, Policy(golden_share=1.0, golden_from=1)).rows
    training = [row for row in rows if row.role == "new" and row.label == "refund"]
    assert len(training) == min(count, LEAST)
    assert sum(row.label == "refund" for row in rows) == count


def test_what_was_golden_stays_so_over_the_caps_and_with_a_smaller_policy() -> None:
    first = golden(curate(MANY, [], KNOWN).rows)
    later = curate(MANY, [], KNOWN, Policy(reviewed_per_day=5, golden_share=0.0, golden_most=1), golden=first)
    assert golden(later.rows) == first
    assert golden(curate(MANY, [], KNOWN, since=NOON + DAY, golden=first).rows) == first


def test_near_duplicates_of_a_golden_text_are_not_trained_on_even_the_team_s_own() -> None:
    judged = reviewed("where is my parcel from Oslo")
    own = [base("Where is my parcel from Oslo?"), base("give me my money back"), base("money back please")]
    dataset = curate([judged, example("where is my parcel from Oslo!", judge="bob")], own, KNOWN, golden={judged.id})
    assert [(row.role, row.text) for row in dataset.rows if "parcel" in row.text] == [("golden", judged.text)]
    assert dataset.left_out() == {"duplicate": 1, "near_golden": 1}


some_rows = st.lists(
    st.builds(
        lambda text, label, role, is_reviewed: Row(
            "intent", text, label, "en", 0.6, role, id=text if role != "base" else "", reviewed=is_reviewed
        ),
        st.text(alphabet="abc", min_size=6, max_size=24),
        st.sampled_from(["refund", "delivery", None]),
        st.sampled_from(["base", "earlier", "new", "new", "golden"]),
        st.booleans(),
    ),
    max_size=40,
)


@given(some_rows, st.sampled_from([0.2, 1.0]))
def test_whatever_the_rows_nothing_trained_on_resembles_a_golden_one(rows: list[Row], share: float) -> None:
    kept, decisions = with_golden(rows, Policy(golden_share=share))
    assert len(kept) + len(decisions) == len(rows)
    judging = [sketch(row.text) for row in kept if row.role == "golden"]
    for row in kept:
        if row.role != "golden":
            assert all(resemblance(sketch(row.text), one) < SAME for one in judging)
    before = Counter(row.label for row in rows if row.role == "golden")
    after = Counter(row.label for row in kept if row.role == "golden")
    assert before <= after
    for label in after - before:
        assert sum(row.role != "golden" and row.label == label for row in kept) >= LEAST
