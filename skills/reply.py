"""The neutral vocabulary in which skills answer; `bot` renders it for Slack."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from skills.text import ChannelRef, Text

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: Text


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a document or a person, shown literally."""

    text: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a quoted passage stands. `place` is a short path or URL, with the line where there is one."""

    number: int
    title: str
    headings: tuple[str, ...]
    place: str
    link: str | None
    date: datetime | None


@dataclass(frozen=True, slots=True)
class Sources:
    items: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """Short label and value pairs, set in two columns."""

    pairs: tuple[tuple[Text, Text], ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Small print."""

    text: Text


@dataclass(frozen=True, slots=True)
class Button:
    """A next step. `action` names what a press does (`share`, `knowledge.more`); `value` comes back with it."""

    label: str
    action: str
    value: str = ""
    style: Literal["primary", "danger"] | None = None
    spoken: str | None = None
    """What a screen reader says, where the label alone is too short."""


@dataclass(frozen=True, slots=True)
class Menu:
    """Next steps of which one is chosen: (value, label) pairs. The value comes back as a button's does."""

    label: str
    action: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Buttons:
    items: tuple[Button | Menu, ...]


@dataclass(frozen=True, slots=True)
class Feedback:
    """The native helpful / not helpful buttons of this answer."""


Cell = str | int | float | ChannelRef


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings. Numbers are set as numbers, and sorted so. The first column names each row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str


@dataclass(frozen=True, slots=True)
class Series:
    """A chart's line or bars: a value for each of the chart's labels."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """What is expected of each of a chart's labels, from low to high. From the label `forecast` on nothing came yet."""

    name: str
    lows: tuple[float, ...]
    highs: tuple[float, ...]
    forecast: int | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart over `labels`. `alt` says in a sentence what it shows, for those who see none.

    A series may be shorter than the labels where a `band` reaches on. `picture`: always a PNG, to be passed on.
    """

    kind: Literal["line", "bar"]
    title: str
    series: tuple[Series, ...]
    labels: tuple[str, ...]
    alt: str
    band: Band | None = None
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG that a skill has drawn itself. `alt` says in words what it shows, for those who see none."""

    png: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class File:
    """A text file to take away."""

    name: str
    content: str


Part = Paragraph | Quote | Sources | Fields | Note | Buttons | Feedback | Table | Chart | Picture | File


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to people.

    `to`: `thread` answers where the request came from, in its thread, for all who read there; `channel` stands
    in the channel outside any thread; `asker` is seen by the asker alone. `memory` is kept with the answer and comes
    back as `Answer.memory` when somebody presses one of its buttons or asks on in its thread: ids and numbers, no text
    that the reader may not see. `replaces` is the answer whose message this one takes the place of; `removes` is the
    one whose message goes when this one is posted (the shared ephemeral, say). `unanswered`: the skill
    knows no answer, or one that it is in doubt of, so that another skill may have a better one.
    """

    parts: tuple[Part, ...]
    to: Literal["thread", "channel", "asker"] = "thread"
    memory: Mapping[str, Json] = field(default_factory=dict)
    replaces: str | None = None
    removes: str | None = None
    unanswered: bool = False


def to_asker(text: Text) -> tuple[Reply, ...]:
    """Returns the one answer that consists of `text` and is seen by the asker alone."""
    return (Reply((Paragraph(text),), to="asker"),)


@dataclass(frozen=True, slots=True)
class TextInput:
    key: str
    label: str
    value: str = ""
    hint: str = ""
    multiline: bool = False
    required: bool = True
    max_length: int = 3000


@dataclass(frozen=True, slots=True)
class Choice:
    """One of `options`: (value, label) pairs."""

    key: str
    label: str
    options: tuple[tuple[str, str], ...]
    value: str | None = None
    required: bool = True


@dataclass(frozen=True, slots=True)
class PeopleInput:
    """Any number of people, by id."""

    key: str
    label: str
    value: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class PersonInput:
    """One person, by id."""

    key: str
    label: str
    value: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class DateInput:
    """A day, in ISO form (`2026-12-04`)."""

    key: str
    label: str
    value: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class TimeInput:
    """A time of day (`17:30`)."""

    key: str
    label: str
    value: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Choices:
    """Any number of `options`: (value, label) pairs."""

    key: str
    label: str
    options: tuple[tuple[str, str], ...]
    value: tuple[str, ...] = ()
    required: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class ChannelInput:
    """A channel of the workspace, by id."""

    key: str
    label: str
    value: str = ""
    required: bool = True
    hint: str = ""


Input = TextInput | Choice | PeopleInput | PersonInput | DateInput | TimeInput | Choices | ChannelInput


@dataclass(frozen=True, slots=True)
class Form:
    """A modal. On submission `name` comes back as `Request.name`, `state` as `Request.value`.

    Without `submit` it is there to be read only.
    """

    name: str
    title: str
    parts: tuple[Part | Input, ...]
    submit: str | None = None
    state: str = ""
