"""The yardstick: the same models through sentence-transformers on torch, in float32, as anybody would run them."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from statistics import median
from typing import TYPE_CHECKING, Any

from index.encoders.bert import e5_model
from index.encoders.e5_file import E5File, read_e5_file
from index.encoders.sources import ENGLISH, MULTILINGUAL, Source

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_TRIALS = 5
_SPECIAL = {"pad_token": "<pad>", "unk_token": "<unk>"}


def open_reference(source: Source) -> SentenceTransformer:
    """Returns an embedded encoder's model as a `SentenceTransformer` on the CPU.

    MiniLM is loaded from its package; multilingual-e5-small, of which the package ships only a file of 4-bit weights,
    is a `BertModel` of those weights in float32 with its tokenizer rebuilt. Raises EncoderUnavailableError.
    """
    from sentence_transformers import SentenceTransformer

    weights = source.located()[0]
    if source is ENGLISH:
        return SentenceTransformer(str(weights.parent), device="cpu")
    if source is not MULTILINGUAL:
        raise ValueError(f"no reference is known for {source.name}")
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    file = read_e5_file(weights)
    with tempfile.TemporaryDirectory() as folder:
        bert: Any = e5_model(file)
        bert.save_pretrained(folder)
        _e5_tokenizer(file).save_pretrained(folder)
        transformer = Transformer(folder, max_seq_length=source.max_tokens)
    return SentenceTransformer(modules=[transformer, Pooling(file.sizes.hidden), Normalize()], device="cpu")


def take_fastest_threads(work: Callable[[], object]) -> int:
    """Sets torch to one thread or to one for each core, with whichever `work` takes less time; returns their number.

    On a busy machine several threads wait for each other at every step, on a quiet one they may help: either way the
    yardstick is to be at its best.
    """
    import torch

    times: dict[int, list[float]] = {1: [], torch.get_num_threads(): []}
    for _ in range(_TRIALS):
        for threads, found in times.items():
            torch.set_num_threads(threads)
            began = time.perf_counter()
            work()
            found.append(time.perf_counter() - began)
    best = min(times, key=lambda threads: median(times[threads]))
    torch.set_num_threads(best)
    return best


def _e5_tokenizer(file: E5File) -> Any:
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast

    scored = list(zip(file.pieces, map(float, file.scores), strict=True))
    tokenizer = Tokenizer(models.Unigram(scored, file.unknown))
    tokenizer.normalizer = normalizers.NFKC()
    metaspace = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), metaspace])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", file.bos), ("</s>", file.eos)]
    )
    fast: Any = PreTrainedTokenizerFast
    return fast(tokenizer_object=tokenizer, **_SPECIAL)
