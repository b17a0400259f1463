"""What people see of the answer book: its intents, page by page, with buttons."""

from __future__ import annotations

from collections.abc import Sequence

from skills.base import Request
from skills.catalogs import Say
from skills.reply import Button, Buttons, Note, Paragraph, Part, Quote
from skills.support.book.answer_book import AnswerBook, Intent
from skills.support.editing.intent_form import language_name
from skills.text import Bold, Link, Span

PAGE_SIZE = 12
"""Intents on a page: two blocks each, and a message has at most 50
(https://docs.slack.dev/reference/block-kit/blocks)."""
_SHOWN = 8
"""Examples that an intent's card shows of each language."""


def book_page(book: AnswerBook, page: int, say: Say) -> Sequence[Part]:
    """Returns the intents of a page, counted from 1, each with its numbers and a button to edit it."""
    examples = sum(len(intent.all_examples()) for intent in book.intents)
    languages = ", ".join(language_name(language, say) for language in book.languages)
    parts: list[Part] = [Paragraph((Bold(say.label("support.book.title")),))]
    if not book.intents:
        return (*parts, Paragraph(say("support.book.empty")))
    parts.append(Note(say("support.book.counts", count=len(book.intents), examples=examples, languages=languages)))
    pages = (len(book.intents) - 1) // PAGE_SIZE + 1
    page = min(max(1, page), pages)
    for intent in book.intents[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]:
        parts.append(Paragraph(_line(intent, say)))
        parts.append(Buttons(_intent_buttons(intent, say)))
    if pages > 1:
        parts.append(Note(say("support.book.page", page=page, pages=pages)))
    if page < pages:
        more = Button(say.label("support.book.more"), "support.book.page", str(page + 1))
        parts.append(Buttons((more,)))
    return parts


def book_buttons(request: Request, waiting: int) -> Sequence[Part]:
    """Returns the buttons that concern the whole book; `waiting` proposals are there to be looked at."""
    say = request.say
    buttons = [
        Button(say.label("support.book.add"), "support.intent.add", style="primary"),
        Button(say.label("support.book.settings"), "support.book.settings"),
    ]
    if waiting:
        label = say.label("support.proposals.look", count=waiting)
        buttons.append(Button(label, "support.proposals.list"))
    return (Buttons(tuple(buttons)),)


def intent_card(intent: Intent, say: Say) -> Sequence[Part]:
    """Returns all that people want to know of one intent, with its buttons."""
    parts: list[Part] = [Paragraph(_line(intent, say))]
    for language, texts in intent.examples.items():
        called = language_name(language, say)
        more = (f"… +{len(texts) - _SHOWN}",) if len(texts) > _SHOWN else ()
        parts.append(Paragraph((Bold(say.label("support.book.examples_in", language=called)),)))
        parts.append(Quote("\n".join((*texts[:_SHOWN], *more))))
    for language, templates in intent.answers.items():
        label = say.label("support.book.answers_in", language=language_name(language, say))
        parts.append(Paragraph((Bold(label),)))
        parts += [Quote(template) for template in templates[:3]]
    if intent.links:
        links: list[Span] = []
        for link in intent.links:
            links += ["\n", Link(link, link)] if links else [Link(link, link)]
        parts.append(Paragraph(tuple(links)))
    return (*parts, Buttons(_intent_buttons(intent, say)))


def _line(intent: Intent, say: Say) -> tuple[Span, ...]:
    examples = len(intent.all_examples())
    answers = sum(len(texts) for texts in intent.answers.values())
    counts = say.plain(say("support.book.numbers", count=examples, answers=answers))
    owner = f" · {say.label('support.book.owned', owner=intent.owner)}" if intent.owner else ""
    about = f": {intent.description}" if intent.description else ""
    return (Bold(intent.name), f"{about}\n{counts}{owner}")


def _intent_buttons(intent: Intent, say: Say) -> tuple[Button, ...]:
    spoken = say.label("support.book.edit_spoken", name=intent.name)
    return (
        Button(say.label("support.book.edit"), "support.intent.edit", intent.name, spoken=spoken),
        Button(say.label("support.book.remove"), "support.intent.remove", intent.name, style="danger"),
    )
