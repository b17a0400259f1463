"""How sure it is that a passage answers: one scale for all encoders and languages.

A logistic regression over cosine and share of idf mass for each way in which a passage can be judged. The
coefficients were fitted by `tests/benchmarks/fit_confidence.py`; within one way they keep the order that
the fusion's weights give, across ways they make results comparable.
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


@dataclass(frozen=True, slots=True)
class Calibration:
    """Logit = `slope` x (cosine + c x share) + `intercept`."""

    slope: float
    intercept: float


_SAME_LANGUAGE = {
    "english": Calibration(slope=6.0, intercept=-4.6),
    "multilingual": Calibration(slope=16.0, intercept=-14.9),
    UNRANKED: Calibration(slope=6.0, intercept=-3.0),
}
_ACROSS_LANGUAGES = {
    "multilingual": Calibration(slope=30.0, intercept=-25.2),
    UNRANKED: Calibration(slope=6.0, intercept=-4.0),
}
_ANY_MODEL = Calibration(slope=6.0, intercept=-4.6)


def calibration_for(encoder: str, same_language: bool) -> Calibration:
    """Returns the coefficients for passages judged by `encoder`, in the question's language or in another."""
    table = _SAME_LANGUAGE if same_language else _ACROSS_LANGUAGES
    return table.get(encoder, _SAME_LANGUAGE.get(encoder, _ANY_MODEL))


def logits(encoder: str, same_language: npt.NDArray[np.bool_], cosines: Scores, shares: Scores) -> Scores:
    """Returns the log odds that each passage answers, shape (passages,)."""
    weight = 1.0 if encoder == UNRANKED else share_weight(encoder)
    relevance = cosines + np.float32(weight) * shares
    same, across = calibration_for(encoder, True), calibration_for(encoder, False)
    slope = np.where(same_language, np.float32(same.slope), np.float32(across.slope))
    intercept = np.where(same_language, np.float32(same.intercept), np.float32(across.intercept))
    return np.asarray(slope * relevance + intercept, np.float32)


def probability(logit: float) -> float:
    """Returns the probability, 0 to 1, of log odds."""
    return float(1.0 / (1.0 + np.exp(-logit)))
