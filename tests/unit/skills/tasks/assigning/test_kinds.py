"""What counts as the same kind of work."""

from __future__ import annotations

import numpy as np

from skills.tasks.assigning import kinds
from skills.tasks.assigning.ridge import fit

DAY = 86_400.0
NOW = 1_780_000_000.0


def finished(rows: list[tuple[int, int, str, float, tuple[str, ...]]], dimensions: int = 24) -> kinds.Finished:
    """Tasks as (kind of work, thing it is about, by whom, age in days, labels); things outweigh kinds in vectors."""
    rng = np.random.default_rng(3)
    vectors = 0.1 * rng.normal(size=(len(rows), dimensions))
    for row, (kind, thing, *_) in enumerate(rows):
        vectors[row, kind] += 0.6
        vectors[row, 8 + thing] += 1.0
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return kinds.Finished(
        vectors.astype(np.float32),
        [row[2] for row in rows],
        np.array([NOW - row[3] * DAY for row in rows]),
        [row[4] for row in rows],
    )


def crossed(labels: bool = False) -> list[tuple[int, int, str, float, tuple[str, ...]]]:
    """Three kinds, each its person's, about eight things that any of them has to do with."""
    return [
        (kind, thing, f"U{kind}", 10.0, (f"kind {kind}",) if labels else ())
        for kind in range(3)
        for thing in range(8)
        for _ in range(6)
    ]


def test_too_little_finished_tells_nothing() -> None:
    assert kinds.learn(finished(crossed()[: kinds.LEAST_FINISHED - 1]), NOW) is None


def test_what_the_same_people_do_is_similar_whatever_it_is_about() -> None:
    done = finished(crossed())
    team = kinds.learn(done, NOW)
    assert team is not None
    for kind, row in ((0, 5), (1, 70), (2, 130)):
        shares = team.experience(done.vectors[row])
        assert max(shares, key=lambda id_: shares[id_].share) == f"U{kind}"
        assert shares[f"U{kind}"].share > 0.6


def test_labels_tell_kinds_where_people_do_not() -> None:
    rows = [
        (kind, thing, by, age, labels) for kind, thing, _, age, labels in crossed(labels=True) for by in ("U1", "U2")
    ]
    done = finished(rows)
    team = kinds.learn(done, NOW)
    assert team is not None
    places = team.place(done.vectors)
    own = np.array([row[0] for row in rows])
    cosines = places @ places.T
    assert cosines[own[:, None] == own].mean() > cosines[own[:, None] != own].mean() + 0.3


def test_newer_work_counts_more() -> None:
    rows = [(0, thing, "old", 700.0, ()) for thing in range(8) for _ in range(6)]
    rows += [(0, thing, "new", 5.0, ()) for thing in range(8) for _ in range(6)]
    done = finished(rows)
    team = kinds.learn(done, NOW)
    assert team is not None
    shares = team.experience(done.vectors[0])
    assert shares["new"].share > shares["old"].share


def test_work_counts_against_what_was_done_since_somebody_began() -> None:
    rows = [(0, thing, "long", age, ()) for thing in range(8) for age in range(10, 400, 30)]
    rows += [(0, thing, "lately", age, ()) for thing in range(8) for age in (10, 20)]
    rows += [(kind, thing, f"U{kind}", age, ()) for kind in (1, 2) for thing in range(8) for age in range(10, 400, 30)]
    done = finished(rows)
    team = kinds.learn(done, NOW)
    assert team is not None
    of_all = 2 / (2 + 13)
    assert team.experience(done.vectors[0])["lately"].share > 2 * of_all


def test_left_out_predictions_are_those_of_a_fit_without_the_row() -> None:
    rng = np.random.default_rng(0)
    rows, targets = rng.normal(size=(30, 5)), rng.normal(size=(30, 2))
    whole = fit(rows, targets, 0.7)
    others = fit(rows[1:], targets[1:], 0.7)
    np.testing.assert_allclose(whole.left_out[0], rows[0] @ others.weights, atol=1e-9)
    np.testing.assert_allclose(whole.unknown[0], others.unknown_of(rows[:1])[0], atol=1e-9)
