"""The embedded encoders: tokens to vectors by ONNX Runtime on the CPU, by torch on a GPU."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from index.encoders.base import Role, Vectors
from index.encoders.batching import Batch, batches_by_length
from index.encoders.conversion import GRAPH, SENTENCEPIECE, WORDPIECE, WORDS
from index.encoders.e5_file import unpack_blocks
from index.encoders.sources import ENGLISH, Source
from index.encoders.tokenizing import SentencePieceTokenizer, Tokenizer, WordPieceTokenizer


class Transformer(Protocol):
    """Runs a model over one batch of equally long rows."""

    dimensions: int
    tokens_per_batch: int
    parallel: int
    """How many batches are worth running at once."""

    def run(self, ids: npt.NDArray[np.int64], mask: npt.NDArray[np.int64]) -> Vectors:
        """Returns unit vectors (texts, dimensions) for ids and mask of shape (texts, tokens)."""
        ...


class OnnxTransformer:
    """An int8 graph with its word embeddings memory-mapped beside it.

    The session has one thread: a single text is no faster with two, and several batches at once (each in a
    caller's thread) are faster than one batch on several threads, without pools that spin against each other.
    """

    # Larger batches fall out of the processor's caches.
    tokens_per_batch = 2048

    def __init__(self, graph: Path, words: Path) -> None:
        import onnxruntime as ort

        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL  # done at conversion
        self._session = ort.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
        self._words = np.load(words, mmap_mode="r")
        self.dimensions: int = self._session.get_outputs()[0].shape[1]
        self.parallel = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

    def run(self, ids: npt.NDArray[np.int64], mask: npt.NDArray[np.int64]) -> Vectors:
        """Returns unit vectors (texts, dimensions) for ids and mask of shape (texts, tokens)."""
        distinct, positions = np.unique(ids, return_inverse=True)
        rows = self._words[distinct]
        if rows.dtype == np.uint8:
            rows = unpack_blocks(rows)
        vectors: Vectors = self._session.run(None, {"embeddings": rows[positions.reshape(ids.shape)], "mask": mask})[0]
        return vectors


class EmbeddedEncoder:
    """One of the two encoders that Deskhand brings, as an `Encoder`."""

    def __init__(self, source: Source, tokenizer: Tokenizer, transformer: Transformer) -> None:
        self.name = source.name
        self.fingerprint = source.fingerprint()
        self.dimensions = transformer.dimensions
        self._source = source
        self._tokenizer = tokenizer
        self._transformer = transformer

    def reads(self, language: str) -> bool:
        """Returns whether the encoder can read text in `language` (ISO 639-1, `und` when unknown)."""
        return self._source.languages is None or language in self._source.languages

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Returns one unit vector a text, float32 (len(texts), dimensions); longer texts are cut."""
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        prefix = self._source.query_prefix if role == "query" else self._source.passage_prefix
        tokens = self._tokenizer.tokenize([prefix + text for text in texts])
        batches = batches_by_length(tokens, self._tokenizer.pad, self._transformer.tokens_per_batch)

        def run(batch: Batch) -> None:
            vectors[batch.rows] = self._transformer.run(batch.ids, batch.mask)

        if len(batches) <= 1 or self._transformer.parallel == 1:
            for batch in batches:
                run(batch)
        else:
            with ThreadPoolExecutor(self._transformer.parallel) as pool:
                list(pool.map(run, batches))
        return vectors


def open_converted(source: Source, folder: Path) -> EmbeddedEncoder:
    """Returns the encoder that the conversion in `folder` holds, on the CPU."""
    return EmbeddedEncoder(source, open_tokenizer(source, folder), OnnxTransformer(folder / GRAPH, folder / WORDS))


def open_tokenizer(source: Source, folder: Path) -> Tokenizer:
    """Returns the tokenizer of the conversion in `folder`."""
    if source is ENGLISH:
        return WordPieceTokenizer(folder / WORDPIECE, source.max_tokens)
    return SentencePieceTokenizer(folder / SENTENCEPIECE, source.max_tokens)
