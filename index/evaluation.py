"""How well the product's own search does on somebody's questions: `deskhand evaluate retrieval`.

The corpus is cut, encoded and searched as the product would, in memory, and nothing is kept.
"""

from __future__ import annotations

import json
import statistics
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from time import perf_counter
from typing import Any

from index import metrics
from index.beir import Corpus, Query, read_corpus, read_qrels, read_queries
from index.confidence import NOTHING_KNOWN, probability
from index.encoder_choice import EncoderChoice, languages_in_use
from index.encoders.base import Encoder
from index.indexing import states_in_memory
from index.languages import UNKNOWN, detect
from index.search import Searcher, question_terms
from index.team_index import Ranked, TeamIndex
from index.types import EVERYONE

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done, and how much there is."""

DEPTH = 100
_SHOWN = 10
_EVERYBODY = frozenset({EVERYONE})
_DOCUMENTS_AT_ONCE = 256


def evaluate_retrieval(
    corpus: Path,
    queries: Path,
    qrels: Path,
    encoders: Sequence[Encoder],
    *,
    language: str | None = None,
    predictions: Path | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Returns the figures of a BEIR-form set (arXiv:2104.08663), shares from 0 to 1, times in seconds or milliseconds.

    `language` is taken for every text's; without it each text's is detected. `predictions` gets one JSON object a
    question, in their order. Questions with an `answerability` field also give the curve of the decision that nothing
    is known. Raises BadRowError with one sentence for a file or row that can't be read.
    """
    documents, asked, relevant = read_corpus(corpus), read_queries(queries), read_qrels(qrels)
    choice = EncoderChoice(encoders)
    report = progress or _silent
    begin = perf_counter()
    index = _indexed(documents, asked, choice, language, report)
    index_seconds = perf_counter() - begin

    fused: dict[str, list[Ranked]] = {}
    dense: dict[str, list[Ranked]] = {}
    lexical: dict[str, list[Ranked]] = {}
    milliseconds = []
    for number, query in enumerate(asked):
        searcher = Searcher(choice)  # nothing of one question may speed up the next
        begin = perf_counter()
        vectors = searcher.encode(query.text, language)
        result = searcher.search(index, vectors, _EVERYBODY, query.history, _SHOWN)
        milliseconds.append((perf_counter() - begin) * 1e3)
        fused[query.id], _ = searcher.rank(index, result.vectors, _EVERYBODY, query.history, DEPTH)
        own = searcher.in_conversation(vectors.by_encoder, query.history)
        dense[query.id] = index.rank(own, {}, vectors.language, _EVERYBODY, DEPTH)
        lexical[query.id] = index.rank({}, question_terms(vectors, query.history), vectors.language, _EVERYBODY, DEPTH)
        report("questions", number + 1, len(asked))
    if predictions is not None:
        _write(predictions, asked, fused)

    judged = [query.id for query in asked if relevant.get(query.id)]
    scores = [metrics.of_ranking(_ids(fused[id_]), relevant[id_]) for id_ in judged]
    figures: dict[str, Any] = {name: metrics.mean([score[name] for score in scores]) for name in metrics.NAMES}
    for name, rankings in (("dense", dense), ("bm25", lexical)):
        figures[f"{name}_ndcg@10"] = metrics.mean(
            [metrics.of_ranking(_ids(rankings[id_]), relevant[id_])["ndcg@10"] for id_ in judged]
        )
    figures |= {
        "index_seconds": index_seconds,
        "query_p50_ms": statistics.median(milliseconds) if milliseconds else None,
        "documents": len(documents),
        "queries": len(judged),
        "passages": len(index),
    }
    if any(query.answerable is not None for query in asked):
        figures |= _decision(asked, fused, relevant)
    return figures


def _indexed(
    documents: Corpus, asked: Sequence[Query], choice: EncoderChoice, language: str | None, report: Progress
) -> TeamIndex:
    if language is not None:
        in_use = frozenset({language})
    else:
        counts = Counter(
            detect(f"{document.title} {section.text}") for document in documents for section in document.sections
        )
        in_use = languages_in_use(counts) | {detect(query.text) for query in asked} - {UNKNOWN}
    index = TeamIndex({encoder.name: encoder.dimensions for encoder in choice.encoders})
    for begin in range(0, len(documents), _DOCUMENTS_AT_ONCE):
        batch = documents[begin : begin + _DOCUMENTS_AT_ONCE]
        index.apply(states_in_memory(batch, choice, in_use, language, first_id=begin))
        report("documents", begin + len(batch), len(documents))
    return index


def _decision(
    asked: Sequence[Query], fused: Mapping[str, list[Ranked]], relevant: Mapping[str, Mapping[str, float]]
) -> dict[str, Any]:
    """The curve of "nothing known": what share is answered, and how often wrongly, at each threshold.

    Counted are the questions that are plainly answerable or plainly not. An answer is wrong when the question has none,
    or when the passage shown first is none of the relevant ones.
    """
    sure: list[tuple[float, bool, bool]] = []
    for query in asked:
        if query.answerable is None:
            continue
        ranking = fused[query.id]
        top = ranking[0] if ranking else None
        right = top is not None and top.passage.document.key in relevant.get(query.id, {})
        sure.append((probability(top.logit) if top else 0.0, query.answerable, right))
    curve = [_point(step / 50, sure) for step in range(51)]
    return {"nothing_known_curve": curve, "nothing_known_shipped": _point(NOTHING_KNOWN, sure)}


def _point(threshold: float, sure: Sequence[tuple[float, bool, bool]]) -> dict[str, float | None]:
    answered = [(answerable, right) for confidence, answerable, right in sure if confidence >= threshold]
    answerable_count = sum(answerable for _, answerable, _ in sure)
    without = len(sure) - answerable_count
    wrong = sum(not (answerable and right) for answerable, right in answered)
    return {
        "threshold": threshold,
        "answered": len(answered) / len(sure) if sure else None,
        "wrong": wrong / len(answered) if answered else None,
        "answerable_answered": sum(answerable for answerable, _ in answered) / answerable_count
        if answerable_count
        else None,
        "unanswerable_answered": sum(not answerable for answerable, _ in answered) / without if without else None,
    }


def _ids(ranking: Sequence[Ranked]) -> list[str]:
    return [one.passage.document.key for one in ranking]


def _write(path: Path, asked: Sequence[Query], fused: Mapping[str, list[Ranked]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        for query in asked:
            # Scores must fall, also where a page in another language was given a place among the first.
            scores = accumulate((one.logit for one in fused[query.id]), min)
            ranking = list(zip(_ids(fused[query.id]), scores, strict=True))
            file.write(json.dumps({"_id": query.id, "ranking": ranking}, ensure_ascii=False) + "\n")


def _silent(_what: str, _done: int, _total: int) -> None:
    return
