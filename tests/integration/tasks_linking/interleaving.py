"""Random interleavings of edits on both sides, webhooks, faults and restarts, and what is left once they settle.

Used by `test_any_interleaving.py` (a few, shrunk by hypothesis) and `tests/benchmarks/tasks/linking/interleavings.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from linked_stage import Stage, edit_there, here, local_field, there
from tracker_site import FAULTS

from skills.tasks.store.task import Task

Step = tuple[Any, ...]
VALUES: dict[str, Sequence[Any]] = {
    "title": ("Ship", "Ship it", "Ship it now", "发货"),
    "description": ("", "One line", "Two\n\nparagraphs", "A list\n- of two\n- things"),
    "state": ("open", "doing", "blocked", "done", "dropped"),
    "due": (None, "2026-12-04", "2026-12-24"),
    "labels": ([], ["launch"], ["Launch", "late"], ["needs review", "late"]),
    "assignee": (None, "U1", "U2", "U3"),
}
THERE: dict[str, Sequence[Any]] = {
    **VALUES,
    "labels": ([], ["launch"], ["late"], ["late", "LAUNCH"]),
    "assignee": (None, "U1", "U2"),
}
DELIVERIES = ("next", "last", "all", "twice", "backwards", "lose one", "lose all")
SETTLING_TICKS = 10


@dataclass
class Ended:
    """What a run came to; `wrong` says what should not be."""

    wrong: list[str] = field(default_factory=list)
    requests: int = 0
    crashes: int = 0
    faults: int = 0
    edits: int = 0


def fields_of(kind: str) -> list[str]:
    return [name for name in VALUES if kind == "jira" or name != "due"]


def random_steps(chance: random.Random, kind: str) -> list[Step]:
    """Returns a run's steps."""
    steps: list[Step] = []
    for _ in range(chance.randint(2, 14)):
        name = chance.choice(fields_of(kind))
        steps += chance.choice(SCENES)(chance, name)
    return steps


def _edit_here(chance: random.Random, name: str) -> list[Step]:
    return [("here", name, chance.choice(VALUES[name]))]


def _edit_there(chance: random.Random, name: str) -> list[Step]:
    return [("there", name, chance.choice(THERE[name]))]


def _deliver(chance: random.Random, name: str) -> list[Step]:
    return [("deliver", chance.choice(DELIVERIES))]


def _tick(chance: random.Random, name: str) -> list[Step]:
    return [("tick", chance.choice((0.0, 0.4, 5.0, 70.0)))]


def _fault(chance: random.Random, name: str) -> list[Step]:
    return [("fault", chance.choice(FAULTS), chance.randint(0, 3)), *_tick(chance, name)]


def _restart(chance: random.Random, name: str) -> list[Step]:
    return [("restart",)]


def _race(chance: random.Random, name: str) -> list[Step]:
    """An edit on either side while a look is under way, in whose course something is read and perhaps written."""
    values, side = chance.choice(((VALUES, "race here"), (THERE, "race there")))
    race = (side, chance.choice(("read", "write")), name, chance.choice(values[name]))
    first = chance.choice((_edit_here, _edit_there))(chance, name)
    return [*first, race, ("deliver", "all"), ("tick", chance.choice((0.4, 70.0)))]


def _turned_back(chance: random.Random, name: str) -> list[Step]:
    """An edit whose writing gets no answer, and that is taken back."""
    before, after = chance.sample(range(len(VALUES[name])), 2)
    away, back = ("here", name, VALUES[name][after]), ("here", name, VALUES[name][before])
    fault = ("fault", chance.choice(("500 after", "cut after", "crash after")), 1)
    return [back, ("tick", 70.0), ("deliver", "lose all"), away, fault, ("tick", 0.4), back, *_tick(chance, name)]


SCENES = (_edit_here, _edit_there, _deliver, _tick, _fault, _restart, _race, _race, _turned_back)


async def run(stage: Stage, begun: str, steps: Sequence[Step]) -> Ended:
    """Runs some steps on a stage of which no link is left, lets both sides settle, and looks at them.

    `begun` is link or attach, or a fault that befalls the making of the issue.
    """
    return await _Run(stage).run(begun, steps)


