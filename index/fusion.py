"""How cosine and BM25 become one relevance, and relevances of different encoders one scale.

Relevance = cosine as it is + c x the share of the question's idf mass that BM25 matched. Ranks are not used: fusing
them makes a weak ranking as loud as a strong one (measured 3 to 8 points of nDCG@10 behind). The figures behind
every constant are in `deskhand evaluate retrieval`'s table in the README.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.encoders.base import Vectors
from index.tokens import FUNCTION_TERMS, terms
from index.types import Turn

PREVIOUS_TURN = 0.6
"""Weight of the last user turn of a conversation, for its vector and for its words."""

FUNCTION_WORD = 0.5
"""Weight of words such as "how" and "the" (feedbackqa train 0.614 -> 0.619, validation 0.660 -> 0.663)."""

NEIGHBOURHOOD = 0.3
"""Weight of the passages around one in its indexed vector (mtrag-un 0.900 -> 0.907, feedbackqa 0.661 -> 0.669)."""

REACH = 2
"""How many passages before and after one in its document count as around it."""


_SHARE_WEIGHTS = {"multilingual": 0.5}
"""multilingual-e5's cosines lie between 0.7 and 1: what is much for others is little for it."""

_USUAL_SHARE_WEIGHT = 0.8
"""For encoders whose cosines fill the range, as most sentence-transformers models' do."""


def share_weight(encoder: str) -> float:
    """Returns c for the encoder of that name."""
    return _SHARE_WEIGHTS.get(encoder, _USUAL_SHARE_WEIGHT)


def last_user_turn(history: Sequence[Turn]) -> str | None:
    """Returns what the asker said before, None at the beginning of a conversation."""
    return next((turn.text for turn in reversed(history) if turn.speaker == "user" and turn.text.strip()), None)


def term_weights(question: str, previous: str | None) -> dict[str, float]:
    """Returns the terms that BM25 looks for: the question's with weight 1, function words and the previous turn's less.

    A question without letters and figures asks nothing: it has no terms, whatever was said before.
    """
    weights = {term: _weight(term) for term in terms(question)}
    if previous is not None and weights:
        for term in terms(previous):
            weights.setdefault(term, PREVIOUS_TURN * _weight(term))
    return weights


def _weight(term: str) -> float:
    return FUNCTION_WORD if term in FUNCTION_TERMS else 1.0


def with_previous(question: Vectors, previous: Vectors | None) -> Vectors:
    """Returns the unit vector of a question in its conversation, shape (dimensions,)."""
    if previous is None:
        return question
    together = question + np.float32(PREVIOUS_TURN) * previous
    return np.asarray(together / np.linalg.norm(together), np.float32)


def in_context(vectors: Vectors) -> Vectors:
    """Returns the vectors under which the passages of one document, given in its order, are indexed.

    Each is drawn towards the mean of those up to `REACH` away, as a passage is more likely to answer when what
    stands around it is on the subject too. A document of one passage keeps its vector.
    """
    count = len(vectors)
    if count < 2:
        return vectors
    sums = np.vstack([np.zeros((1, vectors.shape[1]), np.float32), np.cumsum(vectors, axis=0, dtype=np.float32)])
    first = np.maximum(np.arange(count) - REACH, 0)
    last = np.minimum(np.arange(count) + REACH + 1, count)
    means = (sums[last] - sums[first]) / (last - first)[:, None]
    return np.asarray((1 - NEIGHBOURHOOD) * vectors + NEIGHBOURHOOD * means, np.float32)
