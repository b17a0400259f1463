"""The parts of a task in words: when, how long, how urgent, how often."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from skills.catalogs import Say
from skills.reply import Json
from skills.tasks.recurring.describing import describe
from skills.tasks.recurring.rule import Rule
from skills.tasks.store.task import Due, Task
from skills.text import Bold, Link, Span, Text, When, spans_of

_PRIORITIES = {1: "urgent", 2: "high", 3: "normal", 4: "low"}
_NTH = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "last_but_one"}


def today_of(now: float, zone: ZoneInfo) -> date:
    """Returns the day that a zone's calendar shows at `now` (epoch seconds)."""
    return datetime.fromtimestamp(now, zone).date()


def due_words(say: Say, due: Due, now: float) -> tuple[Span, ...]:
    """Returns when something is due: a day as the task's own zone has it, a moment in each reader's zone."""
    if due.whole_day:
        return (day_words(say, due.day, today_of(now, ZoneInfo(due.zone))),)
    return (When(datetime.fromtimestamp(due.at, UTC)),)


def day_words(say: Say, day: date, today: date) -> str:
    """Returns a day: with `today` or `tomorrow` in front where it is that."""
    written = say.weekday(day, today)
    match (day - today).days:
        case 0:
            return say.label("tasks.day.today", day=written)
        case 1:
            return say.label("tasks.day.tomorrow", day=written)
        case -1:
            return say.label("tasks.day.yesterday", day=written)
    return written


def wall_label(say: Say, wall: datetime, whole_day: bool, today: date) -> str:
    """Returns a wall time for a button: `Fri, Dec 4, 5:00 PM`."""
    day = say.weekday(wall.date(), today)
    return day if whole_day else f"{day}, {clock_label(say, wall.time())}"


def clock_label(say: Say, at: time) -> str:
    """Returns a time of day as the reader's locale writes it."""
    return say.time(datetime.combine(date(2000, 1, 1), at, say.zone))


def span_words(say: Say, minutes: float) -> str:
    """Returns how long something takes: `45 min`, `2 h`, `1.5 h`, `3 d` (of eight hours)."""
    if minutes < 60:
        return say.label("tasks.span.minutes", number=max(1, round(minutes)))
    if minutes < 2 * 8 * 60:
        return say.label("tasks.span.hours", number=round(minutes / 60 * 2) / 2)
    return say.label("tasks.span.days", number=round(minutes / 60 / 8 * 2) / 2)


def priority_words(say: Say, priority: int) -> str:
    """Returns a priority's name."""
    return say.label(f"tasks.priority.{_PRIORITIES[priority]}")


def title_words(task: Task) -> tuple[Span, ...]:
    """Returns a task's number and title, which leads to what it was made from."""
    title: Span = Link(task.title, task.link) if task.link else Bold(task.title)
    return Bold(f"#{task.number} "), title


def rule_words(say: Say, rule: Mapping[str, Json]) -> str:
    """Returns how often something repeats: `every Friday at 5:00 PM`."""
    key, said = describe(Rule.model_validate(rule))
    unit = {"days": "day", "workday": "workday", "weeks": "week", "months": "month", "years": "year"}[key.split("_")[1]]
    n = said["n"]
    words = say.label(f"tasks.repeats.{unit}") if n == 1 else say.label(f"tasks.repeats.{unit}s", count=n)
    if on := _days_of_rule(say, key, said):
        alone = key == "every_weeks" and n == 1
        words = say.label("tasks.repeats.each" if alone else "tasks.repeats.on", every=words, days=on)
    if said["by"] == "completion":
        words = say.label("tasks.repeats.after_done", every=words)
    if said["at"] is not None:
        words = say.label("tasks.repeats.at", every=words, time=clock_label(say, said["at"]))
    if said["until"] is not None:
        words = say.label("tasks.repeats.until", every=words, day=say.day(said["until"]))
    if said["count"] is not None:
        words = say.label("tasks.repeats.count", every=words, count=said["count"])
    return words


def _days_of_rule(say: Say, key: str, said: Mapping[str, Any]) -> str:
    """Returns the days that a rule names, empty for none."""
    both = say.label("tasks.and")
    if key == "every_weeks":
        return both.join(say.day_name(day) for day in said["weekdays"])
    months = both.join(say.month_name(month) for month in said.get("months", ()))
    if key.endswith("_weekdays"):
        days = both.join(_nth(say, nth, say.day_name(day)) for nth, day in said["weekdays"])
    elif key.endswith("_workday"):
        days = _nth(say, said["position"], say.label("tasks.workday"))
    else:
        days = both.join(
            say.label("tasks.repeats.last_day") if day == -1 else say.label("tasks.repeats.day_number", number=day)
            for day in said.get("days", ())
        )
    return say.label("tasks.repeats.in_months", days=days, months=months) if months else days


def _nth(say: Say, nth: int | None, day: str) -> str:
    return say.label(f"tasks.nth.{_NTH[nth]}", day=day) if nth else day


def state_words(say: Say, task: Task, name: str, now: float) -> Text | None:
    """Returns what state a task is in, where that is worth saying; `name` is its assignee's."""
    match task.state:
        case "doing":
            return say("tasks.state.doing")
        case "blocked":
            return say("tasks.state.blocked", why=task.blocked or "–")
        case "done":
            return say("tasks.state.done")
        case "dropped":
            return say("tasks.state.dropped")
    if task.snoozed_until is not None and task.snoozed_until > now:
        return say("tasks.state.snoozed", until=datetime.fromtimestamp(task.snoozed_until, UTC))
    return None


def joined(*texts: Text) -> Text:
    """Returns several texts as one."""
    return tuple(span for text in texts for span in spans_of(text))
