"""What a rule says, as a key and arguments that a catalog makes a sentence of."""

from __future__ import annotations

from typing import Any, Literal

from skills.tasks.recurring.days import filled
from skills.tasks.recurring.parts import Parts
from skills.tasks.recurring.rule import Rule

Key = Literal[
    "every_days",
    "every_workday",
    "every_weeks",
    "every_months",
    "every_months_days",
    "every_months_weekdays",
    "every_months_workday",
    "every_years",
    "every_years_days",
    "every_years_weekdays",
    "every_years_workday",
]


def describe(rule: Rule) -> tuple[Key, dict[str, Any]]:
    """Returns what a rule says.

    The arguments are, for every key, `n` (every nth; 1 is each), `at` (a time or None for all day), `zone`, `by`,
    `count` and `until`; and by key `weekdays` of weeks (0 is Monday; none by completion: so long after it was done),
    `days` (of the month; -1 is the last), `weekdays` as pairs of nth and weekday (0 is each, -1 the last) or `position`
    (of the workdays; -1 is the last), and `months` where only some count. `shortened` tells that months without such a
    day take their last.
    """
    parts = rule.parts if rule.by == "completion" else filled(rule.parts, rule.anchor)
    key, arguments = _days(parts)
    shared = {"n": parts.interval, "at": rule.at, "zone": rule.zone, "by": rule.by}
    return key, shared | {"count": rule.count, "until": rule.until} | arguments | _shortened(rule, parts)


def _days(parts: Parts) -> tuple[Key, dict[str, Any]]:
    match parts.frequency:
        case "DAILY":
            return "every_days", {}
        case "WEEKLY":
            if parts.by_workdays and parts.interval == 1:
                return "every_workday", {}
            return "every_weeks", {"weekdays": tuple(day for _, day in parts.weekdays)}
        case "MONTHLY" if not parts.months:
            if parts.by_workdays:
                return "every_months_workday", {"position": parts.position}
            if parts.weekdays:
                return "every_months_weekdays", {"weekdays": parts.weekdays}
            return ("every_months_days", {"days": parts.month_days}) if parts.month_days else ("every_months", {})
        case _:
            months = {"months": parts.months}
            if parts.by_workdays:
                return "every_years_workday", {"position": parts.position} | months
            if parts.weekdays:
                return "every_years_weekdays", {"weekdays": parts.weekdays} | months
            return (
                ("every_years_days", {"days": parts.month_days} | months) if parts.month_days else ("every_years", {})
            )


def _shortened(rule: Rule, parts: Parts) -> dict[str, Any]:
    return {"shortened": True} if rule.month_end == "last_day" and max(parts.month_days, default=0) > 28 else {}
