"""A conversation handed to people: its case, the card, and what is done with it. The asker is told each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from index import reading
from index.types import Hit
from skills.base import Place, Request, Services
from skills.catalogs import Say
from skills.classifiers.feedback.collected import Written, collect, sureness
from skills.reply import Choice, Form, Note, Paragraph, Part, Quote, Reply, TextInput, to_asker
from skills.support.book.answer_book import AnswerBook
from skills.support.cases import response_clock
from skills.support.cases import rows as case_rows
from skills.support.cases.cards import about, card, without_cards
from skills.support.cases.models import CaseRow
from skills.support.cases.unlearning import unlearn_done
from skills.support.conversations.threads import Conversation, alone
from skills.support.replying import label_of, words_of
from skills.support.settings.modes import Settings
from skills.support.slots.filling import extract_thread, fill_in
from skills.support.tables import add_once, row_id
from skills.support.understanding.deciding import Reason
from skills.support.understanding.message import Understood
from skills.text import Bold, Text

RESOLUTIONS = ("solved", "not_solved", "spam")
LEAST_FOUND = 0.5
"""Confidence of a passage from which its page is named on a card."""
NO_INTENT = "-"
"""The choice of no intent in a form."""


async def open_case(
    request: Request,
    services: Services,
    book: AnswerBook,
    settings: Settings,
    channel: str,
    conversation: Conversation,
    seen: Understood,
    reason: Reason,
    intent: str,
    draft: str,
    told: bool,
) -> CaseRow:
    """Returns the conversation's case, whose card stands in `channel` now; a case that is open already is kept.

    `draft` is the best reply so far; `told` whether the asker has it.
    """
    known = await case_rows.open_case(services.sessions, request.team, conversation.channel, conversation.thread)
    if known is not None:
        await follow_up(request, services, book, known)
        return known
    id = row_id(request.team, request.id, "case")
    where = Place(channel, "channel")
    # The words of who only asks for a person, or has no number, say nothing of the matter: pages are found by chance.
    says_nothing = reason in ("person", "no_slot") or seen.signals.wish == "unhelped"
    quoted = seen.findings is not None and bool(seen.findings.quoted)
    hits = await _readable(request, services, where, seen) if quoted or not says_nothing else []
    link = await services.link(request.place) if request.place.kind != "dm" else None
    said = conversation.state.texts or (request.text,)
    case = CaseRow(
        id=id,
        team=request.team,
        channel=conversation.channel,
        kind=request.place.kind,
        thread=conversation.thread,
        asker=conversation.asker,
        language=seen.language,
        status="open",
        reason=reason,
        urgent=seen.signals.urgent or (reason == "angry" and seen.priority == "urgent"),
        intent=intent,
        about=about(
            seen,
            said,
            hits,
            link,
            request.person.name,
            draft,
            told,
            known=intent if says_nothing else "",
        ),
        card_channel=channel,
        card="",
        opened_at=request.now.timestamp(),
    )
    await add_once(services.sessions, case)
    say = card_say(request, book)
    shown = card(case, book, say, response_clock.claim_by(case, settings))
    posted = await services.post(shown, request.team, where, f"support case {id}", skill="support", say=say)
    case = await case_rows.change_case(services.sessions, id, ("open", "claimed", "closed"), {"card": posted}) or case
    await response_clock.start(case, settings, services)
    return case


def card_say(request: Request, book: AnswerBook) -> Say:
    """Returns what speaks on cards, which many people read: the book's first language."""
    return request.say.speaking(book.language)


async def follow_up(request: Request, services: Services, book: AnswerBook, case: CaseRow) -> None:
    """Puts what the asker added under the case's card."""
    say = card_say(request, book)
    lead = say("support.card.added", name=request.person.name)
    parts = (Paragraph(lead), Quote(without_cards(request.text)))
    place = response_clock.case_place(case)
    key = f"support added {request.id}"
    await services.post(Reply(parts), request.team, place, key, skill="support", under=case.card, say=say)


async def claim(request: Request, services: Services, book: AnswerBook, settings: Settings) -> Sequence[Reply]:
    """Makes the case the presser's, once, and tells the asker who it is."""
    found = await _case(request, services)
    if found is None:
        return to_asker(request.say("support.gone"))
    case = await case_rows.change_case(
        services.sessions,
        found.id,
        ("open",),
        {"status": "claimed", "claimed_by": request.person.id, "claimed_at": request.now.timestamp()},
    )
    if case is None:
        if found.claimed_by == request.person.id and found.status == "claimed":
            return (await _card(request, services, book, settings, found),)
        return to_asker(
            request.say("support.claimed_already", name=await _name(services, request.team, found.claimed_by))
        )
    await _tell(
        request,
        services,
        case,
        "claimed",
        request.say.speaking(case.language)("support.claimed", name=request.person.name),
    )
    await _learn(request, services, case, "claim", None)
    return (await _card(request, services, book, settings, case),)


