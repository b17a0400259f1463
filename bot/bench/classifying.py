"""One message through every head, and many to their labels, beside the bare encoder and SentenceTransformer.encode.

One message: its language, one pass, then an intent head, sentiment, topic, priority and the router, as in a workspace
with one encoder; with a tuned version a second pass, by the tuned encoder, for its intents. The yardstick is the same
model in SentenceTransformer with one linear head behind it, which is what SetFit runs when it predicts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from bot.bench.measured import Figure, Measured, Spread, ratio
from bot.bench.reference import open_reference, take_fastest_threads
from bot.bench.texts import labelled
from bot.cli.output import Progress
from index.encoders.catalog import open_encoder
from index.encoders.sources import ENGLISH
from index.languages import detect
from index.search import QuestionVectors
from skills.classifiers.heads.preparing import Prepared, prepare_head
from skills.classifiers.routing import ShippedRouting
from skills.classifiers.served import Classifiers
from skills.classifiers.tuning.tuned_training import PreparedTuned, prepare_classifier

EXAMPLES = 2000
MESSAGES = 200
BLOCK = 20
"""Messages in a row each way: torch's threads spin for a while after work, which must not slow what comes next."""
BULK = 1000
MOST_PASSES = 1.5
MOST_PASSES_TUNED = 2.5
LEAST_FASTER = 4.0
LEAST_BULK = 1.8
_TUNING_SECONDS = 20.0
"""How long the tuned version learns: its speed is the same however good it is."""


def run(sets: Path | None, tell: Progress, count: int = EXAMPLES) -> Measured:
    """Measures; see the module. `count` is how many examples are made where `sets` holds no labelled ones."""
    from sklearn.linear_model import LogisticRegression

    examples = labelled(count, sets)
    texts, labels = [text for text, _ in examples], [label for _, label in examples]
    encoder = open_encoder(ENGLISH.name, "cpu")
    tell(0, 3, "training")
    prepared = prepare_head("intent", texts, labels, [encoder])
    tuned = prepare_classifier("intent", texts, labels, [encoder], method="tuned", seconds=_TUNING_SECONDS)
    reading, routing = Classifiers([encoder]), ShippedRouting([encoder])
    reference = open_reference(ENGLISH)

    beside = ThreadPoolExecutor(1)

    def classify(text: str, intents: Prepared | PreparedTuned = prepared) -> None:
        # The tuned encoder's pass is made while the untouched one's is.
        others = {one.name: beside.submit(one.encode, [text], "query") for one in intents.encoders[1:]}
        passes = {encoder.name: encoder.encode([text], "query")[0]}
        passes |= {name: made.result()[0] for name, made in others.items()}
        question = QuestionVectors(text, detect(text), {encoder.name: passes[encoder.name]})
        intents.head.predict(text, passes)
        reading.read(question)
        routing.read(text, question.language, question.by_encoder)

    def vectors(asked: Sequence[str]) -> np.ndarray:
        found = reference.encode(list(asked), show_progress_bar=False, normalize_embeddings=True)
        return np.asarray(found)

    threads = take_fastest_threads(lambda: vectors(texts[:1]))
    linear = LogisticRegression(max_iter=50).fit(encoder.encode(texts[:BULK], "query"), labels[:BULK])
    ways: dict[str, Callable[[str], object]] = {
        "bare_pass": lambda text: encoder.encode([text], "query"),
        "classify": classify,
        "classify_tuned": lambda text: classify(text, tuned),
        "sentence_transformer": lambda text: linear.predict_proba(vectors([text])),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    asked = texts[:: max(1, len(texts) // MESSAGES)][:MESSAGES]
    for number, begin in enumerate(range(0, len(asked), BLOCK)):
        # In turn on the same texts, so that what else the machine does meets all alike; there and back, so that none
        # always comes after the same one.
        for name, way in list(ways.items())[:: 1 if number % 2 else -1]:
            for text in asked[begin : begin + BLOCK]:
                began = time.perf_counter()
                way(text)
                seconds[name].append(time.perf_counter() - began)
        tell(begin + BLOCK, len(asked), "one by one")
    spreads = {name: Spread.of(found) for name, found in seconds.items()}
    bulk = (texts * (BULK // len(texts) + 1))[:BULK]
    ours, theirs = _rate(prepared.predict, bulk), _rate(vectors, bulk)
    passes = ratio(spreads["classify"].p50, spreads["bare_pass"].p50)
    passes_tuned = ratio(spreads["classify_tuned"].p50, spreads["bare_pass"].p50)
    faster = ratio(spreads["sentence_transformer"].p50, spreads["classify"].p50)
    figures: dict[str, Figure] = {name: spread.figures() for name, spread in spreads.items()}
    figures |= {
        "torch_threads": threads,
        "passes": passes,
        "passes_tuned": passes_tuned,
        "times_faster": faster,
        "bulk_per_second": round(ours, 1),
        "sentence_transformer_bulk_per_second": round(theirs, 1),
        "bulk_ratio": ratio(ours, theirs),
    }
    return Measured(
        figures,
        [
            f"one message, all heads: {spreads['classify']}; a bare int8 pass {spreads['bare_pass']}; "
            f"ratio {passes} (at most {MOST_PASSES})",
            f"the same with tuned intents: {spreads['classify_tuned']}; "
            f"ratio {passes_tuned} (at most {MOST_PASSES_TUNED})",
            f"SentenceTransformer.encode and a linear head: {spreads['sentence_transformer']}; "
            f"{faster} times as long (at least {LEAST_FASTER})",
            f"{BULK} in bulk: {ours:.0f}/s, SentenceTransformer.encode {theirs:.0f}/s; "
            f"ratio {ratio(ours, theirs)} (at least {LEAST_BULK})",
        ],
    )


def _rate(work: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    began = time.perf_counter()
    work(texts)
    return len(texts) / (time.perf_counter() - began)
