"""The aims of all watches, made once for each change of a watch."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from index.encoders.base import Encoder, Vectors
from skills.monitor.following.aim import Aim, aim_of
from skills.monitor.watches.watch import Watch


class Aims:
    """Makes aims, and the vectors that examples and posts are compared by: those of the widest encoder."""

    def __init__(self, encoders: Sequence[Encoder]) -> None:
        self._encoder = encoders[-1] if encoders else None
        self._known: dict[str, tuple[Watch, Aim]] = {}

    async def of(self, watch: Watch) -> Aim:
        """Returns what a watch is about."""
        known = self._known.get(watch.id)
        if known is None or known[0].settings != watch.settings:
            likes = await self.vectors(watch.settings.like) if watch.settings.like else None
            known = self._known[watch.id] = (watch, aim_of(watch.settings, likes))
        return known[1]

    async def vectors(self, texts: Sequence[str]) -> Vectors | None:
        """Returns one unit vector a text, shape (len(texts), dimensions); None where no encoder is at hand."""
        if self._encoder is None:
            return None
        return await asyncio.to_thread(self._encoder.encode, list(texts), "query")
