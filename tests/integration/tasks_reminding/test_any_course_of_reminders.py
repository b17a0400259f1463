"""Whatever happens to tasks, people and processes, each reminder comes once, and never when it may not."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reminding_stage import BERLIN, OFFICE, Stage, due_at, week

from bot.store.upgrade import open_database
from skills.base import Person, Place
from skills.reply import Reply
from skills.tasks.hours.reminders import moments
from skills.tasks.hours.working import Absence
from skills.tasks.reminding.working import Working
from skills.tasks.store import MIGRATIONS
from skills.tasks.store.task import Task

PEOPLE = {
    "U1": OFFICE,
    "U2": Working(OFFICE.week, ZoneInfo(BERLIN), (Absence(date(2026, 12, 9), date(2026, 12, 10)),)),
    "U3": Working(week(tue="9-12", thu="20-24", sat="0-3"), ZoneInfo("America/New_York")),
}
MINUTES = st.sampled_from([1, 4, 9, 60, 200, 480, 1440, 3000, 10_000])
TASK = st.integers(0, 2)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("make"), MINUTES, st.sampled_from(["U2", "U3", None]), st.booleans()),
        st.tuples(st.just("date"), TASK, MINUTES, st.booleans()),
        st.tuples(st.just("give"), TASK, st.sampled_from(["U2", "U3", None])),
        st.tuples(st.just("state"), TASK, st.sampled_from(["open", "doing", "done", "dropped"])),
        st.tuples(st.just("snooze"), TASK, MINUTES),
        st.tuples(st.just("wake"), TASK),
        st.tuples(st.just("quiet"), st.sampled_from(["U1", "U2", "U3"]), MINUTES),
        st.tuples(st.just("die"), st.sampled_from(["claimed", "posting", "posted"]), st.integers(1, 3), MINUTES),
        st.tuples(st.just("wait"), MINUTES),
    ),
    min_size=4,
    max_size=24,
)


class Death(BaseException):
    """The process ends here."""


@dataclass
class Known:
    """What a test knows of a task: since when its reminders count anew, and what was heard of it since."""

    task: Task
    since: float
    heard: list[tuple[str, float]] = field(default_factory=list)
    snoozes: int = 0


class World:
    """A team to which things happen, one after another."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.known: list[Known] = []
        self.checked = 0
        stage.people.workings = dict(PEOPLE)

    async def do(self, step: Sequence[Any]) -> None:
        name, *rest = step
        if name == "make" and len(self.known) < 3:
            minutes, person, whole = rest
            task = await self.stage.make(self._date(minutes, whole), person)
            self.known.append(Known(task, self.stage.clock.epoch))
        elif name == "quiet":
            self.stage.services.quiet[rest[0]] = self.stage.clock.epoch + 60 * rest[1]
        elif name == "wait":
            self.stage.clock.at += timedelta(minutes=rest[0])
        elif name == "die":
            await self._die(*rest)
        elif name != "make" and rest[0] < len(self.known):
            await self._change(name, self.known[rest[0]], *rest[1:])
        await self.stage.tick()
        self.check()

    async def _change(self, name: str, known: Known, *rest: Any) -> None:
        now = self.stage.clock.epoch
        before = known.task
        if name == "date":
            known.task = await self.stage.change(before, due=due_at(self._date(*rest)))
            anew = known.task.due != before.due
        elif name == "give":
            known.task = await self.stage.change(before, assignee=rest[0])
            anew = known.task.assignee != before.assignee
        elif name == "state":
            known.task = await self.stage.change(before, state=rest[0])
            anew = known.task.is_open and not before.is_open
        else:
            until = now + 60 * rest[0] if name == "snooze" else None
            known.task = await self.stage.change(before, snoozed_until=until)
            known.snoozes += until is not None
            anew = False
        if anew:
            known.since, known.heard, known.snoozes = now, [], int((known.task.snoozed_until or 0) > now)

    async def _die(self, where: str, after: int, down: int) -> None:
        """Lets the process die at its `after`-th message, if it sends as many, and starts another one later."""
        services, left = self.stage.services, [after]
        person, post = services.person, services.post

        def count() -> None:
            left[0] -= 1
            if not left[0]:
                raise Death

        async def dying_person(team: str, id: str) -> Person:
            if where == "claimed":
                count()
            return await person(team, id)

        async def dying_post(reply: Reply, team: str, place: Place, key: str, **more: Any) -> str:
            if where == "posting":
                count()
            kept = await post(reply, team, place, key, **more)
            if where == "posted":
                count()
            return kept

        services.person, services.post = dying_person, dying_post  # type: ignore[method-assign]
        self.stage.clock.at += timedelta(hours=3)
        try:
            await self.stage.tick()
        except Death:
            await asyncio.sleep(0.01)
            self.check(dead=True)
            self.stage.clock.at += timedelta(minutes=down)
            self.stage.restart()
        finally:
            services.person, services.post = person, post  # type: ignore[method-assign]

    def _date(self, minutes: int, whole: bool) -> str:
        at = (self.stage.clock.at + timedelta(minutes=minutes)).astimezone(ZoneInfo(BERLIN))
        return at.date().isoformat() if whole else at.replace(tzinfo=None).isoformat(timespec="seconds")

    def check(self, dead: bool = False) -> None:
        """Looks at the messages since the last time, then at what should have come."""
        now = self.stage.clock.epoch
        sent = list(self.stage.services.posts.values())
        for one in sent[self.checked :]:
            assert PEOPLE[one.to].allows(one.at), (one, "does not work")
            assert self.stage.services.quiet.get(one.to, 0) <= one.at, (one, "is not to be disturbed")
            for said in one.text.removeprefix("late ").split():
                number, kind = said.removeprefix("#").split(":")
                known = self.known[int(number) - 1]
                assert known.task.is_open
                assert (known.task.assignee or known.task.asker) == one.to
                assert (known.task.snoozed_until or 0) <= one.at
                known.heard.append((kind, one.at))
        self.checked = len(sent)
        for known in self.known:
            self._check_once(known, now)
            if not dead:
                self._check_complete(known, now)

    def _check_once(self, known: Known, now: float) -> None:
        kinds = [kind for kind, _ in known.heard]
        assert kinds.count("snoozed") <= known.snoozes, known
        rest = [kind for kind in kinds if kind != "snoozed"]
        order = {"before": 0, "due": 1, "unassigned": 1, "overdue": 2}
        assert [order[kind] for kind in rest] == sorted(order[kind] for kind in rest), known
        assert all(rest.count(kind) <= 1 for kind in ("before", "due", "unassigned")), known
        assert len(rest) <= len(self._passed(known, now)), known

    def _check_complete(self, known: Known, now: float) -> None:
        task = known.task
        person = task.assignee or task.asker
        held = (task.snoozed_until or 0) > now or self.stage.services.quiet.get(person, 0) > now
        if not task.is_open or held or not PEOPLE[person].allows(now):
            return
        passed = self._passed(known, now)
        if passed:
            assert known.heard, (known, passed)
            assert known.heard[-1][1] >= passed[-1], (known, passed)

    def _passed(self, known: Known, now: float) -> list[float]:
        """Returns the moments of a task's reminders until now."""
        task = known.task
        if task.due is None:
            return []
        working = PEOPLE[task.assignee or task.asker]
        person = (working.week, working.zone, working.absences)
        planned = moments(task.due.at, task.due.whole_day, known.since, *person)
        return [one.at for one in planned if one.at <= now and (task.assignee or one.kind == "due")]


async def live(database: Path, steps: Sequence[Sequence[Any]]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(database, folder)
        opened = await open_database(Path(folder), branches=[MIGRATIONS])
        world = World(Stage(opened.sessions))
        try:
            for step in steps:
                await world.do(step)
            for _ in range(6):
                await world.do(("wait", 480))
        finally:
            await opened.close()
    return world.checked


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_each_reminder_comes_once_and_never_when_it_may_not(
    empty_database: Path, steps: Sequence[Sequence[Any]]
) -> None:
    asyncio.run(live(empty_database, steps))
