"""A watch: what a team cares about, where to listen, and how it wants to be told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from skills.monitor.watches.words import WordsError, read_words

MOST_TOPICS = 20
MUTE_HOURS = 4
"""For so long a watch is muted where nobody says for how long."""
WHOLE = ""
"""The topic that stands for all of a watch."""

_HOURS = re.compile(r"(\d{1,2})(?:[:：.](\d\d))?\s*(?:-|–|—|to|至|到)\s*(\d{1,2})(?:[:：.](\d\d))?")


class Topic(BaseModel):
    """A part of a watch that is counted by itself, found by words; its alerts may go to a channel of their own."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    words: str = ""
    channel: str | None = None


class WatchSettings(BaseModel):
    """All that people set. `words` as in `words`, `like` are texts like those that are meant.

    No `sources` are all of the team's. `quiet` are hours of the wall clock in `zone` at which only the gravest is
    told: "22:00-07:00". `repeat_hours` is the exact interval at which what goes on is said again, 0 for never.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    words: str = ""
    like: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    sources: tuple[str, ...] = ()
    channel: str
    sensitivity: Literal["low", "normal", "high"] = "normal"
    quiet: str = ""
    zone: str = "UTC"
    owner: str
    playbook: str = ""
    repeat_hours: float = Field(0.0, ge=0)
    digest: Literal["off", "daily", "weekly"] = "off"


@dataclass(frozen=True, slots=True)
class Watch:
    """A watch as it is kept. Times are epoch seconds.

    `changed` is when people set last what it is about, `begun` since when its texts are counted; `cursor` is the number
    of the last match that was.

    `useful` and `not_useful` count how its alerts were judged.
    """

    id: str
    team: str
    name: str
    settings: WatchSettings
    revision: int
    paused: bool
    muted_until: float | None
    changed: float
    begun: float
    cursor: int
    useful: int
    not_useful: int


def read_topics(text: str) -> tuple[Topic, ...]:
    """Returns the topics of some lines `name: words`; a name alone is its own word.

    Raises `WordsError`, with `fault` `topics` for too many, `twice` for a name that is given again.
    """
    topics: list[Topic] = []
    for line in text.splitlines():
        name, _, words = line.replace("：", ":").partition(":")
        name = " ".join(name.split())
        if not name:
            continue
        read_words(words)
        if any(topic.name.casefold() == name.casefold() for topic in topics):
            raise WordsError("twice", name)
        if len(name) > 60:
            raise WordsError("long", name[:60])
        topics.append(Topic(name=name, words=words.strip() or name))
    if len(topics) > MOST_TOPICS:
        raise WordsError("topics")
    return tuple(topics)


def written_topics(topics: tuple[Topic, ...]) -> str:
    """Returns what `read_topics` reads back, but for the channels."""
    return "\n".join(topic.name if topic.words == topic.name else f"{topic.name}: {topic.words}" for topic in topics)


def read_quiet(text: str) -> tuple[time, time] | None:
    """Returns begin and end of quiet hours; None for none. Raises `ValueError` for what can't be read."""
    if not text.strip():
        return None
    match = _HOURS.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    first, first_minute, last, last_minute = (int(part or 0) for part in match.groups())
    begin, end = time(first % 24, first_minute), time(last % 24, last_minute)
    if first > 24 or last > 24 or begin == end:
        raise ValueError(text)
    return begin, end


def zone_of(settings: WatchSettings) -> ZoneInfo:
    """Returns the zone in which a watch's days begin."""
    return ZoneInfo(settings.zone)
