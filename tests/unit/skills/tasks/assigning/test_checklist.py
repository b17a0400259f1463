"""When a task is several, and which checklist it gets."""

from __future__ import annotations

import numpy as np

from index.encoders.base import Vectors
from skills.tasks.assigning.checklist import Example, Item, Ordinary, learn_ordinary, propose

DIMENSIONS = 32
ITEMS = (Item("freeze", "backend"), Item("announce", "writing", (0,)))
OTHERS = (Item("contract", "finance"),)


def near(place: int, rows: int, seed: int) -> Vectors:
    """Unit vectors around a direction, all with the large common part that e5 gives its vectors."""
    vectors = 3.0 + np.eye(DIMENSIONS)[place] * 4.0 + 0.3 * np.random.default_rng(seed).normal(size=(rows, DIMENSIONS))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def everyday(rows: int = 100) -> Ordinary:
    vectors = np.concatenate([near(place, rows // 4, place) for place in range(4)])
    found = learn_ordinary(vectors, ["fix the thing"] * len(vectors))
    assert found is not None
    return found


LAUNCH = Example("Launch a product", near(20, 1, 90)[0], ITEMS)
HIRE = Example("New colleague", near(21, 1, 91)[0], OTHERS)


def test_what_is_near_a_template_gets_its_items() -> None:
    got = propose(near(20, 1, 1)[0], "launch the beta", everyday(), [HIRE, LAUNCH], [])
    assert got is not None
    assert (got.items, got.basis, got.name) == (ITEMS, "template", "Launch a product")
    assert got.similarity > 0.5


def test_what_was_split_before_is_split_so_again() -> None:
    got = propose(near(20, 1, 1)[0], "launch the beta", everyday(), [HIRE], [LAUNCH])
    assert got is not None
    assert (got.items, got.basis) == (ITEMS, "past")


def test_everyday_work_gets_no_checklist() -> None:
    ordinary = everyday()
    for place in range(4):
        for vector in near(place, 10, 50 + place):
            assert propose(vector, "fix the thing again", ordinary, [HIRE, LAUNCH], [LAUNCH]) is None


def test_what_resembles_nothing_gets_no_checklist() -> None:
    assert propose(near(27, 1, 1)[0], "something else", everyday(), [HIRE, LAUNCH], []) is None


def test_without_examples_or_everyday_work_nothing_is_proposed() -> None:
    vector = near(20, 1, 1)[0]
    assert propose(vector, "launch the beta", everyday(), [], []) is None
    assert propose(vector, "launch the beta", None, [LAUNCH], []) is None
    assert learn_ordinary(near(0, 3, 0), ["fix it"] * 3) is None


def test_languages_do_not_stand_between_a_task_and_its_template() -> None:
    shift = np.zeros(DIMENSIONS, dtype=np.float32)
    shift[30] = 1.0
    english = np.concatenate([near(place, 25, place) for place in range(4)])
    chinese = np.concatenate([near(place, 25, 10 + place) for place in range(4)]) + shift
    chinese /= np.linalg.norm(chinese, axis=1, keepdims=True)
    ordinary = learn_ordinary(
        np.concatenate([english, chinese]), ["fix the thing"] * len(english) + ["修复这个问题"] * len(chinese)
    )
    task = near(20, 1, 1)[0] + shift
    got = propose(task / np.linalg.norm(task), "发布公测版", ordinary, [HIRE, LAUNCH], [])
    assert got is not None
    assert got.name == "Launch a product"
