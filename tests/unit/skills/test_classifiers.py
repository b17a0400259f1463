"""The linear classifier: learns, is calibrated, knows what it is not for, and survives being stored."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills.classifiers.characters import COLUMNS, hashed_ngrams
from skills.classifiers.examples import OUT_OF_SCOPE, read_utterances
from skills.classifiers.linear import LinearClassifier, scope_gap, softmax
from skills.classifiers.stored import trained_or_stored
from skills.classifiers.training import train

RNG = np.random.default_rng(7)
TEXTS = [
    *(f"please refund order {number} to my card" for number in range(12)),
    *(f"where is parcel {number} now, the tracking is stuck" for number in range(12)),
    *(f"nice weather on day {number}, let us sing" for number in range(12)),
]
LABELS: list[str | None] = [*["refund"] * 12, *["parcel"] * 12, *[None] * 12]


def vectors(texts: list[str]) -> np.ndarray:
    """Unit vectors in which the three kinds of texts lie apart, as an encoder's do."""
    kinds = np.array([0 if "refund" in text else 1 if "parcel" in text else 2 for text in texts])
    rows = np.eye(3, 8, dtype=np.float32)[kinds] + 0.1 * RNG.standard_normal((len(texts), 8)).astype(np.float32) + 0.5
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture(scope="module")
def classifier() -> LinearClassifier:
    return train(TEXTS, LABELS, vectors(TEXTS))


def test_it_tells_labels_apart_and_knows_what_is_none_of_them(classifier: LinearClassifier) -> None:
    for text, label in (("refund my order 99", "refund"), ("my parcel is stuck", "parcel"), ("sing on a day", None)):
        prediction = classifier.predict(text, vectors([text])[0])
        assert (prediction.label if prediction.accepted else None) == label


def test_without_vectors_the_characters_decide() -> None:
    prediction = train(TEXTS, LABELS, None).predict("refund of my order please", None)
    assert prediction.accepted
    assert prediction.label == "refund"


def test_one_label_and_none_of_these_are_enough() -> None:
    kept = [(text, label) for text, label in zip(TEXTS, LABELS, strict=True) if label != "parcel"]
    one = train([text for text, _ in kept], [label for _, label in kept], None)
    assert one.labels == ("refund",)
    assert one.predict("refund order 3 to my card", None).accepted
    assert not one.predict("nice weather, let us sing", None).accepted


def test_a_label_with_too_few_examples_is_named() -> None:
    with pytest.raises(ValueError, match="rare: 1 examples, at least 5 are needed"):
        train([*TEXTS, "once"], [*LABELS, "rare"], None)


def test_what_was_stored_predicts_as_before(
    classifier: LinearClassifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    classifier.save(tmp_path, {"name": "test"})
    again = LinearClassifier.load(tmp_path)
    for text in TEXTS:
        vector = vectors([text])[0]
        before, after = classifier.logits(text, vector), again.logits(text, vector)
        assert np.allclose(before, after, atol=0.02)
    monkeypatch.setenv("DESKHAND_CACHE", str(tmp_path / "cache"))
    first = trained_or_stored("test", TEXTS, LABELS, "f", vectors)
    second = trained_or_stored("test", TEXTS, LABELS, "f", None)
    assert np.array_equal(first.dense, second.dense)


def test_a_damaged_store_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKHAND_CACHE", str(tmp_path))
    trained_or_stored("test", TEXTS, LABELS, "", None)
    (weights,) = tmp_path.glob("classifiers/*/weights.safetensors")
    weights.write_bytes(b"broken")
    assert trained_or_stored("test", TEXTS, LABELS, "", None).labels == ("parcel", "refund")


def test_the_calibrated_probability_of_scope_is_about_the_share_that_is_in_scope(classifier: LinearClassifier) -> None:
    scopes = [classifier.predict(text, vectors([text])[0]).in_scope for text in TEXTS]
    assert np.mean(scopes) == pytest.approx(24 / 36, abs=0.12)


@given(st.text(max_size=600))
def test_any_text_has_columns_in_range_and_weights_of_unit_length(text: str) -> None:
    columns, weights = hashed_ngrams(text)
    assert len(columns) == len(weights)
    assert list(columns) == sorted(set(columns.tolist()))
    if len(columns):
        assert columns.min() >= 0
        assert columns.max() < COLUMNS
        assert float(np.linalg.norm(weights)) == pytest.approx(1.0, abs=1e-4)


@given(st.lists(st.floats(-30, 30), min_size=2, max_size=6))
def test_softmax_and_gap_are_finite(logits: list[float]) -> None:
    row = np.array([logits])
    assert float(softmax(row).sum()) == pytest.approx(1.0)
    assert np.isfinite(scope_gap(row)).all()


def test_shipped_examples_are_many_distinct_and_in_both_languages() -> None:
    from skills.knowledge import KnowledgeSkill

    assert KnowledgeSkill.examples is not None
    for path in (KnowledgeSkill.examples, OUT_OF_SCOPE):
        utterances = read_utterances(path)
        assert len({utterance.text for utterance in utterances}) == len(utterances)
        for language in ("en", "zh"):
            assert sum(utterance.language == language for utterance in utterances) >= 120


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "not a JSON object"),
        ("[1]", "not a JSON object"),
        ('{"text": "", "language": "en"}', "text must be a text"),
        ('{"text": "a"}', "language must be a text"),
        ('{"text": "a", "language": "en", "intent": 3}', "intent must be a text"),
    ],
)
def test_a_faulty_example_is_named_with_its_line(tmp_path: Path, line: str, complaint: str) -> None:
    path = tmp_path / "examples.jsonl"
    path.write_text('{"text": "fine", "language": "en"}\n\n' + line, encoding="utf-8")
    with pytest.raises(ValueError, match=f"examples.jsonl:3: {complaint}"):
        read_utterances(path)