class _Run:
    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.site = stage.site
        self.ended = Ended()
        self.edited: dict[str, set[str]] = {}
        self.last: dict[tuple[str, str], Any] = {}
        self._before = set(self.site.issues)

    async def run(self, begun: str, steps: Sequence[Step]) -> Ended:
        stage = self.stage
        self.site.faults.clear()
        self.site.sent.clear()
        await stage.tick(200.0)
        self.site.asked.clear()
        task = await stage.task(VALUES["title"][0])
        await self._begin(begun, task)
        for step in steps:
            await self._step(step, task)
        self.site.faults.clear()
        self.site.before.clear()
        lost = chance_of(steps) < 0.5
        if lost:
            self.site.sent.clear()
        else:
            await stage.deliver()
        for _ in range(SETTLING_TICKS):
            await stage.tick(130.0)
            if not lost:
                await stage.deliver()
        await self._judge(task)
        await stage.linking.unlink(stage.team, task.id, "desk")
        return self.ended

    async def _begin(self, begun: str, task: Task) -> None:
        stage = self.stage
        if begun == "attach":
            made = self.site.add("Ship")
            name = made.key if hasattr(made, "key") else f"#{made.number}"
            await stage.linking.attach(stage.team, task.id, name, "U1")
            return
        if begun != "link":
            self.site.faults.append(begun)
        await self._survive(stage.linking.link(stage.team, task.id, "desk", "U1"))

    async def _step(self, step: Step, task: Task) -> None:
        match step:
            case ("here", name, value):
                await self._edit_here(task, name, value)
            case ("there", name, value):
                self._edit_there(name, value)
            case ("race there", when, name, value):

                async def there_first() -> None:
                    self._edit_there(name, value)

                self.site.before[when] = there_first
            case ("race here", when, name, value):

                async def here_first() -> None:
                    await self._edit_here(task, name, value)

                self.site.before[when] = here_first
            case ("deliver", how):
                await self._deliver(how)
            case ("fault", kind, after):
                self.ended.faults += 1
                self.site.faults.extend([*[""] * after, kind])
            case ("tick", seconds):
                self.stage.clock.move(seconds)
                await self._survive(self.stage.linking.tick())
            case ("restart",):
                await self.stage.restart()

    async def _survive(self, work: Any) -> None:
        """Does something that a fault may kill half-way; then begins anew, as after kill -9."""
        doing = asyncio.ensure_future(work)
        killed = False

        def kill() -> None:
            nonlocal killed
            killed = True
            doing.cancel()

        self.site.crash = kill
        with contextlib.suppress(asyncio.CancelledError):
            await doing
        if killed:
            self.ended.crashes += 1
            await self.stage.restart()

    async def _edit_here(self, task: Task, name: str, value: Any) -> None:
        self.ended.edits += 1
        self._note("here", name, value)
        await self.stage.change(task, **local_field(name, value))

    def _edit_there(self, name: str, value: Any) -> None:
        new = self._made()
        if not new:
            return
        self.ended.edits += 1
        if self.stage.kind == "github" and value in ("doing", "blocked"):
            value = "open"
        self._note("there", name, value)
        edit_there(self.site, new[0], name, value)

    def _note(self, side: str, name: str, value: Any) -> None:
        self.edited.setdefault(name, set()).add(side)
        self.last[side, name] = value

    def _made(self) -> list[Any]:
        return [id for id in self.site.issues if id not in self._before]

    async def _deliver(self, how: str) -> None:
        sent = self.site.sent
        match how:
            case "next":
                now, self.site.sent = sent[:1], sent[1:]
            case "last":
                now, self.site.sent = sent[-1:], sent[:-1]
            case "all":
                now, self.site.sent = sent, []
            case "twice":
                now, self.site.sent = sent * 2, []
            case "backwards":
                now, self.site.sent = sent[::-1], []
            case "lose one":
                now, self.site.sent = [], sent[1:]
            case _:
                now, self.site.sent = [], []
        for one in now:
            await self.stage.linking.receive(self.stage.hook, one.headers, one.body)

    async def _judge(self, task: Task) -> None:
        stage, wrong = self.stage, self.ended.wrong
        new = self._made()
        if len(new) != 1:
            wrong.append(f"{len(new)} issues")
            return
        (link,) = await stage.linking.links(stage.team, task.id)
        if link.state != "linked":
            wrong.append(f"the link is {link.state}: {link.fault}")
        ours, theirs = here(await stage.shown(task), stage.kind), there(self.site, new[0])
        for name, value in theirs.items():
            mine = _as_shown(name, ours[name], stage.kind)
            if mine != value:
                wrong.append(f"{name} is {mine!r} here and {value!r} there")
            sides = self.edited.get(name, set())
            if len(sides) == 1:
                wanted = _as_shown(name, self.last[next(iter(sides)), name], stage.kind)
                if wanted != value:
                    wrong.append(f"{name} was last made {wanted!r}, and is {value!r}")
        self.ended.requests = len(self.site.asked)
        self.site.asked.clear()
        self.site.polls.clear()
        await stage.tick(61.0)
        await stage.tick(61.0)
        if len(self.site.asked) != 2 or len(self.site.polls) != 2:
            wrong.append(f"{len(self.site.asked)} requests where all is settled")
        if not all(conditional for _, conditional in self.site.polls):
            wrong.append("a poll asks for what is known")


def _as_shown(name: str, value: Any, kind: str) -> Any:
    if name == "labels":
        return {label.casefold().replace(" ", "_" if kind == "jira" else " ") for label in value}
    if name == "state" and kind == "github" and value in ("doing", "blocked"):
        return "open"
    return None if value == "U3" else value


def chance_of(steps: Sequence[Step]) -> float:
    """Returns a number between 0 and 1 that a run's steps decide."""
    return random.Random(repr(steps)).random()
