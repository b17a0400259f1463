"""Optional reranking of the best passages by a cross-encoder, which reads question and passage together.

Off unless a model is configured: on two cores it costs many times the whole search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from index.passages import encoding_text
from index.team_index import Ranked


class Reranker:
    """A sentence-transformers cross-encoder over the first `depth` passages. Blocking."""

    def __init__(self, model: str, depth: int = 20, device: str | None = None) -> None:
        """Loads `model`, a name or folder. Raises OSError when it is not there."""
        from sentence_transformers import CrossEncoder

        self.depth = depth
        self._model: Any = CrossEncoder(model, device=device)

    def reranked(self, question: str, ranked: Sequence[Ranked]) -> list[Ranked]:
        """Returns the passages with the first `depth` in the cross-encoder's order.

        Their confidences are handed out anew in that order: how sure the search is does not depend on the model.
        """
        head = list(ranked[: self.depth])
        if len(head) < 2:
            return list(ranked)
        pairs = [
            (question, encoding_text(one.passage.document.title, one.passage.headings, one.passage.text))
            for one in head
        ]
        scores = self._model.predict(pairs, show_progress_bar=False)
        order = sorted(range(len(head)), key=lambda i: -float(scores[i]))
        odds = sorted((one.logit for one in head), reverse=True)
        return [
            *(replace(head[i], logit=logit) for i, logit in zip(order, odds, strict=True)),
            *ranked[self.depth :],
        ]
