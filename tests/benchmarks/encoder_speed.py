"""Measures the embedded encoders against SentenceTransformer.encode on the same texts, in one run.

    python tests/benchmarks/encoder_speed.py CORPUS.jsonl [--passages 400] [--threads 2]

CORPUS.jsonl holds objects with a `text`. Prints, for each encoder: seconds to open it, p50 of one short text, passages
a second in bulk, and the least and mean cosine to float32, with SentenceTransformer's figures beside them.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from bot.bench.reference import open_reference
from index.encoders.base import Encoder
from index.encoders.catalog import open_encoder
from index.encoders.sources import ENGLISH, MULTILINGUAL, Source

QUESTIONS = 200


def main() -> None:
    """Runs the measurement that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--passages", type=int, default=400)
    parser.add_argument("--threads", type=int, default=2, help="torch's threads; the encoders use every core")
    arguments = parser.parse_args()
    texts = [json.loads(line)["text"] for line in arguments.corpus.read_text(encoding="utf-8").splitlines()]
    passages = [" ".join(text.split()[:110]) for text in texts[: arguments.passages]]
    questions = [" ".join(text.split()[:12]) for text in texts[-QUESTIONS:]]

    opened = {source: _opened(source) for source in (ENGLISH, MULTILINGUAL)}
    print(f"memory with both open: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    for source, encoder in opened.items():
        _compare(source, encoder, passages, questions, arguments.threads)


def _opened(source: Source) -> Encoder:
    started = time.perf_counter()
    encoder = open_encoder(source.name, "cpu")
    print(f"{source.name}: opened in {time.perf_counter() - started:.2f} s")
    return encoder


def _compare(source: Source, encoder: Encoder, passages: Sequence[str], questions: Sequence[str], threads: int) -> None:
    import torch

    torch.set_num_threads(threads)
    reference = open_reference(source)
    prefixed = [source.passage_prefix + passage for passage in passages]

    def bulk_reference() -> np.ndarray:
        return reference.encode(prefixed, batch_size=32, show_progress_bar=False, normalize_embeddings=True)

    def bulk_ours() -> np.ndarray:
        return encoder.encode(passages, "passage")

    encoder.encode(passages[:8], "passage")
    reference.encode(prefixed[:8], show_progress_bar=False)
    # Ours, theirs, ours: another load on the machine then shows as a gap between the outer two.
    first, ours = _timed(bulk_ours)
    middle, theirs = _timed(bulk_reference)
    last, _ = _timed(bulk_ours)
    cosines = (ours * theirs).sum(axis=1)
    own_p50 = _p50(lambda text: encoder.encode([text], "query"), questions)
    their_p50 = _p50(
        lambda text: reference.encode(source.query_prefix + text, show_progress_bar=False), questions[: QUESTIONS // 4]
    )
    rate, their_rate = len(passages) / ((first + last) / 2), len(passages) / middle
    print(
        f"{source.name}: one text p50 {own_p50:.1f} ms (SentenceTransformer {their_p50:.1f} ms); "
        f"bulk {rate:.0f}/s in runs of {first:.1f} and {last:.1f} s (SentenceTransformer {their_rate:.0f}/s, "
        f"ratio {rate / their_rate:.2f}); cosine to float32 least {cosines.min():.4f}, mean {cosines.mean():.4f}"
    )


def _timed(run: Callable[[], np.ndarray]) -> tuple[float, np.ndarray]:
    started = time.perf_counter()
    result = run()
    return time.perf_counter() - started, result


def _p50(run: Callable[[str], object], texts: Sequence[str]) -> float:
    """Returns the median milliseconds of `run` over `texts`, one at a time."""
    times = []
    for text in texts:
        started = time.perf_counter()
        run(text)
        times.append(time.perf_counter() - started)
    return 1000 * statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
