"""The learning skill: it has no command of its own, but does its work at night, when enough came, and on Mondays.

`/deskhand retrain` and `/deskhand models` are the bot's own commands, which lead here.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from sqlalchemy import select

from skills.base import Place, Request, Services, Skill
from skills.catalogs import Say
from skills.classifiers.curating.dataset import Dataset
from skills.classifiers.feedback.models import ExampleRow
from skills.classifiers.registry.models import RunRow
from skills.classifiers.registry.runs import Busy, Runs
from skills.classifiers.registry.versions import Datasets, Registry
from skills.classifiers.retraining.job import Progress
from skills.learning import pressing, watching
from skills.learning.asking import daily, posting, settling, showing
from skills.learning.asking.tables import MIGRATIONS
from skills.learning.cards import CANCEL, ended_text, progress_parts, report_parts
from skills.learning.pictures import picture_words, pictures_of
from skills.learning.running import Outcome, run
from skills.learning.waiting import waiting
from skills.learning.weekly import telling
from skills.learning.weekly.cards import QUESTIONS
from skills.learning.workshop import Workshop
from skills.reply import Form, Note, Paragraph, Part, Reply, to_asker
from skills.support.book.rows import Books
from skills.support.settings.modes import Modes
from skills.text import Bold, When

log = logging.getLogger("deskhand.learning")

RETRAIN = "learning.retrain"

FOLLOW_SECONDS = 2.0
PLAN_SECONDS = 30.0
WATCH_SECONDS = 3600.0
TOLD_SECONDS = 3.0
"""How often the post that shows a training is brought up to date."""
WAIT_SECONDS = 5.0
"""How often one that waits for another to end looks again."""


class LearningSkill(Skill):
    name: ClassVar[str] = "learning"
    catalogs: ClassVar[Path] = Path(__file__).parent / "texts"
    migrations: ClassVar[Path | None] = MIGRATIONS
    actions: ClassVar[frozenset[str]] = pressing.ACTIONS | showing.ACTIONS | {CANCEL, QUESTIONS}
    forms: ClassVar[frozenset[str]] = frozenset({showing.OTHER})
    opens_form: ClassVar[frozenset[str]] = frozenset({showing.OTHER})
    due: ClassVar[frozenset[str]] = frozenset({RETRAIN, daily.ASK, telling.DUE})
    ticks: ClassVar[Mapping[str, float]] = {
        "follow": FOLLOW_SECONDS,
        "plan": PLAN_SECONDS,
        "watch": WATCH_SECONDS,
    }

    def __init__(self) -> None:
        self._modes = Modes()

    async def begin(self, services: Services) -> None:
        await self.tick("plan", services)

    async def tick(self, name: str, services: Services) -> None:
        if name == "follow":
            await services.champions.follow()
            return
        if name == "watch":
            for team in await _teams(services):
                await self._watch(team, services)
            return
        for team in await _teams(services):
            await plan_nightly(team, services)
            await telling.plan(self.name, team, services)
            await self._plan_enough(team, services)
            await daily.plan(team, services)

    async def handle(self, request: Request, services: Services) -> Sequence[Reply]:
        if request.kind == "due":
            match request.name:
                case daily.ASK:
                    await daily.ask(request, services)
                case telling.DUE:
                    await self._report(request, services)
                case _:
                    await self._retrain(request, services)
            return ()
        if request.name in showing.ACTIONS or request.name == showing.OTHER:
            return await settling.press(request, services)
        if request.name == QUESTIONS:
            return await telling.questions(request, services)
        shop = Workshop.of(services)
        if request.name == CANCEL:
            return await _cancel(request, shop)
        return await pressing.press(request, services)

    async def form(self, request: Request, services: Services) -> Form | None:
        return await settling.form(request, services)

    async def home(self, request: Request, services: Services) -> Sequence[Part]:
        return await home_parts(request, services) if request.person.is_admin else ()

    async def unlearn(self, team: str, person: str, services: Services) -> int:
        emptied = await Datasets(services.sessions).forget(team, lambda content: _without(content, person))
        return emptied + await posting.refresh(team, services)

    async def _watch(self, team: str, services: Services) -> None:
        """Rolls back what serves people worse than what was before, and says so."""
        done = await watching.look(team, Workshop.of(services))
        place = await self._place(team, services)
        if done is None or place is None:
            return
        say = await _speaking(team, place, services)
        text = say(
            "learning.watch.rolled_back",
            version=done.version,
            now=say.percent(done.with_it.share),
            before=say.percent(done.before_it.share),
            count=done.with_it.turns,
        )
        key = f"learning watch {done.version} {done.with_it.turns}"
        await services.post(Reply((Paragraph(text),), to="channel"), team, place, key, skill=self.name, say=say)

    async def _plan_enough(self, team: str, services: Services) -> None:
        """Has a training start when enough people's answers are complete since the last one."""
        enough = services.learning.enough
        if not enough:
            return
        last = await Runs(services.sessions, services.replica).latest(team, 1)
        since = max((one.began for one in last), default=0.0)
        if await waiting(services.sessions, team, since) >= enough:
            key = f"learning enough {last[0].id if last else 'first'}"
            await services.schedule(self.name, RETRAIN, key, services.clock.now(), team, {})

    async def _retrain(self, request: Request, services: Services) -> None:
        """Trains, shows how far it is, and posts the report. Waits while another training runs."""
        await plan_nightly(request.team, services)
        shop, place = Workshop.of(services), await self._place(request.team, services)
        say = await _speaking(request.team, place, services)
        shown = _Shown(request.team, place, say, services)
        asked_by = str(request.memory.get("asked_by") or "")
        while True:
            try:
                outcome = await run(shop, request.team, request.value, asked_by, shown.hear, words=picture_words(say))
                break
            except Busy:
                await asyncio.sleep(WAIT_SECONDS)
        if outcome.state == "empty" and not asked_by:
            # Nobody asked, and nothing happened: there is nothing to say.
            return
        await shown.end(outcome)
        if place is not None and outcome.report is not None and outcome.version is not None:
            pictures = await pictures_of(shop.registry, request.team, outcome.version, outcome.report, say)
            parts = report_parts(outcome.version, outcome.report, pictures, say, promoted=outcome.state == "promoted")
            key = f"learning report {outcome.run}"
            await services.post(Reply(parts, to="channel"), request.team, place, key, skill=self.name, say=say)

    async def _report(self, request: Request, services: Services) -> None:
        """Posts what happened last week, once, and keeps the moment of the next report."""
        await telling.plan(self.name, request.team, services)
        place = await self._place(request.team, services)
        if place is None or not services.learning.weekly:
            return
        say = await _speaking(request.team, place, services)
        told = await telling.last_week(request.team, services, say)
        if told is not None:
            key, parts = told
            reply = Reply(tuple(parts), to="channel")
            await services.post(reply, request.team, place, key, skill=self.name, say=say)

    async def _place(self, team: str, services: Services) -> Place | None:
        """Returns where people are told: the channel that is set, that of the support skill, else the first admin."""
        channel = services.learning.channel or (await self._modes.settings(services.sessions, team)).escalation
        if channel is not None:
            return Place(channel, "channel")
        person = await services.in_charge(team, None)
        return await services.direct(team, person.id) if person is not None else None


