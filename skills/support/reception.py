"""The way of one message of a customer's: understood, decided, and answered, drafted or handed over."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from index.types import Audience
from skills.base import Place, Request, Services
from skills.catalogs import Say
from skills.classifiers.feedback.opting_out import has_opted_out
from skills.knowledge.writing import write
from skills.masking import mask
from skills.reply import Buttons, Feedback, Json, Note, Paragraph, Part, Quote, Reply, Sources
from skills.support.book.answer_book import AnswerBook
from skills.support.cases import drafts, handover
from skills.support.cases import rows as case_rows
from skills.support.conversations.models import TurnRow
from skills.support.conversations.threads import Conversation, State, alone
from skills.support.desk import Desk, escalation
from skills.support.replying import (
    Prepared,
    answered,
    asked,
    handed_over,
    next_steps,
    offered,
    person_button,
    rephrase,
    said,
)
from skills.support.settings.modes import Mode
from skills.support.tables import add_once, row_id
from skills.support.understanding.deciding import Decision, Reason, decide
from skills.support.understanding.message import Understood, understand
from skills.support.understanding.wishes import sounds_harmful

LOOK_UP = 0.75
"""Confidence of a passage from which `auto` sends it."""


async def receive(
    request: Request, services: Services, desk: Desk, conversation: Conversation, mode: Mode | None
) -> Sequence[Reply]:
    """Returns the replies to a customer's message. `mode` is the support channel's, None elsewhere."""
    conversation = _heard(conversation, request)
    audience = await _audience(request, services, desk, mode)
    if mode == "draft":
        request = replace(request, stream=None)
    book, version = await desk.book(request.team, services)
    state = conversation.state
    seen = await understand(request, services, desk.heads, book, version, state, audience)
    request = seen.request
    decision = decide(seen.signals, state)
    if decision.kind == "silent":
        return ()
    prepared = await prepare(decision, seen, services, book, state)
    return await deliver(request, services, desk, conversation, seen, prepared, mode)


async def receive_while_waiting(
    request: Request, services: Services, desk: Desk, conversation: Conversation
) -> Sequence[Reply]:
    """Returns the replies to what a customer adds while nobody has claimed the case: what is sure is answered."""
    conversation = _heard(conversation, request)
    book, version = await desk.book(request.team, services)
    state = conversation.state
    readers = await services.readers(request)
    seen = await understand(request, services, desk.heads, book, version, state, readers)
    decision = decide(seen.signals, state)
    if decision.kind in ("answer", "index") and decision.reason is None:
        if await _mode_is_draft(request, services, desk):
            return ()
        prepared = await prepare(decision, seen, services, book, state)
        return await deliver(seen.request, services, desk, conversation, seen, prepared)
    await desk.conversations.keep(services.sessions, conversation)
    say = request.say.speaking(seen.language)
    courteous = seen.signals.wish in ("thanks", "goodbye", "okay", "identity")
    return (Reply((Paragraph(say(f"support.{seen.signals.wish}" if courteous else "support.added")),)),)


async def _mode_is_draft(request: Request, services: Services, desk: Desk) -> bool:
    return await desk.modes.of(services.sessions, request.team, request.place.channel) == "draft"


async def deliver(
    request: Request,
    services: Services,
    desk: Desk,
    conversation: Conversation,
    seen: Understood,
    prepared: Prepared,
    mode: Mode | None = None,
    replaces: str | None = None,
) -> Sequence[Reply]:
    """Returns what the asker gets of a prepared reply at once; what a person sees first goes to the desk."""
    book, _ = await desk.book(request.team, services)
    say = request.say.speaking(seen.language)
    conversation = replace(conversation, state=replace(prepared.state, language=seen.language))
    settings = await desk.modes.settings(services.sessions, request.team)
    if mode == "draft" and prepared.path in ("thanks", "dropped"):
        await desk.conversations.keep(services.sessions, conversation)
        return ()
    drafted = prepared.reason is None and _needs_approval(mode, prepared, seen, settings.threshold)
    turn = await _note(request, services, conversation, seen, prepared, drafted)
    memory: dict[str, Json] = {
        **prepared.memory,
        "path": prepared.path,
        "intent": prepared.intent,
        "turn": turn,
        "probability": prepared.probability,
        "margin": seen.margin,
        "language_asked": seen.language,
        "guesses": [guess.intent for guess in seen.signals.guesses],
    }
    prepared = replace(prepared, memory=memory)
    if drafted:
        channel = await escalation(request, services, desk)
        if channel is not None:
            await desk.conversations.keep(services.sessions, conversation)
            await drafts.offer(request, services, book, conversation, seen, prepared, channel)
            return ()
    parts = prepared.parts
    if prepared.reason is not None:
        told, conversation = await _hand_over(request, services, desk, conversation, seen, prepared, mode, say)
        if mode == "draft":
            await desk.conversations.keep(services.sessions, conversation)
            known = any(isinstance(part, Note) and part.text == say("support.handover.known") for part in told)
            return () if known else (Reply((Paragraph(say("support.handover.draft")),), to="thread"),)
        parts = (*prepared.words, *told, *prepared.ends)
    await desk.conversations.keep(services.sessions, conversation)
    to: Literal["asker", "thread"] = "thread" if request.place.thread or request.kind == "message" else "asker"
    return (Reply(tuple(parts), to=to, memory=memory, replaces=replaces),)


async def prepare(decision: Decision, seen: Understood, services: Services, book: AnswerBook, state: State) -> Prepared:
    """Returns the reply that a decision leads to."""
    say = seen.request.say.speaking(seen.language)
    match decision.kind:
        case "answer":
            return answered(decision, seen, book, state, say)
        case "ask_again":
            return asked(decision.intent, state.pending_slot, seen.probability, state, book, say, again=True)
        case "choice":
            return offered(decision.offered, seen, book, state, say)
        case "rephrase":
            return rephrase(state, say)
        case "index":
            return await looked_up(seen, services, state, say)
        case "dropped" | "thanks":
            return said(decision.kind, f"support.{decision.kind}", state.settled(), say)
        case "courtesy":
            # What was waited for is waited for still.
            shown = said("thanks", f"support.{seen.signals.wish}", state, say)
            return replace(shown, ends=(person_button(say),)) if seen.signals.wish == "identity" else shown
    return handed_over(decision.reason or "unknown", state, say, decision.intent)


async def looked_up(seen: Understood, services: Services, state: State, say: Say) -> Prepared:
    """Returns the answer in the documents' words, or a model's; what was waited for is waited for still."""
    if seen.findings is None:
        return handed_over("unknown", state, say)
    shown = await write(seen.request, services, seen.findings)
    *words, buttons, _ = shown.reply(say).parts
    steps = next_steps(say)
    known = buttons.items if isinstance(buttons, Buttons) else ()
    person = tuple(button for button in steps.items if button.action == "support.person")
    return Prepared(
        path="index",
        words=tuple(words),
        text=_plain(words, say),
        ends=(Buttons((*known, *person)), Feedback()),
        state=replace(state, stage=""),
        probability=seen.findings.confidence,
        memory=shown.memory(),
    )


def conversation_of(request: Request, thread: str) -> Conversation:
    """Returns a conversation that begins with this request."""
    return Conversation(request.team, request.place.channel, thread, request.person.id)


def _heard(conversation: Conversation, request: Request) -> Conversation:
    state = conversation.state.heard(request.place.message or request.id, request.text)
    if not state.question:
        state = replace(state, question=request.text[:500])
    return replace(conversation, state=state)


async def _audience(request: Request, services: Services, desk: Desk, mode: Mode | None) -> Audience:
    """Returns who must be allowed to read what is quoted: a draft is read in the escalation channel as well."""
    if request.kind == "command":
        return await services.audience(request)
    readers = await services.readers(request)
    channel = await escalation(request, services, desk) if mode in ("draft", "auto") else None
    if channel is None or channel == request.place.channel:
        return readers
    return readers & await services.readers(replace(request, place=Place(channel, "channel")))


def _needs_approval(mode: Mode | None, prepared: Prepared, seen: Understood, threshold: float) -> bool:
    if mode == "draft":
        return True
    if mode != "auto" or prepared.path in ("choice", "rephrase", "thanks", "dropped"):
        return False
    if prepared.path == "index":
        return prepared.probability < LOOK_UP
    return not seen.signals.fills and prepared.probability < threshold


async def _hand_over(
    request: Request,
    services: Services,
    desk: Desk,
    conversation: Conversation,
    seen: Understood,
    prepared: Prepared,
    mode: Mode | None,
    say: Say,
) -> tuple[tuple[Part, ...], Conversation]:
    """Opens the case, and returns what the asker is told of it and the conversation in which it goes on."""
    book, _ = await desk.book(request.team, services)
    reason: Reason = prepared.reason or "unknown"
    channel = await escalation(request, services, desk)
    if channel is None:
        return (Note(say("support.handover.nowhere")),), conversation
    told_where = "support.handover.by"
    if conversation.thread == alone(request.person.id):
        # What was asked by command was seen by the asker alone, and so is what people write back.
        place = await services.direct(request.team, request.person.id)
        if place is not None:
            if place.channel != request.place.channel:
                told_where = "support.handover.by_direct"
            conversation = replace(conversation, channel=place.channel)
            request = replace(request, place=place)
    settings = await desk.modes.settings(services.sessions, request.team)
    known = await case_rows.open_case(services.sessions, request.team, conversation.channel, conversation.thread)
    case = await handover.open_case(
        request,
        services,
        book,
        settings,
        channel,
        conversation,
        seen,
        reason,
        prepared.intent,
        prepared.text if prepared.path != "handover" else "",
        told=mode != "draft",
    )
    lead: list[Part] = []
    if prepared.path != "handover":
        lead.append(Paragraph(say(f"support.handover.{reason}")))
    if sounds_harmful(request.text):
        lead.append(Paragraph(say("support.handover.danger")))
    if known is not None:
        return (Note(say("support.handover.known")),), conversation
    by = request.now + timedelta(seconds=settings.first_response(case.urgent))
    return (*lead, Note(say(told_where, when=by))), conversation


async def _note(
    request: Request,
    services: Services,
    conversation: Conversation,
    seen: Understood,
    prepared: Prepared,
    drafted: bool,
) -> str:
    """Keeps what became of a question, and returns the turn's id."""
    id = row_id(request.team, request.id, "turn")
    # Counted all the same; what they wrote is nothing to learn from.
    kept = not await has_opted_out(services.sessions, request.team, conversation.asker)
    masked = (await asyncio.to_thread(mask, request.text)).text[:500] if kept else ""
    await add_once(
        services.sessions,
        TurnRow(
            id=id,
            team=request.team,
            at=request.now.timestamp(),
            channel=conversation.channel,
            thread=conversation.thread,
            path="handover" if prepared.reason is not None else prepared.path,
            intent=prepared.intent,
            drafted=drafted,
            probability=prepared.probability,
            language=seen.language,
            question=masked,
        ),
    )
    return id


def _plain(parts: Sequence[Part], say: Say) -> str:
    """Returns parts as the words that a person may edit."""
    lines: list[str] = []
    for part in parts:
        match part:
            case Paragraph(text) | Note(text):
                lines.append(say.plain(text))
            case Quote(text):
                lines.append(text)
            case Sources(items):
                lines += [f"[{source.number}] {source.title}" for source in items]
    return "\n".join(lines)
