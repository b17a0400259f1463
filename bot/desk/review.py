"""`/deskhand review`: what feedback taught, seen and corrected by a person, one card at a time.

The queue is `skills.classifiers.feedback.reviewing`. A card is private to its reviewer; each decision puts the next
card in its place.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.services import BotServices
from skills.base import Request
from skills.catalogs import Say
from skills.classifiers.feedback import reviewing
from skills.classifiers.feedback.collected import NONE
from skills.classifiers.feedback.models import ExampleRow
from skills.learning.asking import posting
from skills.reply import Button, Buttons, Choice, Fields, Form, Note, Paragraph, Part, Quote, Reply
from skills.support.book.rows import Books
from skills.text import Code, PersonRef, Span, Text, When, spans_of

RIGHT, LABEL, OTHER, DROP, SKIP = (f"deskhand.review.{name}" for name in ("right", "label", "other", "drop", "skip"))
ACTIONS = frozenset({RIGHT, LABEL, DROP, SKIP})
FORM = OTHER

SUMMARY_DAYS = 30
MENU = 100
"""Labels that a menu offers: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element"""


async def first_card(request: Request, services: BotServices) -> tuple[Part, ...]:
    """Returns the card that `request.person` is to judge, or the summary when nothing waits."""
    if not reviewing.may_review(request.person, services):
        return (Paragraph(request.say("desk.review.not_allowed")),)
    row = await reviewing.next_card(services.sessions, request.team, request.person.id)
    if row is None:
        return await _finished(request, services)
    return _card(row, await reviewing.left(services.sessions, request.team), request.say)


async def settle(request: Request, services: BotServices) -> Sequence[Reply]:
    """Does what a button or the form of a card says, and returns the next card in its place."""
    if reviewing.may_review(request.person, services):
        await _decide(request, services)
    replaces = request.answer.id if request.answer is not None else None
    return [Reply(await first_card(request, services), to="asker", replaces=replaces)]


async def label_form(request: Request, services: BotServices) -> Form | None:
    """Returns the modal in which another label is chosen; None when the card is gone."""
    if not reviewing.may_review(request.person, services):
        return None
    row = await reviewing.find(services.sessions, request.team, request.value)
    if row is None or row.state != "open":
        return None
    say = request.say
    known = await _labels(row.task, request.team, services)
    options = (*((label, label) for label in known[: MENU - 1]), (NONE, say.label("desk.review.none")))
    return Form(
        FORM,
        say.label("desk.review.form_title"),
        (Quote(row.text), Choice("label", say.label("desk.review.which"), options)),
        submit=say.label("desk.review.form_submit"),
        state=row.id,
    )


async def _decide(request: Request, services: BotServices) -> None:
    sessions, team, person = services.sessions, request.team, request.person.id
    id, _, label = request.value.partition("|")
    at = request.now.timestamp()
    match request.name:
        case "deskhand.review.right":
            await reviewing.settle(sessions, team, id, person, "accepted", at=at)
        case "deskhand.review.label":
            await reviewing.settle(sessions, team, id, person, "corrected", label, at=at)
        case "deskhand.review.other":
            await reviewing.settle(sessions, team, id, person, "corrected", str(request.values.get("label")), at=at)
        case "deskhand.review.drop":
            await reviewing.settle(sessions, team, id, person, "dropped", at=at)
        case "deskhand.review.skip":
            await reviewing.skip(sessions, team, id, person)
    await posting.refresh(team, services)


async def _labels(task: str, team: str, services: BotServices) -> list[str]:
    """Returns the labels to choose from: a team's intents, and whatever occurred."""
    known = await reviewing.labels(services.sessions, team, task)
    if task == "intent":
        book, _ = await Books(services.sessions).load(team)
        known |= {intent.name for intent in book.intents}
    return sorted(known - {NONE})


def _card(row: ExampleRow, left: int, say: Say) -> tuple[Part, ...]:
    """Returns a card: the text, what was read in it, what people said of it, and the decisions."""
    read = _said_label(row.predicted, say)
    pairs: list[tuple[Text, Text]] = [
        (say("desk.review.task"), say(f"desk.review.task_{row.task}")),
        (say("desk.review.read_as"), (*read, f" ({say.percent(row.probability)})") if row.probability else read),
    ]
    if row.label is not None and row.label != row.predicted:
        pairs.append((say("desk.review.named"), _said_label(row.label, say)))
    source: list[Span] = [*spans_of(say(f"desk.review.source_{row.source}"))]
    source += [" · ", PersonRef(row.judge)] if row.judge else []
    source += [" · ", When(datetime.fromtimestamp(row.at, UTC))]
    pairs.append((say("desk.review.from"), tuple(source)))
    return (
        Paragraph(say("desk.review.title", count=left)),
        Quote(row.text),
        Fields(tuple(pairs)),
        Buttons(tuple(_buttons(row, say))),
        Note(say("desk.review.hint")),
    )


def _buttons(row: ExampleRow, say: Say) -> list[Button]:
    buttons = []
    right = row.label or row.predicted
    if right is not None:
        label = say.label("desk.review.right", label=_plain_label(right, say))
        buttons.append(Button(label, RIGHT, row.id, "primary"))
    if row.predicted is not None and row.predicted != right:
        buttons.append(Button(_plain_label(row.predicted, say), LABEL, f"{row.id}|{row.predicted}"))
    return [
        *buttons,
        Button(say.label("desk.review.other"), OTHER, row.id),
        Button(say.label("desk.review.drop"), DROP, row.id, "danger"),
        Button(say.label("desk.review.skip"), SKIP, row.id),
    ]


async def _finished(request: Request, services: BotServices) -> tuple[Part, ...]:
    """Returns that nothing is to be judged now, and who judged how many lately."""
    say = request.say
    left = await reviewing.left(services.sessions, request.team)
    parts: list[Part] = [Paragraph(say("desk.review.held", count=left) if left else say("desk.review.empty"))]
    since = time.time() - SUMMARY_DAYS * 86_400
    counts = await reviewing.by_reviewer(services.sessions, request.team, since)
    if counts:
        pairs: list[tuple[Text, Text]] = [((PersonRef(id),), say.number(count)) for id, count in counts.items()]
        parts += [Paragraph(say("desk.review.reviewers", count=SUMMARY_DAYS)), Fields(tuple(pairs))]
    return tuple(parts)


def _said_label(label: str | None, say: Say) -> tuple[Span, ...]:
    if label is None or label == NONE:
        return spans_of(say("desk.review.none"))
    return (Code(label),)


def _plain_label(label: str, say: Say) -> str:
    return say.label("desk.review.none") if label == NONE else label
