"""Who does not want to be disturbed now, as Slack tells (https://docs.slack.dev/reference/methods/dnd.teamInfo)."""

from __future__ import annotations

import time
from collections.abc import Collection
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.clock import Clock
from bot.features import Features

FRESH_SECONDS = 180.0
"""How old a person's times may be before they are read again."""

AT_ONCE = 50
"""So many people does Slack tell of in one call."""


class Disturbing:
    """People's do-not-disturb times, read at most every few minutes. A server without the method has none."""

    def __init__(self, client: AsyncWebClient, features: Features, clock: Clock) -> None:
        self._client = client
        self._features = features
        self._clock = clock
        self._times: dict[tuple[str, str], tuple[float, float, float]] = {}
        """When each was read (machine's clock), and begin and end (epoch seconds)."""

    async def until(self, team: str, people: Collection[str]) -> dict[str, float]:
        """Returns until when (epoch seconds) those of `people` are not to be disturbed who are not to be now."""
        old = time.monotonic() - FRESH_SECONDS
        unknown = [one for one in dict.fromkeys(people) if self._times.get((team, one), (old,))[0] <= old]
        if unknown and self._features.has("dnd.teamInfo"):
            for first in range(0, len(unknown), AT_ONCE):
                await self._read(team, unknown[first : first + AT_ONCE])
        now = self._clock.timestamp()
        found = {one: self._times.get((team, one), (0.0, 0.0, 0.0)) for one in people}
        return {one: end for one, (_, start, end) in found.items() if start <= now < end}

    async def _read(self, team: str, people: Collection[str]) -> None:
        answer = await self._features.attempt("dnd.teamInfo", lambda: self._client.dnd_teamInfo(users=list(people)))
        told: dict[str, Any] = (answer or {}).get("users") or {}
        at = time.monotonic()
        for one in people:
            times = told.get(one) or {}
            # Without a schedule Slack tells times of 1.
            on = bool(times.get("dnd_enabled"))
            start, end = (times.get("next_dnd_start_ts") or 0, times.get("next_dnd_end_ts") or 0) if on else (0, 0)
            self._times[team, one] = (at, float(start), float(end))
