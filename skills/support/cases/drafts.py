"""Replies that a person sees first: approved as they are, edited, or rejected; each once, whoever presses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from index import reading
from skills.base import Answer, Place, Request, Services
from skills.catalogs import Say
from skills.classifiers.feedback.collected import Source, Written, collect, sureness
from skills.knowledge.answering import Quoted, quoting_parts, remembered
from skills.reply import (
    Button,
    Buttons,
    Choice,
    Feedback,
    Fields,
    Form,
    Json,
    Note,
    Paragraph,
    Part,
    Quote,
    Reply,
    TextInput,
    to_asker,
)
from skills.support.book.answer_book import AnswerBook
from skills.support.cases import rows as case_rows
from skills.support.cases.cards import without_cards
from skills.support.cases.handover import NO_INTENT, intent_choice
from skills.support.cases.models import DraftRow
from skills.support.cases.unlearning import unlearn_done
from skills.support.conversations.threads import Conversation
from skills.support.replying import Prepared, label_of, next_steps, template_words, words_of
from skills.support.tables import add_once, row_id
from skills.support.understanding.message import Understood
from skills.text import ChannelRef, Link, Text

REASONS = ("wrong", "incomplete", "tone", "not_needed", "other")


async def offer(
    request: Request,
    services: Services,
    book: AnswerBook,
    conversation: Conversation,
    seen: Understood,
    prepared: Prepared,
    channel: str,
) -> DraftRow:
    """Returns the draft of a reply, shown to people in `channel`; an older one of the conversation is put aside."""
    draft = await keep(request, services, conversation, seen, prepared, request.place.message)
    say = request.say.speaking(book.language)
    link = await services.link(request.place)
    shown = _card(draft, book, say, request.person.name, prepared, link)
    where = Place(channel, "channel")
    posted = await services.post(shown, request.team, where, f"support draft {draft.id}", skill="support", say=say)
    async with services.sessions.begin() as session:
        row = await session.get(DraftRow, draft.id)
        if row is not None:
            row.card, row.card_channel = posted, channel
    old = await case_rows.supersede_drafts(
        services.sessions, request.team, conversation.channel, conversation.thread, draft.id
    )
    for one in old:
        settled = _settled(one, say("support.draft.superseded"))
        place = Place(one.card_channel, "channel")
        key = f"support superseded {one.id}"
        await services.post(settled, request.team, place, key, skill="support", edits=one.card, say=say)
    return draft


async def keep(
    request: Request,
    services: Services,
    conversation: Conversation,
    seen: Understood,
    prepared: Prepared,
    message: str | None,
) -> DraftRow:
    """Returns the draft as it is stored, waiting; `message` is the ts of the message that it answers."""
    guesses: list[Json] = [[guess.intent, guess.probability] for guess in seen.signals.guesses]
    draft = DraftRow(
        id=row_id(request.team, request.id, "draft"),
        team=request.team,
        channel=conversation.channel,
        kind=request.place.kind,
        thread=conversation.thread,
        message=message,
        asker=conversation.asker,
        question=request.text,
        language=seen.language,
        path=prepared.path,
        intent=prepared.intent,
        text=prepared.text,
        memory={**prepared.memory, "guesses": guesses, "probability": prepared.probability},
        status="waiting",
        card_channel="",
        card="",
        made_at=request.now.timestamp(),
    )
    await add_once(services.sessions, draft)
    return draft


def private_card(draft: DraftRow, prepared: Prepared, say: Say) -> Reply:
    """Returns the draft for the one who asked for it alone."""
    parts: list[Part] = [Paragraph(say("support.draft.private")), *prepared.words]
    parts.append(Buttons(_buttons(draft, say, own=True)))
    return Reply(tuple(parts), to="asker", memory=_memory(draft))


async def approve(request: Request, services: Services, book: AnswerBook) -> Sequence[Reply]:
    """Posts a draft as it is, once, and says on its card who approved it."""
    draft = await case_rows.draft(services.sessions, request.team, request.value)
    if draft is None:
        return to_asker(request.say("support.gone"))
    return await _send(request, services, book, draft, "sent", None)


async def send_edited(request: Request, services: Services, book: AnswerBook) -> Sequence[Reply]:
    """Posts a draft as a person has edited it, once."""
    draft = await case_rows.draft(services.sessions, request.team, request.value)
    text = str(request.values.get("text") or "").strip()
    if draft is None or not text:
        return to_asker(request.say("support.gone"))
    return await _send(request, services, book, draft, "edited", text)


async def reject(request: Request, services: Services, book: AnswerBook) -> Sequence[Reply]:
    """Puts a draft aside, once, and learns why."""
    found = await case_rows.draft(services.sessions, request.team, request.value)
    if found is None:
        return to_asker(request.say("support.gone"))
    draft = await case_rows.decide_draft(
        services.sessions, found.id, request.id, "rejected", request.person.id, request.now.timestamp()
    )
    if draft is None:
        return await _too_late(request, services, found)
    intent = str(request.values.get("intent") or NO_INTENT)
    label = intent if intent not in (NO_INTENT, draft.intent) else None
    await _learn(request, services, draft, "wrong_intent" if label else "reject", label)
    say = request.say.speaking(book.language)
    reason = say.label(f"support.draft.reason_{request.values.get('reason') or 'other'}")
    status = say("support.draft.rejected", name=request.person.name, reason=reason)
    return (_settled(draft, status, Button(say.label("support.draft.write"), "support.edit", draft.id)),)


async def edit_form(request: Request, services: Services) -> Form | None:
    """Returns the modal in which a draft is edited; None when it was sent already."""
    draft = await case_rows.draft(services.sessions, request.team, request.value)
    if draft is None or draft.status not in ("waiting", "rejected"):
        return None
    say = request.say
    text = draft.text if draft.status == "waiting" else ""
    return Form(
        "support.edit",
        say.label("support.draft.edit_title"),
        (
            Quote(without_cards(draft.question)),
            TextInput("text", say.label("support.draft.text"), text, multiline=True),
        ),
        submit=say.label("support.send"),
        state=draft.id,
    )


async def reject_form(request: Request, services: Services, book: AnswerBook) -> Form | None:
    """Returns the modal that asks why a draft is rejected, and which intent it was."""
    draft = await case_rows.draft(services.sessions, request.team, request.value)
    if draft is None or draft.status != "waiting":
        return None
    say = request.say
    options = tuple((reason, say.label(f"support.draft.reason_{reason}")) for reason in REASONS)
    return Form(
        "support.reject",
        say.label("support.draft.reject_title"),
        (Choice("reason", say.label("support.draft.why"), options), intent_choice(book, say, draft.intent)),
        submit=say.label("support.reject"),
        state=draft.id,
    )


async def late(request: Request, services: Services) -> Sequence[Reply]:
    """Returns why a draft's modal did not open: who has settled it meanwhile."""
    draft = await case_rows.draft(services.sessions, request.team, request.value)
    return to_asker(request.say("support.gone")) if draft is None else await _too_late(request, services, draft)


