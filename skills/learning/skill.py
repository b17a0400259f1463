"""The learning skill: it has no command of its own, but does its work at night, when enough came, and on Mondays.

`/deskhand retrain` and `/deskhand models` are the bot's own commands, which lead here.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from skills.base import Place, Request, Services, Skill
from skills.catalogs import Say
from skills.classifiers.curating.dataset import Dataset
from skills.classifiers.heads.versions import DamagedVersionError
from skills.classifiers.registry.models import RunRow, ShadowRow
from skills.classifiers.registry.runs import Busy, Runs, State
from skills.classifiers.registry.shadows import Shadows
from skills.classifiers.registry.versions import Datasets, Registry
from skills.classifiers.retraining.job import Progress
from skills.learning import pressing, watching
from skills.learning.asking import daily, posting, settling, showing
from skills.learning.asking.tables import MIGRATIONS
from skills.learning.cards import CANCEL, progress_parts, report_parts, shadow_text
from skills.learning.pictures import picture_words, pictures_of
from skills.learning.planning import next_time, zone_of
from skills.learning.running import Outcome, run
from skills.learning.shadowing.cards import ended_parts
from skills.learning.shadowing.differences import differences, seen_in
from skills.learning.shadowing.ending import settle
from skills.learning.shadowing.side_by_side import SideBySide
from skills.learning.shown import Shown
from skills.learning.teams import teams_that_learn
from skills.learning.waiting import waiting
from skills.learning.weekly import telling
from skills.learning.weekly.cards import QUESTIONS
from skills.learning.workshop import Workshop
from skills.reply import Form, Note, Paragraph, Part, Reply, to_asker
from skills.support.settings.modes import Modes
from skills.text import Bold, When

log = logging.getLogger("deskhand.learning")

RETRAIN, SHADOW = "learning.retrain", "learning.shadow"

FOLLOW_SECONDS = 2.0
PLAN_SECONDS = 30.0
WATCH_SECONDS = 3600.0
WAIT_SECONDS, LONGEST_WAIT_SECONDS = 5.0, 60.0
"""After how long one that waits for another to end looks again, first and at last."""
SHADOW_SECONDS = 60.0
"""How often what was asked is read by a version in its shadow period."""


class LearningSkill(Skill):
    name: ClassVar[str] = "learning"
    catalogs: ClassVar[Path] = Path(__file__).parent / "texts"
    migrations: ClassVar[Path | None] = MIGRATIONS
    actions: ClassVar[frozenset[str]] = pressing.ACTIONS | showing.ACTIONS | {CANCEL, QUESTIONS}
    forms: ClassVar[frozenset[str]] = frozenset({showing.OTHER})
    opens_form: ClassVar[frozenset[str]] = frozenset({showing.OTHER})
    due: ClassVar[frozenset[str]] = frozenset({RETRAIN, SHADOW, daily.ASK, telling.DUE})
    ticks: ClassVar[Mapping[str, float]] = {
        "follow": FOLLOW_SECONDS,
        "plan": PLAN_SECONDS,
        "watch": WATCH_SECONDS,
    }

    def __init__(self) -> None:
        self._modes = Modes()
        self._side_by_side = SideBySide()

    async def begin(self, services: Services) -> None:
        await self.tick("plan", services)

    async def tick(self, name: str, services: Services) -> None:
        if name == "follow":
            await services.champions.follow()
            return
        if name == "watch":
            for team in await teams_that_learn(services.sessions):
                await self._watch(team, services)
            return
        for team in await teams_that_learn(services.sessions):
            await plan_nightly(team, services)
            await telling.plan(self.name, team, services)
            await self._plan_enough(team, services)
            await daily.plan(team, services)
        await self._plan_shadows(services)
        await self._tell_untold(services)

    async def handle(self, request: Request, services: Services) -> Sequence[Reply]:
        if request.kind == "due":
            match request.name:
                case daily.ASK:
                    await daily.ask(request, services)
                case telling.DUE:
                    await self._report(request, services)
                case "learning.shadow":
                    await self._read_along(request.team, services)
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
        if await waiting(services.sessions, team) >= enough:
            last = await Runs(services.sessions, services.replica).latest(team, 1)
            key = f"learning enough {last[0].id if last else 'first'}"
            await services.schedule(self.name, RETRAIN, key, services.clock.now(), team, {})

    async def _plan_shadows(self, services: Services) -> None:
        """Has what was asked be read along, and periods that are over be ended; one row a minute, by any replica."""
        shop, now = Workshop.of(services), services.clock.now()
        for shadow in await shop.shadows.open():
            over = shadow.state != "running" or now.timestamp() >= shadow.until
            if over or await self._side_by_side.is_waiting(shop, shadow):
                key = f"learning shadow {shadow.version} {int(now.timestamp() // SHADOW_SECONDS)}"
                await services.schedule(self.name, SHADOW, key, now, shadow.team, {})

    async def _read_along(self, team: str, services: Services) -> None:
        """Has a version in its shadow period read what was asked, and ends the period when it is over."""
        shop = Workshop.of(services)
        for shadow in await shop.shadows.open(team):
            if shadow.state == "running":
                over = services.clock.now().timestamp() >= shadow.until
                try:
                    await self._side_by_side.read(shop, shadow)
                except DamagedVersionError:
                    log.exception("a version can't be read along with", extra={"team": team})
                if over:
                    await settle(shop, shadow)
        for shadow in await shop.shadows.open(team):
            if shadow.state != "running":
                await self._tell_shadow(shadow, services)

    async def _tell_shadow(self, shadow: ShadowRow, services: Services) -> None:
        """Posts how a shadow period ended, and what differed in it."""
        team, shop = shadow.team, Workshop.of(services)
        place = await self._place(team, services)
        version = await shop.registry.get(team, shadow.version)
        line = await shop.registry.by_gate(team, shadow.version)
        if place is not None and version is not None and line is not None:
            say = await _speaking(team, place, services)
            seen = differences(await seen_in(shop.sessions, team, shadow.version))
            reply = Reply(ended_parts(version, line, seen, say), to="channel")
            key = f"learning shadow {shadow.version} ended"
            await services.post(reply, team, place, key, skill=self.name, say=say)
        await shop.shadows.tell(team, shadow.version)

    async def _tell_untold(self, services: Services) -> None:
        """Posts the reports of trainings that somebody has begun elsewhere, by the command."""
        shop = Workshop.of(services)
        for row in await shop.runs.untold():
            version = await shop.registry.get(row.team, row.version) if row.version is not None else None
            if version is not None:
                state: State = row.state  # type: ignore[assignment]
                await self._report_of(row.team, Outcome(row.id, state, version.number, version.report), services)

    async def _retrain(self, request: Request, services: Services) -> None:
        """Trains, shows how far it is, and posts the report. While another training runs it comes back later.

        So does one that nobody asked for in a shadow period: what it brought would take the other's place.
        """
        await plan_nightly(request.team, services)
        shop, place = Workshop.of(services), await self._place(request.team, services)
        say = await _speaking(request.team, place, services)
        shown = Shown(request.team, place, say, services)
        asked_by = str(request.memory.get("asked_by") or "")
        key = str(request.memory.get("run") or request.value)
        shadow = await shop.shadows.running(request.team)
        if shadow is not None and not asked_by and not await shop.runs.is_known(request.team, key):
            over = datetime.fromtimestamp(shadow.until + SHADOW_SECONDS, UTC)
            await _later(request, key, max(over, services.clock.now() + timedelta(seconds=SHADOW_SECONDS)), services)
            return
        try:
            outcome = await run(shop, request.team, key, asked_by, shown.hear, words=picture_words(say))
        except Busy:
            # It would hold one of the few places of what is due, for as long as the other takes.
            pause = min(LONGEST_WAIT_SECONDS, WAIT_SECONDS * 2 ** min(_tries(request), 10))
            await _later(request, key, services.clock.now() + timedelta(seconds=pause), services)
            return
        if outcome.state == "empty" and not asked_by:
            # Nobody asked, and nothing happened: there is nothing to say.
            return
        await shown.end(outcome)
        await self._report_of(request.team, outcome, services)

    async def _report_of(self, team: str, outcome: Outcome, services: Services) -> None:
        """Posts the report of what a training brought, once."""
        if outcome.report is None or outcome.version is None:
            return
        shop, place = Workshop.of(services), await self._place(team, services)
        if place is not None:
            say = await _speaking(team, place, services)
            pictures = await pictures_of(shop.registry, team, outcome.version, outcome.report, say)
            shadow = await shop.shadows.get(team, outcome.version) if outcome.state == "shadow" else None
            promoted = outcome.state == "promoted"
            parts = report_parts(outcome.version, outcome.report, pictures, say, promoted=promoted, shadow=shadow)
            key = f"learning report {outcome.run}"
            await services.post(Reply(parts, to="channel"), team, place, key, skill=self.name, say=say)
        await shop.runs.tell_end(outcome.run)

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


async def plan_nightly(team: str, services: Services) -> None:
    """Keeps the row of the coming night's training."""
    at = services.learning.at
    if at is None:
        return
    due = next_time(services.clock.now().astimezone(await zone_of(team, services)), at)
    key = f"learning nightly {due.date().isoformat()}"
    await services.schedule(LearningSkill.name, RETRAIN, key, due.astimezone(UTC), team, {})


