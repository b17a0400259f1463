"""Any sentence-transformers model, by name or folder. Slower to start than the embedded ones: it needs torch."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from index.encoders.base import Role, Vectors

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_BATCH = 32


class SentenceTransformerEncoder:
    """A sentence-transformers model as an `Encoder`; its own prompts for queries and documents are used."""

    def __init__(self, name: str, device: str) -> None:
        """Loads the model `name` (a folder, or a name on a model hub) on `device`, `cpu` or `cuda`.

        On a GPU it computes in bf16. Raises OSError or ValueError when there is no such model.
        """
        import torch
        from sentence_transformers import SentenceTransformer

        self.name = name
        self._model: SentenceTransformer = SentenceTransformer(name, device=device, trust_remote_code=False)
        self.fingerprint = _fingerprint(self._model)
        if device == "cuda":
            self._model.to(dtype=torch.bfloat16)
        # Encoding sets padding on the one tokenizer, which fails ("Already borrowed") when two threads do it.
        self._one_at_a_time = Lock()
        self.dimensions = int(self._model.encode("", show_progress_bar=False).shape[0])

    def reads(self, language: str) -> bool:
        """Returns True: which languages a model reads is its chooser's knowledge."""
        return True

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Returns one unit vector a text, float32 (len(texts), dimensions); longer texts are cut."""
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        encode = self._model.encode_query if role == "query" else self._model.encode_document
        with self._one_at_a_time:
            vectors = encode(
                [text.encode("utf-8", "replace").decode() for text in texts],
                batch_size=_BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
                convert_to_tensor=True,
            )
        result: Vectors = vectors.float().cpu().numpy()
        return result


def _fingerprint(model: SentenceTransformer) -> str:
    """Returns the hash of weights, tokenizer, prompts and length limit, 16 hex digits."""
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(f"{name} {tuple(tensor.shape)}".encode())
        digest.update(tensor.float().cpu().contiguous().numpy().tobytes())
    vocabulary = sorted(model.tokenizer.get_vocab().items())
    digest.update(json.dumps([vocabulary, model.prompts, model.max_seq_length]).encode())
    return digest.hexdigest()[:16]
