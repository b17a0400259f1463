"""Judges whether joined parts are a date, by how they stand in the sentence."""

from __future__ import annotations

from skills.tasks.dates.canonical import Canonical
from skills.tasks.dates.joining import Joined
from skills.tasks.dates.parts import Clock, Day, Strength
from skills.tasks.dates.standing import Standing


def is_doubtful(joined: Joined, stands: Standing, signs: Canonical) -> bool | None:
    """Returns whether `joined` may well be no date, or None where it is none."""
    words = signs.signs[joined.start : joined.end]
    if stands.negated and not joined.ranged:
        return None
    if words.startswith("after "):
        # "Ping me after 2 hours", and "retry after 5 minutes".
        return True
    if joined.moment:
        return False
    if any("\u4e00" <= character <= "\u9fff" for character in words):
        return _in_chinese(joined, _strength(joined, signs), stands)
    if stands.possessive and not stands.deadline:
        return None
    if joined.day and joined.clock:
        return stands.titled and not (stands.deadline or stands.point)
    if joined.day:
        return _day(joined.day, _strength(joined, signs), stands, words)
    return _clock(joined.clock, stands, words) if joined.clock else None


def _in_chinese(joined: Joined, strength: Strength, stands: Standing) -> bool | None:
    if stands.possessive:
        return None if strength is Strength.WEAK or stands.deadline else True
    if stands.begins:
        return True
    weekday = joined.day is not None and joined.day.weekly
    if stands.deadline or stands.point or weekday or strength is Strength.CERTAIN:
        return False
    if strength is Strength.WEAK:
        return True if stands.before else None
    return not (stands.before or stands.after)


def _day(day: Day, strength: Strength, stands: Standing, words: str) -> bool | None:
    said = stands.deadline or stands.point
    if day.needs == "deadline" and not (stands.deadline and stands.after):
        return None
    if day.needs == "preposition" and not (stands.deadline or stands.within):
        return None
    if strength is Strength.CERTAIN:
        return stands.titled and not said
    if stands.adjective and stands.point and not stands.after:
        # "Follow up on the Friday incident".
        return None
    if day.needs == "bound":
        return _bound(day, stands, said=said)
    if said:
        # "By April" may be somebody's work.
        return strength is Strength.WEAK and words[0] == "M" and stands.deadline
    if stands.adjective or (stands.titled and not stands.after):
        return None
    if strength is Strength.WEAK:
        return True if stands.after else None
    return not (stands.after or stands.goes_on or (stands.before and stands.subject))


def _bound(day: Day, stands: Standing, *, said: bool) -> bool | None:
    if not said:
        return True if stands.after and not stands.adjective else None
    if day.options[0].reason != "day_of_month":
        return False
    # "By the 10th", and not "for the first time".
    ends = stands.after or stands.goes_on or stands.subject or (stands.before and stands.deadline)
    return False if ends else None


def _clock(clock: Clock, stands: Standing, words: str) -> bool | None:
    said = stands.deadline or stands.point
    if clock.strength is Strength.CERTAIN:
        return stands.titled and not said
    if clock.strength is Strength.WEAK:
        if clock.part is None:
            return None
        if stands.deadline:
            return False
        return True if words.startswith(("in ", "at ")) or (stands.before and stands.after) else None
    if said:
        return False
    if stands.adjective or (stands.titled and not stands.after):
        return None
    return not (stands.after or stands.goes_on or (stands.before and stands.subject))


def _strength(joined: Joined, signs: Canonical) -> Strength:
    if joined.day and joined.clock:
        return Strength.CERTAIN
    part = joined.day or joined.clock
    if part is None:
        return Strength.CERTAIN
    lone = joined.end - joined.start <= len("M01")
    return Strength.WEAK if part.strength is Strength.LIKELY and lone and joined.start in signs.weak else part.strength
