"""A rule as other calendars read it: RFC 5545's RRULE with its end, and with what months do that lack a day."""

from __future__ import annotations

from collections import deque
from datetime import UTC, date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from skills.local_time import moment
from skills.tasks.recurring.days import days_of, filled, variants
from skills.tasks.recurring.rule import Rule


def rrules(rule: Rule) -> tuple[str, ...]:
    """Returns the values of the RRULE properties that together have a rule's occurrences; none by completion.

    One, but for "the 15th and 31st", of which the second is the last of 28 to 31. A number of times is given as the
    last day. Holidays can't be said.
    """
    if rule.by == "completion":
        return ()
    last = _last_day(rule)
    end = f";UNTIL={_until(rule, last)}" if last else ""
    return tuple(f"{parts.text}{end}" for parts in variants(filled(rule.parts, rule.anchor), rule.month_end))


def _last_day(rule: Rule) -> date | None:
    if rule.count is None:
        return rule.until
    counted = deque(islice(days_of(rule, rule.anchor, rule.anchor), rule.count), maxlen=1)
    return min((*counted, *([rule.until] if rule.until else [])), default=None)


def _until(rule: Rule, day: date) -> str:
    """RFC 5545, 3.3.10: a date where the start is one, else a time in UTC."""
    if rule.at is None:
        return f"{day:%Y%m%d}"
    at = moment(day, rule.at, ZoneInfo(rule.zone))
    return f"{datetime.fromtimestamp(at, UTC):%Y%m%dT%H%M%SZ}"
