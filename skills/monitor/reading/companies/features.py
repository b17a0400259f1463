"""What is looked at to tell a text's opinion of one of the companies in it: the words by where they stand to its name.

Names are masked, the one in question otherwise than others, so that what is learned is how one speaks of companies and
not of which ("X gains", "X over Y"); figures are masked for the same reason. See Sinha et al. 2022, SEntFiN 1.0.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from skills.monitor.reading.companies.spans import Span

COLUMNS = 1 << 15

_NEAR = 6
"""Words on either side that are told by their side."""
_PLACES = 3
"""Words on either side that are told by their place."""
_READ = 300
"""Characters on either side of a name that are looked at."""
_TARGET, _OTHER = "◎", "○"
_TOKEN = re.compile(r"[◎○]|\d[\d.,]*|[^\W\d]+|[^\w\s]")
_CLAUSE = frozenset({";", ".", "!", "?", "|", "but", "while", "whereas"})


def columns_of(text: str, spans: Sequence[Span], others: Sequence[Span]) -> npt.NDArray[np.intp]:
    """Returns the columns of what stands around the first of `spans`, where a company is named, some more than once.

    `others` is where other companies are named.
    """
    tokens = _tokens(text, spans, others)
    place = tokens.index(_TARGET) if _TARGET in tokens else 0
    hashed = [zlib.crc32(name.encode("utf-8", "surrogatepass")) % COLUMNS for name in _names(tokens, place)]
    return np.array(hashed, dtype=np.intp)


def _tokens(text: str, spans: Sequence[Span], others: Sequence[Span]) -> list[str]:
    centre = spans[0][0] if spans else 0
    first, last = max(0, centre - _READ), centre + _READ
    parts, at = [], first
    marked = [(*span, _TARGET) for span in spans] + [(*span, _OTHER) for span in others]
    for start, end, sign in sorted(marked):
        if start >= at and end <= last:
            parts += [text[at:start], f" {sign} "]
            at = end
    parts.append(text[at:last])
    tokens = _TOKEN.findall("".join(parts).lower())
    return ["0" if token[0].isdigit() else token for token in tokens] or [_TARGET]


def _names(tokens: list[str], place: int) -> list[str]:
    left, right = tokens[:place], tokens[place + 1 :]
    first = max((at + 1 for at, token in enumerate(left) if token in _CLAUSE), default=0)
    last = next((at for at, token in enumerate(right) if token in _CLAUSE), len(right)) + place + 1
    clause = tokens[first:last]
    names = [f"word {token}" for token in tokens]
    names += [f"clause {token}" for token in clause]
    names += [f"clause {one} {two}" for one, two in pairwise(clause)]
    names += [f"left {token}" for token in left[-_NEAR:]] + [f"right {token}" for token in right[:_NEAR]]
    names += [f"left {at} {token}" for at, token in enumerate(left[: -_PLACES - 1 : -1])]
    names += [f"right {at} {token}" for at, token in enumerate(right[:_PLACES])]
    names += ["left " + " ".join(left[-2:]), "right " + " ".join(right[:2]), "right " + " ".join(right[:3])]
    before, after = left.count(_OTHER), right.count(_OTHER)
    names += [f"others {min(before + after, 3)}", f"others {min(before, 3)} before"]
    if before or after:
        names += [f"before {token}" for token in left] + [f"after {token}" for token in right]
    return names
