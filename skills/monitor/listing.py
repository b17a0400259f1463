"""`/monitor`: the watches with their state and the last week at a glance, each with its buttons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from skills.base import Request
from skills.catalogs import Say
from skills.monitor.editing.making import EDIT, may_change
from skills.monitor.monitoring import Monitoring
from skills.monitor.speaking import sparkline
from skills.monitor.watches.tables import MatchRow
from skills.monitor.watches.watch import MUTE_HOURS, Watch
from skills.reply import Button, Buttons, Note, Paragraph, Part, Reply
from skills.text import Bold, ChannelRef, Text, spans_of

DAYS = 7
_BARS = 14
MOST = 15
"""Watches that one message has room for."""


async def listed(request: Request, monitoring: Monitoring) -> Sequence[Reply]:
    """Returns the list, and how to go on."""
    say = request.say
    watches = await monitoring.watches.all(request.team)
    if not watches:
        add = Buttons((Button(say.label("monitor.button.add"), "monitor.add", style="primary"),))
        return (Reply((Paragraph(say("monitor.none")), add, Note(say("monitor.help"))), to="asker"),)
    parts: list[Part] = [Paragraph(say("monitor.list", count=len(watches)))]
    for watch in watches[:MOST]:
        surging = bool(await monitoring.episodes.open_of(request.team, watch.id))
        parts += await _row(request, monitoring, watch, surging)
    if len(watches) > MOST:
        names = ", ".join(watch.name for watch in watches[MOST:])
        parts.append(Note(say("monitor.more", count=len(watches) - MOST, names=names)))
    buttons = (
        Button(say.label("monitor.button.add"), "monitor.add", style="primary"),
        Button(say.label("monitor.button.sources"), "monitor.sources"),
    )
    return (Reply((*parts, Buttons(buttons), Note(say("monitor.help"))), to="asker"),)


async def at_a_glance(request: Request, monitoring: Monitoring) -> list[Part]:
    """Returns the watches with their state, a line each, without buttons."""
    say, now = request.say, request.now
    watches = await monitoring.watches.all(request.team)
    if not watches:
        return [Paragraph(say("monitor.none"))]
    parts: list[Part] = []
    for watch in watches[:MOST]:
        surging = bool(await monitoring.episodes.open_of(request.team, watch.id))
        parts += await _lines(say, monitoring, watch, now, surging)
    return parts


async def _row(request: Request, monitoring: Monitoring, watch: Watch, surging: bool) -> list[Part]:
    say, now = request.say, request.now
    parts = await _lines(say, monitoring, watch, now, surging)
    if may_change(request, watch):
        parts.append(Buttons(buttons_of(say, watch, now)))
    return parts


async def _lines(say: Say, monitoring: Monitoring, watch: Watch, now: datetime, surging: bool) -> list[Part]:
    week = await _week(monitoring, watch, now.timestamp())
    state = state_of(say, watch, now, surging)
    title: Text = (Bold(watch.name), " · ", *spans_of(state))
    figures = say(
        "monitor.figures",
        bars=sparkline(week.bars),
        count=week.texts,
        negative=say.percent(week.negatives / week.texts) if week.texts else "–",
        channel=ChannelRef(watch.settings.channel),
    )
    return [Paragraph(title), Note(figures)]


def buttons_of(say: Say, watch: Watch, now: datetime) -> tuple[Button, ...]:
    """Returns what can be done with a watch."""
    muted = watch.muted_until is not None and watch.muted_until > now.timestamp()
    return (
        Button(say.label("monitor.button.edit"), EDIT, watch.id),
        Button(
            say.label("monitor.button.resume" if watch.paused else "monitor.button.pause"), "monitor.pause", watch.id
        ),
        Button(
            say.label("monitor.button.unmute") if muted else say.label("monitor.button.mute", count=MUTE_HOURS),
            "monitor.mute",
            watch.id,
        ),
        Button(say.label("monitor.button.test"), "monitor.test", watch.id),
        Button(say.label("monitor.button.delete"), "monitor.delete", watch.id, "danger"),
    )


def state_of(say: Say, watch: Watch, now: datetime, surging: bool) -> Text:
    """Returns how a watch is doing in a few words."""
    if watch.paused:
        return say("monitor.state.paused")
    if watch.muted_until is not None and watch.muted_until > now.timestamp():
        return say("monitor.state.muted", until=datetime.fromtimestamp(watch.muted_until, UTC))
    if surging:
        return say("monitor.state.surging")
    days = (now.timestamp() - watch.begun) / 86400
    return say("monitor.state.well") if days >= 1 else say("monitor.state.new")


@dataclass(frozen=True, slots=True)
class _Week:
    """The negatives of the last week by half days, and the number of texts and of negatives."""

    bars: tuple[float, ...]
    texts: int
    negatives: int


async def _week(monitoring: Monitoring, watch: Watch, now: float) -> _Week:
    since = now - DAYS * 86400
    query = select(MatchRow.at, MatchRow.negative, MatchRow.weight).where(
        MatchRow.watch == watch.id, MatchRow.at >= since, MatchRow.weight > 0
    )
    bars = [0.0] * _BARS
    texts = negatives = 0
    async with monitoring.services.sessions() as session:
        for at, negative, weight in await session.execute(query):
            texts += weight
            if negative:
                negatives += weight
                bars[min(_BARS - 1, max(0, int((at - since) / (DAYS * 86400) * _BARS)))] += weight
    return _Week(tuple(bars), texts, negatives)
