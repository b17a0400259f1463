"""Finds in a text the words that say how something repeats."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from skills.tasks.recurring.parts import Parts
from skills.tasks.recurring.rule import By
from skills.tasks.recurring.wording import chinese_endings, english_endings
from skills.tasks.recurring.wording.chinese import find_chinese
from skills.tasks.recurring.wording.english import find_english
from skills.tasks.recurring.wording.parts_of_day import PartOfDay, part_of_day
from skills.tasks.recurring.wording.saying import Doubt, Ending, Reason, Saying
from skills.tasks.recurring.wording.words import Words, words_of

_APART = " ,、"


@dataclass(frozen=True, slots=True)
class Found:
    """How something repeats, and where that is said: `spans` are the places of its words, in order.

    Clock times are left to stand ("every *morning at 9*"); `part` is a part of the day without one ("every *morning*"),
    which isn't in the spans either. `doubt` is a reading that some would not
    share, to be asked about.
    """

    spans: tuple[tuple[int, int], ...]
    parts: Parts
    reason: Reason
    by: By = "schedule"
    count: int | None = None
    until: date | None = None
    doubt: Doubt | None = None
    part: PartOfDay | None = None

    @property
    def start(self) -> int:
        return self.spans[0][0]

    @property
    def end(self) -> int:
        """Where the recurrence itself ends; an end that is said apart from it comes later."""
        return self.spans[0][1]

    def cut(self, text: str) -> str:
        """Returns the text without the words that say how it repeats."""
        for start, end in reversed(self.spans):
            text = f"{text[:start].rstrip()} {text[end:].lstrip()}".strip()
        return text


def find_recurrence(text: str, today: date) -> Found | None:
    """Returns the first recurrence that a text says; None where it says none, or none that a rule can keep."""
    words = words_of(text)
    english, chinese = find_english(words), find_chinese(words.text)
    if english and (chinese is None or english.start < chinese.start):
        ending = english_endings.find_ending(words, _index_after(words, english.end), today)
        return _found(words.text, english, ending, today)
    if chinese:
        return _found(words.text, chinese, chinese_endings.find_ending(words.text, chinese.end, today), today)
    return None


def _found(text: str, said: Saying, ending: Ending | None, today: date) -> Found:
    spans: tuple[tuple[int, int], ...] = ((said.start, said.end),)
    part = part_of_day(text, said.end)
    if ending is None or (ending.until and ending.until < today):
        return Found(spans, said.parts, said.reason, said.by, doubt=said.doubt, part=part)
    if not text[said.end : ending.start].strip(_APART):
        spans = ((said.start, ending.end),)
    else:
        spans += ((ending.start, ending.end),)
    doubt = said.doubt or ending.doubt
    return Found(spans, said.parts, said.reason, said.by, ending.count, ending.until, doubt, part)


def _index_after(words: Words, end: int) -> int:
    return next((index for index in range(len(words)) if words.start(index) >= end), len(words))
