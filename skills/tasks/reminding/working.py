"""What is to be known of somebody before they are reminded."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from skills.base import Services
from skills.tasks.hours.week import WorkingWeek
from skills.tasks.hours.working import Absence, is_working, next_working_moment
from skills.tasks.people.rows import absences_of, profiles_of

KINDS = frozenset({"before", "due", "overdue"})
"""The reminders that somebody may want."""

GRACE_SECONDS = 300.0
"""What came due at the very end of somebody's hours may still reach them for so long."""

FRESH_SECONDS = 3600.0
"""How old somebody's zone may be before it is asked for again."""


@dataclass(frozen=True, slots=True)
class Working:
    """When somebody works and of what they want to be reminded: some of `KINDS`; nothing at all switches them off.

    `day_at` is the hour at which they are told of their day; None for never.
    """

    week: WorkingWeek
    zone: ZoneInfo
    absences: tuple[Absence, ...] = ()
    reminders: frozenset[str] = KINDS
    day_at: int | None = None

    def next_moment(self, at: float) -> float | None:
        """Returns the first working moment from `at` on (epoch seconds); None where there is none for years."""
        return next_working_moment(self.week, self.zone, self.absences, at)

    def allows(self, at: float) -> bool:
        """Returns whether they may be written to at a moment."""
        return any(is_working(self.week, self.zone, self.absences, one) for one in (at, at - GRACE_SECONDS))


class WorkingsOf(Protocol):
    """What knows people."""

    async def learn(self, services: Services, team: str, people: Collection[str]) -> None:
        """Asks for what is not known yet of some people. Not to be called within a transaction."""
        ...

    async def __call__(
        self, session: AsyncSession, team: str, people: Collection[str], fallback: str = "UTC"
    ) -> Mapping[str, Working]:
        """Returns how each of some people works, strangers too; `fallback` is the zone of those who are not known."""
        ...


class Workings:
    """People by their profiles and absences, in the zone of their own wish, else in that which Slack tells."""

    def __init__(self) -> None:
        self._zones: dict[tuple[str, str], tuple[ZoneInfo, float]] = {}

    async def learn(self, services: Services, team: str, people: Collection[str]) -> None:
        """Asks for the zones of those people who are not known, or were asked for long ago."""
        old = time.monotonic() - FRESH_SECONDS
        for one in people:
            if self._zones.get((team, one), (None, old))[1] <= old:
                self._zones[team, one] = (await services.person(team, one)).zone, time.monotonic()

    async def __call__(
        self, session: AsyncSession, team: str, people: Collection[str], fallback: str = "UTC"
    ) -> Mapping[str, Working]:
        """Returns how each of some people works, by two queries."""
        profiles = await profiles_of(session, team, people)
        # Past ones too: which days were worked tells when what is overdue is recalled.
        absences = await absences_of(session, team, people, date.min)
        found = {}
        for one, profile in profiles.items():
            known = self._zones.get((team, one))
            zone = ZoneInfo(profile.zone or fallback) if profile.zone or known is None else known[0]
            found[one] = Working(
                profile.week,
                zone,
                absences[one],
                KINDS.intersection(profile.reached),
                profile.day_at if "day" in profile.reached else None,
            )
        return found
