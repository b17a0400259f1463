"""When a draft is due: the reading that counts for now, and what is asked about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from skills.reply import Json
from skills.tasks.capture.draft import Draft
from skills.tasks.dates.reading import Phrase, Reading
from skills.tasks.recurring.rule import Rule
from skills.tasks.series import first_due
from skills.tasks.store.fields import due_json
from skills.tasks.store.task import Due

_PARTS = {"morning": time(9), "noon": time(12), "afternoon": time(15), "evening": time(19), "night": time(21)}
"""When a part of the day is, as the due dates have it."""

_LAST = time(23, 59, 59)
"""The end of a day, which is when a whole day's task is late."""

OFFERED = 4
"""So many readings stand as buttons."""


@dataclass(frozen=True, slots=True)
class Dated:
    """`due` counts until the asker says otherwise; `asked` is what they are asked then, as `Task.pending` keeps it."""

    due: Due | None = None
    asked: Json = None
    rule: Rule | None = None


def dated(draft: Draft, now: datetime, zone: ZoneInfo) -> Dated:
    """Returns when a draft is due; `now` is wall time in `zone`."""
    if draft.repeats is not None:
        at = _clock(draft.due)
        if at is None and draft.repeats.part is not None:
            at = _PARTS[draft.repeats.part.name]
        rule, due = first_due(draft.repeats.parts, draft.repeats.by, at, now, zone)
        rule = rule.model_copy(update={"until": draft.repeats.until, "count": draft.repeats.count})
        return Dated(due, None, rule)
    return Dated(*_due(draft.due, now, zone)) if draft.due is not None else Dated()


def due_of_reading(reading: Reading, zone: ZoneInfo) -> Due:
    """Returns the due time that a reading means."""
    whole_day = reading.whole_day or reading.at.time() == _LAST
    return Due(datetime.combine(reading.at.date(), time()) if whole_day else reading.at, whole_day, zone.key)


def _due(phrase: Phrase, now: datetime, zone: ZoneInfo) -> tuple[Due | None, Json]:
    readings = [due_of_reading(one, zone) for one in phrase.readings]
    first = readings[0]
    if phrase.past:
        later = [one for one in readings if _is_to_come(one, now)]
        return None, _asked("past", phrase, later or _soon(first, now, zone))
    if not phrase.asks:
        return first, None
    return (first if phrase.sure else None), _asked("which" if phrase.sure else "doubt", phrase, readings)


def _asked(why: str, phrase: Phrase, readings: list[Due]) -> Json:
    distinct = list(dict.fromkeys(readings))[:OFFERED]
    return {"why": why, "words": phrase.text.strip(), "readings": [due_json(one) for one in distinct]}


def _is_to_come(due: Due, now: datetime) -> bool:
    return due.day >= now.date() if due.whole_day else due.wall > now


def _soon(past: Due, now: datetime, zone: ZoneInfo) -> list[Due]:
    """Returns what may be meant by a time that is over: the same one today, if it is to come, and tomorrow."""
    days = [now.date(), now.date() + timedelta(days=1)]
    found = [Due(datetime.combine(day, past.wall.time()), past.whole_day, zone.key) for day in days]
    return [one for one in found if _is_to_come(one, now)]


def _clock(phrase: Phrase | None) -> time | None:
    if phrase is None or phrase.readings[0].whole_day:
        return None
    return phrase.readings[0].at.time()
