"""Heads: they learn, are calibrated, know what they are not for, say why, and survive being stored."""

from pathlib import Path

import numpy as np
import pytest

from skills.classifiers.examples import OUT_OF_SCOPE, read_utterances
from skills.classifiers.heads.head import Head
from skills.classifiers.heads.stored import trained_or_stored
from skills.classifiers.heads.training import refit, train_head
from skills.classifiers.heads.versions import DamagedVersionError, read_card

TEXTS = [
    *(f"please refund order {number} to my card" for number in range(12)),
    *(f"where is parcel {number} now, the tracking is stuck" for number in range(12)),
    *(f"nice weather on day {number}, let us sing" for number in range(12)),
]
LABELS: list[str | None] = [*["refund"] * 12, *["parcel"] * 12, *[None] * 12]
KINDS = ("refund", "parcel", "weather", "invoice", "login")


def vectors(texts: list[str]) -> np.ndarray:
    """Unit vectors in which texts of one kind lie together, as an encoder's do."""
    rows = []
    for text in texts:
        kind = next((number for number, word in enumerate(KINDS) if word in text), len(KINDS))
        noise = np.random.default_rng(sum(text.encode())).standard_normal(16)
        rows.append(np.eye(16)[kind] + 0.1 * noise + 0.5)
    found = np.array(rows, dtype=np.float32)
    return found / np.linalg.norm(found, axis=1, keepdims=True)


def one(text: str) -> dict[str, np.ndarray]:
    return {"toy": vectors([text])[0]}


@pytest.fixture(scope="module")
def head() -> Head:
    return train_head("test", TEXTS, LABELS, {"toy": vectors(TEXTS)})


def test_it_tells_labels_apart_and_knows_what_is_none_of_them(head: Head) -> None:
    for text, label in (
        ("refund my order 99", "refund"),
        ("my parcel is stuck", "parcel"),
        ("weather for the day", None),
    ):
        prediction = head.predict(text, one(text))
        assert (prediction.label if prediction.accepted else None) == label
        assert sum(prediction.scores.values()) == pytest.approx(1.0, abs=1e-5)
        assert prediction.scores[prediction.label] == prediction.probability == max(prediction.scores.values())


def test_several_texts_are_read_as_one_by_one(head: Head) -> None:
    together = head.predict_many(TEXTS, {"toy": vectors(TEXTS), "another": vectors(TEXTS)})
    alone = [head.predict(text, one(text)) for text in TEXTS]
    for first, second in zip(together, alone, strict=True):
        assert first.label == second.label
        assert first.in_scope == pytest.approx(second.in_scope, abs=1e-4)
    assert head.predict_many([], {"toy": np.empty((0, 16), np.float32)}) == []


def test_a_missing_vector_is_an_error(head: Head) -> None:
    with pytest.raises(KeyError, match="toy"):
        head.predict("refund", {"another": vectors(["refund"])[0]})


def test_the_same_examples_give_the_same_head(head: Head) -> None:
    again = train_head("test", TEXTS, LABELS, {"toy": vectors(TEXTS)})
    assert np.array_equal(again.linear.weights, head.linear.weights)
    assert again.rule == head.rule


def test_without_vectors_the_characters_decide() -> None:
    head = train_head("test", TEXTS, LABELS, {})
    prediction = head.predict("refund of my order please", {})
    assert prediction.accepted
    assert prediction.label == "refund"
    assert head.why("refund of my order please", {}).neighbours[0].label == "refund"


def test_one_label_and_none_of_these_are_enough() -> None:
    kept = [(text, label) for text, label in zip(TEXTS, LABELS, strict=True) if label != "parcel"]
    head = train_head("test", [text for text, _ in kept], [label for _, label in kept], {})
    assert head.labels == ("refund",)
    assert head.predict("refund order 3 to my card", {}).accepted
    assert not head.predict("nice weather, let us sing", {}).accepted


def test_without_a_foreign_example_labels_that_play_it_teach_what_is_out_of_scope() -> None:
    texts = [f"about my {kind}, case {number}" for kind in KINDS for number in range(20)]
    labels = [kind for kind in KINDS for _ in range(20)]
    head = train_head("test", texts, labels, {"toy": vectors(texts)})
    inside = head.predict("my invoice, case 77", one("my invoice, case 77"))
    outside = head.predict("zzz qqq vvv", one("zzz qqq vvv"))
    assert inside.accepted
    assert inside.in_scope > outside.in_scope
    assert not outside.accepted
    refuses_nothing = train_head("test", texts, labels, {"toy": vectors(texts)}, refusing=False)
    assert refuses_nothing.predict("zzz qqq vvv", one("zzz qqq vvv")).accepted


def test_what_weighs_nothing_is_not_learned() -> None:
    wrong = [*TEXTS, *["please refund order 5 to my card"] * 30]
    labels = [*LABELS, *["parcel"] * 30]
    weights = [*[1.0] * len(TEXTS), *[1e-6] * 30]
    head = train_head("test", wrong, labels, {}, weights=weights, refusing=False, unjudged=30)
    assert int(head.linear.logits(head.features.rows(["refund order 7 to my card"], {}))[0].argmax()) == 1


