"""Finds the due dates in a sentence.

A stretch counts when something says that it is a date: a preposition, an edge of the sentence, a clock time beside it.
What may as well be something else is kept with `asks`, and what more likely is (a name, "Friday's", "the March
report", "since Monday") is left out.
"""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from skills.tasks.dates.canonical import Canonical, canonical
from skills.tasks.dates.joining import Joined, join
from skills.tasks.dates.parts import Context, Strength
from skills.tasks.dates.reading import Phrase, Reading
from skills.tasks.dates.resolving import readings
from skills.tasks.dates.scanning import scan
from skills.tasks.dates.standing import Standing, standing

_PLAUSIBLE = 0.4
"""A second reading this likely, against the first, is worth a question."""


def find_dates(text: str, now: datetime, zone: ZoneInfo, *, day_first: bool = False) -> tuple[Phrase, ...]:
    """Returns the phrases of `text` that say when, in order. `now` is wall time in `zone`, without a zone itself.

    `day_first` reads 7/6 as the 7th of June. The phrases don't overlap.
    """
    return tuple(phrase for phrase, _ in _found(text, Context(now, zone, day_first)))


def due_date(text: str, now: datetime, zone: ZoneInfo, *, day_first: bool = False) -> Phrase | None:
    """Returns the phrase that is taken for the due date of what `text` asks for, or None.

    A phrase with "by" or 前 goes before one without, a sure one before a doubtful one; of equal ones the first counts,
    in Chinese the last, since it is there that a sentence says what is to be done.
    """
    found = _found(text, Context(now, zone, day_first))
    if not found:
        return None
    if any("\u4e00" <= character <= "\u9fff" for character in text):
        found.reverse()
    return max(found, key=lambda one: one[1])[0]


def _found(text: str, context: Context) -> list[tuple[Phrase, tuple[bool, ...]]]:
    signs = canonical(text)
    found: list[tuple[Phrase, tuple[bool, ...]]] = []
    for joined in join(scan(signs.signs, context), signs.signs):
        if found and signs.starts[joined.start] < found[-1][0].end:
            # The words before it took it in, as in 国庆当天.
            continue
        stands = standing(signs, joined.start, joined.end, ranged=joined.ranged)
        doubtful = _doubtful(joined, stands, signs)
        if doubtful is None:
            continue
        meant = readings(joined, context)
        if not meant:
            continue
        low = found[-1][0].end if found else 0
        phrase = _phrase(signs, joined, stands, meant, context, doubtful=doubtful, low=low)
        found.append((phrase, (stands.deadline, not doubtful, not phrase.past)))
    return found


def _phrase(
    signs: Canonical,
    joined: Joined,
    stands: Standing,
    meant: tuple[Reading, ...],
    context: Context,
    *,
    doubtful: bool,
    low: int,
) -> Phrase:
    start, end = signs.original(stands.start, stands.end)
    start = max(start, low)
    first = meant[0]
    past = first.at < (datetime.combine(context.today, time()) if first.whole_day else context.now.replace(second=0))
    several = len(meant) > 1 and meant[1].weight >= _PLAUSIBLE * first.weight
    zone = joined.clock.zone if joined.clock else None
    return Phrase(start, end, signs.text[start:end], meant, doubtful or several or past, past, not doubtful, zone)


def _doubtful(joined: Joined, stands: Standing, signs: Canonical) -> bool | None:
    """Returns whether it may well be no date, or None where it is none."""
    chinese = any("\u4e00" <= one <= "\u9fff" for one in signs.signs[joined.start : joined.end])
    said = stands.deadline or stands.point
    if stands.negated and not joined.ranged:
        return None
    if joined.moment:
        # "Ping me after 2 hours", and "retry after 5 minutes".
        return signs.signs.startswith("after", joined.start)
    strength = _strength(joined, signs)
    needs = joined.day.needs if joined.day and not joined.clock else ""
    if (needs == "deadline" and not (stands.deadline and stands.after)) or (needs == "preposition" and not said):
        return None
    if chinese:
        return _doubtful_chinese(strength, stands, said=said)
    if stands.possessive and not stands.deadline:
        return None
    if strength is Strength.CERTAIN:
        return stands.titled and not said
    if needs == "bound" and not said:
        return True if stands.after and not stands.adjective else None
    if stands.point and stands.adjective and not stands.after and joined.day:
        # "Follow up on the Friday incident".
        return None
    if said:
        return _is_person(joined, signs, stands)
    if stands.adjective or (stands.titled and not stands.after):
        return None
    if strength is Strength.WEAK and joined.clock and joined.clock.part is None:
        return None
    if strength is Strength.WEAK:
        return True if stands.after and (stands.before or joined.day) else None
    if stands.after or stands.goes_on:
        return False
    return not (stands.before and stands.subject)


def _doubtful_chinese(strength: Strength, stands: Standing, *, said: bool) -> bool | None:
    if stands.possessive:
        return None if strength is Strength.WEAK or stands.deadline else True
    if said or strength is Strength.CERTAIN:
        return False
    if strength is Strength.WEAK:
        return None if not stands.before else True
    return not (stands.before or stands.after)


def _strength(joined: Joined, signs: Canonical) -> Strength:
    if joined.day and joined.clock:
        return Strength.CERTAIN
    part = joined.day or joined.clock
    assert part is not None  # noqa: S101 - moments are judged before
    if part.strength is Strength.LIKELY and joined.start in signs.weak and joined.end - joined.start <= 3:
        return Strength.WEAK
    return part.strength


def _is_person(joined: Joined, signs: Canonical, stands: Standing) -> bool:
    """Whether "by April" may be somebody's work: a month that is a name, alone."""
    return joined.start in signs.weak and signs.signs[joined.start] == "M" and joined.end - joined.start <= 3
