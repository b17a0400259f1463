"""The way of one request: may it, which skill, and what of its replies leaves for Slack."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.delivery import Delivery, Outgoing
from bot.desk import DeskSkill
from bot.desk.spoken import spoken
from bot.due import DueItem
from bot.flood import Flood
from bot.outgoing import Incoming, outgoing_of
from bot.policy import refusal
from bot.router import FALLBACK, NONE, Router
from bot.services import BotServices
from bot.streams import SlackStream, Streams
from index.languages import detect
from skills.base import UNANSWERED, HookRefused, Place, Request, Skill
from skills.classifiers.features.ngrams import count_ngrams
from skills.classifiers.routing import SURE
from skills.courtesies import courtesy_of
from skills.knowledge.questions import LONGEST, question_of
from skills.reply import Form, Note, Paragraph, Reply
from skills.text import Text

log = logging.getLogger("deskhand.handling")

DESK = DeskSkill.name


class Handling:
    """Everything between a listener and the outbox. `bots` are names of bots that may ask, `bot` is our own user id."""

    def __init__(
        self,
        services: BotServices,
        router: Router,
        streams: Streams,
        flood: Flood,
        bot: str,
        bots: Collection[str] = (),
    ) -> None:
        self.services = services
        self.streams = streams
        self.bot = bot
        self.bots = frozenset(bots)
        self._router = router
        self._flood = flood
        self._skills = {skill.name: skill for skill in services.skills}
        self._commands = {name: skill for skill in services.skills for name in skill.commands}
        self._actions = {name: skill for skill in services.skills for name in skill.actions | skill.opens_form}
        self._shortcuts = {name: skill for skill in services.skills for name in skill.shortcuts}
        self._forms = {name: skill for skill in services.skills for name in skill.forms}

    async def answer(self, incoming: Incoming, delivery: Delivery) -> Sequence[Outgoing]:
        """Returns what to send for a request: its answers, or to the asker alone the reason why there are none."""
        request = incoming.request
        told = await self._refused(incoming, delivery)
        if told is not None:
            return told
        if request.kind == "message" and not question_of(request.text):
            return self.tell(incoming, request.say("bot.empty", command="/deskhand help")) if request.addressed else ()
        skill, request, others = await self._routed(request)
        if skill is None:
            return self.tell(incoming, request.say("bot.gone")) if request.addressed else ()
        return await self._worked(replace(incoming, request=request), skill, delivery, others)

    async def hear(self, team: str, place: Place, message: Mapping[str, Any]) -> None:
        """Lets the skills that listen take note of a message that is not the bot's own."""
        if message.get("user") == self.bot:
            return
        for skill in self.services.skills:
            await skill.hear(team, place, message, self.services)

    async def receive(self, name: str, hook: str, headers: Mapping[str, str], body: bytes) -> int:
        """Hands what another program has sent to the skill of that name. Raises `HookRefused`."""
        skill = self._skills.get(name)
        if skill is None:
            raise HookRefused("there is nothing that takes this")
        return await skill.receive(hook, headers, body, self.services)

    async def due(self, item: DueItem) -> Sequence[Outgoing]:
        """Returns what to send for a due row. Its payload may name the `channel`, `thread` and `person` concerned."""
        skill = self._skills.get(item.skill)
        if skill is None:
            log.warning("a due row waits for a skill that is not installed", extra={"skill": item.skill})
            return ()
        person = await self.services.people.person(item.team, str(item.payload.get("person") or self.bot))
        thread = item.payload.get("thread")
        request = Request(
            id=item.id,
            team=item.team,
            person=person,
            place=Place(str(item.payload.get("channel") or ""), "channel", str(thread) if thread else None),
            say=self.services.catalogs.say(person.locale, person.zone),
            now=self.services.clock.now(),
            kind="due",
            name=item.kind,
            value=item.key,
            memory=item.payload,
        )
        return outgoing_of(await skill.handle(request, self.services), Incoming(request), skill.name)

    async def claimed_by(self, team: str, place: Place) -> str:
        """Returns the name of the skill that claims what is said in a place, empty where none does."""
        for skill in self.services.skills:
            if await skill.claims(team, place, self.services):
                return skill.name
        return ""

    async def concerned(self, request: Request) -> str:
        """Returns the name of the skill that a message plainly concerns, empty for none."""
        for skill in self.services.skills:
            if await skill.concerns(request, self.services):
                return skill.name
        return ""

    def foresee(self, text: str) -> None:
        """Begins to encode a question that will be asked for in a moment."""
        question = question_of(text)
        if question and spoken(text) is None and not text.startswith("/"):
            encoding = self.services.library.begin_question(question)
            # Whoever asks for it meets the same fault.
            encoding.add_done_callback(lambda done: done.cancelled() or done.exception())
            # The router's share that needs no vector is done while the encoder works.
            asyncio.get_running_loop().call_soon(count_ngrams, (question,))

    def may_open_form(self, name: str) -> bool:
        """Returns whether a command, button or shortcut of that name may open a modal; others are acked at once."""
        return any(name in skill.opens_form for skill in self.services.skills)

    async def form(self, request: Request) -> Form | None:
        """Returns the modal that is to be opened for `request`, if it opens one."""
        skill = self._skill_of(request)
        if skill is None or request.name not in skill.opens_form:
            return None
        policy = await self.services.policies.of(request.team, request.place.channel)
        if skill.name != DESK and refusal(policy, request.person, request.place, addressed=True):
            return None
        return await skill.form(request, self.services)

    def handles_after_form(self, request: Request) -> bool:
        """Returns whether `request` comes to the skill although its form was opened."""
        skill = self._skill_of(request)
        return skill is not None and request.kind == "action" and request.name in skill.actions

    async def check(self, request: Request) -> Mapping[str, Text]:
        """Returns what is wrong with a submitted form, by input key."""
        skill = self._skill_of(request)
        return {} if skill is None else await skill.check(request, self.services)

    async def forget(self, request: Request) -> None:
        """Lets every skill drop what it kept of a deleted message: `request.place.message`."""
        for skill in self.services.skills:
            await skill.forget(request.team, request.place, self.services)

    def tell(self, incoming: Incoming, text: Text) -> Sequence[Outgoing]:
        """Returns `text` for the asker alone."""
        return outgoing_of([Reply((Paragraph(text),), to="asker")], replace(incoming, earlier=()), DESK)

    async def _refused(self, incoming: Incoming, delivery: Delivery) -> Sequence[Outgoing] | None:
        """Returns what to send instead of an answer, or None when there is to be one."""
        request = incoming.request
        if (request.addressed or request.claimed_by) and not delivery.recovered:
            verdict = self._flood.admit(request.team, request.person.id)
            if verdict != "pass":
                log.info("refused: flood", extra={"person": request.person.id, "reason": "flood"})
                return self.tell(incoming, request.say("bot.flood")) if verdict == "warn" else ()
        if self._is_free(request):
            return None
        policy = await self.services.policies.of(request.team, request.place.channel)
        heard = request.addressed or bool(request.claimed_by)
        reason = refusal(policy, request.person, request.place, heard)
        if reason is None:
            return None
        return self.tell(incoming, request.say(f"bot.refused.{reason}")) if request.addressed else ()

    def _is_free(self, request: Request) -> bool:
        """Whether no channel's policy stands in the way: the bot's own commands, buttons and forms work everywhere."""
        skill = self._skill_of(request)
        return skill is not None and skill.name == DESK

    def _skill_of(self, request: Request) -> Skill | None:
        match request.kind:
            case "command":
                return self._commands.get(request.name)
            case "action":
                return self._actions.get(request.name)
            case "shortcut":
                return self._shortcuts.get(request.name)
            case "form":
                return self._forms.get(request.name)
            case _:
                return None

    async def _routed(self, request: Request) -> tuple[Skill | None, Request, str]:
        """Returns the skill that acts, the request as it gets it, and the name for `_worked` to ask the others under.

        That is empty where they were asked already.
        """
        if request.kind != "message":
            return self._skill_of(request), request, NONE
        word, _, rest = request.text.partition(" ")
        if word.lower() in self._commands:
            skill, request = self._commands[word.lower()], replace(request, text=rest.strip())
            if skill.name != DESK:
                return skill, request, NONE
        own = spoken(request.text)
        if own is not None:
            return self._skills[DESK], replace(request, name=own), NONE
        concerned = await self.concerned(request) if request.addressed else ""
        if concerned:
            language = detect(request.text)
            return self._skills[concerned], replace(request, say=request.say.speaking(language)), NONE
        vectors = await self.services.library.encode_question(question_of(request.text))
        if request.claimed_by:
            claimed = replace(request, vectors=vectors, say=request.say.speaking(vectors.language))
            return self._skills[request.claimed_by], claimed, NONE
        if request.addressed and (courtesy := courtesy_of(request.text)) is not None:
            greeted = replace(request, name=courtesy, say=request.say.speaking(vectors.language))
            return self._skills[DESK], greeted, NONE
        route = self._router.route(vectors)
        if route.probability < SURE:
            vectors = await self.services.library.encode_for_others(vectors, request.team)
            route = self._router.route(vectors)
        request = replace(request, name=route.intent, vectors=vectors, say=request.say.speaking(vectors.language))
        doubted = request if route.probability >= SURE else replace(request, name=NONE)
        if request.addressed:
            recognised = await self._recognised(doubted, route.skill)
            if recognised is not None:
                return *recognised, ""
            if doubted.name == NONE:
                return self._skills.get(route.skill), request, ""
        elif route.intent == NONE:
            return None, request, NONE
        return self._skills.get(route.skill), request, UNANSWERED

    async def _recognised(self, request: Request, routed: str) -> tuple[Skill, Request] | None:
        """Returns the skill other than `routed` that knows the message for its own, and the request as it gets it."""
        for skill in self.services.skills:
            known = None if skill.name == routed else await skill.recognises(request, self.services)
            if known is not None:
                return skill, replace(request, name="", vectors=known)
        return None

    async def _worked(self, incoming: Incoming, skill: Skill, delivery: Delivery, others: str) -> Sequence[Outgoing]:
        """Returns what to send; where `skill` finds nothing, the others are asked under the name `others`, if any."""
        if not incoming.request.place.channel:
            incoming = await self._brought_home(incoming)
        request = incoming.request
        stream = self._stream(request, delivery)
        if stream is not None and delivery.recovered:
            await self._clear_begun(request)
        status = request.say.label("bot.status.working")
        async with self.streams.working(request.place, status) as working:
            if stream is None:
                replies = await skill.handle(request, self.services)
            else:
                replies = await self._streamed(replace(request, stream=stream), skill, stream)
            if replies and others and all(reply.unanswered for reply in replies):
                # Before "I don't know": the passes were made, and another skill may have been the one that was meant.
                recognised = await self._recognised(replace(request, name=others), skill.name)
                if recognised is not None:
                    skill, request = recognised
                    replies = await skill.handle(request, self.services)
                elif skill.name != FALLBACK and FALLBACK in self._skills:
                    read = await self._skills[FALLBACK].handle(request, self.services)
                    if not all(reply.unanswered for reply in read):
                        skill, replies = self._skills[FALLBACK], read
        is_cut = len(request.text) > LONGEST and request.kind in ("message", "command")
        if is_cut and replies and not skill.reads_all:
            note = Note(request.say("bot.cut", count=LONGEST))
            replies = [replace(replies[0], parts=(note, *replies[0].parts)), *replies[1:]]
        out = outgoing_of(replies, replace(incoming, stream_ts=stream.ts if stream else None), skill.name)
        if not any(one.kind == "post" and one.thread for one in out):
            await working.clear()
        return out

    async def _brought_home(self, incoming: Incoming) -> Incoming:
        """Returns a click in App Home as one in the conversation with its person: nothing can be posted in App Home."""
        request = incoming.request
        place = await self.services.direct(request.team, request.person.id)
        return incoming if place is None else replace(incoming, request=replace(request, place=place))

    def _stream(self, request: Request, delivery: Delivery) -> SlackStream | None:
        if self.services.llm is None or request.kind != "message" or not request.addressed:
            return None
        delivery.yield_turn()
        return self.streams.open(request.team, request.person, request.place)

    async def _clear_begun(self, request: Request) -> None:
        """Deletes what an earlier process had begun to stream when it died."""
        place = request.place
        found = await self.streams.unfinished(place, self.bot)
        for ts in set(found) - await self.services.answers.known(request.team, place.channel, found):
            await self.streams.remove(place.channel, ts)

    async def _streamed(self, request: Request, skill: Skill, stream: SlackStream) -> Sequence[Reply]:
        """Returns the replies of a skill that may show its answer growing; when stopped, what it had shown by then."""
        work: asyncio.Task[Any] = asyncio.ensure_future(_replies(skill, request, self.services))
        stream.task = work
        try:
            return list(await work)
        except asyncio.CancelledError:
            if not stream.stopped:
                work.cancel()
                raise
            note = Note(request.say("bot.stopped"))
            return [Reply((Paragraph(stream.text), note) if stream.text else (note,))]
        finally:
            self.streams.forget(stream)
            await stream.close()


async def _replies(skill: Skill, request: Request, services: BotServices) -> Sequence[Reply]:
    return await skill.handle(request, services)
