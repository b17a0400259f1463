"""The answer book as people change it in Slack: a list with buttons, modals, and what was proposed.

Only admins and the editors whom they name may look at it and change it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from skills.base import Request, Services
from skills.classifiers.feedback.opting_out import has_opted_out
from skills.reply import Choice, Form, Input, Note, Paragraph, Part, PeopleInput, Reply, TextInput
from skills.support.book.answer_book import AnswerBook, Intent
from skills.support.book.merging import merge, merge_intents, with_intent
from skills.support.book.rows import Books, IntentChanged
from skills.support.book.validation import MAX_EXAMPLE, BookError, check_book, errors
from skills.support.editing import cards as book_cards
from skills.support.editing import proposing
from skills.support.editing.intent_form import FORM, Edited, input_of, intent_form, language_name, read_intent
from skills.support.learning.proposals import Proposals
from skills.support.learning.unanswered import new_intent
from skills.text import Text

ADD, EDIT, REMOVE, PAGE, SETTINGS = (
    "support.intent.add",
    "support.intent.edit",
    "support.intent.remove",
    "support.book.page",
    "support.book.settings",
)
ADD_EXAMPLE = "support_add_example"
"""The message shortcut."""
_EXAMPLE = "support.example"

ACTIONS = frozenset({PAGE}) | proposing.ACTIONS
FORMS = frozenset({FORM, REMOVE, SETTINGS, _EXAMPLE})
OPENS_FORM = frozenset({ADD, EDIT, REMOVE, SETTINGS, ADD_EXAMPLE, proposing.CHANGE})
SHORTCUTS = frozenset({ADD_EXAMPLE})

_BOOK_WORDS = ("book", "答案手册", "答案库")
_PROPOSAL_WORDS = ("proposals", "建议")
_OPTIONS = 100


async def may_edit(request: Request, services: Services) -> bool:
    """Returns whether the person may change the team's answer book."""
    person = request.person
    if person.is_guest or person.is_foreign:
        return False
    return person.is_admin or person.id in await Books(services.sessions).editors(request.team)


async def home_parts(request: Request, services: Services) -> Sequence[Part]:
    """Returns what App Home shows of the answer book to somebody who may change it; nothing to others."""
    if not await may_edit(request, services):
        return ()
    book, _ = await Books(services.sessions).load_as_written(request.team)
    waiting = len(await Proposals(services.sessions).waiting(request.team))
    return (*book_cards.book_page(book, 1, request.say), *book_cards.book_buttons(request, waiting))


async def by_words(request: Request, services: Services) -> Sequence[Reply] | None:
    """Returns the answer to `/support book [PAGE or INTENT]` and `/support proposals`; None for other words."""
    word, _, rest = request.text.strip().partition(" ")
    wanted = word.casefold()
    if wanted in _PROPOSAL_WORDS and not rest.strip():
        return await _for_editors(request, services, await proposing.cards(request, services))
    known = rest.strip()
    if wanted not in _BOOK_WORDS:
        return None
    book, _ = await Books(services.sessions).load_as_written(request.team)
    if not known or known.isdigit():
        return await _for_editors(request, services, await _listed(request, services, book, int(known or 1)))
    intent = book.intent(known)
    if intent is None:
        return None
    return await _for_editors(request, services, book_cards.intent_card(intent, request.say))


async def handle(request: Request, services: Services) -> Sequence[Reply]:
    """Does what a button of `ACTIONS` or a form of `FORMS` says, or says why a form was not opened."""
    if not await may_edit(request, services):
        return _told(request, request.say("support.book.not_you"))
    match request.kind, request.name:
        case "action", "support.book.page":
            book, _ = await Books(services.sessions).load_as_written(request.team)
            page = int(request.value) if request.value.isdigit() else 1
            return _told_parts(request, await _listed(request, services, book, page))
        case "action", name if name in proposing.ACTIONS:
            return await proposing.decide(request, services)
        case "form", "support.intent":
            return await _save(request, services)
        case "form", "support.intent.remove":
            return await _remove(request, services)
        case "form", "support.book.settings":
            return await _settle(request, services)
        case "form", "support.example":
            return await _add_example(request, services)
        case "shortcut", _ if await _takes_no_part(request, services):
            return _told(request, request.say("support.book.takes_no_part"))
    return _told(request, request.say("support.book.no_form"))


