"""An answer book as plain lists and mappings of strings, which is how YAML, the database and forms hold it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from skills.support.book.answer_book import AnswerBook, Intent, SlotKind
from skills.support.book.validation import FieldPath, Problem, shown

Plain = str | Sequence["Plain"] | Mapping[str, "Plain"]


def book_to_plain(book: AnswerBook) -> dict[str, Plain]:
    """Returns `book` in the form of its YAML file; what is empty is left out."""
    plain: dict[str, Plain] = {"languages": list(book.languages)}
    if book.slots:
        plain["slots"] = slots_to_plain(book.slots)
    return plain | {"intents": [intent_to_plain(intent) for intent in book.intents]}


def intent_to_plain(intent: Intent) -> dict[str, Plain]:
    """Returns `intent` as one entry of the file's `intents`."""
    plain: dict[str, Plain] = {"name": intent.name}
    if intent.description:
        plain["description"] = intent.description
    if intent.owner is not None:
        plain["owner"] = intent.owner
    if intent.links:
        plain["links"] = list(intent.links)
    plain["examples"] = {language: list(texts) for language, texts in intent.examples.items()}
    plain["answers"] = {language: list(texts) for language, texts in intent.answers.items()}
    return plain


def slots_to_plain(slots: Mapping[str, SlotKind]) -> dict[str, Plain]:
    """Returns a book's slots as the file's `slots`."""
    plain: dict[str, Plain] = {}
    for name, kind in slots.items():
        entry: dict[str, Plain] = {}
        if kind.pattern is not None:
            entry["pattern"] = kind.pattern
        if kind.values:
            entry["values"] = list(kind.values)
        if kind.ask:
            entry["ask"] = dict(kind.ask)
        plain[name] = entry
    return plain


def book_from_plain(plain: object) -> tuple[AnswerBook, list[Problem]]:
    """Returns what could be read of a book, and what is not in its form. Validation is not part of this."""
    reader = _Reader()
    top = reader.fields(plain, (), ("languages", "slots", "intents"))
    languages = reader.texts(top.get("languages", ()), ("languages",))
    intents = top.get("intents")
    if not isinstance(intents, list) or not intents:
        reader.says(("intents",), "the book has no list of intents: write each as “- name: …” under intents:")
        intents = []
    book = AnswerBook(
        languages=languages,
        intents=tuple(reader.intent(entry, ("intents", number)) for number, entry in enumerate(intents)),
        slots=reader.slots(top.get("slots", {})),
    )
    return book, reader.problems


def intent_from_plain(plain: object, path: FieldPath = ()) -> tuple[Intent, list[Problem]]:
    """Returns what could be read of one intent, and what is not in its form."""
    reader = _Reader()
    return reader.intent(plain, path), reader.problems


def slots_from_plain(plain: object) -> dict[str, SlotKind]:
    """Returns the slots that `slots_to_plain` wrote."""
    return _Reader().slots(plain)


class _Reader:
    """Reads what is in the right form and collects what is not."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def says(self, path: FieldPath, sentence: str) -> None:
        self.problems.append(Problem(path, sentence))

    def fields(self, plain: object, path: FieldPath, known: Sequence[str] | None) -> dict[str, object]:
        """Returns a mapping; `known` are the fields that it may have, None where any."""
        if not isinstance(plain, dict):
            wanted = f"the fields {', '.join(known)}" if known else "fields, each as “name: …”"
            self.says(path, f"here belong {wanted}, not {_kind(plain)}")
            return {}
        for name in plain:
            if known is not None and name not in known:
                self.says((*path, name), f"{shown(name)} is no field here: use {', '.join(known)}")
        return plain

    def text(self, plain: object, path: FieldPath) -> str:
        if isinstance(plain, str):
            return plain.strip()
        self.says(path, f"here belongs a text, not {_kind(plain)}")
        return ""

    def texts(self, plain: object, path: FieldPath) -> tuple[str, ...]:
        if isinstance(plain, list | tuple):
            return tuple(self.text(entry, (*path, number)) for number, entry in enumerate(plain))
        if isinstance(plain, str) and not plain.strip():
            return ()
        self.says(path, f"here belongs a list, each text behind a dash, not {_kind(plain)}")
        return ()

    def lines(self, plain: object, path: FieldPath) -> dict[str, tuple[str, ...]]:
        """Returns texts by language; a language without any is left out."""
        if isinstance(plain, str) and not plain.strip():
            return {}
        if isinstance(plain, list | tuple):
            self.says(path, "name the language of these texts first, as in “en:”")
            return {}
        by_language = {
            language: self.texts(entry, (*path, language)) for language, entry in self.fields(plain, path, None).items()
        }
        return {language: texts for language, texts in by_language.items() if texts}

    def intent(self, plain: object, path: FieldPath) -> Intent:
        entry = self.fields(plain, path, ("name", "description", "owner", "links", "examples", "answers"))
        if isinstance(plain, dict) and "name" not in entry:
            self.says(path, "the intent has no name: write name: and a word of a-z, 0-9 and _")
        intent = Intent(
            name=self.text(entry.get("name", ""), (*path, "name")),
            description=self.text(entry.get("description", ""), (*path, "description")),
            examples=self.lines(entry.get("examples", ""), (*path, "examples")),
            answers=self.lines(entry.get("answers", ""), (*path, "answers")),
            links=self.texts(entry.get("links", ""), (*path, "links")),
        )
        owner = self.text(entry.get("owner", ""), (*path, "owner"))
        return replace(intent, owner=owner or None)

    def slots(self, plain: object) -> dict[str, SlotKind]:
        if isinstance(plain, str) and not plain.strip():
            return {}
        slots: dict[str, SlotKind] = {}
        for name, given in self.fields(plain, ("slots",), None).items():
            path: FieldPath = ("slots", name)
            entry = self.fields(given, path, ("pattern", "values", "ask"))
            ask = self.fields(entry.get("ask", {}), (*path, "ask"), None)
            slots[name] = SlotKind(
                name=name,
                pattern=self.text(entry["pattern"], (*path, "pattern")) if "pattern" in entry else None,
                values=self.texts(entry.get("values", ""), (*path, "values")),
                ask={language: self.text(text, (*path, "ask", language)) for language, text in ask.items()},
            )
        return slots


def _kind(plain: object) -> str:
    match plain:
        case str():
            return "a text" if plain.strip() else "nothing"
        case dict():
            return "fields"
        case list() | tuple():
            return "a list"
        case _:
            return "something else"
