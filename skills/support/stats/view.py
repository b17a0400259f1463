"""`/support stats [days]`: the desk's numbers as a chart and tables, and what it could not answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from skills.base import Request, Services
from skills.catalogs import Say
from skills.reply import Button, Buttons, Cell, Chart, Note, Paragraph, Part, Quote, Reply, Series, Table, to_asker
from skills.support.editing.book_editing import ADD, may_edit
from skills.support.learning import unanswered
from skills.support.stats import rows
from skills.support.stats.reckoning import Day, Numbers, Spread, Taken, Turn, over_time, reckon, top_intents
from skills.text import ChannelRef

DAYS = 14
MOST_DAYS = 365
INTENTS = 10
CANDIDATES = 3
SHOWN = 3
"""Questions of a candidate that are shown."""

_WORDS = ("stats", "statistics", "统计", "數據", "数据")


async def by_words(request: Request, services: Services) -> Sequence[Reply] | None:
    """Returns the numbers for `stats` and a number of days; None when the text is none of that."""
    word, _, rest = request.text.strip().partition(" ")
    rest = rest.strip().removesuffix("天").removesuffix("days").strip()
    if word.casefold() not in _WORDS or (rest and not rest.isdecimal()):
        return None
    if not await may_edit(request, services):
        return to_asker(request.say("support.stats.not_you"))
    days = min(max(int(rest or DAYS), 1), MOST_DAYS)
    return (Reply(await _parts(request, services, days), to="asker"),)


async def _parts(request: Request, services: Services, days: int) -> tuple[Part, ...]:
    say, sessions, team = request.say, services.sessions, request.team
    since = (request.now - timedelta(days=days)).timestamp()
    turns = await rows.turns(sessions, team, since)
    if not turns:
        return (Paragraph(say("support.stats.none", count=days)),)
    taken = await rows.taken(sessions, team, since)
    parts: list[Part] = [
        Paragraph(say("support.stats.title", count=days)),
        _chart(over_time(turns, request.now, days, request.person.zone), say),
        _overall(turns, taken, await rows.channels(sessions, team), say),
    ]
    if ranked := top_intents(turns, INTENTS):
        columns = tuple(say.label(f"support.stats.{name}") for name in ("intent", "questions", "answered"))
        parts.append(Table(columns, tuple(ranked), say.label("support.stats.intents")))
    return (*parts, *await _candidates(request, services, since), Note(say("support.stats.how")))


def _chart(days: Sequence[Day], say: Say) -> Chart:
    questions = Series(say.label("support.stats.questions"), tuple(day.questions for day in days))
    handed = Series(say.label("support.stats.handed_over"), tuple(day.handed_over for day in days))
    busiest = max(days, key=lambda day: day.questions)
    weekly = len(days) > 1 and (days[1].begins - days[0].begins).days > 1
    return Chart(
        "line",
        say.label("support.stats.by_week" if weekly else "support.stats.by_day"),
        (questions, handed),
        tuple(f"{day.begins:%m-%d}" if len(days) <= 52 // 2 else f"{day.begins:%y-%m-%d}" for day in days),
        say.label(
            "support.stats.chart_week" if weekly else "support.stats.chart",
            number=busiest.questions,
            day=busiest.begins,
        ),
    )


def _overall(turns: Sequence[Turn], taken: Sequence[Taken], channels: Sequence[str], say: Say) -> Table:
    """Returns the table of figures: all together, then each support channel, then what was asked elsewhere."""
    groups: list[tuple[Cell, set[str] | None]] = [(say.label("support.stats.all"), None)]
    asked_in = {turn.channel for turn in turns}
    marked = [channel for channel in sorted(channels) if channel in asked_in]
    elsewhere = asked_in - set(marked)
    if marked:
        groups += [(ChannelRef(channel), {channel}) for channel in marked]
        if elsewhere:
            groups.append((say.label("support.stats.elsewhere"), elsewhere))
    lines = []
    for name, within in groups:
        inside = [turn for turn in turns if within is None or turn.channel in within]
        done = [one for one in taken if within is None or one.channel in within]
        lines.append((name, *_row(reckon(inside, done), say)))
    names = ("where", "questions", "conversations", "deflection", "first_response", "resolution", "satisfaction")
    return Table(
        tuple(say.label(f"support.stats.{name}") for name in names), tuple(lines), say.label("support.stats.figures")
    )


def _row(numbers: Numbers, say: Say) -> tuple[Cell, ...]:
    return (
        numbers.questions,
        numbers.conversations,
        _share(numbers.deflection, say),
        times_text(numbers.first_response, say),
        times_text(numbers.resolution, say),
        _share(numbers.satisfaction, say),
    )


def _share(share: float | None, say: Say) -> str:
    return "–" if share is None else say.percent(share)


def times_text(spread: Spread | None, say: Say) -> str:
    """Returns the median and the 90th percentile in a few characters, with one unit where they share it."""
    if spread is None:
        return "–"
    (typical, unit), (slow, slow_unit) = _duration(spread.p50), _duration(spread.p90)
    if unit == slow_unit:
        return f"{say.number(typical)} / {say.label(f'support.stats.{unit}', number=slow)}"
    return (
        f"{say.label(f'support.stats.{unit}', number=typical)} / {say.label(f'support.stats.{slow_unit}', number=slow)}"
    )


def _duration(seconds: float) -> tuple[float, str]:
    """Returns a duration as a number and its unit."""
    if seconds < 5400:
        return round(seconds / 60, 0 if seconds >= 600 else 1), "minutes"
    if seconds < 2 * 86_400:
        return round(seconds / 3600, 1), "hours"
    return round(seconds / 86_400, 1), "days"


async def _candidates(request: Request, services: Services, since: float) -> Sequence[Part]:
    """Returns the groups of questions that had no answer, each with the button that makes an intent of it."""
    say = request.say
    questions = await unanswered.unanswered(services.sessions, request.team, since)
    groups = await unanswered.candidates(questions, services.library.choice.encoders, CANDIDATES)
    parts: list[Part] = [Paragraph(say("support.stats.unanswered", count=len(questions)))] if questions else []
    for members in groups:
        parts.append(Note(say("support.stats.alike", count=len(members))))
        parts.append(Quote("\n".join(f"• {one.text}" for one in members[:SHOWN])))
        parts.append(Buttons((Button(say.label("support.stats.make"), ADD, unanswered.material(members)),)))
    return parts
