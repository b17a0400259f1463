"""`/monitor report NAME [7d]`: a watch's days as a picture and as a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date

from skills.base import Request
from skills.monitor.monitoring import Monitoring
from skills.monitor.reports.days import Feeling, by_day, chart_of
from skills.monitor.watches.watch import Watch
from skills.reply import File, Paragraph, Reply
from skills.text import Bold


async def reported(request: Request, monitoring: Monitoring, watch: Watch, days: int) -> Reply:
    """Returns the report of the last days, for all who read along: it holds numbers and no texts."""
    say = request.say
    async with monitoring.services.sessions() as session:
        counted = await by_day(session, watch, request.now, days, request.person.zone)
    total = sum(counted.values(), Feeling())
    heading = say.label("monitor.report.chart", name=watch.name)
    chart = chart_of(list(counted.items()), heading, say, picture=True)
    title = say(
        "monitor.report.title",
        name=Bold(watch.name),
        count=days,
        texts=total.texts,
        negative=say.percent(total.negative / total.texts) if total.texts else "–",
    )
    name = f"{''.join(c if c.isalnum() else '-' for c in watch.name)}-{days}d.csv"
    return Reply((Paragraph(title), chart, File(name, as_csv(counted))), to="channel")


def as_csv(counted: Mapping[date, Feeling]) -> str:
    """Returns a line a day: date, texts, negative, neutral, positive."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("date", "texts", "negative", "neutral", "positive"))
    for day, one in counted.items():
        writer.writerow((day.isoformat(), one.texts, one.negative, one.neutral, one.positive))
    return out.getvalue()
