"""Who is proposed for a task, and why."""

from __future__ import annotations

import dataclasses
import random

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from index.encoders.base import Vectors
from skills.tasks.assigning import kinds
from skills.tasks.assigning.candidate import Candidate
from skills.tasks.assigning.ranking import rank, unable

DIMENSIONS = 16
NOW = 1_780_000_000.0
DAY = 86_400.0


def unit(values: Vectors) -> Vectors:
    return (values / np.linalg.norm(values, axis=-1, keepdims=True)).astype(np.float32)


def axis(place: int) -> Vectors:
    """A direction that stands for one kind of work."""
    return np.eye(DIMENSIONS, dtype=np.float32)[place]


def around(place: int, rng: np.random.Generator, rows: int, noise: float = 0.15) -> Vectors:
    return unit(axis(place) + noise * rng.normal(size=(rows, DIMENSIONS)))


def team_of(tasks: dict[str, dict[int, int]], age_days: float = 30.0) -> kinds.Kinds | None:
    """Kinds learned from so many tasks of each kind by each person, all of one age."""
    rng = np.random.default_rng(0)
    vectors, by = [], []
    for id_, places in tasks.items():
        for place, count in places.items():
            vectors.append(around(place, rng, count))
            by += [id_] * count
    return kinds.learn(
        kinds.Finished(np.concatenate(vectors), by, np.full(len(by), NOW - age_days * DAY), [()] * len(by)), NOW
    )


def free(id_: str, stated: tuple[str, ...] = (), **changes: float) -> Candidate:
    return dataclasses.replace(Candidate(id_, stated, 2_400.0, 0.0, 1_800.0, 0), **changes)  # type: ignore[arg-type]


minutes = st.floats(0, 6_000, allow_nan=False)
candidates_drawn = st.lists(
    st.builds(
        Candidate,
        id=st.sampled_from([f"U{number}" for number in range(12)]),
        stated=st.lists(st.sampled_from(["design", "python", "翻译"]), max_size=3).map(tuple),
        available_minutes=minutes,
        load_minutes=minutes,
        capacity_minutes=minutes,
        recent=st.integers(0, 40),
        absent=st.booleans(),
    ),
    max_size=12,
    unique_by=lambda one: one.id,
)
STATED = {"design": axis(0), "python": axis(1), "翻译": axis(2)}
TEAM = team_of({"U1": {0: 40, 1: 4}, "U2": {1: 40}, "U3": {0: 6, 1: 6, 2: 6}, "U4": {2: 30}})
vectors_drawn = st.integers(0, 2**32 - 1).map(
    lambda seed: unit(np.random.default_rng(seed).normal(size=DIMENSIONS).astype(np.float32))
)


@given(candidates_drawn, vectors_drawn, minutes, st.booleans())
def test_terms_add_up_to_the_score(found: list[Candidate], vector: Vectors, effort: float, known: bool) -> None:
    for one in rank(vector, TEAM if known else None, STATED, found, effort):
        assert sum(term.value for term in one.terms) == one.score


@given(candidates_drawn, vectors_drawn, minutes)
def test_nobody_absent_or_over_capacity_is_proposed(found: list[Candidate], vector: Vectors, effort: float) -> None:
    by_id = {one.id: one for one in found}
    ranked = {one.id for one in rank(vector, TEAM, STATED, found, effort)}
    for id_ in ranked:
        one = by_id[id_]
        assert not one.absent
        assert one.load_minutes + effort <= min(one.available_minutes, one.capacity_minutes)
    refused = dict(unable(found, effort))
    assert refused.keys() | ranked == by_id.keys()
    assert not refused.keys() & ranked


@given(candidates_drawn, vectors_drawn, minutes, st.integers(0, 100))
def test_the_order_of_candidates_changes_nothing(
    found: list[Candidate], vector: Vectors, effort: float, seed: int
) -> None:
    shuffled = random.Random(seed).sample(found, len(found))
    assert rank(vector, TEAM, STATED, shuffled, effort) == rank(vector, TEAM, STATED, found, effort)
    assert unable(shuffled, effort) == unable(found, effort)