async def _send(
    request: Request, services: Services, book: AnswerBook, found: DraftRow, status: str, text: str | None
) -> Sequence[Reply]:
    if text is not None and found.status == "rejected":
        # Nobody was answered yet: whoever rejected it writes the reply themselves.
        await _reopen(services, found)
    draft = await case_rows.decide_draft(
        services.sessions, found.id, request.id, status, request.person.id, request.now.timestamp(), text
    )
    if draft is None:
        return await _too_late(request, services, found)
    say = request.say.speaking(draft.language)
    parts = (Paragraph(text), Feedback()) if text is not None else await _parts(draft, request, services, book, say)
    kind: Literal["dm", "channel"] = "dm" if draft.kind == "dm" else "channel"
    place = Place(draft.channel, kind, draft.thread, draft.message)
    await services.post(
        Reply(tuple(parts), memory=_memory(draft)),
        request.team,
        place,
        f"support approved {draft.id}",
        skill="support",
        answering=Answer("", "support", draft.asker, draft.question, place, {}),
        say=say,
    )
    await _learn(request, services, draft, "approve" if text is None else "draft_edit", None)
    await unlearn_done(services.sessions, draft.team, draft.asker)
    if not draft.card:
        gone = request.answer.id if request.answer is not None and request.kind == "action" else None
        return (Reply((Paragraph(request.say("support.draft.done")),), to="asker", replaces=gone),)
    desk = request.say.speaking(book.language)
    return (_settled(draft, desk(f"support.draft.{status}", name=request.person.name)),)


async def _reopen(services: Services, draft: DraftRow) -> None:
    async with services.sessions.begin() as session:
        row = await session.get(DraftRow, draft.id)
        if row is not None and row.status == "rejected":
            row.status = "waiting"


