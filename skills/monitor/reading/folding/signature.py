"""What is kept of a post to know its copies by: some words of it, a sketch of the rest, and the keys to look it up by.

Copies share a key (a band of MinHash values, a link, a title); whether they are copies is then seen by the signatures.
MinHash: Broder 1997, On the resemblance and containment of documents; bands: Leskovec, Rajaraman and Ullman, Mining of
Massive Datasets, section 3.4. A few lines of NumPy make both in bulk; a package for it would bring SciPy at start.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from skills.monitor.reading.folding.words import is_cut, is_quoting, plain, weight, words
from skills.monitor.sources import Post
from skills.monitor.sources.post import plain_link

LEAD = 200
"""Words of a text that are kept as they are."""
SKETCHED = 128
"""Hashes kept of a text's shingles, the smallest."""

_BANDS, _ROWS = 12, 3
_SHINGLE = 4
"""Characters; among Han characters, which stand apart like words, two."""
_OPENING = 12
"""Words by whose exact sequence at the beginning a text is looked up as well."""
_LEAST_OPENING = 5.0

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_SHIFT = np.uint64(31)
_chance = np.random.default_rng(20261201)
_FACTORS = _chance.integers(1, 1 << 63, _BANDS * _ROWS, dtype=np.uint64) | np.uint64(1)
_TERMS = _chance.integers(0, 1 << 63, _BANDS * _ROWS, dtype=np.uint64)

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Signature:
    """`link` without what marks the way to it, empty for none; words of the `title` and the first of the `text`.

    `sketch` are the smallest `SKETCHED` hashes of the `shingles` of the whole text, ascending, all where there are no
    more. `cut`: the text breaks off; `quoting`: it answers what it quotes.
    """

    link: str
    title: list[str]
    text: list[str]
    sketch: Hashes
    shingles: int
    cut: bool
    quoting: bool

    @property
    def said(self) -> list[str]:
        """All its words that are kept, the title's first."""
        return [*self.title, *self.text][:LEAD]


def signature_of(post: Post) -> Signature:
    """Returns the signature of `post`. Blocking: about a fifth of a millisecond."""
    title, text = plain(post.title), plain(post.text)
    text_words = words(text)
    hashes = np.unique(_shingles(text_words))
    link = plain_link(post.link or "")
    return Signature(
        link=link if "/" in link.strip("/") else "",
        title=words(title)[:LEAD],
        text=text_words[:LEAD],
        sketch=hashes[:SKETCHED],
        shingles=len(hashes),
        cut=is_cut(text or title),
        quoting=is_quoting(text),
    )


def keys_of(signature: Signature) -> list[int]:
    """Returns the keys to look it up by, one of which a copy shares almost always: signed 64-bit numbers.

    There are none for a text too short to be told from others but by its link.
    """
    said = signature.text or signature.title
    keys = [_key("link", signature.link)] if signature.link else []
    if weight(signature.title) >= _LEAST_OPENING:
        keys.append(_key("title", " ".join(signature.title)))
    if weight(said[:_OPENING]) >= _LEAST_OPENING:
        keys.append(_key("opening", " ".join(said[:_OPENING])))
        hashes = _shingles(said)
        least = (hashes[:, None] * _FACTORS + _TERMS).min(axis=0).reshape(_BANDS, _ROWS)
        keys += [_key(f"band {number}", band.tobytes().hex()) for number, band in enumerate(least)]
    return list(dict.fromkeys(keys))


def _shingles(some: list[str]) -> Hashes:
    codes = np.frombuffer(" ".join(some).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    rolling = np.zeros(max(0, len(codes) - _SHINGLE + 1), dtype=np.uint64)
    for place in range(_SHINGLE):
        rolling = rolling * _STEP + codes[place : place + len(rolling)]
    mixed = (rolling ^ (rolling >> _SHIFT)) * _MIX
    hashes: Hashes = mixed ^ (mixed >> _SHIFT)
    return hashes


def _key(kind: str, value: str) -> int:
    data = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
    return (zlib.crc32(data) << 31) ^ zlib.adler32(data[::-1])
