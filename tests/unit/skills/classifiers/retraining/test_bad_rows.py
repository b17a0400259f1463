"""Rows that a head can't be learned of: left out by name, or refused in a sentence that people read."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pytest

from skills.catalogs import Catalogs
from skills.classifiers.curating.examples import Row
from skills.classifiers.retraining.corpus import Corpus
from skills.classifiers.retraining.learners import learn_head, too_rare
from skills.learning.cards import ended_text
from skills.learning.running import Outcome
from skills.learning.skill import LearningSkill

WORDS = {"cancel_order": "cancel stop undo", "order_status": "where late tracking", "refund": "money back"}


def corpus(*labels: str | None) -> Corpus:
    """Returns rows of these labels, whose vectors lie around one middle for each of them."""
    chance = np.random.default_rng(1)
    middles = {label: chance.normal(size=16) for label in dict.fromkeys(labels)}
    rows, vectors = [], []
    for place, label in enumerate(labels):
        text = f"{WORDS.get(label or '', 'hello')} {place}"
        rows.append(Row("intent", text, label, "en", 1.0, "base"))
        vector = middles[label] + 0.3 * chance.normal(size=16)
        vectors.append(vector / np.linalg.norm(vector))
    matrix = {"english": np.array(vectors, dtype=np.float32)}
    return Corpus(tuple(rows), matrix, matrix)


def test_a_class_with_one_example_is_left_out_and_named() -> None:
    rows = corpus(*["cancel_order"] * 6, *["order_status"] * 6, "refund")
    assert too_rare(rows) == ["refund"]
    assert set(learn_head(rows, "english").labels) == {"cancel_order", "order_status"}


def test_examples_all_in_one_class_are_refused_in_a_sentence_that_people_read() -> None:
    with pytest.raises(ValueError, match="the only label") as refused:
        learn_head(corpus(*["cancel_order"] * 6), "english")
    outcome = Outcome("r1", "empty", fault="nothing", detail=str(refused.value))
    said = {one: ended_text(outcome, _SAYING.say(one, ZoneInfo("UTC"))) for one in ("en-US", "zh-CN")}
    assert said["en-US"] == (
        'Nothing could be learned: "cancel_order" is the only label: at least two are needed, or examples of '
        '"none of these". What served before goes on serving.'
    )
    assert str(said["zh-CN"]).startswith("无法学习")


def test_no_example_at_all_is_refused_too() -> None:
    with pytest.raises(ValueError, match="no labelled example"):
        learn_head(corpus("cancel_order"), "english")


_SAYING = Catalogs([LearningSkill.catalogs])
