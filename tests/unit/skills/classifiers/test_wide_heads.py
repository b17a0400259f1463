"""Heads of thousands of texts with few labels: n-grams in many columns, of which a text has some."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.encoders.base import Role, Vectors
from skills.classifiers.features.columns import fit_wide_features
from skills.classifiers.features.ngrams import WIDE, Floats, count_ngrams
from skills.classifiers.heads import preparing
from skills.classifiers.heads.head import Head
from skills.classifiers.heads.training import MANY, train_head
from skills.classifiers.heads.versions import DamagedVersionError
from skills.classifiers.heads.wide import WideRows

WORDS = {
    "bad": "falls cuts loss plunges warns",
    "good": "gains beats wins record jumps",
    "so": "meets plans names says",
}


def texts_and_labels(seed: int, count: int) -> tuple[list[str], list[str]]:
    chance = np.random.default_rng(seed)
    labels = chance.choice(["bad", "good", "so", "so", "so"], count).tolist()
    texts = []
    for label in labels:
        spoken = chance.choice(WORDS[label].split() if chance.random() < 0.9 else WORDS["so"].split())
        texts.append(f"company {chance.integers(0, 400)} {spoken} in {chance.integers(2000, 2030)}")
    return texts, labels


def vectors_of(texts: list[str], seed: int = 1) -> dict[str, Floats]:
    rows = np.random.default_rng(seed).normal(size=(len(texts), 16)).astype(np.float32)
    return {"multilingual": rows / np.linalg.norm(rows, axis=1, keepdims=True)}


@pytest.fixture(scope="module")
def head() -> Head:
    texts, labels = texts_and_labels(1, MANY)
    return train_head("opinion", texts, labels, vectors_of(texts), refusing=False)


def test_thousands_of_texts_with_few_labels_get_many_columns(head: Head) -> None:
    assert head.features.wide
    assert head.linear.weights.shape == (16 + WIDE, 3)


def test_one_text_is_read_as_among_others_and_an_empty_one_breaks_nothing(head: Head) -> None:
    texts = [*texts_and_labels(2, 30)[0], "", "  ", "涨停", "\ud800"]
    vectors = vectors_of(texts, 2)
    together = head.predict_many(texts, vectors)
    for place, (text, among) in enumerate(zip(texts, together, strict=True)):
        alone = head.predict(text, {"multilingual": vectors["multilingual"][place]})
        assert alone.scores == pytest.approx(among.scores, abs=1e-4)


def test_what_was_learned_is_told_and_kept(head: Head, tmp_path: Path) -> None:
    texts, labels = texts_and_labels(3, 400)
    vectors = vectors_of(texts, 3)
    found = head.predict_many(texts, vectors)
    assert np.mean([one.label == label for one, label in zip(found, labels, strict=True)]) > 0.85
    head.save(tmp_path, {})
    again = Head.load(tmp_path).predict_many(texts, vectors)
    assert np.mean([one.label == two.label for one, two in zip(found, again, strict=True)]) > 0.99
    why = head.why("company 7 plunges in 2024", {"multilingual": vectors["multilingual"][0]})
    assert "plunges" in {word for word, _ in why.words}


def test_in_many_columns_there_are_the_same_ngrams_and_words_by_threes() -> None:
    few, many = count_ngrams(["Acme gains today"]), count_ngrams(["Acme gains today"], WIDE)
    assert many.columns.max() < WIDE
    assert len(set((many.columns % few.size).tolist()) - set(few.columns.tolist())) <= 1


def test_in_many_columns_figures_are_all_alike() -> None:
    one, other = count_ngrams(["Net profit 12.5%"], WIDE), count_ngrams(["net profit 3,100%"], WIDE)
    assert one.columns.tolist() == other.columns.tolist()


def test_an_ngram_that_tells_labels_apart_reaches_further() -> None:
    texts = ["acme wins", "acme loses"] * 20
    vectors = vectors_of(texts)
    reach = WideRows.of(fit_wide_features(texts, vectors, WIDE), texts, vectors).reach(np.array([0, 1] * 20), 2)
    wins, loses = (set(count_ngrams([text], WIDE).columns.tolist()) for text in texts[:2])
    assert reach.shape == (16 + WIDE, 2)
    assert (reach[:16] == 1.0).all()
    assert reach[16 + np.array(list(wins - loses))].min() > 3 * reach[16 + np.array(list(wins & loses))].max() > 0


@pytest.fixture(scope="module")
def crossed() -> tuple[Head, list[str], list[str], dict[str, Floats]]:
    """A head of what no direction of the vectors tells, but two together, and what it was not trained on."""
    texts = [f"{number} or so" for number in range(MANY + 300)]
    vectors = vectors_of(texts, 5)
    rows = vectors["multilingual"]
    labels = ["same" if same else "unlike" for same in (rows[:, 0] > 0) == (rows[:, 1] > 0)]
    head = train_head("crossed", texts[:MANY], labels[:MANY], {"multilingual": rows[:MANY]}, refusing=False)
    return head, texts[MANY:], labels[MANY:], {"multilingual": rows[MANY:]}


def test_what_no_direction_of_a_vector_tells_a_kernel_learns(
    crossed: tuple[Head, list[str], list[str], dict[str, Floats]],
) -> None:
    head, texts, labels, vectors = crossed
    found = head.predict_many(texts, vectors)
    linear = replace(head, kernel=None, vote=0.0).predict_many(texts, vectors)
    assert np.mean([one.label == label for one, label in zip(linear, labels, strict=True)]) < 0.65
    assert np.mean([one.label == label for one, label in zip(found, labels, strict=True)]) > 0.8
    alone = head.predict(texts[0], {"multilingual": vectors["multilingual"][0]})
    assert alone.scores == pytest.approx(found[0].scores, abs=1e-4)


def test_a_stored_kernel_predicts_as_before_and_one_that_does_not_fit_is_refused(
    crossed: tuple[Head, list[str], list[str], dict[str, Floats]], tmp_path: Path
) -> None:
    head, texts, _, vectors = crossed
    assert head.kernel is not None
    head.save(tmp_path, {})
    again = Head.load(tmp_path).predict_many(texts, vectors)
    for one, other in zip(head.predict_many(texts, vectors), again, strict=True):
        assert one.scores == pytest.approx(other.scores, abs=0.02)
    replace(head, kernel=replace(head.kernel, rows=head.kernel.rows[1:])).save(tmp_path, {})
    with pytest.raises(DamagedVersionError, match="don't fit"):
        Head.load(tmp_path)


class Drawn:
    """An encoder that reads everything and tells nothing."""

    def __init__(self, name: str, seed: int) -> None:
        self.name, self.fingerprint, self.dimensions = name, name, 16
        self._seed = seed

    def reads(self, language: str) -> bool:
        return True

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        return vectors_of(list(texts), self._seed)["multilingual"]


@pytest.mark.parametrize(
    ("count", "losses", "chosen"),
    [
        (MANY, {"a": 0.500, "b": 0.490, "a+b": 0.494}, "a+b"),
        (MANY, {"a": 0.500, "b": 0.490, "a+b": 0.500}, "b"),
        (MANY, {"a": 0.500, "b": 0.499, "a+b": 0.510}, "a"),
        (MANY // 2, {"a": 0.500, "b": 0.490, "a+b": 0.489}, "b"),
    ],
)
def test_all_encoders_are_taken_for_thousands_of_texts_unless_held_out_ones_speak_against_it(
    monkeypatch: pytest.MonkeyPatch, count: int, losses: dict[str, float], chosen: str
) -> None:
    taken: list[str] = []

    def loss(_: object, __: object, vectors: Mapping[str, Floats], ___: int) -> float:
        return losses["+".join(vectors)]

    def trained(_: object, __: object, ___: object, vectors: Mapping[str, Floats], **____: object) -> None:
        taken.append("+".join(vectors))

    monkeypatch.setattr(preparing, "held_out_loss", loss)
    monkeypatch.setattr(preparing, "train_head", trained)
    texts, labels = texts_and_labels(6, count)
    readers = (Drawn("a", 1), Drawn("b", 2))
    preparing.prepare_head("opinion", texts, labels, readers, refusing=False)
    assert taken == [chosen]
