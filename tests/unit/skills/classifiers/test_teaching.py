"""A head of the starter that a team teaches: right about what was corrected, and elsewhere as it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.encoders.base import Encoder
from index.encoders.catalog import open_encoder
from index.languages import detect
from skills.classifiers.served import STARTER
from skills.classifiers.starter.material import own
from skills.classifiers.summed.summed_head import SummedHead
from skills.classifiers.summed.teaching import teach, without_teaching

CORRECTED = {
    "the battery died after two days lol": "negative",
    "battery is dead after 2 days, great": "negative",
    "sideways update, nothing to report": "neutral",
    "电池两天就没电了": "negative",
}


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder("multilingual", "cpu")


@pytest.fixture(scope="module")
def shipped() -> SummedHead:
    return SummedHead.load(STARTER / "opinion")


@pytest.fixture(scope="module")
def known() -> list[str]:
    return [one.text for one in (*own("sentiment_en")[:120], *own("sentiment_zh")[:120])]


def said(head: SummedHead, texts: list[str], encoder: Encoder) -> list[str]:
    return [
        head.predict(text, detect(text), {encoder.name: row}).label
        for text, row in zip(texts, encoder.encode(texts, "query"), strict=True)
    ]


def taught(head: SummedHead, texts: list[str], labels: list[str | None], encoder: Encoder) -> SummedHead:
    languages = [detect(text) for text in texts]
    vectors = {encoder.name: encoder.encode(texts, "query")}
    return teach(head, texts, labels, languages, vectors, np.ones(len(texts), np.float32))


def test_corrections_hold_and_what_nobody_corrected_is_read_as_before(
    shipped: SummedHead, encoder: Encoder, known: list[str]
) -> None:
    new = taught(shipped, [*known, *CORRECTED], [*[None] * len(known), *CORRECTED.values()], encoder)
    assert said(new, list(CORRECTED), encoder) == list(CORRECTED.values())
    before, after = (said(head, known, encoder) for head in (shipped, new))
    assert sum(one != other for one, other in zip(before, after, strict=True)) <= 0.02 * len(known)


def test_teaching_again_takes_the_place_of_what_was_taught(
    shipped: SummedHead, encoder: Encoder, known: list[str]
) -> None:
    texts: list[str] = [*known[:20], *CORRECTED]
    once = taught(shipped, texts, [*[None] * 20, *CORRECTED.values()], encoder)
    again = taught(once, known, [None] * len(known), encoder)
    assert said(again, list(CORRECTED), encoder) == said(shipped, list(CORRECTED), encoder)
    assert without_teaching(once).parts.keys() == shipped.parts.keys()


def test_a_taught_head_is_stored_and_read_back(shipped: SummedHead, encoder: Encoder, tmp_path: Path) -> None:
    folder = tmp_path / "head"
    new = taught(shipped, list(CORRECTED), list(CORRECTED.values()), encoder)
    new.save(folder, {"run": "r1"})
    assert said(SummedHead.load(folder), list(CORRECTED), encoder) == said(new, list(CORRECTED), encoder)


def test_a_label_that_the_head_does_not_know_is_named(shipped: SummedHead, encoder: Encoder) -> None:
    with pytest.raises(ValueError, match='"furious" is none of negative, neutral, positive'):
        taught(shipped, ["x"], ["furious"], encoder)
