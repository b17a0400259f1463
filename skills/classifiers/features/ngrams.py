"""Character n-grams and words, hashed into a fixed number of columns.

They know the spellings, typing errors and short words that an encoder's vector blurs, and read every script, so that a
head beside an encoder that can't read a language still works (see Weinberger et al. 2009, Feature Hashing for Large
Scale Multitask Learning).
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

COLUMNS = 1 << 14
WIDE = 1 << 16
"""Columns where thousands of texts have few labels: fewer n-grams share one, which gains a point of macro-F1.

There is room for words by threes, and figures are all read as 0: on company news each gains some tenths of a point.
"""
LONGEST = 4

_READ = 400
"""Characters of a text that are looked at: what somebody wants is said in the first lines."""

_FIGURE = re.compile(r"\d[\d.,]*")
_WORD = re.compile(r"\w+|[^\w\s]")
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_SHIFT = np.uint64(31)


@dataclass(frozen=True, slots=True)
class Counts:
    """How often the n-grams of texts fall into each column, row by row.

    `columns` (intp, ascending within a row, below `size`, a power of two) and `frequencies`, 1 + ln(count) of each
    (float32), lie end to end; row i's are those from `starts[i]` to `starts[i + 1]`.
    """

    columns: npt.NDArray[np.intp]
    frequencies: Floats
    starts: npt.NDArray[np.intp]
    size: int = COLUMNS

    def __len__(self) -> int:
        return len(self.starts) - 1

    def rows(self) -> npt.NDArray[np.intp]:
        """Returns the row of each entry."""
        return np.repeat(np.arange(len(self)), np.diff(self.starts))


def plain(text: str) -> str:
    """Returns the part of `text` that is read, as it is read: compatibility forms, case and white space evened out."""
    return " ".join(unicodedata.normalize("NFKC", text[:_READ]).casefold().split())


def count_ngrams(texts: Sequence[str], size: int = COLUMNS) -> Counts:
    """Returns the counts of each text's character 1- to 4-grams (spaces at its ends are part), words and word pairs.

    They are hashed into `size` columns, a power of two; see `WIDE` for what is counted where there are more.

    About 60 microseconds a text alone, 20 among many, nothing where one text is asked for again, as every head does of
    a message; a text without a letter or sign has none.
    """
    return _counted_once(texts[0], size) if len(texts) == 1 else _counted(texts, size)


@lru_cache(maxsize=16)
def _counted_once(text: str, size: int) -> Counts:
    return _counted([text], size)


def _counted(texts: Sequence[str], size: int) -> Counts:
    read = [plain(text) for text in texts]
    if size > COLUMNS:
        read = [_FIGURE.sub("0", text) for text in read]
    padded = [f" {text} " if text else "" for text in read]
    lengths = np.array([len(text) for text in padded], dtype=np.intp)
    # surrogatepass: half a surrogate pair may come in from outside, and has a code as good as any.
    codes = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    left = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(codes))  # characters to the text's end
    hashed, begun = [], []
    rolling = np.zeros(len(codes), dtype=np.uint64)
    for length in range(1, LONGEST + 1):
        valid = max(0, len(codes) - length + 1)
        rolling = rolling[:valid] * _STEP + codes[length - 1 :] + np.uint64(length)
        inside = np.flatnonzero(left[:valid] >= length)
        hashed.append(rolling[inside])
        begun.append(inside)
    keys = _column(np.concatenate(hashed), size)
    if len(texts) > 1:
        owner = np.repeat(np.arange(len(texts), dtype=np.uint64) * np.uint64(size), lengths)
        keys += owner[np.concatenate(begun)]
    keys = np.concatenate([keys, _word_keys(read, size)])
    found, times = np.unique(keys, return_counts=True)
    starts = np.searchsorted(found, np.arange(len(texts) + 1, dtype=np.uint64) * np.uint64(size))
    frequencies = (1.0 + np.log(times)).astype(np.float32)
    return Counts((found & np.uint64(size - 1)).astype(np.intp), frequencies, starts.astype(np.intp), size)


def inverse_frequencies(counts: Counts) -> Floats:
    """Returns each column's smoothed inverse document frequency among the texts, float32 (size,), at least 1."""
    frequency = np.bincount(counts.columns, minlength=counts.size)
    return (np.log((1 + len(counts)) / (1 + frequency)) + 1.0).astype(np.float32)


def folded(counts: Counts, inverse: Floats, buckets: int) -> Floats:
    """Returns tf-idf rows of unit length, folded by signed addition into `buckets` (a power of two), float32.

    Shape (texts, buckets). Half of the columns that meet in a bucket are
    subtracted, so that inner products stay those of the unfolded rows on average (Weinberger et al. 2009, section 2).
    """
    place, signed = placed(counts, inverse, buckets)
    if len(counts) > 1:
        place += counts.rows() * buckets
    return np.bincount(place, signed, minlength=len(counts) * buckets).reshape(len(counts), buckets).astype(np.float32)


def placed(counts: Counts, inverse: Floats, buckets: int) -> tuple[npt.NDArray[np.intp], Floats]:
    """Returns the bucket of each entry of `counts`, intp (entries,), and what it adds there, float32 (entries,)."""
    scaled = scaled_counts(counts, inverse)
    return counts.columns % buckets, np.where(counts.columns // buckets % 2, scaled, -scaled)


def scaled_counts(counts: Counts, inverse: Floats) -> Floats:
    """Returns the tf-idf weight of each entry of `counts`, each text's of unit length, float32 (entries,)."""
    weights: Floats = counts.frequencies * inverse[counts.columns]
    if len(counts) == 1:
        single: Floats = (weights / np.sqrt(weights @ weights)).astype(np.float32)
        return single
    rows = counts.rows()
    length = np.sqrt(np.bincount(rows, weights * weights, minlength=len(counts)))
    scaled: Floats = (weights / length[rows]).astype(np.float32)
    return scaled


def _column(hashed: npt.NDArray[np.uint64], size: int) -> npt.NDArray[np.uint64]:
    mixed = (hashed ^ (hashed >> _SHIFT)) * _MIX
    columns: npt.NDArray[np.uint64] = (mixed ^ (mixed >> _SHIFT)) & np.uint64(size - 1)
    return columns


def _word_keys(texts: Sequence[str], size: int) -> npt.NDArray[np.uint64]:
    keys = []
    for row, text in enumerate(texts):
        words = _WORD.findall(text)
        longer = [*pairwise(words), *(zip(words, words[1:], words[2:], strict=False) if size > COLUMNS else ())]
        start = row * size
        keys += [start + zlib.crc32(word.encode("utf-8", "surrogatepass")) % size for word in words]
        keys += [start + zlib.crc32(" ".join(some).encode("utf-8", "surrogatepass")) % size for some in longer]
    return np.array(keys, dtype=np.uint64)