async def form(request: Request, services: Services) -> Form | None:
    """Returns the modal that a button or shortcut of `OPENS_FORM` opens; None for who may not, or where none fits."""
    if not await may_edit(request, services):
        return None
    say = request.say
    book, version = await Books(services.sessions).load_as_written(request.team)
    match request.name:
        case "support.intent.add":
            begun = await new_intent(services.sessions, request.team, request.value, book)
            return intent_form(begun, book, Edited(), say)
        case "support.intent.edit":
            intent = book.intent(request.value)
            return None if intent is None else intent_form(intent, book, Edited(intent.name, version), say)
        case "support.intent.remove":
            intent = book.intent(request.value)
            return None if intent is None else _remove_form(intent, request)
        case "support.book.settings":
            return _settings_form(book, await Books(services.sessions).editors(request.team), request)
        case "support_add_example":
            return None if await _takes_no_part(request, services) else _example_form(book, request)
        case proposing.CHANGE:
            return await proposing.change_form(request, services, book)
    return None


async def check(request: Request, services: Services) -> Mapping[str, Text]:
    """Returns what is wrong with a submitted form of `FORMS`, by input."""
    if not await may_edit(request, services):
        return {}
    book, _ = await Books(services.sessions).load_as_written(request.team)
    match request.name:
        case "support.intent":
            edited = Edited.read(request.value)
            unchanged = Books(services.sessions).is_unchanged
            if edited.instead is not None and not await unchanged(request.team, edited.instead, edited.seen):
                return {"name": request.say("support.book.changed", name=edited.instead)}
            return _check_intent(request, book, edited)
        case "support.example":
            return _check_example(request, book)
        case "support.book.settings":
            after = replace(book, languages=_languages(request))
            faults = errors(check_book(after))
            return {"languages": faults[0].says} if faults else {}
    return {}


def _check_intent(request: Request, book: AnswerBook, edited: Edited) -> Mapping[str, Text]:
    intent = read_intent(request.values)
    if edited.proposal is not None:
        after = merge(book, AnswerBook(_spoken(book, intent), (intent,)))
    else:
        after = with_intent(book, intent, edited.instead)
    wrong: dict[str, Text] = {}
    for problem in errors(check_book(after)):
        number = problem.path[1] if len(problem.path) > 1 else None
        if problem.path[:1] != ("intents",) or not isinstance(number, int):
            continue
        own = after.intents[number].name == intent.name
        wrong.setdefault(input_of(problem.path[2:] if own else problem.path[2:3], request.values), problem.says)
    return wrong


def _check_example(request: Request, book: AnswerBook) -> Mapping[str, Text]:
    intent = _with_example(request, book)
    if intent is None:
        return {"intent": request.say("support.book.gone", name=str(request.values.get("intent") or ""))}
    faults = errors(check_book(with_intent(book, intent, intent.name)))
    return {"text": faults[0].says} if faults else {}


async def _save(request: Request, services: Services) -> Sequence[Reply]:
    say, intent, edited = request.say, read_intent(request.values), Edited.read(request.value)
    books = Books(services.sessions)
    at = request.now.timestamp()
    try:
        if edited.proposal is not None:
            if not await Proposals(services.sessions).remove(request.team, edited.proposal):
                return _told(request, say("support.proposals.gone"))
            book, _ = await books.load_as_written(request.team)
            added = AnswerBook(_spoken(book, intent), (intent,))
            await books.merge(request.team, added, request.person.id, at)
        else:
            await books.save(request.team, intent, request.person.id, at, instead=edited.instead, seen=edited.seen)
    except IntentChanged:
        return _told(request, say("support.book.changed", name=edited.instead or intent.name))
    except BookError as error:
        return _told(request, say("support.book.refused", why=str(error)))
    book, _ = await books.load_as_written(request.team)
    saved = book.intent(intent.name)
    lines = [problem.says for problem in check_book(AnswerBook(book.languages, (saved,), book.slots))] if saved else []
    parts: list[Part] = [Paragraph(say("support.book.saved", name=intent.name)), *(Note(line) for line in lines[:5])]
    return _told_parts(request, parts)


async def _remove(request: Request, services: Services) -> Sequence[Reply]:
    try:
        await Books(services.sessions).delete(request.team, request.value, request.person.id, request.now.timestamp())
    except IntentChanged:
        return _told(request, request.say("support.book.gone", name=request.value))
    return _told(request, request.say("support.book.removed", name=request.value))


async def _settle(request: Request, services: Services) -> Sequence[Reply]:
    chosen = request.values.get("editors")
    editors = (chosen if isinstance(chosen, tuple) else ()) if request.person.is_admin else None
    try:
        await Books(services.sessions).settle(
            request.team, _languages(request), editors, request.person.id, request.now.timestamp()
        )
    except BookError as error:
        return _told(request, request.say("support.book.refused", why=str(error)))
    return _told(request, request.say("support.book.settled"))


