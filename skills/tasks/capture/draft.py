"""What a sentence asks for, before it is a task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from skills.tasks.store.task import NORMAL

if TYPE_CHECKING:
    from skills.tasks.dates.reading import Phrase
    from skills.tasks.recurring.phrases import Found

Part = Literal["due", "repeats", "priority", "effort", "labels", "after"]
"""What of a sentence can be refused, so that its words stay in the title."""

WHO = Literal["named", "asker", "nobody"]


@dataclass(frozen=True, slots=True)
class Draft:
    """One task as it was said.

    `who` says whether somebody was named, the asker means themselves, or nobody in particular: `person` is the id of
    who was named, `unknown` the name where no such member was found. `due` is the phrase that says when, with all its
    readings; `repeats` the one that says how often. `effort` is in minutes, `after` are numbers of tasks. `words` are
    those that each part was read from.
    """

    title: str
    notes: str = ""
    who: WHO = "nobody"
    person: str | None = None
    unknown: str = ""
    due: Phrase | None = None
    repeats: Found | None = None
    priority: int = NORMAL
    effort: int | None = None
    labels: tuple[str, ...] = ()
    after: tuple[int, ...] = ()
    words: Mapping[Part, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Names:
    """Who may be meant in a text: mentions by the words that stand for them, and members by name in lower case."""

    mentions: tuple[tuple[str, str], ...] = ()
    """(id, words in the text), in order."""
    members: Mapping[str, str] = field(default_factory=dict)
    asker: str = ""
