"""Slots: what an answer needs to know of the asker's case, read from messages or asked for in one short question."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from functools import partial

from skills.catalogs import Say
from skills.support.book.answer_book import BUILT_IN_SLOTS, AnswerBook, SlotKind
from skills.support.book.templates import missing, pieces, slots_in
from skills.support.slots import values as slot_values
from skills.support.slots.dates import find_days
from skills.text import Text

__all__ = ["extract", "extract_thread", "fill", "fill_in", "missing", "question", "slots_in"]

_READ = 4_000
"""Characters of a message that are looked at."""
_PATTERN_SECONDS = 0.05
"""A book's own pattern that takes longer on a message (by backtracking) finds nothing there."""

_Found = Iterator[tuple[int, int, str]]


def extract(text: str, book: AnswerBook, now: datetime, asked: str | None = None) -> dict[str, str]:
    """Returns the values of slots that `text` gives, by slot; of several the first.

    `now` is the time in the asker's zone. `asked` is the slot that we have just asked for: then a bare value ("88231")
    is one, too. A day is given as `2026-11-23`, everything else as it was written.
    """
    text = slot_values.without_cards(unicodedata.normalize("NFKC", text[:_READ]))
    values: dict[str, str] = {}
    for slot, find in _searches(book, now, asked):
        rest = text
        for start, end, value in find(text):
            values.setdefault(slot, value)
            rest = rest[:start] + "\n" * (end - start) + rest[end:]
        text = rest  # what was taken for one thing is nothing else: a phone is no order number
    if asked is not None and asked not in values:
        values.update(_bare(text, asked, book.slots.get(asked)))
    return values


def extract_thread(
    messages: Iterable[str], book: AnswerBook, now: datetime, asked: str | None = None
) -> dict[str, str]:
    """Returns the slots that the asker's `messages` give, oldest first: a later message corrects an earlier one.

    `asked` is the slot that was asked for before the last message.
    """
    values: dict[str, str] = {}
    said = list(messages)
    for number, text in enumerate(said, 1):
        values.update(extract(text, book, now, asked if number == len(said) else None))
    return values


def fill(template: str, known: Mapping[str, str], language: str = "en") -> str:
    """Returns `template` with each slot's value in its place, as it is: braces in a value open no slot.

    The result is literal text, a day written as in `language`, an order number in capitals. Raises `KeyError` with the
    slot's name where `known` lacks one: see `missing`.
    """
    return "".join(
        literal + ("" if slot is None else _written(slot, known[slot], language)) for literal, slot in pieces(template)
    )


def fill_in(template: str, known: Mapping[str, str], language: str) -> str:
    """Returns `template` for a person to go over: a slot that `known` lacks stands as its name in brackets."""
    named = {slot: f"[{slot.replace('_', ' ')}]" for slot in missing(template, known)}
    return fill(template, {**known, **named}, language)


def question(slot: str, book: AnswerBook, say: Say) -> Text:
    """Returns the short question for a missing slot: the book's own where it has one in that language."""
    kind = book.slots.get(slot)
    if kind is not None and say.language in kind.ask:
        return kind.ask[say.language]
    if slot in BUILT_IN_SLOTS:
        return say(f"support.slot.ask.{slot}")
    if kind is not None and kind.ask:
        return kind.ask.get(book.language) or next(iter(kind.ask.values()))
    return say("support.slot.ask", name=slot.replace("_", " "))


def _searches(book: AnswerBook, now: datetime, asked: str | None) -> Iterator[tuple[str, Callable[[str], _Found]]]:
    """Yields the searches to make, the surest first. A book's own slot takes the place of the built-in one."""
    own = {name: kind for name, kind in book.slots.items() if kind.pattern is not None or kind.values}
    for name, kind in own.items():
        yield name, partial(_own, kind)
    for_order = asked == "order_number"
    built_in: tuple[tuple[str, Callable[[str], _Found]], ...] = (
        ("order_number", slot_values.numbered),
        ("email", slot_values.mails),
        ("phone", partial(slot_values.phones, bare=not for_order)),
        ("amount", slot_values.amounts),
        ("date", partial(_days, now=now)),
        ("order_number", partial(slot_values.order_numbers, asked=for_order)),
        ("name", partial(slot_values.names, asked=asked == "name")),
    )
    yield from ((name, find) for name, find in built_in if name not in own)


def _days(text: str, now: datetime) -> _Found:
    for start, end, day in find_days(text, now):
        yield start, end, day.isoformat()


def _own(kind: SlotKind, text: str) -> _Found:
    if kind.pattern is not None:
        import regex

        with suppress(TimeoutError):
            for found in regex.finditer(kind.pattern, text, timeout=_PATTERN_SECONDS):
                if found.group().strip():
                    yield found.start(), found.end(), found.group().strip()
        return
    # The longest name first: "desk lamp" is no "lamp".
    for value in sorted(kind.values, key=len, reverse=True):
        words = re.escape(unicodedata.normalize("NFKC", value))
        for match in re.finditer(rf"(?<![A-Za-z0-9]){words}(?:e?s)?(?![A-Za-z0-9])", text, re.IGNORECASE):
            yield match.start(), match.end(), value


def _bare(text: str, slot: str, kind: SlotKind | None) -> dict[str, str]:
    """Returns what a short message says when it answers a question for a thing."""
    if kind is None and slot != "product":
        return {}
    words = slot_values.bare_words(text)
    if words is None or (kind is not None and kind.pattern is not None):
        return {}
    if kind is None or not kind.values:
        return {slot: words}
    folded = {value.casefold(): value for value in kind.values}
    close = difflib.get_close_matches(words.casefold(), folded, n=1, cutoff=0.75)
    return {slot: folded[close[0]]} if close else {}


def _written(slot: str, value: str, language: str) -> str:
    if slot == "order_number" and re.fullmatch(r"[a-z]{1,5}-?\d+(?:-\d+)*", value):
        return value.upper()
    if slot != "date" or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return value
    from babel import Locale, UnknownLocaleError
    from babel.dates import format_date

    try:
        return format_date(date.fromisoformat(value), "long", Locale.parse(language))
    except (UnknownLocaleError, ValueError):
        return value
