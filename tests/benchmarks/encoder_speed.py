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
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

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
    reference = _reference(source)
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


def _reference(source: Source):
    from sentence_transformers import SentenceTransformer

    if source is ENGLISH:
        return SentenceTransformer(str(source.located()[0].parent), device="cpu")
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    from index.encoders.bert import e5_model
    from index.encoders.e5_file import read_e5_file

    file = read_e5_file(source.located()[0])
    tokenizer = Tokenizer(models.Unigram(list(zip(file.pieces, map(float, file.scores), strict=True)), file.unknown))
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", file.bos), ("</s>", file.eos)]
    )
    with tempfile.TemporaryDirectory() as folder:
        e5_model(file).save_pretrained(folder)
        PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>").save_pretrained(
            folder
        )
        transformer = Transformer(folder, max_seq_length=source.max_tokens)
    return SentenceTransformer(modules=[transformer, Pooling(file.sizes.hidden), Normalize()], device="cpu")


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
