"""Heads of thousands of texts with few labels: n-grams in many columns, of which a text has some."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from skills.classifiers.features.ngrams import WIDE, Floats, count_ngrams
from skills.classifiers.heads.head import Head
from skills.classifiers.heads.training import MANY, train_head

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
