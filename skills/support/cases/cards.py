"""The card of a case in the escalation channel: everything that a person needs to take over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from index.types import Hit
from skills.catalogs import Say
from skills.masking import mask
from skills.reply import Button, Buttons, Fields, Json, Paragraph, Part, Quote, Reply, Source, Sources
from skills.support.book.answer_book import AnswerBook
from skills.support.cases.models import CaseRow
from skills.support.conversations.threads import alone
from skills.support.replying import label_of
from skills.support.understanding.message import Understood
from skills.text import Bold, ChannelRef, Link, Span, Text, spans_of

LINES = 4
LINE = 300
"""How many of the asker's messages the summary quotes, and how many characters of each."""
SOURCES = 3
LIKELY = 0.05
"""Least share of a further guess that is named."""


def about(
    seen: Understood,
    said: Sequence[str],
    hits: Sequence[Hit],
    link: str | None,
    name: str,
    draft: str,
    sent: bool,
    known: str = "",
) -> dict[str, Any]:
    """Returns what a card shows, as a case keeps it. `hits` are those that the card's readers may read.

    `sent`: the asker has the `draft` already. `known` is the intent that the conversation was about, where the last
    message ("I don't have it") says nothing of it.
    """
    guesses: list[list[object]] = [[guess.intent, guess.probability] for guess in seen.signals.guesses]
    if known:
        guesses = [[known, None]]
    elif not seen.signals.accepted or seen.signals.wish == "person":
        guesses = []
    return {
        "said": [without_cards(text)[:LINE] for text in said[-LINES:]],
        "guesses": guesses,
        "sentiment": seen.sentiment,
        "priority": seen.priority,
        "sources": [[hit.title, hit.place, hit.link] for hit in hits[:SOURCES]],
        "link": link,
        "name": name,
        "draft": draft,
        "sent": sent,
    }


def without_cards(text: str) -> str:
    """Returns `text` with payment cards, bank accounts and ids masked: nobody needs them to help."""
    for span in reversed(mask(text).spans):
        if span.kind in ("card", "iban", "id"):
            text = f"{text[: span.start]}[{span.kind}]{text[span.end :]}"
    return text


def card(case: CaseRow, book: AnswerBook, say: Say, by: datetime, claimed_by: str = "", closed_by: str = "") -> Reply:
    """Returns the card of a case as it stands; `by` is when somebody should have claimed it."""
    kept = case.about
    title = say("support.card.title_urgent" if case.urgent else "support.card.title", name=kept["name"])
    parts: list[Part] = [Paragraph(title)]
    parts += [Quote(text) for text in kept["said"]]
    parts.append(Fields(_fields(case, book, say)))
    if kept["sources"]:
        parts.append(Paragraph((Bold(say.label("support.card.sources")),)))
        parts.append(Sources(tuple(_source(number, row) for number, row in enumerate(kept["sources"], start=1))))
    if kept["link"]:
        parts.append(Paragraph((Link(say.label("support.card.thread"), kept["link"]),)))
    parts.append(Paragraph(_status(case, say, by, claimed_by, closed_by)))
    if case.status != "closed":
        parts.append(Buttons(_buttons(case, say)))
    memory: dict[str, Json] = {"case": case.id}
    return Reply(tuple(parts), to="channel", memory=memory)


def _fields(case: CaseRow, book: AnswerBook, say: Say) -> tuple[tuple[Text, Text], ...]:
    kept: Mapping[str, Any] = case.about
    pairs: list[tuple[Text, Text]] = [(say("support.card.why"), say(f"support.reason.{case.reason}"))]
    if kept["guesses"]:
        guesses = "; ".join(
            f"{_named(intent, book)} ({say.percent(share)})" if share is not None else _named(intent, book)
            for number, (intent, share) in enumerate(kept["guesses"])
            if number == 0 or share is None or share >= LIKELY
        )
        pairs.append((say("support.card.guesses"), guesses))
    if kept["sentiment"]:
        pairs.append((say("support.card.mood"), say(f"support.mood.{kept['sentiment']}")))
    priority = "urgent" if case.urgent else "normal" if kept["priority"] == "urgent" else kept["priority"]
    if priority:
        pairs.append((say("support.card.urgency"), say(f"support.urgency.{priority}")))
    if case.thread == alone(case.asker):
        where: Text = say("support.card.by_command")
    elif case.kind == "dm":
        where = say("support.card.alone")
    else:
        where = (ChannelRef(case.channel),)
    pairs.append((say("support.card.where"), where))
    return tuple(pairs)


def _status(case: CaseRow, say: Say, by: datetime, claimed_by: str, closed_by: str) -> Text:
    spans: list[Span] = []
    if case.status == "open":
        spans += [*spans_of(say("support.card.open", when=by))]
    elif case.claimed_by and case.claimed_at:
        spans += [*spans_of(say("support.card.claimed", name=claimed_by, when=_moment(case.claimed_at)))]
    if case.replied_at:
        spans += [" ", *spans_of(say("support.card.replied", when=_moment(case.replied_at)))]
    if case.status == "closed" and case.closed_at:
        resolution = say.label(f"support.resolution.{case.resolution}")
        closed = say("support.card.closed", name=closed_by, when=_moment(case.closed_at), resolution=resolution)
        spans += [" ", *spans_of(closed)] if spans else [*spans_of(closed)]
    return tuple(spans)


def _buttons(case: CaseRow, say: Say) -> tuple[Button, ...]:
    claim = [Button(say.label("support.claim"), "support.claim", case.id, "primary")] if case.status == "open" else []
    reply = Button(say.label("support.reply"), "support.reply", case.id)
    close = Button(say.label("support.close"), "support.close", case.id)
    return (*claim, reply, close)


def _named(intent: str, book: AnswerBook) -> str:
    found = book.intent(intent)
    return label_of(found) if found else intent.replace("_", " ")


def _source(number: int, row: Sequence[Any]) -> Source:
    title, place, link = row
    return Source(number, title, (), place, link, None)


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
