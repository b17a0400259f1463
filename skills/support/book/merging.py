"""Puts answer books together."""

from __future__ import annotations

from dataclasses import replace

from skills.support.book.answer_book import AnswerBook, Intent, Lines
from skills.support.book.validation import fold


def merge(book: AnswerBook, added: AnswerBook) -> AnswerBook:
    """Returns `book` with what `added`, which is valid in itself, holds beside it.

    Languages and slots are added. An intent that both have keeps its examples, answers and links and gets the new ones
    after them (an example that differs in case or white space only is not new); its description and owner are the
    added book's where that gives them.
    """
    languages = dict.fromkeys((*book.languages, *added.languages) if book.intents else added.languages)
    new = {intent.name: intent for intent in added.intents}
    kept = [merge_intents(one, new.pop(one.name)) if one.name in new else one for one in book.intents]
    return AnswerBook(tuple(languages), (*kept, *new.values()), {**book.slots, **added.slots})


def merge_intents(known: Intent, added: Intent) -> Intent:
    """Returns `known` with the examples, answers and links of `added` after its own."""
    return Intent(
        name=known.name,
        description=added.description or known.description,
        examples=_join(known.examples, added.examples),
        answers=_join(known.answers, added.answers),
        links=tuple(dict.fromkeys((*known.links, *added.links))),
        owner=added.owner or known.owner,
    )


def with_intent(book: AnswerBook, intent: Intent, instead: str | None = None) -> AnswerBook:
    """Returns `book` with `intent` in the place of the one called `instead`, or at its end."""
    if instead is None or book.intent(instead) is None:
        return replace(book, intents=(*book.intents, intent))
    return replace(book, intents=tuple(intent if one.name == instead else one for one in book.intents))


def _join(known: Lines, added: Lines) -> Lines:
    joined: dict[str, tuple[str, ...]] = {}
    for language in dict.fromkeys((*known, *added)):
        texts: dict[str, str] = {}
        for text in (*known.get(language, ()), *added.get(language, ())):
            texts.setdefault(fold(text), text)
        joined[language] = tuple(texts.values())
    return joined
