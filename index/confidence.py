"""How sure it is that a passage answers: one scale for all encoders and languages.

Passages in one language, judged by one encoder, keep the fusion's order: their log odds are linear in the fused
relevance. What relevance is worth depends on the question: beside near-duplicates or among pages that are all
about the same, a high one means little, and a lone page that stands out answers. So it is held against the field, the
mean relevance of the pages after the best (AUC of right or not: feedbackqa 0.57 -> 0.71, mtrag-un 0.87 -> 0.91, drcd
0.83 -> 0.90).

A multilingual encoder's cosines differ more by the pair of languages than by meaning (the worst Chinese page is nearer
to a Chinese question than the right English one), so they are taken above the question's mean cosine with the passages
in that language.

The coefficients are logistic regressions made by `tests/benchmarks/confidence/fit.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index.fusion import share_weight
from index.lexical import Scores, Slots

NOTHING_KNOWN = 0.5
"""Below this confidence of the best passage the answer is that nothing is known."""

UNRANKED = ""
"""Stands for the encoder where none reads the passage and BM25 alone found it."""

USUAL_WEIGHT = 8.0
"""How many passages the usual cosine of a language, below, counts for beside the passages that are there."""

FIELD_PAGES = 10
"""How many pages after the best one make the field."""

FIELD = 0.7
"""How much of the field is taken off relevance: from 0.5 to 0.9 better than 0 on each of six sets."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Log odds = `slope` x (relevance - `FIELD` x field) - `threshold`; relevance = cosine + `share` x BM25's share.

    `usual` is the cosine of a question with any passage, above which cosines are counted; None where the bare one is
    taken. `rest` stands in the field for pages that are not there, in an index of very few.
    """

    slope: float
    threshold: float
    share: float
    rest: float
    usual: float | None = None


_WIDE = Calibration(slope=9.0, threshold=3.27, share=share_weight("english"), rest=0.55)
_SAME_LANGUAGE = {
    "multilingual": Calibration(slope=41.9, threshold=2.34, share=share_weight("multilingual"), rest=0.06, usual=0.84),
    UNRANKED: Calibration(slope=9.6, threshold=3.0, share=1.0, rest=0.0),
}
_ACROSS_LANGUAGES = {
    "multilingual": Calibration(slope=69.7, threshold=2.45, share=0.2, rest=0.016, usual=0.79),
    UNRANKED: Calibration(slope=9.6, threshold=4.0, share=1.0, rest=0.0),
}


def calibration_for(encoder: str, same_language: bool) -> Calibration:
    """Returns the coefficients for passages judged by `encoder`, in the question's language or in another."""
    return (_SAME_LANGUAGE if same_language else _ACROSS_LANGUAGES).get(encoder, _WIDE)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is made of some passages: their `relevance` and log odds `logit`, both (passages,), and the one `field`."""

    relevance: Scores
    field: float
    logit: Scores


def judge(
    model: Calibration, cosines: Scores, shares: Scores, means: Scores, counts: Scores, documents: Slots
) -> Judgement:
    """Returns the judgement of passages that one encoder ranked, all in the question's language or none of them.

    `means` are the question's mean cosines with all passages in each passage's language, `counts` how many there are,
    `documents` the documents' ids; all of shape (passages,).
    """
    above = cosines
    if model.usual is not None:
        above = cosines - (counts * means + USUAL_WEIGHT * model.usual) / (counts + USUAL_WEIGHT)
    relevance = np.asarray(above + model.share * shares, np.float32)
    field = _field(relevance, documents, model.rest)
    logit = model.slope * (relevance - FIELD * field) - model.threshold
    return Judgement(relevance, field, np.asarray(logit, np.float32))


def _field(relevance: Scores, documents: Slots, rest: float) -> float:
    """Returns the mean relevance of the documents after the best one, each by its best passage."""
    best: dict[int, float] = {}
    for position in np.argsort(-relevance):
        best.setdefault(int(documents[position]), float(relevance[position]))
        if len(best) > FIELD_PAGES:
            break
    after = list(best.values())[1:]
    return (sum(after) + rest * (FIELD_PAGES - len(after))) / FIELD_PAGES


def probability(logit: float) -> float:
    """Returns the probability, 0 to 1, of log odds."""
    return float(1.0 / (1.0 + np.exp(-logit)))
