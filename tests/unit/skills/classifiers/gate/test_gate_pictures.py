"""What the challenger confuses and how far probabilities can be trusted, drawn and in numbers."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from judged_texts import many, taken, text, texts
from PIL import Image

from skills.classifiers.gate.comparing import Judged
from skills.classifiers.gate.pictures import (
    ConfusionWords,
    ReliabilityWords,
    confusion_facts,
    confusion_picture,
    reliability_facts,
    reliability_picture,
)
from skills.classifiers.heads.calibration import expected_calibration_error

AWKWARD = ["退款申请", "价格 $5 与 $10", "a_very_long_label_of_many_words_" * 3, "two\nlines", "物流查询" * 20]


@pytest.mark.parametrize("labels", [0, 1, 3, 10, 77])
def test_pictures_of_any_number_of_labels_are_drawn(labels: int) -> None:
    judged = many(20 * labels, [*AWKWARD, *(f"label {number}" for number in range(72))][:labels])
    for png in (confusion_picture(judged), reliability_picture(judged)):
        picture = Image.open(io.BytesIO(png))
        assert picture.format == "PNG"
        assert 1200 <= picture.width <= 1650
        assert 1050 <= picture.height <= 1500


def test_pictures_of_texts_that_are_all_out_of_scope_are_drawn() -> None:
    judged = [text(None, "a", None), text(None, None, None)]
    assert confusion_picture(judged).startswith(b"\x89PNG")
    assert reliability_picture(judged).startswith(b"\x89PNG")
    assert reliability_facts(judged)["challenger"] == {"ece": None, "bins": []}


@pytest.mark.filterwarnings("error:Glyph")
def test_the_words_in_a_picture_are_the_callers() -> None:
    judged = many(60, AWKWARD)
    chinese = ConfusionWords("挑战者的判断 $x^2$", "本意", "判为", "范围外", "其他")
    assert confusion_picture(judged, chinese) != confusion_picture(judged)
    words = ReliabilityWords("可信度", "概率", "判对的比例", "消息占比", "现任", "挑战者", "理想")
    assert reliability_picture(judged, words) != reliability_picture(judged)


def test_the_commonest_mistakes_are_told_in_numbers() -> None:
    judged = [*texts(same=6), *[text("a", "a", "b")] * 3, *[text("b", "b", None)] * 2, text(None, None, "a")]
    assert confusion_facts(judged) == {
        "n": 12,
        "right": 6,
        "classes": ["a", "b", None],
        "folded": 0,
        "confused": [
            {"label": "a", "said": "b", "n": 3},
            {"label": "b", "said": None, "n": 2},
            {"label": None, "said": "a", "n": 1},
        ],
    }


def test_of_many_labels_those_that_are_confused_most_are_shown() -> None:
    labels = [f"{number:02}" for number in range(40)]
    judged = [*texts(same=80, labels=labels), *[text("31", "31", "07")] * 2, text("12", "12", "31")]
    facts = confusion_facts(judged, most=3)
    assert (facts["classes"], facts["folded"]) == (["07", "12", "31"], 37)
    assert len(confusion_facts(judged)["classes"]) == 25


def test_bins_hold_each_text_in_scope_once_and_explain_the_calibration_error() -> None:
    judged = many(500, ["a", "b", "c"])
    facts = reliability_facts(judged)
    inside = [one for one in judged if one.label]
    assert facts["n"] == len(inside)
    bins = facts["challenger"]["bins"]
    assert sum(one["n"] for one in bins) == len(inside)
    assert all(one["low"] <= one["probability"] <= one["high"] for one in bins)
    gap = sum(one["n"] * abs(one["probability"] - one["right"]) for one in bins) / len(inside)
    given, right = zip(
        *((one.challenger.probability, one.challenger.label == one.label) for one in inside), strict=True
    )
    assert facts["challenger"]["ece"] == pytest.approx(gap) == pytest.approx(expected_calibration_error(given, right))


def test_probabilities_of_nought_and_one_have_bins() -> None:
    judged = [Judged("x", "a", taken("a", 0.0), replace(taken("a"), probability=1.0))]
    facts = reliability_facts(judged)
    assert (facts["champion"]["bins"][0]["low"], facts["challenger"]["bins"][0]["high"]) == (0, 1)
