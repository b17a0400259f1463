"""Clock times: "5pm", "17:30 CET", "half past 3", "noon", "by 9", "EOD", and parts of the day.

An hour from 1 to 7 without am or pm is in the afternoon, 8 to 12 before and at noon. "EOD" is 23:59:59; "COB" and
"close of business" are 17:00, when the default working day ends (下班 is 18:00). A part of the day alone stands for
09:00, 12:00, 15:00, 19:00 or 20:00. "midnight" is the one that ends the day.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from skills.tasks.dates.canonical import canonical
from skills.tasks.dates.parts import LAST, Clock, Context, Part, PartOfDay, Strength, rule
from skills.tasks.dates.zones import named_zone

CLOSE = time(17)

PARTS: dict[PartOfDay, time] = {
    "morning": time(9),
    "noon": time(12),
    "afternoon": time(15),
    "evening": time(19),
    "night": time(20),
}


def hours(hour: int, minute: int, part: PartOfDay | None = None) -> tuple[time, ...]:
    """Returns what an hour without am or pm can mean, likeliest first; none where there is no such time."""
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return ()
    if hour in (0, 24) or hour > 12:
        return (time(hour % 24, minute),)
    early, late = time(hour % 12, minute), time(hour % 12 + 12, minute)
    if part == "morning":
        return (early if hour != 12 else late,)
    if part in ("afternoon", "evening"):
        return (late,)
    if part == "night":
        return (late if 5 <= hour < 12 else early,)
    if part == "noon":
        return (late if hour in (12, 1, 2) else early,)
    return (early, late) if 8 <= hour < 12 else (late, early)


def _exact(match: re.Match[str], context: Context) -> Part | None:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    half = match["half"]
    if half and not 1 <= hour <= 12:
        if hour > 12 and hour < 24 and half == "p":
            half = None
        else:
            return None
    times = hours(hour, minute)
    if half and times:
        times = (time(hour % 12 + (12 if half == "p" else 0), minute),)
    elif match["hour"][0] == "0":
        times = times and (time(hour, minute),)
    if not times:
        return None
    ends = hour == 24
    return Clock(match.start(), match.end(), times, Strength.LIKELY, zone=_zone(match, context), after_day=ends)


def _zone(match: re.Match[str], context: Context) -> ZoneInfo | None:
    return named_zone(match["zone"].removesuffix(" time")[1:], context.zone) if match["zone"] else None


def _bare(match: re.Match[str], context: Context) -> Part | None:
    times = hours(int(match["hour"]), int(match["minute"] or 0))
    return Clock(match.start(), match.end(), times, Strength.LIKELY) if times else None


def _half(match: re.Match[str], context: Context) -> Part:
    """Reads "half five", as it is said in Britain: 5:30."""
    return Clock(match.start(), match.end(), hours(int(match["hour"]), 30), Strength.LIKELY)


def _in_part(match: re.Match[str], context: Context) -> Part | None:
    times = hours(int(match["hour"]), 0, match["part"].lower())  # type: ignore[arg-type]
    return Clock(match.start(), match.end(), times, Strength.LIKELY) if times else None


def _half_of_day(match: re.Match[str], context: Context) -> Part:
    """Reads "Monday pm"."""
    part: PartOfDay = "morning" if match["half"] == "am" else "afternoon"
    return Clock(match.start(), match.end(), (PARTS[part],), Strength.WEAK, reason="part_of_day", part=part)


def _loose(match: re.Match[str], context: Context) -> Part | None:
    """Reads an hour that only a day beside it makes one: "at 10 call the bank", "17h"."""
    times = hours(int(match["hour"]), int(match["minute"] or 0))
    return Clock(match.start(), match.end(), times, Strength.WEAK) if times else None


def _spoken(match: re.Match[str], context: Context) -> Part | None:
    """Reads "half past 3", "quarter to 6", "ten past 8"."""
    step = {"half": 30, "QUARTER": 15}.get(match["step"]) or int(re.findall(r"\d+", match["step"])[0])
    hour = int(match["hour"])
    if not 1 <= hour <= 12 or step > 30:
        return None
    if match["way"] == "to":
        hour, step = (hour - 2) % 12 + 1, 60 - step
    times = hours(hour, step)
    return Clock(match.start(), match.end(), times, Strength.LIKELY)


def _named(match: re.Match[str], context: Context) -> Part | None:
    words = match[0]
    if "MIDNIGHT" in words:
        return Clock(match.start(), match.end(), (time(0),), Strength.LIKELY, after_day=True)
    if "EOD" in words or ("end" in words and "business" not in words):
        return Clock(match.start(), match.end(), (LAST,), Strength.CERTAIN, reason="end_of_day")
    return Clock(match.start(), match.end(), (CLOSE,), Strength.CERTAIN, reason="end_of_work")


def _part(match: re.Match[str], context: Context) -> Part:
    part: PartOfDay = match["part"].lower()  # type: ignore[assignment]
    at = PARTS[part]
    strength = Strength.LIKELY if part == "noon" else Strength.WEAK
    return Clock(match.start(), match.end(), (at,), strength, reason="part_of_day", part=part)


def _lunch(match: re.Match[str], context: Context) -> Part:
    return Clock(match.start(), match.end(), (PARTS["noon"],), Strength.LIKELY, reason="part_of_day")


def _lunch_of_day(match: re.Match[str], context: Context) -> Part:
    return Clock(match.start(), match.end(), (PARTS["noon"],), Strength.WEAK, reason="part_of_day")


def _twelve(match: re.Match[str], context: Context) -> Part:
    midnight = match["part"] == "MIDNIGHT"
    at, zone = time(0 if midnight else 12), _zone(match, context)
    return Clock(match.start(), match.end(), (at,), Strength.LIKELY, zone=zone, after_day=midnight)


def _first_thing(match: re.Match[str], context: Context) -> Part:
    return Clock(match.start(), match.end(), (PARTS["morning"],), Strength.LIKELY, reason="part_of_day")


_APART = r"(?<![\d$€£#+/.])(?<!\d[.,:-])(?<![a-su-zA-Z_])"
_ZONE = r"(?: ?\(?(?P<zone>Z(?:UTC|GMT)[+-]\d{1,2}(?!\d)|Z[A-Z]+|Y(?:PT|ET)(?: time)?|Y[A-Z]+ time|z(?![a-z]))\)?)?"
_SAYS = r"(?:by|before|until|around|@|at|a the)(?: the| about| around)? ?"
_SINCE = r"(?:(?:from |between )?\d{1,2}(?:[:.]\d\d)?(?: ?[ap]m)? ?(?:-|to|until|and) ?)?"
"""The beginning of a range, of which the end counts: "2-4pm"."""
_HOUR = r"(?P<hour>\d{1,2})"
_ALONE = (
    r"(?![\da-z%])(?![.:,/-]\d)(?!-\w)(?!\.? ?(?:of )?M\d\d)(?! ?(?:[ap]m|UHR|o'clock|h)(?![a-z]))(?! (?:past|to) \d)"
)
_ON = (
    r"(?= ?(?:$|[\n.,;:!?()\[\]\"…-]|(?:please|pls|plz|thanks|thank|thx|latest|sharp|on|and|or|so|if|then|i|we|you"
    r"|because|otherwise|will|would|can|this|in the|the \d|W[0-6]|M\d\d|TODAY|TOMORROW|TONIGHT|OVERMORROW|MORNING"
    r"|AFTERNOON|EVENING|NIGHT|[\u4e00-\u9fff])(?![a-z])))"
)
"""What may follow a bare hour: nothing that it could count."""

CLOCK_RULES = (
    rule(
        _APART + _SINCE + _HOUR + r"(?:[:.](?P<minute>\d\d)(?::\d\d)?)? ?(?P<half>[ap])m(?![a-zA-Z0-9])" + _ZONE,
        _exact,
    ),
    rule(
        _APART
        + _SINCE
        + _HOUR
        + r":(?P<minute>\d\d)(?::\d\d(?:\.\d+)?)?(?P<half>)(?![\d:%])(?: ?(?:h|UHR)(?![a-zA-Z]))?"
        + _ZONE,
        _exact,
    ),
    rule(_APART + _HOUR + r" ?UHR(?: ?(?P<minute>[0-5]\d)(?!\d))?", _bare),
    rule(_APART + _HOUR + r" ?o'clock(?P<minute>)", _bare),
    rule(_APART + r"(?<!\()(?P<hour>[89]|1\d|2[0-3])h(?P<minute>[0-5]\d)?(?![a-zA-Z0-9])", _loose),
    rule(_APART + r"(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d) ?(?:HOUR|h)(?![a-zA-Z])", _bare),
    rule(_APART + r"(?P<hour>0\d)(?P<minute>[0-5]\d)(?![\da-z.,:/-])", _loose),
    rule(_APART + _HOUR + r" in the (?P<part>MORNING|AFTERNOON|EVENING)", _in_part),
    rule(r"(?P<half>am|pm)(?![a-zA-Z])(?! (?:W[0-6]|M\d\d|the|\d))", _half_of_day),
    rule(_SAYS + _HOUR + r"h(?P<minute>[0-5]\d)?(?![a-zA-Z0-9])", _bare),
    rule(_SAYS + r"(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5][05])(?! ?[-/.:]\d)" + _ON, _bare),
    rule(_SAYS + r"(?P<hour>1[3-9]|2[0-3])\.(?P<minute>[0-5]\d)(?![\d.])" + _ON, _bare),
    rule(_SAYS + _HOUR + " (?P<minute>15|30|45)" + _ON, _bare),
    rule(_SAYS + "half (?P<hour>[1-9]|1[0-2])" + _ON, _half),
    rule(_SAYS + _HOUR + "(?P<minute>)" + _ALONE + _ON, _bare),
    rule("at ?" + _HOUR + "(?P<minute>)" + _ALONE, _loose),
    rule(
        r"(?:a )?(?P<step>half|QUARTER|(?:5|10|20|25)(?: MINUTE)?) (?P<way>past|to|after) (?P<hour>\d{1,2})(?![\d:.])",
        _spoken,
    ),
    rule(
        r"EOD|COB|(?:the )?end of (?:the |this |my |our )?(?:work(?:ing)? ?|business )?(?:DAY|WORKDAY)(?!\w)"
        r"|(?:the )?end of (?=TODAY|TOMORROW|OVERMORROW|W[0-6])|DAY'?s? end(?!\w)"
        r"|(?:the )?(?:close|end)(?: of|[ -]of[ -]) ?(?:business|play|work)(?: hours)?(?:[ -](?:on )?DAY)?|MIDNIGHT",
        _named,
    ),
    rule(r"(?:by|before|until|around|over|at) (?:the )?LUNCH(?: ?time)?(?!\w)", _lunch),
    rule(r"(?:over |at )?LUNCH(?: ?time)?(?![\w'])", _lunch_of_day),
    rule(r"(?:12 ?)?(?P<part>NOON|MIDNIGHT)" + _ZONE, _twelve),
    rule(r"(?:from )?\d{1,2} ?(?:-|to|until) ?" + _HOUR + "(?P<minute>)" + _ALONE + _ON, _loose),
    rule(r"between \d{1,2} ?(?:-|and) ?" + _HOUR + "(?P<minute>)" + _ALONE + _ON, _loose),
    rule(r"(?:the )?1(?:st|th) thing(?: in the MORNING)?", _first_thing),
    rule(
        r"(?:(?:in|at|by|during|this|late|early|middle)[ -])?(?:the )?(?:late |early )?"
        r"(?P<part>MORNING|NOON|AFTERNOON|EVENING|NIGHT)(?![a-zA-Z'])",
        _part,
    ),
)


def clock_time(text: str) -> time | None:
    """Returns the clock time that `text` alone says, the likeliest one; None where it says anything else."""
    from skills.tasks.dates.chinese.clock import CHINESE_CLOCK_RULES

    signs = canonical(text.strip()).signs
    # A zone that is named is left out: the time is what was said.
    anywhere = Context(datetime.combine(date.min, time()), ZoneInfo("UTC"), day_first=False)
    for prefix in ("", "at "):
        for one in (*CLOCK_RULES, *CHINESE_CLOCK_RULES):
            found = one.pattern.fullmatch(prefix + signs)
            part = one.build(found, anywhere) if found else None
            if isinstance(part, Clock):
                return part.times[0]
    return None
