"""The monitor skill: `/monitor`, its buttons and forms, and what it does by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from index.search import QuestionVectors
from index.tokens import folded
from skills.base import UNANSWERED, HookRefused, Place, Request, Services, Skill
from skills.monitor import asking, commands, listing, pressing
from skills.monitor.alerts import card
from skills.monitor.editing import making, watch_form
from skills.monitor.health import editing as sources_editing
from skills.monitor.health import page
from skills.monitor.health.page import home_parts, sources_page
from skills.monitor.monitoring import Monitoring
from skills.monitor.reports import digest
from skills.monitor.sources import MIGRATIONS, SourceError
from skills.reply import Form, Json, Part, Reply, to_asker
from skills.text import Text

_OF_WATCH = frozenset(f"monitor.{name}" for name in ("pause", "mute", "test", "delete", "deleted"))
_OF_SOURCE = frozenset({page.PAUSE, page.NOW, page.REMOVE})
_OPENING = frozenset(
    {"/monitor", making.EDIT, "monitor.add", card.DETAILS, card.PLAYBOOK, card.CORRECT, page.ADD, page.EDIT}
)


class MonitorSkill(Skill):
    name: ClassVar[str] = "monitor"
    catalogs: ClassVar[Path] = Path(__file__).parent / "texts"
    commands: ClassVar[Mapping[str, str]] = {"/monitor": "monitor.usage"}
    actions: ClassVar[frozenset[str]] = (
        _OF_WATCH
        | _OF_SOURCE
        | {
            making.SAVE,
            "monitor.list",
            "monitor.sources",
            card.ACKNOWLEDGE,
            card.CONFIRM,
            card.NOT_USEFUL,
            card.SILENCE,
        }
    )
    due: ClassVar[frozenset[str]] = frozenset({digest.DUE})
    forms: ClassVar[frozenset[str]] = frozenset({watch_form.FORM, card.CORRECT, sources_editing.FORM})
    opens_form: ClassVar[frozenset[str]] = _OPENING
    examples: ClassVar[Path | None] = Path(__file__).parent / "examples.jsonl"
    migrations: ClassVar[Path | None] = MIGRATIONS
    ticks: ClassVar[Mapping[str, float]] = {"poll": 0.5, "read": 1.0, "look": 1.0}

    def __init__(self) -> None:
        self._monitoring: Monitoring | None = None

    async def begin(self, services: Services) -> None:
        monitoring = self._at_work(services)
        await monitoring.open()

    async def end(self) -> None:
        if self._monitoring is not None:
            await self._monitoring.end()

    async def tick(self, name: str, services: Services) -> None:
        if self._monitoring is None:
            return
        match name:
            case "poll":
                await self._monitoring.polling.tick()
            case "read":
                await self._monitoring.read()
            case "look":
                await self._monitoring.look_when_due()

    async def hear(self, team: str, place: Place, message: Mapping[str, Json], services: Services) -> None:
        if self._monitoring is not None and place.kind in ("channel", "private"):
            here = Place(place.channel, place.kind, place.thread, str(message.get("ts") or "") or None)
            await self._monitoring.polling.pushing.hear(team, place.channel, message, lambda: services.link(here))

    async def receive(self, hook: str, headers: Mapping[str, str], body: bytes, services: Services) -> int:
        try:
            return await self._at_work(services).polling.pushing.receive(hook, headers, body)
        except SourceError as error:
            raise HookRefused(str(error)) from None

    async def handle(self, request: Request, services: Services) -> Sequence[Reply]:
        monitoring = self._at_work(services)
        match request.kind, request.name:
            case "command", _:
                return await commands.run(request, monitoring)
            case "message", _:
                return await asking.answer(request, monitoring)
            case "form", watch_form.FORM:
                return await making.submit(request, monitoring)
            case "due", digest.DUE:
                return await digest.told(request, monitoring)
            case "form", card.CORRECT:
                return await pressing.correct(request, monitoring)
            case "form", sources_editing.FORM:
                return await sources_editing.submit(request, monitoring)
            case "action", making.SAVE:
                return await making.save_tried(request, monitoring)
            case "action", "monitor.list":
                return await listing.listed(request, monitoring)
            case "action", "monitor.sources":
                return (Reply(await sources_page(request, monitoring), to="asker"),)
            case "action", card.ACKNOWLEDGE:
                return await pressing.acknowledge(request, monitoring)
            case "action", card.CONFIRM:
                return await pressing.acknowledge(request, monitoring, confirm=True)
            case "action", card.NOT_USEFUL:
                return await pressing.not_useful(request, monitoring)
            case "action", card.SILENCE:
                return await pressing.silence(request, monitoring)
            case "action", name if name in _OF_WATCH:
                return await commands.press(request, monitoring)
            case "action", name if name in _OF_SOURCE:
                return await sources_editing.press(request, monitoring)
        return to_asker(request.say("monitor.gone"))

    async def form(self, request: Request, services: Services) -> Form | None:
        monitoring = self._at_work(services)
        match request.name:
            case card.DETAILS:
                return await pressing.details(request, monitoring)
            case card.PLAYBOOK:
                return await pressing.playbook(request, monitoring)
            case card.CORRECT:
                return await pressing.correct_form(request, monitoring)
            case page.ADD:
                return await sources_editing.source_form(request, monitoring, "")
            case page.EDIT:
                return await sources_editing.source_form(request, monitoring, request.value)
            case "monitor.add":
                return await making.open_form(request, monitoring, None)
            case making.EDIT:
                watch = await monitoring.watches.get(request.team, request.value)
                return await making.open_form(request, monitoring, watch) if watch is not None else None
        doing, rest = commands.command_of(request.text)
        if doing == "add":
            return await making.open_form(request, monitoring, None, rest)
        if doing == "edit" and (watch := await monitoring.watches.called(request.team, rest)) is not None:
            return await making.open_form(request, monitoring, watch)
        return None

    async def check(self, request: Request, services: Services) -> Mapping[str, Text]:
        if request.name == watch_form.FORM:
            return await making.check(request, self._at_work(services))
        return sources_editing.check(request) if request.name == sources_editing.FORM else {}

    async def home(self, request: Request, services: Services) -> Sequence[Part]:
        return await home_parts(request, self._at_work(services))

    async def recognises(self, request: Request, services: Services) -> QuestionVectors | None:
        """A command's word with a watch's name is for the monitor, and so is a watch of which nobody else knows."""
        doing, _ = commands.command_of(request.text)
        if request.name != UNANSWERED and (not doing or doing in ("add", "list")):
            return None
        watches = await self._at_work(services).watches.all(request.team)
        return request.vectors if asking.named_in(folded(request.text), watches) is not None else None

    def _at_work(self, services: Services) -> Monitoring:
        if self._monitoring is None:
            self._monitoring = Monitoring(services)
        return self._monitoring
