"""Figures of one ranking against its relevance judgements, by trec_eval's definitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log2

NAMES = ("ndcg@10", "mrr@10", "map", "recall@100")


def of_ranking(ranking: Sequence[str], relevant: Mapping[str, float]) -> dict[str, float]:
    """Returns nDCG@10 with linear gains, reciprocal rank within 10, average precision and recall within 100.

    `ranking` holds document ids, best first; `relevant` the gains, all above 0, at least one. Formulas: Järvelin and
    Kekäläinen 2002 (nDCG; gain / log2(rank + 1)), Voorhees 1999 (reciprocal rank), as pytrec_eval computes them.
    """
    gains = [relevant.get(document, 0.0) for document in ranking[:100]]
    ideal = sorted(relevant.values(), reverse=True)
    first = next((rank for rank, gain in enumerate(gains[:10], start=1) if gain), None)
    found, precisions = 0, 0.0
    for rank, gain in enumerate(gains, start=1):
        if gain:
            found += 1
            precisions += found / rank
    return {
        "ndcg@10": _dcg(gains[:10]) / _dcg(ideal[:10]),
        "mrr@10": 0.0 if first is None else 1 / first,
        "map": precisions / len(relevant),
        "recall@100": found / len(relevant),
    }


def mean(values: Sequence[float]) -> float | None:
    """Returns the mean, None of nothing."""
    return sum(values) / len(values) if values else None


def _dcg(gains: Sequence[float]) -> float:
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, start=1))
