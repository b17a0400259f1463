"""Where names stand in a text."""

from __future__ import annotations

import re
from collections.abc import Sequence

Span = tuple[int, int]
"""Where a name begins and where it ends in a text, in characters."""


def find_all(text: str, names: Sequence[str]) -> dict[str, list[Span]]:
    """Returns where each of `names` stands in `text`, case aside, in order; longer names are found first.

    What stands within a longer name is no mention; a name in Latin letters is a word of its own.
    """
    taken = bytearray(len(text))
    found: dict[str, list[Span]] = {}
    for name in sorted(dict.fromkeys(names), key=len, reverse=True):
        found[name] = []
        for match in re.finditer(_bounded(name), text, re.IGNORECASE):
            if not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
                found[name].append(match.span())
    return {name: found[name] for name in names}


def _bounded(name: str) -> str:
    before = r"(?<![A-Za-z0-9])" if name[:1].isascii() and name[:1].isalnum() else ""
    after = r"(?![A-Za-z0-9])" if name[-1:].isascii() and name[-1:].isalnum() else ""
    return f"{before}{re.escape(name)}{after}" if name else r"(?!)"
