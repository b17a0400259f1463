"""Labelled texts to a servable version (encode, train, calibrate, write), beside the bare encoder on the same texts."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from bot.bench.measured import Measured, ratio
from bot.bench.reference import open_reference, take_fastest_threads
from bot.bench.texts import labelled
from bot.cli.output import Progress
from index.encoders.catalog import open_encoder
from index.encoders.sources import ENGLISH
from skills.classifiers.heads.preparing import prepare_head

EXAMPLES = 2000
"""So many are made where no set is given."""
MOST_RATIO = 1.0


def run(sets: Path | None, tell: Progress, count: int = EXAMPLES) -> Measured:
    """Measures; see the module. `count` is how many examples are made where `sets` holds no labelled ones."""
    examples = labelled(count, sets)
    texts, labels = [text for text, _ in examples], [label for _, label in examples]
    encoder = open_encoder(ENGLISH.name, "cpu")
    encoder.encode(["warm"], "query")
    tell(0, 2, "training")
    began = time.perf_counter()
    prepared = prepare_head("intent", texts, labels, [encoder])
    with tempfile.TemporaryDirectory() as folder:
        prepared.head.save(Path(folder), {})
        ours = time.perf_counter() - began
    tell(1, 2, "SentenceTransformer.encode")
    reference = open_reference(ENGLISH)
    threads = take_fastest_threads(lambda: reference.encode(texts[:32], show_progress_bar=False))
    began = time.perf_counter()
    reference.encode(texts, show_progress_bar=False, normalize_embeddings=True)
    theirs = time.perf_counter() - began
    tell(2, 2, "done")
    found = ratio(ours, theirs)
    return Measured(
        {
            "examples": len(texts),
            "labels": len(set(labels)),
            "seconds": round(ours, 2),
            "sentence_transformer_seconds": round(theirs, 2),
            "torch_threads": threads,
            "ratio": found,
        },
        [
            f"{len(texts)} examples of {len(set(labels))} labels: {ours:.1f} s from text to version; "
            f"SentenceTransformer.encode of the texts {theirs:.1f} s; ratio {found} (at most {MOST_RATIO})"
        ],
    )
