"""What watches were about, counted by the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from skills.catalogs import Say
from skills.monitor.watches.tables import MatchRow, ReadingRow
from skills.monitor.watches.watch import Watch
from skills.reply import Chart, Series


@dataclass(frozen=True, slots=True)
class Feeling:
    """How the texts of a day, or of several, feel; each counted once, copies and loud accounts left out."""

    negative: int = 0
    neutral: int = 0
    positive: int = 0

    @property
    def texts(self) -> int:
        return self.negative + self.neutral + self.positive

    @property
    def net(self) -> float | None:
        """The positive share less the negative one, from -1 to 1; None without texts."""
        return (self.positive - self.negative) / self.texts if self.texts else None

    def __add__(self, other: Feeling) -> Feeling:
        return Feeling(self.negative + other.negative, self.neutral + other.neutral, self.positive + other.positive)


def chart_of(days: Sequence[tuple[date, Feeling]], title: str, say: Say, *, picture: bool = False) -> Chart:
    """Returns how the texts of some days feel, as bars; `picture` where it is to be passed on."""
    worst = max(days, key=lambda one: one[1].negative)
    return Chart(
        "bar",
        title,
        tuple(
            Series(say.label(f"monitor.sentiment.{name}"), tuple(float(getattr(one, name)) for _, one in days))
            for name in ("negative", "neutral", "positive")
        ),
        tuple(f"{day:%m-%d}" for day, _ in days),
        say.label("monitor.report.alt", day=worst[0], number=worst[1].negative),
        picture=picture,
    )


async def by_day(session: AsyncSession, watch: Watch, now: datetime, days: int, zone: ZoneInfo) -> dict[date, Feeling]:
    """Returns the last `days` days up to `now`, days without texts among them, by their dates in `zone`."""
    today = now.astimezone(zone).date()
    found = {today - timedelta(days=back): Feeling() for back in reversed(range(days))}
    first = datetime.combine(min(found), datetime.min.time(), zone).timestamp()
    sentiment = func.coalesce(ReadingRow.corrected, ReadingRow.sentiment)
    query = (
        select(MatchRow.at, sentiment, MatchRow.weight)
        .join(ReadingRow, ReadingRow.post == MatchRow.post)
        .where(MatchRow.watch == watch.id, MatchRow.at >= first, MatchRow.weight > 0)
    )
    for at, felt, weight in await session.execute(query):
        day = datetime.fromtimestamp(at, UTC).astimezone(zone).date()
        if day in found:
            found[day] += Feeling(**{felt: weight})
    return found
