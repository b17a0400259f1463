"""The chart of a watch: negatives by the hour, the band of what was to be expected, and the next day's forecast."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from skills.catalogs import Say
from skills.monitor.following.counting import Entry
from skills.monitor.speaking import spoken_topic
from skills.monitor.surges import Series
from skills.monitor.watches.watch import WHOLE, Watch, zone_of
from skills.reply import Band, Chart
from skills.reply import Series as Line

HOURS_BACK = 36
HOURS_AHEAD = 24
_HOUR = 3600


def surge_chart(watch: Watch, topic: str, series: Series, entries: Sequence[Entry], say: Say, now: float) -> Chart:
    """Returns the chart of a topic, from `HOURS_BACK` hours ago, or the series' begin, to a day ahead.

    `entries` are the watch's since then.
    """
    last = int(now // _HOUR)
    first = max(last - HOURS_BACK, int(series.begun // _HOUR))
    counts: Counter[int] = Counter()
    for entry in entries:
        if entry.negative and (topic == WHOLE or topic in entry.topics):
            counts[int(entry.at // _HOUR)] += entry.weight
    hours = range(first, last + 1 + HOURS_AHEAD)
    bands = series.band(first * _HOUR, (hours[-1] + 1) * _HOUR)
    observed = [counts[hour] for hour in range(first, last + 1)]
    zone = zone_of(watch.settings)
    moments = [datetime.fromtimestamp(hour * _HOUR, UTC).astimezone(zone) for hour in hours]
    labels = tuple(f"{at:%m-%d}" if at.hour == 0 else f"{at:%H}:00" for at in moments)
    most = max(range(len(observed)), key=observed.__getitem__)
    forecast = series.forecast(now)
    return Chart(
        "line",
        say.label("monitor.chart.title", name=watch.name, topic=spoken_topic(say, topic)),
        (Line(say.label("monitor.chart.negatives"), tuple(map(float, observed))),),
        labels,
        say.label(
            "monitor.chart.alt",
            number=observed[most],
            at=say.time(moments[most]),
            low=bands[most].low,
            high=bands[most].high,
            ahead=round(forecast.expected),
            ahead_low=forecast.low,
            ahead_high=forecast.high,
        ),
        Band(
            say.label("monitor.chart.expected"),
            tuple(float(one.low) for one in bands),
            tuple(float(one.high) for one in bands),
            forecast=len(observed),
        ),
    )
