"""The rows of one task with their languages and vectors: what classifiers learn from and are compared on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.encoders.base import Encoder
from index.languages import ENGLISH, UNKNOWN
from skills.classifiers.curating.examples import Role, Row
from skills.classifiers.features.codes import without_codes
from skills.classifiers.features.ngrams import Floats

_AT_ONCE = 128
"""Texts encoded between two words of progress."""

Places = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Corpus:
    """`vectors` are the rows' unit vectors by encoder, float32 (rows, dimensions).

    `bare` are those of the texts as they are learned from: see `bare_texts`.
    """

    rows: tuple[Row, ...]
    vectors: Mapping[str, Floats]
    bare: Mapping[str, Floats]

    @property
    def texts(self) -> list[str]:
        return [row.text for row in self.rows]

    @property
    def bare_texts(self) -> list[str]:
        """The texts as they are learned from: of feedback without codes, of what the team wrote as it stands."""
        return [bare_text(row) for row in self.rows]

    @property
    def languages(self) -> list[str]:
        """The rows' languages (ISO 639-1); what has none is read as English is."""
        return [ENGLISH if row.language in ("", UNKNOWN) else row.language for row in self.rows]

    @property
    def weights(self) -> Floats:
        """How much each row counts, float32 (rows,)."""
        return np.array([row.weight for row in self.rows], dtype=np.float32)

    def where(self, *roles: Role) -> Places:
        """Returns the places of the rows in these roles."""
        return np.array([place for place, row in enumerate(self.rows) if row.role in roles], dtype=np.intp)

    def take(self, places: Places) -> Corpus:
        """Returns the rows at `places`."""
        vectors, bare = ({name: rows[places] for name, rows in kind.items()} for kind in (self.vectors, self.bare))
        return Corpus(tuple(self.rows[place] for place in places), vectors, bare)

    def with_encoder(self, encoder: Encoder, tell: Callable[[int], None]) -> Corpus:
        """Returns the corpus with one more encoder's vectors; `tell` hears how many rows more are done. Blocking."""
        texts, spare = self.texts, self.bare_texts
        vectors = encode(texts, encoder, tell)
        bare = vectors.copy()
        other = [place for place, text in enumerate(texts) if spare[place] != text]
        bare[other] = encode([spare[place] for place in other], encoder, lambda count: None)
        return Corpus(self.rows, {**self.vectors, encoder.name: vectors}, {**self.bare, encoder.name: bare})


def bare_text(row: Row) -> str:
    """Returns a row's text as it is learned from."""
    return row.text if row.role == "base" else without_codes(row.text)


def encoded(rows: Sequence[Row], encoders: Sequence[Encoder], tell: Callable[[int], None]) -> Corpus:
    """Returns the rows with vectors of all `encoders`; `tell` hears how many rows more are done. Blocking."""
    corpus = Corpus(tuple(rows), {}, {})
    for encoder in encoders:
        corpus = corpus.with_encoder(encoder, tell)
    return corpus


def encode(texts: Sequence[str], encoder: Encoder, tell: Callable[[int], None]) -> Floats:
    """Returns the unit vectors of `texts` in the role of questions, float32 (texts, dimensions). Blocking."""
    found = np.zeros((len(texts), encoder.dimensions), dtype=np.float32)
    for begin in range(0, len(texts), _AT_ONCE):
        some = texts[begin : begin + _AT_ONCE]
        found[begin : begin + len(some)] = encoder.encode(some, "query")
        tell(len(some))
    return found
