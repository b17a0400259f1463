"""Text as people are shown it: literal strings and a few marked spans.

A plain `str` is always literal: whatever it holds, it is shown as it stands and can neither ping nor format. What
should look or act differently is a span of its own, so that text from users and documents is safe by construction.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Bold:
    text: str


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class Link:
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class PersonRef:
    """A person named by id; shown as a mention."""

    id: str


@dataclass(frozen=True, slots=True)
class ChannelRef:
    """A channel named by id; shown as a link to it."""

    id: str


@dataclass(frozen=True, slots=True)
class When:
    """A moment (aware datetime), shown in the reader's own zone and locale."""

    at: datetime


Span = str | Bold | Code | Link | PersonRef | ChannelRef | When
Text = str | tuple[Span, ...]


def spans_of(text: Text) -> tuple[Span, ...]:
    """Returns the spans of `text`, a plain one being a single span."""
    return (text,) if isinstance(text, str) else text
