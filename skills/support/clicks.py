"""What customers press under an answer, what they say of it, and the draft that somebody asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from skills.base import Place, Request, Services
from skills.classifiers.feedback.collected import Written, collect, collect_verdict
from skills.reply import Form, Reply, to_asker
from skills.support import reception
from skills.support.book.answer_book import AnswerBook
from skills.support.book.rows import Books
from skills.support.cases import drafts
from skills.support.cases.handover import NO_INTENT, intent_choice
from skills.support.conversations import turns
from skills.support.conversations.threads import Conversation, State, alone
from skills.support.desk import Desk
from skills.support.replying import Prepared, handed_over, rephrase
from skills.support.understanding.deciding import PLAUSIBLE, Decision, decide
from skills.support.understanding.message import Understood, understand


async def pressed(request: Request, services: Services, desk: Desk) -> Sequence[Reply]:
    """Returns what follows from "Talk to a person", from a choice of intents, and from "neither"."""
    conversation = await _conversation(request, services, desk)
    if conversation is None:
        return to_asker(request.say("support.gone"))
    if conversation.asker not in ("", request.person.id):
        return to_asker(request.say("support.not_yours"))
    seen, book = await _again(request, services, desk, conversation)
    say = seen.request.say.speaking(seen.language)
    replaces = request.answer.id if request.answer is not None else None
    prepared: Prepared
    match request.name:
        case "support.person":
            replaces = None
            prepared = handed_over("person", conversation.state, say, conversation.state.intent)
        case "support.neither":
            prepared = rephrase(conversation.state, say)
        case _:
            await _named(request, services, conversation, seen, request.value)
            seen = replace(seen, signals=replace(seen.signals, accepted=True))
            chosen = Decision("answer", request.value)
            prepared = await reception.prepare(chosen, seen, services, book, conversation.state.settled())
            prepared = replace(prepared, probability=1.0)
    mode = await _mode(request, services, desk, conversation)
    return await reception.deliver(
        seen.request, services, desk, conversation, seen, prepared, mode, None if mode == "draft" else replaces
    )


def wrong_intent_form(request: Request, book: AnswerBook) -> Form | None:
    """Returns the modal that asks what was meant; the next guesses come first."""
    say = request.say
    guesses = request.answer.memory.get("guesses") if request.answer is not None else None
    first = [str(name) for name in guesses] if isinstance(guesses, list) else []
    if not book.intents:
        return None
    return Form(
        "support.wrong_intent",
        say.label("support.wrong.title"),
        (intent_choice(book, say, first=first[1:], asker=say.language),),
        submit=say.label("support.wrong.submit"),
    )


async def put_right(request: Request, services: Services, desk: Desk) -> Sequence[Reply]:
    """Returns the answer to what was meant, and learns it; none of the intents leads to other words."""
    conversation = await _conversation(request, services, desk)
    if conversation is None:
        return to_asker(request.say("support.gone"))
    seen, book = await _again(request, services, desk, conversation)
    intent = str(request.values.get("intent") or NO_INTENT)
    mode = await _mode(request, services, desk, conversation)
    if intent == NO_INTENT:
        say = seen.request.say.speaking(seen.language)
        prepared = rephrase(conversation.state, say)
    else:
        await _named(request, services, conversation, seen, intent)
        state = conversation.state.settled()
        prepared = await reception.prepare(Decision("answer", intent), seen, services, book, state)
        prepared = replace(prepared, probability=1.0)
    return await reception.deliver(seen.request, services, desk, conversation, seen, prepared, mode)


async def draft_for_presser(request: Request, services: Services, desk: Desk) -> Sequence[Reply]:
    """Returns the draft of a reply to any message, for the one who asked for it alone."""
    message = request.message
    if message is None or not message.text.strip():
        return to_asker(request.say("support.draft.nothing"))
    thread = request.place.thread or message.ts
    place = replace(request.place, thread=thread, message=message.ts)
    asked = replace(request, text=message.text, place=place)
    said = tuple(
        (f"{number}", text) for number, (author, text) in enumerate(message.thread) if author == message.author
    )
    state = State(said=said, question=message.text)
    conversation = Conversation(request.team, place.channel, thread, message.author_id, state)
    book, version = await desk.book(request.team, services)
    readers = await services.readers(asked)
    seen = await understand(asked, services, desk.heads, book, version, state, readers)
    decision = decide(seen.signals, state)
    best = seen.signals.guesses[0] if seen.signals.accepted and seen.signals.guesses else None
    if decision.kind not in ("answer", "index") and best is not None and best.probability >= PLAUSIBLE:
        # A person reads the draft before anybody else does: the likeliest will do.
        decision = Decision("answer", best.intent)
    decision = replace(decision, reason=None)
    prepared = await reception.prepare(decision, seen, services, book, state)
    if prepared.path in ("handover", "rephrase", "choice") or decision.kind == "silent":
        return to_asker(request.say("support.draft.unknown"))
    draft = await drafts.keep(seen.request, services, conversation, seen, prepared, message.ts)
    return (drafts.private_card(draft, prepared, request.say),)


async def judged(request: Request, verdict: Literal["helpful", "not_helpful"], services: Services, desk: Desk) -> None:
    """Counts what somebody thought of an answer for its template, its turn and its intent."""
    answer = request.answer
    if answer is None:
        return
    memory = answer.memory
    intent, template, language = (str(memory.get(key) or "") for key in ("intent", "template", "language"))
    if intent and template:
        await Books(services.sessions).judge(request.team, intent, language, template, helpful=verdict == "helpful")
    if turn := str(memory.get("turn") or ""):
        await turns.set_verdict(services.sessions, turn, verdict)
    question, asker = answer.question, answer.asker
    conversation = await desk.conversations.get(
        services.sessions, request.team, answer.place.channel, answer.place.thread or alone(asker)
    )
    if not question and conversation is not None:
        question, asker = conversation.state.question, conversation.asker
    if not question or not intent:
        return
    written = Written(
        text=question,
        author=asker,
        language=str(memory.get("language_asked") or language or "en"),
        predicted=intent,
        probability=_number(memory.get("probability")),
        margin=_number(memory.get("margin")),
        place=answer.place,
    )
    await collect_verdict(request, services, written, verdict)


async def _conversation(request: Request, services: Services, desk: Desk) -> Conversation | None:
    thread = request.place.thread or alone(request.person.id)
    found = await desk.conversations.get(services.sessions, request.team, request.place.channel, thread)
    if found is not None or request.answer is None or not request.answer.question:
        return found
    state = State(question=request.answer.question)
    return Conversation(request.team, request.place.channel, thread, request.answer.asker, state)


async def _again(
    request: Request, services: Services, desk: Desk, conversation: Conversation
) -> tuple[Understood, AnswerBook]:
    """Returns what is known of the message that the conversation is about, as part of this request."""
    book, version = await desk.book(request.team, services)
    said = conversation.state.question or (request.answer.question if request.answer is not None else "")
    asked = replace(request, text=said)
    readers = await (services.readers(request) if request.place.thread else services.audience(request))
    state = conversation.state
    return await understand(asked, services, desk.heads, book, version, state.settled(), readers), book


async def _mode(
    request: Request, services: Services, desk: Desk, conversation: Conversation
) -> Literal["draft"] | None:
    """Returns `draft` where every reply is seen by a person first; what a person chose needs no other leave.

    What was asked by command is for the asker alone, whatever the channel.
    """
    if conversation.thread == alone(request.person.id) or request.place.kind == "dm":
        return None
    mode = await desk.modes.of(services.sessions, request.team, request.place.channel)
    return "draft" if mode == "draft" else None


async def _named(
    request: Request, services: Services, conversation: Conversation, seen: Understood, intent: str
) -> None:
    """Keeps the intent that the asker named as a labelled example."""
    guesses = seen.signals.guesses
    written = Written(
        text=conversation.state.question,
        author=conversation.asker,
        language=seen.language,
        predicted=guesses[0].intent if guesses else None,
        probability=guesses[0].probability if guesses else None,
        margin=seen.margin,
        place=Place(conversation.channel, request.place.kind, conversation.thread, conversation.thread),
    )
    await collect(request, services, written, "wrong_intent", intent)


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
