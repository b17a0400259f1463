"""What a task will take."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encoders.base import Vectors
from skills.tasks.assigning import effort
from skills.tasks.assigning.sizes import sizing

KINDS = np.eye(16, dtype=np.float32)


def past(per_kind: dict[int, float], count: int = 30, by: tuple[str, ...] = ("U1", "U2")) -> effort.Timed:
    """Tasks of some kinds that take so many minutes, give or take; the second person takes twice as long."""
    rng = np.random.default_rng(5)
    ids, vectors, texts, minutes, doers = [], [], [], [], []
    for kind, usual in per_kind.items():
        for number in range(count):
            who = number % len(by)
            pages = number % 3 + 1
            ids.append(f"{kind}-{number}")
            vector = KINDS[kind] + 0.1 * rng.normal(size=16)
            vectors.append((vector / np.linalg.norm(vector)).astype(np.float32))
            texts.append(f"do {pages} pages of it" if pages > 1 else "do a page of it")
            minutes.append(usual * pages * (1 + who) * float(rng.lognormal(0, 0.2)))
            doers.append(by[who])
    return effort.Timed(ids, np.stack(vectors), texts, np.array(minutes), doers)


def learned(timed: effort.Timed) -> effort.Pace:
    pace = effort.learn(timed)
    assert pace is not None
    return pace


PACE = learned(past({0: 20.0, 1: 200.0}))


def test_too_few_tasks_tell_nothing() -> None:
    assert effort.learn(past({0: 20.0}, count=effort.LEAST_TASKS - 1)) is None


def test_similar_tasks_tell_the_minutes() -> None:
    short, long = (PACE.predict(KINDS[kind], "do a page of it", "U1") for kind in (0, 1))
    assert short.basis == long.basis == "similar"
    assert all(id_.startswith("0-") for id_ in short.similar)
    assert 12 < short.likely < 33
    assert 120 < long.likely < 330


def test_a_slower_person_takes_longer() -> None:
    assert PACE.predict(KINDS[0], "do it", "U2").likely > 1.5 * PACE.predict(KINDS[0], "do it", "U1").likely


def test_a_range_is_wider_where_nobody_is_chosen_yet() -> None:
    anybody, somebody = PACE.predict(KINDS[0], "do it"), PACE.predict(KINDS[0], "do it", "U1")
    assert anybody.high / anybody.low > somebody.high / somebody.low


def test_a_range_is_wider_for_what_resembles_nothing() -> None:
    known, strange = PACE.predict(KINDS[0], "do it", "U1"), PACE.predict(-KINDS[3], "do it", "U1")
    assert strange.high / strange.low > known.high / known.low
    assert strange.basis == "team_median"


def test_words_alone_are_named_as_the_basis() -> None:
    assert PACE.predict(-KINDS[3], "a quick thing").basis == "words"


@pytest.mark.parametrize(
    ("smaller", "larger"),
    [
        ("quick fix of it", "fix it"),
        ("translate 3 pages", "translate 12 pages"),
        ("fix it", "a full rewrite of it"),
        ("简单改一下", "彻底重做"),
        ("翻译3页", "翻译12页"),
    ],
)
def test_size_words_and_counts_tell(smaller: str, larger: str) -> None:
    assert PACE.predict(KINDS[0], smaller).likely < PACE.predict(KINDS[0], larger).likely


@pytest.mark.parametrize(
    "text",
    ["call at 3 pm", "takes 2 hours", "in 10 days", "version 12.5", "issue #45 files", "2026 plans", "$50 refunds"],
)
def test_durations_and_numbers_are_not_counted(text: str) -> None:
    assert sizing(text).count == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [("answer 12 tickets", 12), ("draw 3 new screens", 3), ("核对20张发票", 20), ("5 people wrote", 5)],
)
def test_things_are_counted(text: str, count: int) -> None:
    assert sizing(text).count == count


@given(st.text(max_size=300), st.lists(st.floats(-1, 1, width=32), min_size=16, max_size=16))
def test_the_range_holds_the_likely_minutes(text: str, values: list[float]) -> None:
    vector: Vectors = np.array(values, dtype=np.float32)
    told = PACE.predict(vector / max(float(np.linalg.norm(vector)), 1e-6), text)
    assert 0 < told.low <= told.likely <= told.high


def test_eight_in_ten_take_what_the_range_says() -> None:
    timed = past({0: 20.0, 1: 200.0, 2: 60.0}, count=60)
    order = np.random.default_rng(0).permutation(len(timed.ids))
    seen, new = order[:120], order[120:]

    def some(rows: np.ndarray) -> effort.Timed:
        return effort.Timed(
            [timed.ids[row] for row in rows],
            timed.vectors[rows],
            [timed.texts[row] for row in rows],
            timed.minutes[rows],
            [timed.by[row] for row in rows],
        )

    pace, rest = learned(some(seen)), some(new)
    told = [pace.predict(*one) for one in zip(rest.vectors, rest.texts, rest.by, strict=True)]
    inside = [one.low <= took <= one.high for one, took in zip(told, rest.minutes, strict=True)]
    assert np.mean(inside) >= 0.75


@pytest.mark.parametrize("text", ["1" * 10_000, "3 " * 5_000, "3 aaaa" * 1_700, "a " * 5_000, "页" * 10_000])
def test_any_text_is_read_fast(text: str) -> None:
    begun = time.perf_counter()
    sizing(text)
    assert time.perf_counter() - begun < 0.05
