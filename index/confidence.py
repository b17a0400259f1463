"""How sure it is that a passage answers: one scale for all encoders and languages.

The log odds are linear in the fused relevance, so that within one language they keep the fusion's order; between
languages they make results comparable. A multilingual encoder's cosines differ more by the pair of languages than by
meaning (the worst Chinese page is nearer to a Chinese question than the right English one), so a passage is judged by
how far its cosine lies above the mean cosine of the passages in its language: on 40 questions across the two languages
of a handbook this puts 18 of 20 Chinese questions' English pages among the first three, the bare cosine none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.fusion import share_weight
from index.lexical import Scores

NOTHING_KNOWN = 0.5
"""Below this confidence of the best passage the answer is that nothing is known."""

UNRANKED = ""
"""Stands for the encoder where none reads the passage and BM25 alone found it."""

USUAL_WEIGHT = 8.0
"""How many passages the usual cosine of a language, below, counts for beside the passages that are there."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Log odds = `slope` x (cosine above usual) + `share_slope` x share - `threshold`.

    `usual` is the cosine of a question with any passage, None where the bare cosine is taken. `growth` is added to the
    threshold for each e-fold of passages above `_SMALL`: the best of many unrelated ones is nearer by chance.
    """

    slope: float
    share_slope: float
    threshold: float
    usual: float | None = None
    growth: float = 0.0


_SMALL = 185
_WIDE = Calibration(slope=8.0, share_slope=8.0 * share_weight("english"), threshold=3.8, growth=0.64)
_SAME_LANGUAGE = {
    "multilingual": Calibration(slope=25.0, share_slope=25.0 * share_weight("multilingual"), threshold=3.4, usual=0.84),
    UNRANKED: Calibration(slope=0.0, share_slope=9.6, threshold=3.0),
}
_ACROSS_LANGUAGES = {
    "multilingual": Calibration(slope=60.0, share_slope=12.0, threshold=3.2, usual=0.79),
    UNRANKED: Calibration(slope=0.0, share_slope=9.6, threshold=4.0),
}


def calibration_for(encoder: str, same_language: bool) -> Calibration:
    """Returns the coefficients for passages judged by `encoder`, in the question's language or in another."""
    return (_SAME_LANGUAGE if same_language else _ACROSS_LANGUAGES).get(encoder, _WIDE)


def logits(
    encoder: str,
    same_language: npt.NDArray[np.bool_],
    cosines: Scores,
    shares: Scores,
    means: Scores,
    counts: npt.NDArray[np.float32],
) -> Scores:
    """Returns the log odds that each passage answers, shape (passages,).

    `means` are the question's mean cosines with all passages in each passage's language, `counts` how many there are.
    """
    odds = np.empty(len(cosines), np.float32)
    for same in (True, False):
        chosen = same_language == same
        if not chosen.any():
            continue
        model = calibration_for(encoder, same)
        above = cosines[chosen]
        if model.usual is not None:
            number = counts[chosen]
            above = above - (number * means[chosen] + USUAL_WEIGHT * model.usual) / (number + USUAL_WEIGHT)
        threshold = model.threshold + model.growth * np.log(np.maximum(counts[chosen], _SMALL) / _SMALL)
        odds[chosen] = model.slope * above + model.share_slope * shares[chosen] - threshold
    return odds


def probability(logit: float) -> float:
    """Returns the probability, 0 to 1, of log odds."""
    return float(1.0 / (1.0 + np.exp(-logit)))
