"""The digest of a watch: every morning, or every Monday, what was said since the last one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from skills.base import Request, Services
from skills.catalogs import Say
from skills.monitor.alerts.card import example_parts
from skills.monitor.alerts.evidence import Evidence, gather
from skills.monitor.digests import Rhythm
from skills.monitor.monitoring import Monitoring
from skills.monitor.reports.days import Feeling, by_day, chart_of
from skills.monitor.speaking import spoken_topic
from skills.monitor.watches.watch import WHOLE, Watch, zone_of
from skills.reply import Button, Buttons, Fields, Note, Paragraph, Part, Reply
from skills.text import Bold, Text

DUE = "digest"
"""The kind of the due row that brings a watch's next digest."""
_AT = time(9)
_DAYS = {"daily": 1, "weekly": 7}
_CHARTED = 7


def rhythm_of(watch: Watch) -> Rhythm | None:
    """Returns when a watch's digests are due; None where it has none."""
    match watch.settings.digest:
        case "daily":
            return Rhythm("day", _AT, watch.settings.zone)
        case "weekly":
            return Rhythm("week", _AT, watch.settings.zone)
    return None


async def schedule(watch: Watch, services: Services) -> None:
    """Keeps the next digest's moment. Called again, it changes nothing."""
    rhythm = rhythm_of(watch)
    if rhythm is None:
        return
    due = rhythm.after(services.clock.now().timestamp())
    payload = {"watch": watch.id, "channel": watch.settings.channel, "person": watch.settings.owner}
    key = f"digest {watch.id} {watch.settings.digest} {due:.0f}"
    await services.schedule("monitor", DUE, key, datetime.fromtimestamp(due, UTC), watch.team, payload)


async def told(request: Request, monitoring: Monitoring) -> Sequence[Reply]:
    """Returns the digest that a due row brings, and keeps the moment of the next; nothing where it was turned off."""
    watch = await monitoring.watches.get(request.team, str(request.memory.get("watch")))
    if watch is None or watch.settings.digest not in request.value or watch.paused:
        return ()
    await schedule(watch, monitoring.services)
    if watch.settings.channel != request.place.channel:
        # The watch has moved to another channel since: the next one is told there.
        return ()
    return (await digest(request.say, monitoring, watch, request.now),)


async def digest(say: Say, monitoring: Monitoring, watch: Watch, now: datetime) -> Reply:
    """Returns what was said of a watch in the last day or week, beside the one before."""
    days = _DAYS.get(watch.settings.digest, 1)
    key = "monitor.digest.weekly_title" if days > 1 else "monitor.digest.daily_title"
    title = Paragraph(say(key, name=Bold(watch.name)))
    parts = await _told(say, monitoring, watch, watch.settings.channel, now, days, title)
    return Reply(tuple(parts), to="channel")


async def overview(say: Say, monitoring: Monitoring, watch: Watch, channel: str, now: datetime) -> Reply:
    """Returns what was said of a watch in the last week, today included, for those who read `channel`."""
    title = Paragraph(say("monitor.overview", name=Bold(watch.name)))
    return Reply(tuple(await _told(say, monitoring, watch, channel, now, 7, title, today=True)))


async def _told(
    say: Say,
    monitoring: Monitoring,
    watch: Watch,
    channel: str,
    now: datetime,
    days: int,
    title: Part,
    *,
    today: bool = False,
) -> list[Part]:
    zone = zone_of(watch.settings)
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone) + timedelta(days=int(today))
    since = midnight - timedelta(days=days)
    async with monitoring.services.sessions() as session:
        counted = await by_day(session, watch, now, max(2 * days, _CHARTED) + 1, zone)
    told = list(counted.items()) if today else list(counted.items())[:-1]
    this, before = (_sum([one for _, one in some]) for some in (told[-days:], told[-2 * days : -days]))
    begin, end = since.timestamp(), min(midnight, now).timestamp()
    evidence = await gather(monitoring.services, monitoring.aims, watch, WHOLE, channel, begin, end)
    episodes = await monitoring.episodes.recent(watch.team, watch.id, since)
    parts: list[Part] = [title]
    if not this.texts:
        return [*parts, Paragraph(say("monitor.digest.nothing"))]
    parts.append(Fields(_figures(say, this, before, len([one for one in episodes if one.told_at]), evidence)))
    parts.append(chart_of(told[-_CHARTED:], say.label("monitor.digest.chart", name=watch.name), say))
    shown = [*([evidence.cause] if evidence.cause else []), *evidence.examples]
    if shown:
        parts.append(Paragraph(say("monitor.digest.examples")))
        for example in shown:
            parts += example_parts(example, say, watch.id, correct=False)
    if evidence.terms:
        parts.append(Note(say("monitor.card.terms", terms=", ".join(evidence.terms))))
    parts.append(Buttons((Button(say.label("monitor.button.list"), "monitor.list"),)))
    return parts


def _figures(
    say: Say, this: Feeling, before: Feeling, alerts: int, evidence: Evidence
) -> tuple[tuple[Text, Text], ...]:
    share = say.percent(this.negative / this.texts)
    negative: Text = share
    if before.texts:
        negative = say("monitor.digest.share_value", share=share, before=say.percent(before.negative / before.texts))
    pairs: list[tuple[Text, Text]] = [
        (
            say("monitor.digest.texts"),
            say("monitor.digest.texts_value", number=this.texts, before=before.texts)
            if before.texts
            else say.number(this.texts),
        ),
        (say("monitor.card.share"), negative),
        (say("monitor.stats.alerts"), say.number(alerts)),
    ]
    if evidence.topics:
        named = ", ".join(f"{spoken_topic(say, topic)} {count}" for topic, count in evidence.topics)
        pairs.append((say("monitor.digest.topics"), named))
    return tuple(pairs)


def _sum(days: Sequence[Feeling]) -> Feeling:
    return sum(days, Feeling())
