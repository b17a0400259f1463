"""The tasks skill: `/task`, its buttons, forms and shortcut, and what it does by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from index.search import QuestionVectors
from skills.base import HookRefused, Place, Request, Services, Skill
from skills.reply import Form, Json, Part, Reply, to_asker
from skills.tasks import asking, commands, listing, pressing, shortcut, tracking
from skills.tasks.capture.splitting import lines_of
from skills.tasks.editing import small_forms, task_form
from skills.tasks.linking.faults import TrackerError
from skills.tasks.making.checking import LONGEST, MOST
from skills.tasks.noticing.noticing import Noticing
from skills.tasks.noticing.requests import Requests
from skills.tasks.offering import offering
from skills.tasks.reminding.rounds import DAY, WEEK
from skills.tasks.store import MIGRATIONS
from skills.tasks.teamwork import Teamwork
from skills.tasks.telling import day, week
from skills.text import Text

_LISTS = frozenset({"tasks.mine", "tasks.overdue"})


class TasksSkill(Skill):
    name: ClassVar[str] = "tasks"
    catalogs: ClassVar[Path] = Path(__file__).parent / "texts"
    commands: ClassVar[Mapping[str, str]] = {"/task": "tasks.usage"}
    actions: ClassVar[frozenset[str]] = pressing.PRESSED | _LISTS | {offering.NOT}
    shortcuts: ClassVar[frozenset[str]] = frozenset({shortcut.NAME})
    forms: ClassVar[frozenset[str]] = small_forms.FORMS | {task_form.FORM, task_form.NEW}
    opens_form: ClassVar[frozenset[str]] = pressing.OPENING | {shortcut.NAME, offering.MAKE}
    examples: ClassVar[Path | None] = Path(__file__).parent / "examples.jsonl"
    migrations: ClassVar[Path | None] = MIGRATIONS
    reads_all: ClassVar[bool] = True
    ticks: ClassVar[Mapping[str, float]] = {"remind": 1.0, "advance": 2.0, "track": 2.0, "forget": 3600.0}
    due: ClassVar[frozenset[str]] = frozenset({DAY, WEEK})

    def __init__(self) -> None:
        self._teamwork: Teamwork | None = None
        self._noticing: Noticing | None = None

    async def tick(self, name: str, services: Services) -> None:
        teamwork = self._at_work(services)
        match name:
            case "remind":
                await teamwork.reminding.tick(services)
            case "advance":
                await teamwork.advance()
            case "track":
                await tracking.tick(teamwork)
            case "forget":
                await teamwork.forget()

    async def handle(self, request: Request, services: Services) -> Sequence[Reply]:
        teamwork = self._at_work(services)
        match request.kind, request.name:
            case (("command" | "message"), _) if too_much(request):
                return to_asker(too_much_words(request))
            case "command", _:
                verb = commands.verb_of(request.text)
                if verb is not None or not request.text.strip():
                    return await commands.run(request, teamwork)
                return await asking.command(request, teamwork)
            case "message", _:
                return await asking.answer(request, teamwork)
            case "form", task_form.FORM:
                return await task_form.submit(request, teamwork)
            case "form", task_form.NEW:
                return await shortcut.submit(request, teamwork)
            case "form", _:
                return await small_forms.submit(request, teamwork)
            case "action", "tasks.mine":
                return await listing.mine(request, teamwork)
            case "action", "tasks.overdue":
                return await listing.overdue(request, teamwork)
            case "due", "day":
                return await day.told(request, teamwork)
            case "due", "week":
                return await week.told(request, teamwork)
            case "action", offering.NOT:
                return await offering.declined(request, teamwork)
            case "action", _:
                return await pressing.press(request, teamwork)
        return to_asker(request.say("tasks.again"))

    async def form(self, request: Request, services: Services) -> Form | None:
        teamwork = self._at_work(services)
        if request.name == shortcut.NAME:
            return await shortcut.form(request, teamwork)
        if request.name == offering.MAKE:
            return await offering.form(request, teamwork)
        return await pressing.form(request, teamwork)

    async def check(self, request: Request, services: Services) -> Mapping[str, Text]:
        teamwork = self._at_work(services)
        if request.name in (task_form.FORM, task_form.NEW):
            return await task_form.check(request, teamwork)
        return await small_forms.check(request, teamwork)

    async def concerns(self, request: Request, services: Services) -> bool:
        """What changes the task of the thread ("no, @ben should do it"), and what plainly asks for something."""
        return await asking.concerned(request, self._at_work(services))

    async def recognises(self, request: Request, services: Services) -> QuestionVectors | None:
        """What plainly asks somebody for something, lists of tasks, and what is said about the task of a thread."""
        return request.vectors if await asking.recognised(request, self._at_work(services)) else None

    async def begin(self, services: Services) -> None:
        await self._at_work(services).linking.__aenter__()

    async def end(self) -> None:
        if self._teamwork is not None:
            await self._teamwork.linking.__aexit__(None, None, None)

    async def receive(self, hook: str, headers: Mapping[str, str], body: bytes, services: Services) -> int:
        try:
            return await self._at_work(services).linking.receive(hook, headers, body)
        except TrackerError as error:
            raise HookRefused(f"this is not taken: {error.code}") from None

    async def hear(self, team: str, place: Place, message: Mapping[str, Json], services: Services) -> None:
        teamwork = self._at_work(services)
        if self._noticing is None:
            self._noticing = Noticing(Requests(services.library.choice.encoders))
        await offering.hear(team, place, message, teamwork, self._noticing)

    async def home(self, request: Request, services: Services) -> Sequence[Part]:
        return await listing.home(request, self._at_work(services))

    @property
    def at_work(self) -> Teamwork | None:
        """What the skill works with; None before the bot has begun."""
        return self._teamwork

    def _at_work(self, services: Services) -> Teamwork:
        if self._teamwork is None:
            self._teamwork = Teamwork(services)
        return self._teamwork


def too_much(request: Request) -> bool:
    """Returns whether a message asks for more than is taken at once, which is known before it is read."""
    return lines_of(request.text) > MOST or len(request.text) > LONGEST * 4


def too_much_words(request: Request) -> Text:
    """Returns what is said to that."""
    lines = lines_of(request.text)
    if lines > MOST:
        return request.say("tasks.wrong.many", count=lines, most=MOST)
    return request.say("tasks.wrong.long", count=len(request.text), most=LONGEST)
