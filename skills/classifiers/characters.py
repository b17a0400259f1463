"""Character n-grams hashed into a fixed number of columns.

They know the spellings, typing errors and short words that an encoder's vector blurs, and read every script, so that a
head beside an encoder that can't read a language still works (see Weinberger et al. 2009, Feature Hashing for Large
Scale Multitask Learning).
"""

from __future__ import annotations

import unicodedata
import zlib
from collections import Counter

import numpy as np
import numpy.typing as npt

COLUMNS = 1 << 14
LONGEST = 4

_READ = 400
"""Characters of a text that are looked at: what somebody wants is said in the first lines."""


def hashed_ngrams(text: str) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float32]]:
    """Returns the columns (ascending, below `COLUMNS`) of the text's 1- to 4-grams and their weights.

    A weight is 1 + ln(count), and the weights have unit length; an empty text has none.
    """
    plain = " ".join(unicodedata.normalize("NFKC", text[:_READ]).casefold().split())
    if not plain:
        return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.float32)
    padded = f" {plain} "
    counts = Counter(
        zlib.crc32(padded[start : start + size].encode()) % COLUMNS
        for size in range(1, LONGEST + 1)
        for start in range(len(padded) - size + 1)
    )
    columns = np.array(sorted(counts), dtype=np.intp)
    weights = 1.0 + np.log(np.array([counts[column] for column in columns.tolist()], dtype=np.float32))
    return columns, (weights / np.linalg.norm(weights)).astype(np.float32)
