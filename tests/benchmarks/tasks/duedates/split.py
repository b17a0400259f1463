"""Tells which half of the due-date cases a text belongs to; the parser is developed on `cases`, measured on both.

Run as `python tests/benchmarks/tasks/duedates/split.py TEXT…`.
"""

from __future__ import annotations

import hashlib
import sys


def half(text: str) -> str:
    """Returns `cases` or `held_out`, by the parity of the SHA-256 of the text."""
    return "held_out" if hashlib.sha256(text.encode()).digest()[0] % 2 else "cases"


if __name__ == "__main__":
    for each in sys.argv[1:]:
        print(half(each))