async def seen_in_thread(
    request: Request, services: Services, book: AnswerBook, settings: Settings, case: CaseRow
) -> None:
    """Takes a colleague's own words in the asker's thread for a claim and a reply: the clock stops."""
    now = request.now.timestamp()
    values: dict[str, object] = {"replied_at": case.replied_at or now}
    if case.status == "open":
        values |= {"status": "claimed", "claimed_by": request.person.id, "claimed_at": now}
    elif case.replied_at:
        return
    changed = await case_rows.change_case(services.sessions, case.id, (case.status,), values)
    if changed is not None:
        await update_card(request, services, book, settings, changed, f"thread {request.id}")


async def update_card(
    request: Request, services: Services, book: AnswerBook, settings: Settings, case: CaseRow, key: str
) -> None:
    """Edits the card from elsewhere than its own buttons."""
    shown = await _card(request, services, book, settings, case)
    place = response_clock.case_place(case)
    say = card_say(request, book)
    await services.post(shown, request.team, place, f"support card {key}", skill="support", edits=case.card, say=say)


async def reply_form(request: Request, services: Services, book: AnswerBook) -> Form | None:
    """Returns the modal in which a person writes to the asker, with the best draft, or else the likeliest answer.

    What the asker has already is not in it.
    """
    case = await _case(request, services)
    if case is None or case.status == "closed":
        return None
    say = request.say
    unsent = "" if case.about["sent"] else str(case.about["draft"])
    prefilled = unsent or _likeliest(case, book, datetime.fromtimestamp(case.opened_at, request.now.tzinfo))
    said: list[Part] = [Quote(text) for text in case.about["said"][-2:]]
    return Form(
        "support.reply",
        say.label("support.reply.title"),
        (*said, TextInput("text", say.label("support.reply.text", name=case.about["name"]), prefilled, multiline=True)),
        submit=say.label("support.send"),
        state=case.id,
    )


def _likeliest(case: CaseRow, book: AnswerBook, asked_at: datetime) -> str:
    """Returns the book's answer to what the case is probably about, its gaps named; empty where the asker has it.

    `asked_at` is what "yesterday" counts from: the reply may be written days later.
    """
    for name in (case.intent, *(guess for guess, _ in case.about["guesses"])):
        intent = book.intent(name)
        written = intent.answer(case.language, book.language) if intent else None
        if written is not None:
            template, language = written
            known = extract_thread(case.about["said"], book, asked_at)
            text = fill_in(template, known, language)
            return "" if text == case.about["draft"] else text
    return ""


async def send_reply(request: Request, services: Services, book: AnswerBook, settings: Settings) -> Sequence[Reply]:
    """Posts a person's reply in the asker's thread, in the person's name; whoever replies has claimed the case."""
    case = await _case(request, services)
    text = str(request.values.get("text") or "").strip()
    if case is None or case.status == "closed" or not text:
        return to_asker(request.say("support.gone"))
    name = request.person.name
    say = request.say.speaking(case.language)
    parts = (Paragraph((Bold(say.label("support.from_team", name=name)),)), Paragraph(text))
    await _post(request, services, case, f"reply {request.id}", parts)
    now = request.now.timestamp()
    values: dict[str, object] = {"replied_at": case.replied_at or now}
    if case.status == "open":
        values |= {"status": "claimed", "claimed_by": request.person.id, "claimed_at": now}
    case = await case_rows.change_case(services.sessions, case.id, ("open", "claimed"), values) or case
    desk_say = card_say(request, book)
    noted = (Paragraph(desk_say("support.card.sent", name=name)), Quote(text))
    await services.post(
        Reply(noted),
        request.team,
        response_clock.case_place(case),
        f"support noted {request.id}",
        skill="support",
        under=case.card,
        say=desk_say,
    )
    return (await _card(request, services, book, settings, case),)


async def close_form(request: Request, services: Services, book: AnswerBook) -> Form | None:
    """Returns the modal that asks how the case ended, and what it was about."""
    case = await _case(request, services)
    if case is None or case.status == "closed":
        return None
    say = request.say
    options = tuple((value, say.label(f"support.resolution.{value}")) for value in RESOLUTIONS)
    return Form(
        "support.close",
        say.label("support.close.title"),
        (
            Choice("resolution", say.label("support.close.resolution"), options, "solved"),
            intent_choice(book, say, case.intent),
        ),
        submit=say.label("support.close"),
        state=case.id,
    )


