"""The classifiers that ship: what they read, how they are stored, and which skills the router knows."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from index.encoders.base import Encoder
from index.encoders.catalog import open_encoder
from index.search import QuestionVectors
from skills.classifiers.heads.versions import CARD_FILE, WEIGHTS_FILE, DamagedVersionError
from skills.classifiers.routing import ShippedRouting
from skills.classifiers.served import STARTER, Classifiers
from skills.classifiers.starter.material import ROUTED
from skills.classifiers.summed.stacking import Pool, train_summed
from skills.classifiers.summed.summed_head import SummedHead

ALL = ("sentiment", "topic", "priority", "router")


@pytest.fixture(scope="module")
def encoders() -> list[Encoder]:
    return [open_encoder("english", "cpu"), open_encoder("multilingual", "cpu")]


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("I love this, best purchase in years!", "positive"),
        ("This is terrible, it broke after a day", "negative"),
        ("太喜欢了，质量非常好，下次还来", "positive"),
        ("太差了，用了一天就坏了，很失望", "negative"),
        ("请问你们周六几点开门？", "neutral"),
    ],
)
def test_feelings_are_read_in_both_languages(encoders: list[Encoder], text: str, sentiment: str) -> None:
    assert Classifiers(encoders).read_many([text])[0].sentiment.label == sentiment


def test_one_message_and_many_are_read_alike(encoders: list[Encoder]) -> None:
    texts = ["My parcel never arrived", "系统全部瘫痪了，客户都进不来，请马上处理！", "", "🙂"]
    classifiers = Classifiers(encoders)
    many = classifiers.read_many(texts)
    assert len(many) == 4
    for text, language, reading in zip(texts[:2], ("en", "zh"), many, strict=False):
        one = classifiers.read(QuestionVectors(text, language, {}))
        assert one.topic.label == reading.topic.label
        assert one.priority.probability == pytest.approx(reading.priority.probability, abs=0.02)
    assert many[0].topic.label == "order_delivery"
    assert many[1].priority.label == "urgent"


def test_characters_alone_are_read_where_there_is_no_encoder() -> None:
    reading = Classifiers([]).read(QuestionVectors("I want to return this and get a refund", "en", {}))
    assert reading.topic.label == "returns_refunds"


def test_any_script_is_read_without_a_fault(encoders: list[Encoder]) -> None:
    readings = Classifiers(encoders).read_many(["привет", "สวัสดี", "\ud800 half", "👩‍👩‍👧", "x" * 5000])
    assert all(sum(one.sentiment.scores.values()) == pytest.approx(1.0) for one in readings)


@pytest.mark.parametrize("task", ALL)
def test_a_shipped_version_that_is_damaged_is_refused_by_name(tmp_path: Path, task: str) -> None:
    (tmp_path / CARD_FILE).write_bytes((STARTER / task / CARD_FILE).read_bytes())
    (tmp_path / WEIGHTS_FILE).write_bytes((STARTER / task / WEIGHTS_FILE).read_bytes()[:1000])
    with pytest.raises(DamagedVersionError, match=WEIGHTS_FILE):
        SummedHead.load(tmp_path)


def test_a_version_of_other_code_is_refused(tmp_path: Path) -> None:
    card = json.loads((STARTER / "topic" / CARD_FILE).read_text())
    (tmp_path / CARD_FILE).write_text(json.dumps({**card, "code_version": 0}))
    (tmp_path / WEIGHTS_FILE).write_bytes((STARTER / "topic" / WEIGHTS_FILE).read_bytes())
    with pytest.raises(DamagedVersionError, match="other code"):
        SummedHead.load(tmp_path)


def test_a_trained_head_comes_back_the_same(tmp_path: Path, encoders: list[Encoder]) -> None:
    texts = [f"{word} number {count}" for word in ("apple", "stone") for count in range(20)]
    labels = ["fruit"] * 20 + ["rock"] * 20
    vectors = encoders[0].encode(texts, "query")
    rows = np.arange(40)
    pool = Pool("p", texts, labels, ["en"] * 40, {"english": vectors}, {"english": rows}, np.ones(40, np.float32))
    head = train_summed("kind", [pool])
    head.save(tmp_path, {})
    before = head.predict_many(["an apple", "a stone"], "en", {})
    after = SummedHead.load(tmp_path).predict_many(["an apple", "a stone"], "en", {})
    assert [one.label for one in before] == [one.label for one in after] == ["fruit", "rock"]
    assert after[0].probability == pytest.approx(before[0].probability, abs=0.01)


def test_the_shipped_router_was_trained_on_the_shipped_examples(encoders: list[Encoder]) -> None:
    routing = ShippedRouting(encoders)
    assert routing.knows({skill: path for skill, path in ROUTED.items() if skill in ("support", "knowledge")})


def test_a_skill_with_other_examples_is_not_known(tmp_path: Path, encoders: list[Encoder]) -> None:
    (tmp_path / "examples.jsonl").write_text('{"text": "brew coffee", "language": "en"}\n')
    assert not ShippedRouting(encoders).knows({"coffee": tmp_path / "examples.jsonl"})
