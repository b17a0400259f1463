"""Cards of the intents that were learned from past conversations: Accept, Change, Refuse."""

from __future__ import annotations

from collections.abc import Sequence

from skills.base import Request, Services
from skills.reply import Button, Buttons, Form, Note, Paragraph, Part, Quote, Reply
from skills.support.book.answer_book import AnswerBook
from skills.support.book.rows import Books
from skills.support.book.validation import BookError
from skills.support.editing.intent_form import Edited, intent_form
from skills.support.learning.proposals import Proposals, Waiting
from skills.text import Bold, Text

LIST, ACCEPT, CHANGE, REFUSE = (
    "support.proposals.list",
    "support.proposal.accept",
    "support.proposal.change",
    "support.proposal.refuse",
)
ACTIONS = frozenset({LIST, ACCEPT, REFUSE})

_AT_ONCE = 5
_EXAMPLES = 4
_ANSWER = 600


async def cards(request: Request, services: Services) -> Sequence[Part]:
    """Returns the first proposals, each with what a person needs to decide."""
    say = request.say
    waiting = await Proposals(services.sessions).waiting(request.team)
    if not waiting:
        return (Paragraph(say("support.proposals.none")),)
    parts: list[Part] = [Paragraph(say("support.proposals.title", count=len(waiting)))]
    for one in waiting[:_AT_ONCE]:
        parts += _card(one, request)
    if len(waiting) > _AT_ONCE:
        parts.append(Note(say("support.proposals.more", count=len(waiting) - _AT_ONCE)))
    return parts


async def decide(request: Request, services: Services) -> Sequence[Reply]:
    """Accepts or refuses a proposal, and shows those that are left in place of the cards."""
    if request.name == LIST:
        return (Reply(tuple(await cards(request, services)), to="asker"),)
    say, proposals = request.say, Proposals(services.sessions)
    id = int(request.value) if request.value.isdigit() else 0
    one = await proposals.get(request.team, id)
    if one is None or not await proposals.remove(request.team, id):
        return await _shown(request, services, say("support.proposals.gone"))
    if request.name == REFUSE:
        return await _shown(request, services, say("support.proposals.refused", name=one.intent.name))
    languages = tuple(dict.fromkeys((*one.intent.examples, *one.intent.answers)))
    at = request.now.timestamp()
    try:
        added = AnswerBook(languages, (one.intent,))
        await Books(services.sessions).merge(request.team, added, request.person.id, at)
    except BookError as error:
        await proposals.keep(request.team, one, at)
        return await _shown(request, services, say("support.book.refused", why=str(error)))
    return await _shown(request, services, say("support.proposals.accepted", name=one.intent.name))


async def change_form(request: Request, services: Services, book: AnswerBook) -> Form | None:
    """Returns the modal in which a proposal is changed before it is taken over."""
    one = await Proposals(services.sessions).get(request.team, int(request.value) if request.value.isdigit() else 0)
    if one is None:
        return None
    return intent_form(one.intent, book, Edited(proposal=one.id), request.say)


async def _shown(request: Request, services: Services, text: Text) -> Sequence[Reply]:
    parts = (Paragraph(text), *await cards(request, services))
    return (Reply(parts, to="asker", removes=request.answer.id if request.answer else None),)


def _card(one: Waiting, request: Request) -> Sequence[Part]:
    say, value = request.say, str(one.id)
    examples = [text for _, text in one.intent.all_examples()][:_EXAMPLES]
    answers = [templates[0] for templates in one.intent.answers.values()]
    count = say.plain(say("support.proposals.stands_for", count=one.rows))
    return (
        Paragraph((Bold(one.intent.name), f" · {count}")),
        Quote("\n".join(f"• {text}" for text in examples)),
        *(Paragraph((f"→ {answer[:_ANSWER]}",)) for answer in answers),
        Buttons(
            (
                Button(say.label("support.proposals.accept"), ACCEPT, value, style="primary"),
                Button(say.label("support.proposals.change"), CHANGE, value),
                Button(say.label("support.proposals.refuse"), REFUSE, value, style="danger"),
            )
        ),
    )
