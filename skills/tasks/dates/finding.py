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
from skills.tasks.dates.judging import is_doubtful
from skills.tasks.dates.parts import Context
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
        doubtful = is_doubtful(joined, stands, signs)
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