async def _parts(draft: DraftRow, request: Request, services: Services, book: AnswerBook, say: Say) -> tuple[Part, ...]:
    """Returns a draft as the asker gets it."""
    memory = draft.memory
    if draft.path == "template":
        written = memory.get("language")
        foreign = str(written) if written and written != draft.language else None
        links = memory.get("links")
        words = template_words(draft.text, links if isinstance(links, list) else (), foreign, say)
        return (*words, next_steps(say), Feedback())
    if draft.path == "index":
        kept = remembered(memory)
        place = Place(draft.channel, "channel", draft.thread)
        readers = await services.readers(replace(request, place=place))
        hits = await reading.passages(services.sessions, request.team, [id for id, _ in kept], readers)
        by_id = {hit.passage_id: hit for hit in hits}
        quoted = [Quoted(by_id[id], spans) for id, spans in kept if id in by_id]
        if len(quoted) == len(kept) and not isinstance(memory.get("text"), str):
            return (*quoting_parts(quoted, draft.language, say), next_steps(say), Feedback())
        return (Paragraph(draft.text), next_steps(say), Feedback())
    if draft.path == "choice":
        names = memory.get("offered")
        known = [found for name in (names if isinstance(names, list) else []) if (found := book.intent(str(name)))]
        choose = (Button(words_of(intent, draft.language), "support.choose", intent.name) for intent in known)
        return (Paragraph(draft.text), Buttons((*choose, Button(say.label("support.neither"), "support.neither"))))
    return (Paragraph(draft.text),)


def _card(draft: DraftRow, book: AnswerBook, say: Say, name: str, prepared: Prepared, link: str | None) -> Reply:
    intent = book.intent(draft.intent)
    pairs: list[tuple[Text, Text]] = [(say("support.card.where"), (ChannelRef(draft.channel),))]
    if intent is not None:
        pairs.append((say("support.card.guesses"), f"{label_of(intent)} ({say.percent(prepared.probability)})"))
    parts: list[Part] = [
        Paragraph(say("support.draft.title", name=name)),
        Quote(without_cards(draft.question)),
        Paragraph(say("support.draft.reads")),
        *prepared.words,
        Fields(tuple(pairs)),
    ]
    if link:
        parts.append(Paragraph((Link(say.label("support.card.thread"), link),)))
    parts.append(Buttons(_buttons(draft, say)))
    return Reply(tuple(parts), to="channel", memory=_memory(draft))


def _buttons(draft: DraftRow, say: Say, own: bool = False) -> tuple[Button, ...]:
    approve = Button(say.label("support.send" if own else "support.approve"), "support.approve", draft.id, "primary")
    edit = Button(say.label("support.edit"), "support.edit", draft.id)
    return (approve, edit) if own else (approve, edit, Button(say.label("support.reject"), "support.reject", draft.id))


def _settled(draft: DraftRow, status: Text, *buttons: Button) -> Reply:
    """Returns the card of a draft that waits no longer."""
    parts: list[Part] = [Quote(without_cards(draft.question)), Note(status)]
    if draft.status in ("sent", "edited"):
        parts.append(Quote(draft.text))
    if buttons:
        parts.append(Buttons(buttons))
    return Reply(tuple(parts), to="channel", memory=_memory(draft), replaces=draft.card or None)


def _memory(draft: DraftRow) -> dict[str, Json]:
    """Returns what an answer made of the draft keeps: for its buttons, and for what people think of it."""
    return {**draft.memory, "draft": draft.id, "path": draft.path, "intent": draft.intent}


async def _too_late(request: Request, services: Services, draft: DraftRow) -> Sequence[Reply]:
    now = await case_rows.draft(services.sessions, request.team, draft.id) or draft
    name = (await services.person(request.team, now.decided_by)).name if now.decided_by else ""
    return to_asker(request.say(f"support.draft.{now.status}_already", name=name))


async def _learn(request: Request, services: Services, draft: DraftRow, source: Source, label: str | None) -> None:
    guesses = draft.memory.get("guesses")
    shares = [float(row[1]) for row in guesses] if isinstance(guesses, list) else []
    probability, margin = sureness(shares)
    written = Written(
        text=draft.question,
        author=draft.asker,
        language=draft.language,
        predicted=draft.intent or None,
        probability=probability,
        margin=margin,
        place=Place(draft.channel, "channel", draft.thread, draft.message),
    )
    await collect(request, services, written, source, label)
