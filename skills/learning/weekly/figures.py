"""How people's questions fared: by the day, in a week, and in the one before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from skills.classifiers.registry.versions import Sessions
from skills.learning.weekly.week import COMPARED, Week
from skills.support.conversations.models import TurnRow
from skills.support.stats.reckoning import NO_QUESTION


@dataclass(frozen=True, slots=True)
class Fared:
    """How many questions there were, and what became of them. The rest was asked back about."""

    questions: int = 0
    book: int = 0
    documents: int = 0
    handed_over: int = 0
    not_helpful: int = 0

    @property
    def answered(self) -> int:
        return self.book + self.documents

    @property
    def asked_back(self) -> int:
        return self.questions - self.answered - self.handed_over


@dataclass(frozen=True, slots=True)
class Figures:
    """A week's questions, those of the one before, and of each day of the last weeks, the oldest first."""

    week: Fared
    before: Fared
    days: tuple[tuple[date, Fared], ...]


async def figures(sessions: Sessions, team: str, week: Week) -> Figures:
    """Returns how the questions of a week and of those before it fared."""
    asked = select(TurnRow.at, TurnRow.path, TurnRow.verdict).where(
        TurnRow.team == team, TurnRow.at >= week.ago(COMPARED - 1), TurnRow.at < week.until
    )
    async with sessions() as session:
        turns = [(at, path, verdict) for at, path, verdict in await session.execute(asked) if path not in NO_QUESTION]
    by_day: dict[date, list[tuple[str, str | None]]] = {day: [] for day in week.days()}
    for at, path, verdict in turns:
        by_day[week.day_of(at)].append((path, verdict))
    return Figures(
        week=_fared((path, verdict) for at, path, verdict in turns if at >= week.since),
        before=_fared((path, verdict) for at, path, verdict in turns if week.ago(1) <= at < week.since),
        days=tuple((day, _fared(one)) for day, one in by_day.items()),
    )


def _fared(turns: Iterable[tuple[str, str | None]]) -> Fared:
    kept = list(turns)
    paths = Counter(path for path, _ in kept)
    return Fared(
        questions=len(kept),
        book=paths["template"],
        documents=paths["index"],
        handed_over=paths["handover"],
        not_helpful=sum(verdict == "not_helpful" for _, verdict in kept),
    )
