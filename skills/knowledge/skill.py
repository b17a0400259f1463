"""The knowledge skill: questions by command, mention and direct message, and the buttons under its answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from skills.base import Place, Request, Services, Skill
from skills.catalogs import Say
from skills.knowledge import saving, sharing
from skills.knowledge.answering import Findings, sources
from skills.knowledge.finding import EXAMPLES, find
from skills.knowledge.passages import more_results, passage_form
from skills.knowledge.questions import question_of
from skills.knowledge.writing import write
from skills.reply import Form, Note, Paragraph, Part, Reply, to_asker

_BETTER = 0.15
"""By how much more confident a private passage must be than a public one to be offered beside it."""

_NOT_FOR_ME = "none"
"""The router's intent for what belongs to no skill."""


class KnowledgeSkill(Skill):
    name: ClassVar[str] = "knowledge"
    catalogs: ClassVar[Path] = Path(__file__).parent / "texts"
    commands: ClassVar[Mapping[str, str]] = {"/ask": "knowledge.usage"}
    actions: ClassVar[frozenset[str]] = frozenset({"share", "knowledge.more", "knowledge.passage", "knowledge.remove"})
    shortcuts: ClassVar[frozenset[str]] = frozenset({"save_to_knowledge"})
    opens_form: ClassVar[frozenset[str]] = frozenset({"knowledge.passage"})
    examples: ClassVar[Path | None] = EXAMPLES

    async def handle(self, request: Request, services: Services) -> Sequence[Reply]:
        match request.kind, request.name:
            case "command", _:
                return await self._ask_alone(request, services)
            case "message", _:
                return await self._ask(request, services)
            case "action", "share":
                return await sharing.share(request, services)
            case "action", "knowledge.more":
                return await more_results(request, services)
            case "action", "knowledge.remove":
                return await saving.remove(request, services)
            case "shortcut", _:
                return await saving.save(request, services)
        return ()

    async def form(self, request: Request, services: Services) -> Form | None:
        return await passage_form(request, services)

    async def forget(self, team: str, place: Place, services: Services) -> None:
        await saving.forget(team, place, services)

    async def _ask_alone(self, request: Request, services: Services) -> Sequence[Reply]:
        if not question_of(request.text):
            text = request.say("knowledge.help") if not request.text.strip() else request.say("knowledge.empty")
            return to_asker(text)
        request, findings = await find(request, services, await services.audience(request))
        say = request.say.speaking(findings.language)
        if not findings.quoted:
            return (Reply(_nothing_known(request, findings, say), to="asker", unanswered=True),)
        shown = await write(request, services, findings)
        return (shown.reply(say, to="asker", share=True),)

    async def _ask(self, request: Request, services: Services) -> Sequence[Reply]:
        """Answers for all who read along; what the asker alone may read is offered to the asker alone."""
        if not question_of(request.text):
            return (Reply((Paragraph(request.say("knowledge.empty")),)),)
        readers = await services.readers(request)
        request, findings = await find(request, services, readers)
        say = request.say.speaking(findings.language)
        if findings.quoted:
            shown = await write(request, services, findings)
            # What was streamed is there already, so that no other skill's answer can take its place.
            doubtful = findings.by_gist and request.stream is None
            replies = [replace(shown.reply(say), unanswered=doubtful)]
        elif request.addressed:
            replies = [Reply(_nothing_known(request, findings, say), unanswered=True)]
        else:
            return ()
        audience = await services.audience(request)
        if services.library.shows_more(request.team, audience, readers):
            _, private = await find(request, services, audience)
            if private.quoted and private.confidence > findings.confidence + _BETTER:
                # Without a stream: everybody would see it.
                shown = await write(replace(request, stream=None), services, private)
                replies.append(shown.reply(say, to="asker", lead=Note(say("knowledge.only_you"))))
        return replies


def _nothing_known(request: Request, findings: Findings, say: Say) -> tuple[Part, ...]:
    if request.kind == "message" and request.name == _NOT_FOR_ME and not request.history:
        return (Paragraph(say("knowledge.not_for_me")),)
    if findings.more:
        return (Paragraph(say("knowledge.nothing")), Paragraph(say("knowledge.perhaps")), sources(findings.more))
    # Nobody else has seen what was asked in a direct message or by command.
    overheard = request.kind == "message" and request.place.kind != "dm"
    further = "knowledge.who_may_know" if overheard else "knowledge.ask_around"
    return (Paragraph(say("knowledge.nothing")), Note(say(further)))
