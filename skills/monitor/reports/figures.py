"""`/monitor stats NAME`: how good a watch's alerts have been, and how its reading was corrected."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import case, func, select

from skills.base import Request
from skills.monitor.monitoring import Monitoring
from skills.monitor.sources.tables import PostRow
from skills.monitor.speaking import spoken_span
from skills.monitor.watches.tables import MatchRow, ReadingRow
from skills.monitor.watches.watch import Watch
from skills.reply import Fields, Note, Paragraph, Part
from skills.text import Bold, Text

DAYS = 90


async def stats_parts(request: Request, monitoring: Monitoring, watch: Watch) -> tuple[Part, ...]:
    """Returns precision, delay and noise of the last quarter's alerts."""
    say = request.say
    since = request.now - timedelta(days=DAYS)
    stats = await monitoring.episodes.stats(request.team, watch.id, since)
    missed = await monitoring.episodes.missed(request.team, watch.id, since)
    texts, corrected, undated = await _read(monitoring, watch, since.timestamp())
    judged = stats.usefulness.useful + stats.usefulness.not_useful
    precision = stats.usefulness.precision
    pairs: list[tuple[Text, Text]] = [
        (say("monitor.stats.alerts"), say("monitor.stats.alerts_value", number=stats.told, open=stats.open)),
        (
            say("monitor.stats.precision"),
            say("monitor.stats.precision_value", share=say.percent(precision), count=judged)
            if precision is not None
            else say("monitor.stats.unjudged"),
        ),
        (say("monitor.stats.delay"), spoken_span(say, stats.delay) if stats.delay is not None else "–"),
        (say("monitor.stats.noise"), say.number(round(stats.messages_a_week, 1))),
        (say("monitor.stats.texts"), say.number(texts)),
        (say("monitor.stats.corrected"), say.number(corrected)),
    ]
    if undated:
        pairs.append((say("monitor.stats.undated"), say.number(undated)))
    if missed:
        pairs.append((say("monitor.stats.late"), say.number(len(missed))))
    return (
        Paragraph(say("monitor.stats.title", name=Bold(watch.name), count=DAYS)),
        Fields(tuple(pairs)),
        Note(say("monitor.stats.how")),
    )


async def _read(monitoring: Monitoring, watch: Watch, since: float) -> tuple[int, int, int]:
    """Returns how many texts there were, how many were corrected, and of how many the time could not be believed."""
    doubted = case((PostRow.dating != "given", PostRow.id))
    query = (
        select(func.count(), func.count(ReadingRow.corrected), func.count(doubted))
        .select_from(MatchRow)
        .join(ReadingRow, ReadingRow.post == MatchRow.post)
        .join(PostRow, PostRow.id == MatchRow.post)
        .where(MatchRow.watch == watch.id, MatchRow.at >= since)
    )
    async with monitoring.services.sessions() as session:
        texts, corrected, undated = (await session.execute(query)).one()
    return int(texts), int(corrected), int(undated)
