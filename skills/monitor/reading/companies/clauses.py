"""The clauses of a text in which a name stands."""

from __future__ import annotations

import re
from collections.abc import Sequence

from skills.monitor.reading.companies.spans import Span

_END = re.compile(r"[，,；;。！!？?\n]+|\s(?=(?:but|while)\s)|(?:但是|然而|不过|而)(?=\S)")


def clauses_of(text: str, spans: Sequence[Span]) -> str:
    """Returns those clauses of `text` in which one of `spans` lies, in order, joined by a comma."""
    found = []
    start = 0
    for end, after in [*((match.start(), match.end()) for match in _END.finditer(text)), (len(text), len(text))]:
        if any(start <= first < end for first, _ in spans):
            found.append(text[start:end].strip())
        start = after
    return ", ".join(found)