async def start(request: Request, services: Services) -> tuple[Part, ...]:
    """Returns the answer to `/deskhand retrain`: a training starts now, beside everything else."""
    say = request.say
    if not request.person.is_admin:
        return (Paragraph(say("learning.admins_only")),)
    if await _running(request.team, services) is not None:
        return (Paragraph(say("learning.runs_already")),)
    # The same until one more training has begun.
    key = f"learning asked {await Runs(services.sessions, services.replica).count(request.team)}"
    payload = {"asked_by": request.person.id}
    now = services.clock.now()
    is_new = await services.schedule(LearningSkill.name, RETRAIN, key, now, request.team, payload)
    return (Paragraph(say("learning.started" if is_new else "learning.starts_already")),)


async def _later(request: Request, run: str, at: datetime, services: Services) -> None:
    """Has what asked for a training come back, under the same run; the row that came is done."""
    tries = _tries(request) + 1
    payload = {**request.memory, "run": run, "tries": tries}
    await services.schedule(LearningSkill.name, RETRAIN, f"{run} again {tries}", at, request.team, payload)


def _tries(request: Request) -> int:
    tries = request.memory.get("tries")
    return tries if isinstance(tries, int) else 0


async def home_parts(request: Request, services: Services) -> tuple[Part, ...]:
    """Returns what App Home shows an admin: what serves, what is new, and how far a training is."""
    say, team = request.say, request.team
    serving = await Registry(services.sessions).serving(team)
    last = await Runs(services.sessions, services.replica).latest(team, 1)
    new = await waiting(services.sessions, team)
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
        at = When(datetime.fromtimestamp(last[0].began, UTC))
        parts.append(Note(say(f"learning.last.{await _state(last[0], services)}", at=at)))
    if (shadow := await Shadows(services.sessions).running(team)) is not None:
        parts.append(Note(shadow_text(shadow, say)))
    return tuple(parts)


async def _running(team: str, services: Services) -> RunRow | None:
    last = await Runs(services.sessions, services.replica).latest(team, 1)
    return last[0] if last and last[0].state == "running" else None


async def _state(row: RunRow, services: Services) -> str:
    """Returns how a run has ended, and its version's shadow period since."""
    if row.state != "shadow" or row.version is None:
        return row.state
    shadow = await Shadows(services.sessions).get(row.team, row.version)
    if shadow is None or shadow.state == "running":
        return row.state
    return "promoted" if shadow.state == "promoted" else "refused"


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