@given(candidates_drawn, vectors_drawn, minutes)
def test_best_comes_first(found: list[Candidate], vector: Vectors, effort: float) -> None:
    scores = [one.score for one in rank(vector, TEAM, STATED, found, effort)]
    assert scores == sorted(scores, reverse=True)


@settings(max_examples=50)
@given(st.floats(0, 800), st.floats(0, 800), vectors_drawn)
def test_more_load_never_helps(one: float, more: float, vector: Vectors) -> None:
    def score(load: float) -> float:
        return rank(vector, TEAM, STATED, [free("U1", load_minutes=load)], 60)[0].score

    assert score(min(one, more)) >= score(max(one, more))


def test_the_reason_is_the_first_that_holds() -> None:
    away = free("U1", absent=True, available_minutes=0.0)
    late = free("U2", available_minutes=100.0, load_minutes=50.0)
    full = free("U3", load_minutes=1_750.0)
    assert unable([full, late, away, free("U4")], 60) == (
        ("U1", "absent"),
        ("U2", "no_time_before_due"),
        ("U3", "over_capacity"),
    )


def test_whoever_did_such_work_comes_first() -> None:
    ranked = rank(axis(1), TEAM, {}, [free("U1"), free("U2"), free("U4")], 60)
    assert ranked[0].id == "U2"
    assert ranked[0].terms[0].key == "similar_work"
    assert int(ranked[0].terms[0].facts["similar"]) > 20


def test_of_two_who_did_such_work_the_freer_one_comes_first() -> None:
    team = team_of({"U1": {0: 30}, "U2": {0: 30}, "U3": {1: 40}})
    ranked = rank(axis(0), team, {}, [free("U1", load_minutes=900.0), free("U2"), free("U3")], 60)
    assert [one.id for one in ranked] == ["U2", "U1", "U3"]


def test_level_people_are_ordered_by_load_then_recent_then_id() -> None:
    found = [free("U3", recent=2), free("U2", recent=2), free("U1", recent=5)]
    assert [one.id for one in rank(axis(0), None, {}, found, 60)] == ["U2", "U3", "U1"]


def test_without_a_past_stated_skills_decide() -> None:
    found = [free("U1", ("python",)), free("U2", ("design",)), free("U3")]
    ranked = rank(axis(0), None, STATED, found, 60)
    assert ranked[0].id == "U2"
    assert ranked[0].terms[1].facts["skill"] == "design"


def test_a_newcomer_who_states_the_skill_comes_before_those_without_it() -> None:
    found = [free("U2"), free("U4"), free("U9", ("design",))]
    assert rank(axis(0), TEAM, STATED, found, 60)[0].id == "U9"


def test_whoever_did_everything_does_not_win_over_whoever_does_just_this() -> None:
    team = team_of({"U1": {0: 20, 1: 20, 2: 20, 3: 20}, "U2": {0: 18}, "U3": {1: 18}})
    ranked = rank(axis(0), team, {}, [free("U1"), free("U2", load_minutes=10.0), free("U3")], 60)
    assert ranked[0].id == "U2"


def test_a_skill_without_a_vector_counts_for_nothing() -> None:
    assert rank(axis(0), None, {}, [free("U1", ("design",))], 60)[0].terms[1].value == 0.0


def test_a_large_team_is_ranked_in_some_milliseconds() -> None:
    import time

    rng = np.random.default_rng(1)
    vectors = unit(rng.normal(size=(500, 384)))
    by = [f"U{number % 50}" for number in range(500)]
    team = kinds.learn(kinds.Finished(vectors, by, np.full(500, NOW), [()] * 500), NOW)
    found = [free(f"U{number}") for number in range(50)]
    took = []
    for _ in range(9):
        begun = time.perf_counter()
        rank(vectors[0], team, {}, found, 60)
        took.append(time.perf_counter() - begun)
    assert min(took) < 0.005
