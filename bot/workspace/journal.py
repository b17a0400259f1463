"""What happened since the start: envelopes, calls, violations and sockets, for `/workspace/log` and the inspector."""

import time
from collections import deque
from collections.abc import Callable
from itertools import islice
from typing import Any

Json = dict[str, Any]

KEPT = 100_000
DETAILED = 1_000


class Journal:
    """The numbered entries of this run, each with a detail kept for the latest ones only."""

    def __init__(self) -> None:
        self.entries: deque[Json] = deque(maxlen=KEPT)
        self.details: dict[int, Json] = {}
        self.written = 0
        self.listeners: list[Callable[[Json], None]] = []

    def add(self, kind: str, detail: Json | None = None, **fields: Any) -> Json:
        """Appends an entry and returns it; a later change of it is told by `changed`."""
        self.written += 1
        entry: Json = {"n": self.written, "at": time.time(), "kind": kind, **fields}
        self.entries.append(entry)
        if detail is not None:
            self.details[self.written] = detail
            if len(self.details) > DETAILED:
                del self.details[next(iter(self.details))]
        self.changed(entry)
        return entry

    def changed(self, entry: Json) -> None:
        """Tells the listeners that an entry is new or was filled in."""
        for listener in self.listeners:
            listener(entry)

    def after(self, n: int) -> list[Json]:
        """The entries with a number above `n`, oldest first."""
        first = self.written - len(self.entries) + 1
        return list(islice(self.entries, max(n + 1 - first, 0), None))

    def violation(self, method: str, what: str) -> None:
        """Notes something that Slack would refuse."""
        self.add("violation", method=method, what=what)
