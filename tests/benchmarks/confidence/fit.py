"""Fits the coefficients of `index/confidence.py` and says how well they do on questions held out.

    python tests/benchmarks/confidence/fit.py DATA

DATA is the folder that holds feedbackqa, mtrag-un and retrieval_zh. Fitted are logistic regressions of "the best
passage's page is right" on its relevance and field, one for each kind of passage:

- English by the English encoder: feedbackqa train, and half of mtrag-un and of tests/data/known_or_not.jsonl;
- the multilingual encoder within a language: half of the three sets of retrieval_zh and of known_or_not.jsonl's
  Chinese questions, about the handbook's Chinese pages;
- the same across languages: half of known_or_not.jsonl, about the pages in the other language.

Halves are taken by a hash of the question. Each set weighs the same whatever its size, but feedbackqa a quarter,
since its labels name one of several pages that say the same. Across languages a right page counts twice, since there
are few.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from bot.start import HANDBOOK
from index.beir import read_corpus, read_qrels, read_queries
from index.confidence import FIELD, calibration_for
from index.encoder_choice import EncoderChoice
from index.encoders.base import Encoder
from index.encoders.catalog import open_encoders
from index.fusion import term_weights
from index.indexing import states_in_memory
from index.loaders import Loaded, load
from index.search import Searcher
from index.team_index import TeamIndex
from index.types import EVERYONE, Document

SETS = {
    "feedbackqa-train": ("feedbackqa", "queries.train.jsonl", "qrels.train.tsv", "en"),
    "mtrag-un": ("mtrag-un", "queries.jsonl", "qrels.tsv", "en"),
    "cmrc": ("retrieval_zh/cmrc", "queries.jsonl", "qrels.tsv", "zh"),
    "drcd": ("retrieval_zh/drcd", "queries.jsonl", "qrels.tsv", "zh"),
    "finnews": ("retrieval_zh/finnews", "queries.jsonl", "qrels.tsv", "zh"),
}
MOST_QUESTIONS = 800
KNOWN_OR_NOT = Path(__file__).parents[2] / "data" / "known_or_not.jsonl"
FEEDBACKQA_WEIGHS = 0.25
RIGHT_ACROSS_WEIGHS = 2.0


@dataclass(frozen=True)
class Observation:
    """The best passage of one kind for one question: its features, and whether its page is right."""

    group: str
    kind: tuple[str, bool]
    held_out: bool
    relevance: float
    field: float
    right: bool


def is_held_out(question: str) -> bool:
    return hashlib.sha256(question.encode()).digest()[0] % 2 == 1


def sets(data: Path, encoders: Sequence[Encoder]) -> Iterable[Observation]:
    for name, (folder, queries, qrels, language) in SETS.items():
        encoder = next(encoder for encoder in encoders if encoder.reads(language))
        choice = EncoderChoice([encoder])
        index = _index(read_corpus(data / folder / "corpus.jsonl"), choice, {language}, language)
        relevant = read_qrels(data / folder / qrels)
        for query in read_queries(data / folder / queries)[:MOST_QUESTIONS]:
            if name == "mtrag-un" and query.answerable is None:
                continue
            searcher = Searcher(choice)
            vectors = searcher.encode(query.text, language)
            ranked, _ = searcher.rank(index, vectors, frozenset({EVERYONE}), query.history, 1)
            if not ranked:
                continue
            right = query.answerable is not False and ranked[0].passage.document.key in relevant.get(query.id, {})
            held_out = name != "feedbackqa-train" and is_held_out(query.text)
            kind = (encoder.name, True)
            yield Observation(name, kind, held_out, ranked[0].relevance, ranked[0].field, right)


def handbook(encoders: Sequence[Encoder]) -> Iterable[Observation]:
    choice = EncoderChoice(encoders)
    index = _index(asyncio.run(_pages()), choice, {"en", "zh"})
    common = choice.common(["en", "zh"])
    assert common is not None
    for line in KNOWN_OR_NOT.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        question, language = row["question"], row["language"]
        searcher = Searcher(choice)
        vectors = dict(searcher.encode(question, language).by_encoder)
        vectors.setdefault(common.name, common.encode([question], "query")[0])
        ranked = index.rank(vectors, term_weights(question, None), language, frozenset({EVERYONE}), 100)
        for same in (True, False):
            best = next(one for one in ranked if (one.passage.language == language) == same)
            right = Path(best.passage.document.key).name in row["pages"]
            kind = (best.encoder, same)
            group = f"handbook {language} {'same' if same else 'other'}"
            yield Observation(group, kind, is_held_out(question), best.relevance, best.field, right)


def fit(kind: tuple[str, bool], observations: Sequence[Observation]) -> None:
    groups = sorted({one.group for one in observations if one.kind == kind})
    chosen = [one for one in observations if one.kind == kind and not one.held_out]
    features = np.array([[one.relevance - FIELD * one.field] for one in chosen])
    right = np.array([one.right for one in chosen])
    sizes = {group: sum(one.group == group for one in chosen) for group in groups}
    weights = np.array([_weight(one) / sizes[one.group] for one in chosen]) * 1_000
    scale = features.std(axis=0)
    model = LogisticRegression(C=100.0).fit(features / scale, right, sample_weight=weights)
    slope, threshold = (model.coef_ / scale)[0][0], -model.intercept_[0]
    rest = float(np.median([one.field for one in chosen]))
    print(f"{kind}: slope={slope:.2f} threshold={threshold:.2f} rest={rest:.3f}")
    shipped = calibration_for(*kind)
    for group in groups:
        tested = [one for one in observations if one.kind == kind and one.group == group and one.held_out]
        if not tested:
            continue
        truth = np.array([one.right for one in tested])
        above = np.array([one.relevance - FIELD * one.field for one in tested])
        for name, odds in (
            ("fitted", slope * above - threshold),
            ("shipped", shipped.slope * above - shipped.threshold),
        ):
            answered = odds >= 0
            print(
                f"  {group}, {len(tested)} held out, {truth.mean():.2f} right; {name}: answered {answered.mean():.3f}, "
                f"right of them {truth[answered].mean() if answered.any() else float('nan'):.3f}, "
                f"AUC {roc_auc_score(truth, odds) if truth.min() < truth.max() else float('nan'):.3f}"
            )


def _weight(one: Observation) -> float:
    if one.group == "feedbackqa-train":
        return FEEDBACKQA_WEIGHS
    _, same_language = one.kind
    return RIGHT_ACROSS_WEIGHS if one.right and not same_language else 1.0


def main(data: Path) -> None:
    encoders = open_encoders(["english", "multilingual"], "cpu").encoders
    observations = [*handbook(encoders), *sets(data, encoders)]
    for kind in sorted({one.kind for one in observations}):
        fit(kind, observations)


async def _pages() -> list[Document]:
    outcomes = [outcome async for outcome in load(str(HANDBOOK))]
    return [document for outcome in outcomes if isinstance(outcome, Loaded) for document in outcome.documents]


def _index(
    documents: Sequence[Document], choice: EncoderChoice, languages: set[str], language: str | None = None
) -> TeamIndex:
    index = TeamIndex({encoder.name: encoder.dimensions for encoder in choice.encoders})
    index.apply(states_in_memory(documents, choice, languages, language))
    return index


if __name__ == "__main__":
    main(Path(sys.argv[1]))