def intent_choice(
    book: AnswerBook, say: Say, chosen: str = "", first: Sequence[str] = (), asker: str | None = None
) -> Choice:
    """Returns the question which of the book's intents it was; those of `first` come first.

    An `asker`, by language, chooses among customers' words.
    """
    ordered = sorted(book.intents, key=lambda one: first.index(one.name) if one.name in first else len(first))
    options = (
        (NO_INTENT, say.label("support.no_intent")),
        *((one.name, words_of(one, asker) if asker else label_of(one)) for one in ordered),
    )
    known = book.intent(chosen) is not None
    return Choice("intent", say.label("support.which_intent"), options, chosen if known else NO_INTENT)


async def close(request: Request, services: Services, book: AnswerBook, settings: Settings) -> Sequence[Reply]:
    """Ends a case, once, tells the asker kindly, and learns which intent it was."""
    found = await _case(request, services)
    resolution = str(request.values.get("resolution") or "solved")
    if found is None or resolution not in RESOLUTIONS:
        return to_asker(request.say("support.gone"))
    values = {
        "status": "closed",
        "closed_by": request.person.id,
        "closed_at": request.now.timestamp(),
        "resolution": resolution,
    }
    case = await case_rows.change_case(services.sessions, found.id, ("open", "claimed"), values)
    if case is None:
        return to_asker(
            request.say("support.closed_already", name=await _name(services, request.team, found.closed_by))
        )
    if resolution != "spam":
        await _tell(
            request, services, case, "closed", request.say.speaking(case.language)(f"support.closed.{resolution}")
        )
        intent = str(request.values.get("intent") or NO_INTENT)
        if intent != NO_INTENT:
            await _learn(request, services, case, "close", intent)
    await unlearn_done(services.sessions, case.team, case.asker)
    return (await _card(request, services, book, settings, case),)


async def _readable(request: Request, services: Services, where: Place, seen: Understood) -> list[Hit]:
    """Returns which of the passages found may be named to all who read the card."""
    if seen.findings is None:
        return []
    if seen.findings.confidence < LEAST_FOUND:
        # Pages that hardly answer would only be in the way.
        return []
    hits = [*(found.hit for found in seen.findings.quoted), *seen.findings.more]
    if not hits:
        return []
    readers = await services.readers(replace(request, place=where))
    ids = [hit.passage_id for hit in hits]
    allowed = {hit.passage_id for hit in await reading.passages(services.sessions, request.team, ids, readers)}
    pages = {hit.document_key: hit for hit in reversed(hits) if hit.passage_id in allowed}
    return list(reversed(pages.values()))


async def _case(request: Request, services: Services) -> CaseRow | None:
    return await case_rows.case(services.sessions, request.team, request.value)


async def _card(request: Request, services: Services, book: AnswerBook, settings: Settings, case: CaseRow) -> Reply:
    claimed = await _name(services, request.team, case.claimed_by)
    closed = await _name(services, request.team, case.closed_by)
    shown = card(case, book, card_say(request, book), response_clock.claim_by(case, settings), claimed, closed)
    return replace(shown, replaces=case.card)


async def _name(services: Services, team: str, id: str | None) -> str:
    return (await services.person(team, id)).name if id else ""


async def _tell(request: Request, services: Services, case: CaseRow, what: str, text: Text) -> None:
    await _post(request, services, case, f"{what} {case.id}", (Note(text),))


async def _post(request: Request, services: Services, case: CaseRow, key: str, parts: tuple[Part, ...]) -> None:
    """Posts to the asker, where the conversation is."""
    kind: Literal["channel", "private", "dm", "group"] = "dm" if case.kind == "dm" else "channel"
    thread = None if case.thread == alone(case.asker) else case.thread
    say = request.say.speaking(case.language)
    place = Place(case.channel, kind, thread)
    await services.post(Reply(parts), request.team, place, f"support {key}", skill="support", say=say)


async def _learn(
    request: Request, services: Services, case: CaseRow, source: Literal["claim", "close"], label: str | None
) -> None:
    if not case.about["said"]:
        return
    shares = [share for _, share in case.about["guesses"] if share is not None]
    probability, margin = sureness(shares)
    written = Written(
        text=case.about["said"][0],
        author=case.asker,
        language=case.language,
        predicted=case.intent or None,
        probability=probability,
        margin=margin,
        place=Place(case.channel, "channel", case.thread, case.thread),
    )
    await collect(request, services, written, source, label)