async def _add_example(request: Request, services: Services) -> Sequence[Reply]:
    books = Books(services.sessions)
    book, version = await books.load_as_written(request.team)
    intent = _with_example(request, book)
    if intent is None:
        return _told(request, request.say("support.book.gone", name=str(request.values.get("intent") or "")))
    at = request.now.timestamp()
    try:
        await books.save(request.team, intent, request.person.id, at, instead=intent.name, seen=version)
    except IntentChanged:
        return _told(request, request.say("support.book.changed", name=intent.name))
    except BookError as error:
        return _told(request, request.say("support.book.refused", why=str(error)))
    return _told(request, request.say("support.book.example_added", name=intent.name))


async def _takes_no_part(request: Request, services: Services) -> bool:
    """Returns whether nothing is learned from who wrote the message that a shortcut acts upon."""
    author = request.message.author_id if request.message is not None else ""
    return bool(author) and await has_opted_out(services.sessions, request.team, author)


def _with_example(request: Request, book: AnswerBook) -> Intent | None:
    intent = book.intent(str(request.values.get("intent") or ""))
    language = str(request.values.get("language") or book.language)
    text = " ".join(str(request.values.get("text") or "").split())
    return intent and merge_intents(intent, Intent(intent.name, examples={language: (text,)}))


def _remove_form(intent: Intent, request: Request) -> Form:
    say = request.say
    count = len(intent.all_examples())
    parts = (Paragraph(say("support.book.remove_sure", name=intent.name, count=count)),)
    return Form(REMOVE, say.label("support.book.remove_title"), parts, say.label("support.book.remove"), intent.name)


def _settings_form(book: AnswerBook, editors: frozenset[str], request: Request) -> Form:
    say = request.say
    parts: list[Part | Input] = [
        TextInput(
            "languages",
            say.label("support.book.languages"),
            ", ".join(book.languages),
            say.label("support.book.languages_hint"),
        )
    ]
    if request.person.is_admin:
        parts.append(PeopleInput("editors", say.label("support.book.editors"), tuple(sorted(editors))))
    title, submit = say.label("support.book.settings_title"), say.label("support.book.save")
    return Form(SETTINGS, title, tuple(parts), submit)


def _example_form(book: AnswerBook, request: Request) -> Form | None:
    if not book.intents or request.message is None:
        return None
    from index.languages import detect
    from skills.masking import mask

    say = request.say
    text = mask(" ".join(request.message.text.split())).text[:MAX_EXAMPLE]
    written = detect(text)
    options = tuple((intent.name, intent.name) for intent in book.intents[:_OPTIONS])
    languages = tuple((language, language_name(language, say)) for language in book.languages)
    parts: tuple[Input, ...] = (
        TextInput("text", say.label("support.book.example"), text, say.label("support.book.example_hint"), True),
        Choice("intent", say.label("support.book.intent"), options),
        Choice(
            "language",
            say.label("support.book.language"),
            languages,
            written if written in book.languages else book.language,
        ),
    )
    return Form(_EXAMPLE, say.label("support.book.example_title"), parts, say.label("support.book.save"))


def _languages(request: Request) -> tuple[str, ...]:
    written = str(request.values.get("languages") or "").replace("，", ",").replace("、", ",").replace(",", " ")
    return tuple(written.split())


def _spoken(book: AnswerBook, intent: Intent) -> tuple[str, ...]:
    """Returns the languages of a book that holds `intent` alone, the team's first where it has them."""
    used = dict.fromkeys((*intent.examples, *intent.answers))
    own = [language for language in book.languages if language in used]
    return (*own, *(language for language in used if language not in own)) or book.languages


async def _listed(request: Request, services: Services, book: AnswerBook, page: int) -> Sequence[Part]:
    waiting = len(await Proposals(services.sessions).waiting(request.team))
    return (*book_cards.book_page(book, page, request.say), *book_cards.book_buttons(request, waiting))


async def _for_editors(request: Request, services: Services, parts: Sequence[Part]) -> Sequence[Reply]:
    if not await may_edit(request, services):
        return _told(request, request.say("support.book.not_you"))
    return _told_parts(request, parts)


def _told(request: Request, text: Text) -> Sequence[Reply]:
    return _told_parts(request, (Paragraph(text),))


def _told_parts(request: Request, parts: Sequence[Part]) -> Sequence[Reply]:
    return (Reply(tuple(parts), to="asker"),)


__all__ = [
    "ACTIONS",
    "FORMS",
    "OPENS_FORM",
    "SHORTCUTS",
    "by_words",
    "check",
    "form",
    "handle",
    "home_parts",
]