@pytest.mark.parametrize(
    ("texts", "labels", "complaint"),
    [
        ([*TEXTS, "once"], [*LABELS, "rare"], '"rare" has one example where at least 2 are needed'),
        (["a", "b"], ["x", "x"], '"x" is the only label'),
        (["a", "b"], [None, None], "no labelled example"),
    ],
)
def test_labels_that_cannot_be_learned_are_named(texts: list[str], labels: list[str | None], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        train_head("test", texts, labels, {})


def test_why_names_the_nearest_examples_and_the_words_that_decided(head: Head) -> None:
    text = "please refund this"
    why = head.why(text, one(text))
    assert [near.label for near in why.neighbours] == ["refund"] * 3
    assert why.neighbours[0].similarity >= why.neighbours[1].similarity
    assert why.words[0][0] in {"refund", "please"}
    assert all(amount > 0 for _, amount in why.words)


def test_why_takes_chinese_by_pairs_of_characters() -> None:
    texts = [*(f"我要退款{number}" for number in range(10)), *(f"查一下物流{number}" for number in range(10))]
    head = train_head("test", texts, [*["refund"] * 10, *["parcel"] * 10], {}, refusing=False)
    assert head.why("想要退款", {}).words[0][0] in {"退款", "要退"}
    assert head.why("", {}).words == ()


def test_what_was_stored_predicts_as_before(head: Head, tmp_path: Path) -> None:
    head.save(tmp_path, {"data": "own examples", "metrics": {"accuracy": 1.0}})
    again = Head.load(tmp_path)
    assert again.encoders == ("toy",)
    assert again.texts == head.texts
    for before, after in zip(
        head.predict_many(TEXTS, {"toy": vectors(TEXTS)}),
        again.predict_many(TEXTS, {"toy": vectors(TEXTS)}),
        strict=True,
    ):
        assert (before.label, before.accepted) == (after.label, after.accepted)
        assert before.probability == pytest.approx(after.probability, abs=0.02)
    card = read_card(tmp_path)
    assert card["data"] == "own examples"
    assert {"made", "code_version", "encoders", "labels", "scope"} <= card.keys()
    assert not list(tmp_path.glob("*.pkl"))


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def _garble(path: Path) -> None:
    path.write_text("[1]\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "harm"),
    [
        ("weights.safetensors", _cut),
        ("examples.jsonl", _cut),
        ("card.json", _cut),
        ("card.json", _garble),
        ("examples.jsonl", _garble),
    ],
)
def test_a_damaged_version_is_refused_with_its_file(head: Head, tmp_path: Path, file: str, harm: object) -> None:
    assert callable(harm)
    head.save(tmp_path, {})
    harm(tmp_path / file)
    with pytest.raises(DamagedVersionError, match="train it again"):
        Head.load(tmp_path)


def test_a_version_of_other_code_is_refused(head: Head, tmp_path: Path) -> None:
    head.save(tmp_path, {})
    card = tmp_path / "card.json"
    card.write_text(card.read_text(encoding="utf-8").replace('"code_version": ', '"code_version": 9'), encoding="utf-8")
    with pytest.raises(DamagedVersionError, match="made by other code"):
        Head.load(tmp_path)


def test_a_head_is_trained_once_and_then_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKHAND_CACHE", str(tmp_path))
    first = trained_or_stored("test", TEXTS, LABELS, "f", {"toy": lambda texts: vectors(list(texts))})
    second = trained_or_stored("test", TEXTS, LABELS, "f", {})
    assert np.array_equal(first.linear.weights, second.linear.weights)
    (weights,) = tmp_path.glob("classifiers/*/weights.safetensors")
    weights.write_bytes(b"broken")
    third = trained_or_stored("test", TEXTS, LABELS, "f", {"toy": lambda texts: vectors(list(texts))})
    assert third.labels == ("parcel", "refund")


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


def test_a_head_fitted_again_on_the_same_texts_says_the_same(head: Head) -> None:
    labels = [head.labels[place] if place < len(head.labels) else None for place in head.target.tolist()]
    again = refit(head, head.texts, labels, {"toy": vectors(list(head.texts))}, weights=[1.0] * len(labels))
    assert again.rule == head.rule
    assert again.temperature == head.temperature
    for text in head.texts:
        before, after = (which.predict(text, one(text)) for which in (head, again))
        assert (after.label, after.accepted) == (before.label, before.accepted)
        assert after.probability == pytest.approx(before.probability, abs=0.05)


def test_a_head_fitted_again_without_foreign_texts_refuses_nothing_by_them(head: Head) -> None:
    inside = [place for place, target in enumerate(head.target.tolist()) if target < len(head.labels)]
    texts, labels = [head.texts[at] for at in inside], [head.labels[head.target[at]] for at in inside]
    again = refit(head, texts, labels, {"toy": vectors(texts)}, weights=[1.0] * len(texts))
    assert again.predict(texts[0], one(texts[0])).label == labels[0]
