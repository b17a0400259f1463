"""A message read as the tasks that it asks for."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from skills.tasks.capture.draft import Draft, Names, Part
from skills.tasks.capture.measures import take_after, take_effort, take_labels, take_priority
from skills.tasks.capture.people import take_person
from skills.tasks.capture.spans import Remainder
from skills.tasks.capture.splitting import pieces
from skills.tasks.capture.titles import title_of
from skills.tasks.dates.finding import due_date
from skills.tasks.recurring.phrases import find_recurrence
from skills.tasks.store.task import NORMAL

_SPACES = re.compile(r"[^\S\n]+")
_SOMEBODY = "\ue000"
"""Stands for a character of a mention."""


def read_message(
    text: str, names: Names, now: datetime, zone: ZoneInfo, *, day_first: bool = False
) -> tuple[Draft, ...]:
    """Returns the tasks that a message asks for, in order; `now` is the asker's wall time.

    What stands over a list of them (whose they are, until when) holds for those that don't say otherwise.
    """
    found = pieces(text)
    drafts = tuple(read_draft(item, names, now, zone, day_first=day_first) for item in found.items)
    if not found.heading:
        return drafts
    above = read_draft(found.heading, names, now, zone, day_first=day_first)
    return tuple(_under(one, above) for one in drafts)


def read_draft(
    text: str,
    names: Names,
    now: datetime,
    zone: ZoneInfo,
    *,
    day_first: bool = False,
    refused: Collection[Part] = (),
) -> Draft:
    """Returns the one task that a sentence asks for. The words of what is `refused` stay in its title."""
    text, spoken = mentions_as_ids(_SPACES.sub(" ", text.strip()), names)
    left = Remainder(text)
    words: dict[Part, str] = {}
    repeats = find_recurrence(text, now.date()) if "repeats" not in refused else None
    if repeats is not None:
        words["repeats"] = " ".join(left.take(*span).strip() for span in repeats.spans)
    if repeats is not None and repeats.part is not None:
        left.take(repeats.part.start, repeats.part.end)
    due = due_date(unmentioned(left.text, spoken), now, zone, day_first=day_first) if "due" not in refused else None
    if due is not None:
        words["due"] = left.take(due.start, due.end).strip()
    after = take_after(left) if "after" not in refused else None
    labels = take_labels(left) if "labels" not in refused else None
    effort = take_effort(left) if "effort" not in refused else None
    priority = take_priority(left) if "priority" not in refused else None
    for part, found in (("after", after), ("labels", labels), ("effort", effort), ("priority", priority)):
        if found is not None:
            words[part] = found[1]  # type: ignore[index]
    asked = take_person(left, spoken)
    title, notes = title_of(_named_again(left.text, names))
    return Draft(
        title=title,
        notes=notes,
        who=asked.who,
        person=asked.person,
        unknown=asked.unknown,
        due=due,
        repeats=repeats,
        priority=priority[0] if priority else NORMAL,
        effort=effort[0] if effort else None,
        labels=labels[0] if labels else (),
        after=after[0] if after else (),
        words=words,
    )


def _under(draft: Draft, above: Draft) -> Draft:
    """Returns a draft with what its heading says and itself does not."""
    if draft.who == "nobody" and above.who != "nobody" and not above.unknown:
        draft = replace(draft, who=above.who, person=above.person)
    if draft.due is None and draft.repeats is None and above.due is not None:
        draft = replace(draft, due=above.due)
    if draft.priority == NORMAL:
        draft = replace(draft, priority=above.priority)
    return replace(draft, labels=tuple(dict.fromkeys((*draft.labels, *above.labels))))


def mentions_as_ids(text: str, names: Names) -> tuple[str, Names]:
    """Returns the text with each mention as one word, `@` and the id: a name of several words would come apart."""
    at = 0
    for id, words in names.mentions:
        found = text.find(words, at)
        if found >= 0:
            text = f"{text[:found]}@{id}{text[found + len(words) :]}"
            at = found + len(id) + 1
    return text, replace(names, mentions=tuple((id, f"@{id}") for id, _ in names.mentions))


def unmentioned(text: str, names: Names) -> str:
    """Returns the text with something that is no word for each mention: "@" before a date means "at"."""
    for _, words in names.mentions:
        text = text.replace(words, _SOMEBODY * len(words))
    return text


def _named_again(text: str, names: Names) -> str:
    for id, words in names.mentions:
        text = text.replace(f"@{id}", words)
    return text
