"""A small, exact stand-in for a neural encoder: texts with common words are near."""

import hashlib
import threading
from collections.abc import Sequence

import numpy as np

from index.encoders.base import Role, Vectors
from index.tokens import terms


class WordEncoder:
    """Adds up one fixed random vector a term. Counts the texts it encodes in `encoded`."""

    dimensions = 64

    def __init__(self, name: str = "words", languages: frozenset[str] | None = None) -> None:
        self.name = name
        self.fingerprint = f"{name}-1"
        self.encoded = 0
        self._languages = languages
        self._lock = threading.Lock()

    def reads(self, language: str) -> bool:
        return self._languages is None or language in self._languages

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        with self._lock:
            self.encoded += len(texts)
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for term in terms(text) or [""]:
                seed = int.from_bytes(hashlib.sha256(term.encode()).digest()[:8], "big")
                row += np.random.default_rng(seed).standard_normal(self.dimensions).astype(np.float32)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)