class _Shown:
    """The post that shows a training, brought up to date in place."""

    def __init__(self, team: str, place: Place | None, say: Say, services: Services) -> None:
        self._team, self._place, self._say, self._services = team, place, say, services
        self._message: str | None = None
        self._told = 0.0
        self._last: tuple[str, int] = ("", -1)

    async def hear(self, row: RunRow, progress: Progress) -> None:
        now = time.monotonic()
        seen = (progress.phase, round(100 * progress.share))
        if seen == self._last or now - self._told < TOLD_SECONDS:
            return
        self._told, self._last = now, seen
        await self._show(row.id, progress_parts(progress, row.id, self._say), " ".join(map(str, seen)), row.message)

    async def end(self, outcome: Outcome) -> None:
        row = await Runs(self._services.sessions, self._services.replica).get(outcome.run)
        known = row.message if row is not None else None
        if known is None and outcome.state in ("promoted", "refused"):
            # Too quick to be shown: the report says it all.
            return
        await self._show(outcome.run, (Paragraph(ended_text(outcome, self._say)),), "ended", known)

    async def _show(self, run: str, parts: tuple[Part, ...], what: str, known: str | None) -> None:
        if self._place is None:
            return
        self._message = self._message or known
        key = f"learning {run} {what}"
        id = await self._services.post(
            Reply(parts, to="channel"),
            self._team,
            self._place,
            key,
            skill=LearningSkill.name,
            edits=self._message,
            say=self._say,
        )
        if self._message is None:
            self._message = id
            await Runs(self._services.sessions, self._services.replica).shown_by(run, id)


