"""`/monitor compare A B`: volume, share of voice and sentiment of two or more watches side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence

from skills.base import Request
from skills.monitor.monitoring import Monitoring
from skills.monitor.reports.days import Feeling, by_day
from skills.monitor.watches.watch import Watch
from skills.reply import Chart, Paragraph, Reply, Series, Table, to_asker
from skills.text import Bold

DAYS = 14
MOST = 6
"""Lines that a chart takes."""
_BETWEEN = re.compile(r"\s*(?:,|，|、|\bvs\.?\b|\band\b|和|与)\s*", re.IGNORECASE)


async def compared(request: Request, monitoring: Monitoring, text: str) -> Sequence[Reply]:
    """Returns the comparison of the watches that a text names."""
    say = request.say
    watches = await _named(request, monitoring, text)
    if len(watches) < 2:
        known = ", ".join(watch.name for watch in (await monitoring.watches.all(request.team))[:10]) or "–"
        return to_asker(say("monitor.compare.how", names=known))
    watches = watches[:MOST]
    zone = request.person.zone
    async with monitoring.services.sessions() as session:
        counted = [await by_day(session, watch, request.now, DAYS, zone) for watch in watches]
    sums = [sum(days.values(), Feeling()) for days in counted]
    total = sum(one.texts for one in sums)
    if not total:
        return to_asker(say("monitor.compare.nothing", count=DAYS))
    columns = tuple(
        say.label(f"monitor.compare.{name}") for name in ("watch", "texts", "voice", "negative", "positive", "net")
    )
    rows = tuple(
        (
            watch.name,
            one.texts,
            say.percent(one.texts / total),
            say.percent(one.negative / one.texts) if one.texts else "–",
            say.percent(one.positive / one.texts) if one.texts else "–",
            f"{100 * one.net:+.0f}" if one.net is not None else "–",
        )
        for watch, one in zip(watches, sums, strict=True)
    )
    most = max(zip(watches, sums, strict=True), key=lambda pair: pair[1].texts)
    worst = max(
        ((watch, one) for watch, one in zip(watches, sums, strict=True) if one.texts),
        key=lambda pair: pair[1].negative / pair[1].texts,
    )
    chart = Chart(
        "line",
        say.label("monitor.compare.chart"),
        tuple(
            Series(watch.name, tuple(float(one.negative) for one in days.values()))
            for watch, days in zip(watches, counted, strict=True)
        ),
        tuple(f"{day:%m-%d}" for day in counted[0]),
        say.label(
            "monitor.compare.alt",
            most=most[0].name,
            voice=say.percent(most[1].texts / total),
            worst=worst[0].name,
            negative=say.percent(worst[1].negative / worst[1].texts),
        ),
    )
    title = Paragraph(say("monitor.compare.title", names=Bold(", ".join(watch.name for watch in watches)), count=DAYS))
    return (Reply((title, chart, Table(columns, rows, say.label("monitor.compare.caption"))), to="asker"),)


async def _named(request: Request, monitoring: Monitoring, text: str) -> list[Watch]:
    """Returns the watches that a text names, divided by commas, "vs" or "and", or by spaces alone."""
    parts = [part for part in _BETWEEN.split(text) if part.strip()]
    if len(parts) < 2:
        parts = text.split()
    found = [await monitoring.watches.called(request.team, part.strip('"“” ')) for part in parts]
    if any(watch is None for watch in found):
        # Names of several words without anything between them.
        watches = sorted(await monitoring.watches.all(request.team), key=lambda one: -len(one.name))
        rest, found = text.casefold(), []
        for watch in watches:
            if watch.name.casefold() in rest:
                rest = rest.replace(watch.name.casefold(), " ")
                found.append(watch)
        found.sort(key=lambda one: text.casefold().index(one.name.casefold()) if one else 0)
    return list({watch.id: watch for watch in found if watch is not None}.values())
