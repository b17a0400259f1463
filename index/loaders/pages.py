"""What a parser reads out of one item's bytes, before it is known where they came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from index.types import LeftOut, Section


class UnreadableError(Exception):
    """The content can't be read; the message is the reason, in one clause without a subject ("is encrypted")."""


@dataclass(frozen=True, slots=True)
class Page:
    """One document to be.

    `part` tells the pages of one item apart (a row's id) and is empty when the item is one page; `key`, when it
    is given, is the document's key whatever the item is (a Slack permalink). `visible_to` is the page's own
    restriction, `None` when it has none. A section's `link` that begins with `#` is completed with the item's.
    """

    title: str
    sections: tuple[Section, ...]
    part: str = ""
    key: str | None = None
    place: str | None = None
    link: str | None = None
    author: str | None = None
    date: datetime | None = None
    visible_to: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The pages of one item, and the parts of it (rows, messages) that could not be read."""

    pages: tuple[Page, ...]
    faults: tuple[LeftOut, ...] = ()
