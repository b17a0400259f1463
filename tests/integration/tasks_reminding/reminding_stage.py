"""People, their tasks on a real database, a clock that a test moves, and direct messages that keep each key once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.base import Person, Place
from skills.reply import Paragraph, Reply
from skills.tasks.hours.week import WorkingWeek
from skills.tasks.reminding.reminding import Reminding
from skills.tasks.reminding.sending import Message
from skills.tasks.reminding.working import Working
from skills.tasks.store.rows import Tasks
from skills.tasks.store.task import Due, NewTask, Task

TEAM = "T1"
BERLIN = "Europe/Berlin"
MONDAY = datetime(2026, 12, 7, 10, tzinfo=UTC)
"""11:00 in Berlin."""


class MovedClock:
    def __init__(self, at: datetime = MONDAY) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    @property
    def epoch(self) -> float:
        return self.at.timestamp()


OFFICE = Working(WorkingWeek(), ZoneInfo(BERLIN))
ALWAYS = Working(WorkingWeek(days=(((0, 1440),),) * 7), ZoneInfo(BERLIN))
"""Somebody who works day and night."""


class KnownPeople:
    """A `WorkingsOf` of what a test says; of whom it says nothing works as `others` do."""

    def __init__(self, others: Working = OFFICE) -> None:
        self.workings: dict[str, Working] = {}
        self.others = others

    async def learn(self, services: object, team: str, people: Collection[str]) -> None:
        return None

    async def __call__(
        self, session: AsyncSession, team: str, people: Collection[str], fallback: str = "UTC"
    ) -> Mapping[str, Working]:
        return {one: self.workings.get(one, self.others) for one in people}


@dataclass
class Sent:
    """A message that reached somebody."""

    to: str
    text: str
    at: float


@dataclass
class PostingServices:
    """What reminders use of the bot: posts are kept once a key, as the outbox keeps them."""

    sessions: async_sessionmaker[AsyncSession]
    clock: MovedClock
    replica: str = "one"
    quiet: dict[str, float] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    mute: set[str] = field(default_factory=set)
    """People whom no direct message can be opened with."""
    posts: dict[str, Sent] = field(default_factory=dict)
    asked: list[frozenset[str]] = field(default_factory=list)

    async def do_not_disturb(self, team: str, people: Collection[str]) -> Mapping[str, float]:
        self.asked.append(frozenset(people))
        return {one: end for one, end in self.quiet.items() if one in people and end > self.clock.epoch}

    async def person(self, team: str, id: str) -> Person:
        return Person(id, id.lower(), "en-US", ZoneInfo(BERLIN), is_gone=id in self.gone)

    def speaking_to(self, person: Person) -> Any:
        return None

    async def direct(self, team: str, person: str) -> Place | None:
        return None if person in self.mute else Place(f"D{person}", "dm")

    async def post(self, reply: Reply, team: str, place: Place, key: str, **more: Any) -> str:
        [part] = reply.parts
        assert isinstance(part, Paragraph)
        self.posts.setdefault(key, Sent(place.channel.removeprefix("D"), str(part.text), self.clock.epoch))
        return key


def render(message: Message, say: object) -> Reply:
    """Returns the tasks' numbers with their kinds, in plain words."""
    words = " ".join(f"#{task.number}:{kind}" for task, kind in message.tasks)
    about = f" (not {message.about.id})" if message.about else ""
    return Reply((Paragraph(("late " if message.late else "") + words + about),), to="channel")


class Stage:
    """A team with reminders."""

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self.clock = MovedClock()
        self.people = KnownPeople()
        self.services = PostingServices(sessions, self.clock)
        self.restart()
        self._batch = 0
        self._heard = 0

    def restart(self) -> None:
        """Begins as a new process does: with nothing in memory."""
        self.reminding = Reminding(render, self.people)
        self.tasks = Tasks(self.services.sessions, [self.reminding.follow])

    async def make(self, due: str | None = None, assignee: str | None = "U2", **fields: Any) -> Task:
        """Makes a task that is due at an ISO wall time, or day, in Berlin."""
        new = NewTask("Ship the notes", "U1", Place("C1", "channel"), BERLIN, assignee=assignee)
        new = replace(new, due=due_at(due), **fields)
        [task] = await self.tasks.add(TEAM, [new], "U1", self.clock.epoch, self._next_batch())
        return task

    async def change(self, task: Task, **fields: Any) -> Task:
        [changed] = await self.tasks.change(TEAM, [task.id], fields, "U1", self.clock.epoch, self._next_batch())
        return changed

    async def tick(self, **after: float) -> list[str]:
        """Moves the clock on by a `timedelta`'s arguments, ticks, and returns what reached whom since the last time."""
        self.clock.at += timedelta(**after)
        await self.reminding.tick(self.services)  # type: ignore[arg-type]
        return self.heard()

    async def until(self, at: str) -> list[str]:
        """Ticks at an ISO wall time in Berlin."""
        self.clock.at = datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)
        return await self.tick()

    def heard(self) -> list[str]:
        sent = list(self.services.posts.values())[self._heard :]
        self._heard += len(sent)
        return [f"{one.to} {one.text}" for one in sent]

    def _next_batch(self) -> str:
        self._batch += 1
        return f"batch {self._batch}"


def due_at(written: str | None) -> Due | None:
    """Returns a due time in Berlin: of a day, or of an ISO wall time."""
    return None if written is None else Due.read(written, "T" not in written, BERLIN)


def week(**days: str) -> WorkingWeek:
    """Returns a week of hours like `mon="9-12"`."""
    spans = {name: tuple(60 * int(edge) for edge in days[name].split("-")) for name in days}
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    return WorkingWeek(days=tuple((spans[name],) if name in spans else () for name in names))
