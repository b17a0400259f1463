"""The modal of one intent: what it shows, and what was typed read back.

An input of a modal takes 3,000 characters (https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element):
longer lists are spread over several.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from skills.catalogs import Say
from skills.reply import Form, Input, Note, Part, TextInput
from skills.support.book.answer_book import AnswerBook, Intent
from skills.support.book.validation import MAX_DESCRIPTION, MAX_NAME, FieldPath, fold

FORM = "support.intent"
MOST_INPUTS = 90
"""A modal has at most 100 blocks."""
_FULL = 2_800
_TAKES = 3_000
_BETWEEN = "\n---\n"
"""Stands between two answers in one input."""

Values = Mapping[str, str | tuple[str, ...] | None]


@dataclass(frozen=True, slots=True)
class Edited:
    """What a form is about: the intent that it changes (None: a new one), the book's version that it showed, and the
    proposal that it came from."""

    instead: str | None = None
    seen: int | None = None
    proposal: int | None = None

    def state(self) -> str:
        """Returns it as the form carries it."""
        return json.dumps({"instead": self.instead, "seen": self.seen, "proposal": self.proposal})

    @classmethod
    def read(cls, state: str) -> Edited:
        """Returns what `state` wrote."""
        return cls(**json.loads(state))


def intent_form(intent: Intent, book: AnswerBook, edited: Edited, say: Say) -> Form | None:
    """Returns the modal for `intent`; None where it holds more than a modal can."""
    languages = tuple(dict.fromkeys((*book.languages, *intent.examples, *intent.answers)))
    slots = ", ".join(f"{{{slot}}}" for slot in sorted(book.slot_names()))
    parts: list[Part | Input] = [
        TextInput(
            "name",
            say.label("support.book.name"),
            intent.name,
            say.label("support.book.name_hint"),
            max_length=MAX_NAME,
        ),
        TextInput(
            "description",
            say.label("support.book.description"),
            intent.description,
            required=False,
            max_length=MAX_DESCRIPTION,
        ),
    ]
    for language in languages:
        called = language_name(language, say)
        label = say.label("support.book.examples_in", language=called)
        lines = [" ".join(text.split()) for text in intent.examples.get(language, ())]
        hint = say.label("support.book.examples_hint")
        parts += _inputs(f"examples.{language}", label, hint, _pages(lines, "\n"))
    for language in languages:
        label = say.label("support.book.answers_in", language=language_name(language, say))
        hint = say.label("support.book.answers_hint", slots=slots)
        parts += _inputs(f"answers.{language}", label, hint, _pages(intent.answers.get(language, ()), _BETWEEN))
    links = _pages(intent.links, "\n")
    parts += _inputs("links", say.label("support.book.links"), say.label("support.book.links_hint"), links)
    owner = TextInput("owner", say.label("support.book.owner"), intent.owner or "", required=False, max_length=81)
    parts.append(owner)
    if len(parts) > MOST_INPUTS:
        return None
    if edited.instead is None:
        parts.append(Note(say("support.book.new_hint")))
    title = say.label("support.book.edit_title" if edited.instead else "support.book.add_title")
    return Form(FORM, title, tuple(parts), say.label("support.book.save"), edited.state())


def read_intent(values: Values) -> Intent:
    """Returns the intent that was typed into the modal."""
    examples: dict[str, tuple[str, ...]] = {}
    answers: dict[str, tuple[str, ...]] = {}
    for key in values:
        what, _, rest = key.partition(".")
        language = rest.partition(".")[0]
        text = _text(values, key)
        if what == "examples":
            found = (" ".join(line.split()) for line in text.splitlines())
            examples[language] = _once((*examples.get(language, ()), *(line for line in found if line)))
        elif what == "answers":
            found = (answer.strip() for answer in f"\n{text}\n".split(_BETWEEN))
            answers[language] = (*answers.get(language, ()), *(answer for answer in found if answer))
    links = [line.strip() for key in values if key.partition(".")[0] == "links" for line in _text(values, key).split()]
    return Intent(
        name=_text(values, "name").strip(),
        description=_text(values, "description").strip(),
        examples={language: texts for language, texts in examples.items() if texts},
        answers={language: texts for language, texts in answers.items() if texts},
        links=tuple(link for link in links if link),
        owner=_text(values, "owner").strip() or None,
    )


def input_of(path: FieldPath, values: Values) -> str:
    """Returns the input at which a problem at `path` (within the intent) is shown."""
    if path[:1] == ("name",) or not path:
        return "name"
    what = str(path[0])
    if what in ("examples", "answers"):
        wanted = ".".join(str(part) for part in path[:2])
        inputs = [key for key in values if key == wanted or key.startswith(f"{wanted}.")]
        inputs = inputs or [key for key in values if key.startswith(f"{what}.")]
        return inputs[0] if inputs else "name"
    inputs = [key for key in values if key.partition(".")[0] == what]
    return inputs[0] if inputs else "name"


def language_name(language: str, say: Say) -> str:
    """Returns what the person calls a language; its code where nobody knows it."""
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(language).get_language_name("zh" if say.language == "zh" else "en") or language
    except (UnknownLocaleError, ValueError):
        return language


def _inputs(key: str, label: str, hint: str, pages: Sequence[str]) -> list[Input]:
    return [
        TextInput(
            key if number == 0 else f"{key}.{number}",
            label if number == 0 else f"{label} ({number + 1})",
            page,
            hint if number == 0 else "",
            multiline=True,
            required=False,
            max_length=_TAKES,
        )
        for number, page in enumerate(pages)
    ]


def _pages(texts: Iterable[str], between: str) -> list[str]:
    """Returns the texts on as many pages as they need, none longer than an input takes."""
    pages = [""]
    for text in texts:
        joined = f"{pages[-1]}{between}{text}" if pages[-1] else text
        if len(joined) <= _FULL:
            pages[-1] = joined
        else:
            pages.append(text)
    return pages


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for text in texts:
        found.setdefault(fold(text), text)
    return tuple(found.values())


def _text(values: Values, key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) else ""
