"""The nouns of the index: what goes in (`Document`) and what comes out (`Hit`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

EVERYONE = "everyone"
"""The principal that every full member of a team holds; guests and people of other teams do not."""

Audience = frozenset[str]
"""The principals an asker holds: `EVERYONE`, channel ids, the person's own id. Opaque to the index."""


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of text under one heading.

    `headings` is the path below the document's title, which it does not repeat. `line` is the 1-based line (or page,
    or slide) of the source at which the text begins; `lines` are the places in the text at which lines of the source
    are known to begin, as (character offset, line), in order: none for pages and slides. `link` opens this very
    section (`…#anchor`, a message's permalink) where that is possible; else the document's link serves.
    """

    headings: tuple[str, ...]
    text: str
    line: int | None = None
    link: str | None = None
    lines: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One page, file or thread, as a loader read it.

    `key` names it for ever within its team (an absolute path, a URL, a Slack permalink): adding a document
    with a known key replaces the old one. `source` is the path or URL that was asked for and brought it, by which
    `index remove` and refreshing find it. `link` opens it; `place` is what people are shown (a short path or
    a URL). A passage may be read by whoever holds one of the principals in `visible_to`.
    """

    key: str
    title: str
    sections: tuple[Section, ...]
    source: str
    place: str
    link: str | None = None
    author: str | None = None
    date: datetime | None = None
    visible_to: frozenset[str] = frozenset({EVERYONE})


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something a loader could not read: what (file, URL, row) and the reason, in one clause."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found.

    `score` orders hits within one search. `confidence` is the calibrated probability, 0 to 1, that the passage
    answers the question; it compares across questions and languages. `start` and `end` are the passage's offsets in
    its section's text.
    """

    passage_id: int
    document_key: str
    title: str
    headings: tuple[str, ...]
    text: str
    start: int
    end: int
    line: int | None
    place: str
    link: str | None
    author: str | None
    date: datetime | None
    language: str
    visible_to: frozenset[str]
    score: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of a conversation; `speaker` is `user` or `agent`, as in BEIR-style histories."""

    speaker: str
    text: str
