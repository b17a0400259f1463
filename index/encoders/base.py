"""The seam that every encoder stands behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
"""Unit-length float32 rows, shape (texts, dimensions)."""

Role = Literal["query", "passage"]


class Encoder(Protocol):
    """Turns texts into unit vectors. Thread-safe; blocking, so call it from a worker thread."""

    name: str
    """Short name for people and settings: `english`, `multilingual`, or a model's own name."""

    fingerprint: str
    """Hash of weights and tokenizer: vectors of different fingerprints never meet in one ranking."""

    dimensions: int

    def reads(self, language: str) -> bool:
        """Returns whether the encoder can read text in `language` (ISO 639-1, `und` when unknown)."""
        ...

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Returns one unit vector a text, float32 (len(texts), dimensions); longer texts are cut."""
        ...