async def plan_nightly(team: str, services: Services) -> None:
    """Keeps the row of the coming night's training."""
    at = services.learning.at
    if at is None:
        return
    person = await services.in_charge(team, None)
    now = services.clock.now().astimezone(person.zone if person is not None else UTC)
    due = now.replace(hour=at.hour, minute=at.minute, second=0, microsecond=0)
    if due <= now:
        due += timedelta(days=1)
    key = f"learning nightly {due.date().isoformat()}"
    await services.schedule(LearningSkill.name, RETRAIN, key, due.astimezone(UTC), team, {})


async def start(request: Request, services: Services) -> tuple[Part, ...]:
    """Returns the answer to `/deskhand retrain`: a training starts now, beside everything else."""
    say = request.say
    if not request.person.is_admin:
        return (Paragraph(say("learning.admins_only")),)
    if await _running(request.team, services) is not None:
        return (Paragraph(say("learning.runs_already")),)
    key = f"learning asked {request.id}"
    payload = {"asked_by": request.person.id}
    await services.schedule(LearningSkill.name, RETRAIN, key, services.clock.now(), request.team, payload)
    return (Paragraph(say("learning.started")),)


async def home_parts(request: Request, services: Services) -> tuple[Part, ...]:
    """Returns what App Home shows an admin: what serves, what is new, and how far a training is."""
    say, team = request.say, request.team
    serving = await Registry(services.sessions).serving(team)
    last = await Runs(services.sessions, services.replica).latest(team, 1)
    new = await waiting(services.sessions, team, max((one.began for one in last), default=0.0))
    parts: list[Part] = [
        Paragraph((Bold(say.label("learning.title")),)),
        Paragraph(say("learning.versions.serving", version=serving) if serving else say("learning.versions.starter")),
        Note(say("learning.waiting", count=new)),
    ]
    if last and last[0].state == "running":
        row = last[0]
        progress = Progress(row.phase, row.share)  # type: ignore[arg-type]
        parts += progress_parts(progress, row.id, say)
    elif last:
        parts.append(Note(say(f"learning.last.{last[0].state}", at=When(datetime.fromtimestamp(last[0].began, UTC)))))
    return tuple(parts)


async def _teams(services: Services) -> list[str]:
    async with services.sessions() as session:
        heard = set(await session.scalars(select(ExampleRow.team).distinct()))
    return sorted(heard | set(await Books(services.sessions).teams()))


async def _running(team: str, services: Services) -> RunRow | None:
    last = await Runs(services.sessions, services.replica).latest(team, 1)
    return last[0] if last and last[0].state == "running" else None


async def _cancel(request: Request, shop: Workshop) -> Sequence[Reply]:
    if not request.person.is_admin:
        return to_asker(request.say("learning.admins_only"))
    stops = await shop.runs.cancel(request.team, request.value, request.person.id)
    return to_asker(request.say("learning.stopping" if stops else "learning.ended_already"))


async def _speaking(team: str, place: Place | None, services: Services) -> Say:
    """Returns what speaks the language of whoever is in charge: what is said to a channel is said once."""
    person = await services.in_charge(team, None)
    return services.speaking_to(person if person is not None else await services.person(team, ""))


def _without(content: bytes, person: str) -> bytes | None:
    """Returns a dataset without somebody's rows; None where there are none in it."""
    dataset = Dataset.load(content)
    left = dataset.without(person)
    return None if len(left.rows) == len(dataset.rows) else left.dump()
