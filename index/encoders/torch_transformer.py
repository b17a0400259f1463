"""The embedded encoders on torch: for a GPU. Imports torch when called."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.encoders.base import Vectors
from index.encoders.bert import e5_model, minilm_model, pooled
from index.encoders.conversion import ensure_converted
from index.encoders.e5_file import read_e5_file
from index.encoders.embedded import EmbeddedEncoder, open_tokenizer
from index.encoders.sources import ENGLISH, Source

if TYPE_CHECKING:
    from torch import nn


class TorchTransformer:
    """A BERT on one device; in bf16 on a GPU, float32 on the CPU."""

    tokens_per_batch = 65_536
    parallel = 1  # one stream of work is what a GPU wants

    def __init__(self, bert: nn.Module, device: str) -> None:
        import torch

        kind = torch.bfloat16 if device == "cuda" else torch.float32
        self._device = torch.device(device)
        self._pooled = pooled(bert).to(device=self._device, dtype=kind)
        self._words = bert.get_submodule("embeddings.word_embeddings")
        self.dimensions = int(bert.get_parameter("embeddings.word_embeddings.weight").shape[1])

    def run(self, ids: npt.NDArray[np.int64], mask: npt.NDArray[np.int64]) -> Vectors:
        """Returns unit vectors (texts, dimensions) for ids and mask of shape (texts, tokens)."""
        import torch

        with torch.inference_mode():
            embeddings = self._words(torch.from_numpy(ids).to(self._device))
            vectors = self._pooled(embeddings, torch.from_numpy(mask).to(self._device)).float()
            result: Vectors = torch.nn.functional.normalize(vectors, dim=-1).cpu().numpy()
        return result


def open_on_torch(source: Source, device: str) -> EmbeddedEncoder:
    """Returns the embedded encoder on `device` (`cuda` or `cpu`).

    It shares its fingerprint with the int8 graph: the vectors agree to a cosine of 0.99, so that an index
    that a GPU built serves from a CPU. Raises EncoderUnavailableError.
    """
    folder = ensure_converted(source)
    weights = source.located()[0]
    bert = minilm_model(weights.parent) if source is ENGLISH else e5_model(read_e5_file(weights))
    return EmbeddedEncoder(source, open_tokenizer(source, folder), TorchTransformer(bert, device))


def cuda_available() -> bool:
    """Returns whether torch sees a CUDA GPU; torch (2 s) is imported only where NVIDIA's driver is installed."""
    try:
        ctypes.CDLL("libcuda.so.1")
    except OSError:
        return False
    import torch

    return bool(torch.cuda.is_available())
