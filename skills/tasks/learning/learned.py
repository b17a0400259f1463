"""What a team has finished, learned from: kinds of work and paces, made beside the rest and kept in memory."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from index.encoders.base import Encoder, Vectors
from skills.tasks.assigning import kinds as kinds_of_work
from skills.tasks.assigning.checklist import Ordinary, learn_ordinary
from skills.tasks.assigning.effort import Pace, Timed
from skills.tasks.assigning.effort import learn as learn_pace
from skills.tasks.assigning.kinds import Finished, Kinds
from skills.tasks.store.task import Task

log = logging.getLogger("deskhand.tasks.proposing")

MOST = 600
"""So many of the last finished tasks are learned from: what is older tells little of who does what now."""
FRESH_SECONDS = 600.0
BATCH = 32

PREFERRED = "multilingual"
"""The encoder that reads titles in any language; in teams that write English only the other one does as well."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What was learned of a team; a part is None where too little was finished to tell."""

    kinds: Kinds | None = None
    pace: Pace | None = None
    ordinary: Ordinary | None = None


class Learning:
    """Learns of teams in the background. Vectors of titles are kept, since they are needed again and again."""

    def __init__(self, encoders: Sequence[Encoder]) -> None:
        self._encoder = next((one for one in encoders if one.name == PREFERRED), encoders[0] if encoders else None)
        self._vectors: dict[str, Vectors] = {}
        self._learned: dict[str, Learned] = {}
        self._looked_at: dict[str, float] = {}
        self._newest: dict[str, tuple[int, float]] = {}
        self._running: set[asyncio.Task[None]] = set()

    def of(self, team: str) -> Learned:
        """Returns what is known of a team by now."""
        return self._learned.get(team, Learned())

    def is_due(self, team: str) -> bool:
        """Returns whether a team's finished tasks should be looked at again."""
        return time.monotonic() - self._looked_at.get(team, -FRESH_SECONDS) >= FRESH_SECONDS

    def learn(self, team: str, finished: Sequence[Task], minutes: Sequence[float | None], now: float) -> None:
        """Begins to learn of a team from what it finished; `minutes` are what each took, None where unknown."""
        self._looked_at[team] = time.monotonic()
        newest = (len(finished), max((task.done_at or 0.0 for task in finished), default=0.0))
        if not finished or self._newest.get(team) == newest:
            return
        self._newest[team] = newest
        task = asyncio.create_task(self._learn(team, list(finished), list(minutes), now))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def expire(self) -> None:
        """Has all teams looked at again when they are asked for next."""
        self._looked_at.clear()

    async def settle(self) -> None:
        """Waits until what was begun is learned."""
        await asyncio.gather(*self._running, return_exceptions=True)

    async def vectors(self, texts: Sequence[str]) -> Vectors | None:
        """Returns unit vectors of some titles (n, d); None where there is no encoder."""
        if self._encoder is None or not texts:
            return None
        missing = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        for first in range(0, len(missing), BATCH):
            batch = missing[first : first + BATCH]
            rows = await asyncio.to_thread(self._encoder.encode, batch, "query")
            self._vectors.update(zip(batch, rows, strict=True))
        while len(self._vectors) > 8 * MOST:
            self._vectors.pop(next(iter(self._vectors)))
        known = [self._vectors.get(text) for text in texts]
        if any(one is None for one in known):
            return await asyncio.to_thread(self._encoder.encode, list(texts), "query")
        return np.stack(cast(list[Vectors], known))

    async def _learn(self, team: str, finished: Sequence[Task], minutes: Sequence[float | None], now: float) -> None:
        try:
            rows = await self.vectors([task.title for task in finished])
            if rows is not None:
                self._learned[team] = await asyncio.to_thread(_learned, finished, minutes, rows, now)
        except Exception:
            log.exception("nothing was learned from finished tasks; proposals go by stated skills and load")


def _learned(finished: Sequence[Task], minutes: Sequence[float | None], rows: Vectors, now: float) -> Learned:
    by = [str(task.assignee) for task in finished]
    done = Finished(rows, by, np.array([task.done_at or now for task in finished]), [task.labels for task in finished])
    timed = [place for place, one in enumerate(minutes) if one is not None]
    pace = Timed(
        [str(finished[place].number) for place in timed],
        rows[timed],
        [finished[place].title for place in timed],
        np.array([minutes[place] for place in timed], dtype=np.float64),
        [by[place] for place in timed],
    )
    ordinary = [place for place, task in enumerate(finished) if task.parent is None]
    return Learned(
        kinds_of_work.learn(done, now),
        learn_pace(pace),
        learn_ordinary(rows[ordinary], [finished[place].title for place in ordinary]),
    )
