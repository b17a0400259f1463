"""See `bot.desk`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from bot.desk import review
from bot.desk.channel import FORM as CHANNEL_FORM
from bot.desk.channel import by_form, by_words, policy_fields, policy_form
from bot.desk.feedback import FORM as FEEDBACK_FORM
from bot.desk.feedback import (
    NOT_HELPFUL,
    VERDICTS,
    judge,
    reason_form,
    store_reason,
    summary_parts,
)
from bot.desk.help import help_parts
from bot.desk.learning import SWITCH, home_parts, learning_parts
from bot.desk.spoken import spoken
from bot.desk.status import status_parts
from bot.services import BotServices
from skills.base import Request, Services, Skill
from skills.learning import pressing
from skills.learning import skill as retraining
from skills.learning.workshop import Workshop
from skills.reply import Form, Paragraph, Part, Reply, to_asker

FEEDBACK = "feedback"
HELP_BUTTON = "deskhand.help"


class DeskSkill(Skill):
    name: ClassVar[str] = "deskhand"
    catalogs: ClassVar[Path] = Path(__file__).parent.parent / "locales"
    commands: ClassVar[Mapping[str, str]] = {"/deskhand": "desk.usage"}
    actions: ClassVar[frozenset[str]] = frozenset({FEEDBACK, SWITCH}) | review.ACTIONS
    forms: ClassVar[frozenset[str]] = frozenset({FEEDBACK_FORM, CHANNEL_FORM, review.FORM})
    opens_form: ClassVar[frozenset[str]] = frozenset({FEEDBACK, HELP_BUTTON, review.OTHER, "/deskhand"})
    examples: ClassVar[Path | None] = Path(__file__).parent / "examples.jsonl"

    async def handle(self, request: Request, services: Services) -> Sequence[Reply]:
        own = _own(services)
        match request.kind, request.name:
            case "action", "feedback":
                return await self._feedback(request, own)
            case "action", "deskhand.learning":
                return [Reply(await learning_parts(request.value, request, own), to="asker")]
            case "action" | "form", name if name in review.ACTIONS or name == review.FORM:
                return await review.settle(request, own)
            case "form", "deskhand.feedback":
                await store_reason(request, own)
                return to_asker(request.say("desk.feedback.noted"))
            case "form", "deskhand.channel":
                return await self._set_policy(request, own)
            case "command", _:
                subcommand, _, rest = request.text.strip().partition(" ")
                return [Reply(await self._said(subcommand.casefold() or "help", rest, request, own), to="asker")]
            case "message", "greeting" | "thanks" | "goodbye" | "okay":
                return [Reply((Paragraph(request.say(f"desk.{request.name}", name=request.person.name)),))]
            case "message", _:
                rest = request.text.partition(" ")[2] if request.name == "channel" else ""
                if request.name == "feedback" and not (request.person.is_admin and spoken(request.text)):
                    return [Reply((Paragraph(request.say("desk.feedback.how")),))]
                return [Reply(await self._said(request.name or "help", rest, request, own))]
        return ()

    async def form(self, request: Request, services: Services) -> Form | None:
        own = _own(services)
        match request.kind, request.name:
            case "action", "feedback" if request.value == NOT_HELPFUL and request.answer is not None:
                return reason_form(request.say, request.answer.id)
            case "action", "deskhand.review.other":
                return await review.label_form(request, own)
            case "action", "deskhand.help":
                parts = help_parts(own.skills, request.say)
                return Form("deskhand.help", request.say.label("desk.help.title"), parts)
            case "command", _ if request.text.strip().casefold() == "channel" and request.person.is_admin:
                if request.place.kind != "dm":
                    return policy_form(await own.policies.of(request.team, request.place.channel), request.say)
        return None

    async def home(self, request: Request, services: Services) -> Sequence[Part]:
        return await home_parts(request, _own(services))

    async def _said(self, subcommand: str, rest: str, request: Request, own: BotServices) -> tuple[Part, ...]:
        """Returns the answer to one of `/deskhand`'s subcommands."""
        say = request.say
        match subcommand:
            case "status":
                return await status_parts(request, own)
            case "feedback" if request.person.is_admin:
                return await summary_parts(request, own)
            case "channel":
                return await self._channel(rest, request, own)
            case "review":
                return await review.first_card(request, own)
            case "retrain":
                return await retraining.start(request, own)
            case "models":
                return await pressing.models(rest, request, Workshop.of(own))
            case "learning":
                return await learning_parts(rest, request, own)
            case "feedback":
                return (Paragraph(say("desk.admins_only")),)
            case "help":
                return help_parts(own.skills, say)
        return (Paragraph(say("desk.unknown", word=subcommand)), *help_parts(own.skills, say))

    async def _channel(self, words: str, request: Request, own: BotServices) -> tuple[Part, ...]:
        say, place = request.say, request.place
        if place.kind == "dm":
            return (Paragraph(say("desk.channel.not_here")),)
        policy = await own.policies.of(request.team, place.channel)
        if words.strip():
            if not request.person.is_admin:
                return (Paragraph(say("desk.admins_only")),)
            changed = by_words(policy, words)
            if changed is None:
                return (Paragraph(say("desk.channel.usage")),)
            await own.policies.set(request.team, place.channel, changed)
            return (Paragraph(say("desk.channel.changed")), policy_fields(changed, say))
        return (Paragraph(say("desk.channel.title")), policy_fields(policy, say))

    async def _set_policy(self, request: Request, own: BotServices) -> Sequence[Reply]:
        if not request.person.is_admin:
            return to_asker(request.say("desk.admins_only"))
        policy = by_form(request)
        await own.policies.set(request.team, request.place.channel, policy)
        parts = (Paragraph(request.say("desk.channel.changed")), policy_fields(policy, request.say))
        return [Reply(parts, to="asker")]

    async def _feedback(self, request: Request, own: BotServices) -> Sequence[Reply]:
        if request.answer is None or (verdict := VERDICTS.get(request.value)) is None:
            return to_asker(request.say("bot.gone"))
        await judge(request, verdict, own)
        return to_asker(request.say(f"desk.feedback.thanks_{verdict}"))


def _own(services: Services) -> BotServices:
    """The bot's own skill runs in the bot only."""
    if not isinstance(services, BotServices):
        raise TypeError("the desk skill needs the bot's own services")
    return services
