"""The tasks skill at work: what it keeps, whom it knows, who may see and change what, and cards kept in step."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from skills.base import Person, Place, Request, Services
from skills.catalogs import Say
from skills.reply import Json, Paragraph, Reply
from skills.tasks.capture.draft import Names
from skills.tasks.cards.card import View, card
from skills.tasks.cards.posted import Cards
from skills.tasks.cards.reminder import reminder
from skills.tasks.learning.learned import Learning
from skills.tasks.linking import Linking, mark_links
from skills.tasks.linking.web import Limits
from skills.tasks.people.profile import Colleague
from skills.tasks.people.rows import Profiles
from skills.tasks.reminding.reminding import Reminding
from skills.tasks.reminding.rounds import schedule_day
from skills.tasks.reminding.working import Working, Workings
from skills.tasks.series import Series
from skills.tasks.store.offers import Offers
from skills.tasks.store.queries import Queries
from skills.tasks.store.rows import MADE, Tasks
from skills.tasks.store.tables import TaskRow
from skills.tasks.store.task import Task
from skills.text import Text

MEMBERS_SECONDS = 60.0

KEPT_SECONDS = 30 * 86_400.0
"""How long a reminder that was sent is remembered."""

_DAY_FIRST = frozenset({"en-GB", "en-AU", "en-NZ", "en-IE", "en-IN", "en-ZA"})


class Teamwork:
    """Everything that the parts of the skill share."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.tasks = Tasks(services.sessions)
        self.queries = Queries(services.sessions)
        self.profiles = Profiles(services.sessions)
        self.cards = Cards(services.sessions)
        self.series = Series(self.tasks)
        self.workings = Workings()
        self.reminding = Reminding(lambda message, say: reminder(message, say, self.now), self.workings)
        self.tasks.follow(self.reminding.follow)
        self.tasks.follow(mark_links)
        self.tasks.follow(self._note_assignee)
        self._members: dict[str, tuple[Mapping[str, str], float]] = {}
        self._assigned: set[tuple[str, str]] = set()
        self.learning = Learning(services.library.choice.encoders)
        self.offers = Offers(services.sessions)
        self.linking = Linking(
            services.sessions,
            self.tasks,
            services.clock,
            services.replica,
            limits=Limits(allow_private=services.allow_private),
        )

    @property
    def now(self) -> float:
        """Epoch seconds by the clock that judges what is due."""
        return self.services.clock.now().timestamp()

    async def names(self, request: Request) -> Names:
        """Returns who may be meant in a request."""
        return Names(request.people, await self.members_by_name(request.team), request.person.id)

    async def members_by_name(self, team: str) -> Mapping[str, str]:
        """Returns the ids of the team's members by name in lower case, and by first name where only one has it.

        They may be a minute old: it is asked for with every message.
        """
        known = self._members.get(team)
        if known is not None and time.monotonic() - known[1] < MEMBERS_SECONDS:
            return known[0]
        members = await self.services.members(team, Place("", "dm")) or ()
        names = {member.name.casefold(): member.id for member in members}
        firsts: dict[str, list[str]] = {}
        for member in members:
            firsts.setdefault(member.name.casefold().split()[0], []).append(member.id)
        found = {**{first: ids[0] for first, ids in firsts.items() if len(ids) == 1}, **names}
        self._members[team] = found, time.monotonic()
        return found

    async def zone_of(self, team: str, person: Person) -> ZoneInfo:
        """Returns the zone in which somebody says times: their own wish's, else Slack's."""
        profile = await self.profiles.get(team, person.id)
        return ZoneInfo(profile.zone) if profile.zone else person.zone

    async def colleagues(self, team: str, people: Sequence[Person]) -> list[Colleague]:
        """Returns some people as work is given to them."""
        ids = [person.id for person in people]
        profiles = await self.profiles.all(team, ids)
        today = self.services.clock.now().date()
        absences = await self.profiles.absences(team, ids, today.replace(day=1))
        return [
            Colleague(
                person.id,
                person.name,
                ZoneInfo(zone) if (zone := profiles[person.id].zone) else person.zone,
                profiles[person.id],
                absences[person.id],
            )
            for person in people
        ]

    async def name_of(self, team: str, id: str | None) -> str:
        """Returns somebody's name, empty for nobody."""
        return (await self.services.person(team, id)).name if id else ""

    async def names_of(self, team: str, ids: Iterable[str | None]) -> dict[str, str]:
        """Returns the names of some people, by id."""
        return {id: await self.name_of(team, id) for id in dict.fromkeys(ids) if id}

    async def view_of(self, task: Task, remarks: Sequence[Text] = ()) -> View:
        """Returns what the card of a task shows beside it."""
        steps = await self.queries.steps(task)
        proposed = task.pending.get("proposed") if task.pending else None
        ranked = cast(Sequence[Json], proposed["ranked"]) if isinstance(proposed, Mapping) else ()
        people = [task.assignee, task.asker, *(step.assignee for step in steps)]
        people += [str(one["id"]) for one in ranked if isinstance(one, Mapping)]
        return View(await self.names_of(task.team, people), steps, remarks)

    async def card(
        self, task: Task, say: Say, remarks: Sequence[Text] = (), refusable: Mapping[str, str] = {}
    ) -> Reply:
        """Returns the card of a task as it stands."""
        view = replace(await self.view_of(task, remarks), refusable=refusable)
        return card(task, view, say, self.now)

    def new_series(self) -> str:
        """Returns a name for a series of recurring tasks that no other has."""
        return secrets.token_hex(8)

    async def learn_zones(self, team: str, people: Iterable[str]) -> None:
        """Has the zones of some people known before their tasks change: reminders are reckoned within the change."""
        await self.workings.learn(self.services, team, list(people))

    async def working_of(self, team: str, person: str) -> Working:
        """Returns when somebody works, and what they want to be told."""
        await self.workings.learn(self.services, team, [person])
        async with self.services.sessions() as session:
            return (await self.workings(session, team, [person]))[person]

    async def people_changed(self, team: str, person: str) -> None:
        """Goes by somebody's hours, absences and wishes as they are now."""
        await self.reminding.refresh(self.services, team, person)
        await self.begin_days(team, person)

    async def begin_days(self, team: str, person: str) -> None:
        """Has somebody told of their day, from the next one on."""
        await schedule_day(self.services, team, person, await self.working_of(team, person), self.now)

    async def advance(self) -> None:
        """Makes the next tasks of series whose last ones are over, and has whoever got a task told of their day."""
        while self._assigned:
            await self.begin_days(*self._assigned.pop())
        for task in await self.series.advance(self.now):
            if task.assignee is not None:
                await self.tell(task, task.assignee, "tasks.told.again", f"again:{task.id}")

    async def forget(self) -> None:
        """Drops reminders that went their way long ago."""
        await self.reminding.forget(self.services.sessions, self.now - KEPT_SECONDS)

    async def _note_assignee(self, session: AsyncSession, row: TaskRow, fields: frozenset[str], now: float) -> None:
        if row.assignee is not None and fields & {MADE, "assignee"}:
            self._assigned.add((row.team, row.assignee))

    async def may_see(self, request: Request, tasks: Sequence[Task]) -> list[Task]:
        """Returns those of some tasks that the asker may see: of their channels, and what they have to do with."""
        audience = await self.services.audience(request)
        me = request.person.id
        return [task for task in tasks if task.place.channel in audience or me in (task.asker, task.assignee)]

    def may_change(self, request: Request, task: Task) -> bool:
        """Returns whether the asker may change a task: who asked for it, who has it, and admins."""
        return request.person.is_admin or request.person.id in (task.asker, task.assignee)

    async def refresh(self, tasks: Iterable[Task], *, but: str | None = None) -> None:
        """Edits the messages that show some tasks; the one with the answer id `but` is left alone."""
        for task in tasks:
            await self.cards.refresh(task, self.services, self.card, but=but)

    async def tell(self, task: Task, person: str, remark: str, key: str, **arguments: str) -> bool:
        """Shows a task to somebody in their conversation with us, with a remark of the catalog; once a key.

        Returns whether they can be reached.
        """
        place = await self.services.direct(task.team, person)
        if place is None:
            return False
        say = self.services.speaking_to(await self.services.person(task.team, person))
        shown = await self.card(task, say)
        reply = replace(shown, parts=(Paragraph(say(remark, **arguments)), *shown.parts))
        answer = await self.services.post(reply, task.team, place, key, skill="tasks", say=say)
        await self.cards.keep(task, answer, place, say, person)
        return True


def wall_clock(request: Request, zone: ZoneInfo) -> datetime:
    """Returns the asker's wall time, without a zone."""
    return request.now.astimezone(zone).replace(tzinfo=None)


def is_day_first(person: Person) -> bool:
    """Returns whether 7/6 is the seventh of June to somebody."""
    return not person.locale.startswith(("en-US", "zh", "ja", "ko")) and (
        person.locale in _DAY_FIRST or not person.locale.startswith("en")
    )
