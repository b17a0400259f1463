"""The answer book: what a team's customers want, how they say it, and what they are answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Lines = Mapping[str, tuple[str, ...]]
"""Texts by language (ISO 639-1)."""

BUILT_IN_SLOTS = ("order_number", "product", "date", "amount", "name", "email", "phone")
"""The kinds of slots that every book has."""


@dataclass(frozen=True, slots=True)
class SlotKind:
    """A slot that a book defines, or a built-in one that it makes narrower.

    A value is what `pattern` matches, or one of `values` (names of products, say). `ask` is the question for a missing
    one, by language; a built-in kind has one of its own.
    """

    name: str
    pattern: str | None = None
    values: tuple[str, ...] = ()
    ask: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing that customers want. Of several `answers` in a language the first is the one to give."""

    name: str
    description: str = ""
    examples: Lines = field(default_factory=lambda: MappingProxyType({}))
    answers: Lines = field(default_factory=lambda: MappingProxyType({}))
    links: tuple[str, ...] = ()
    owner: str | None = None

    def answer(self, language: str, first: str) -> tuple[str, str] | None:
        """Returns (template, its language): in `language` where there is one, else in the book's `first`, else any."""
        for one in (language, first, *self.answers):
            if templates := self.answers.get(one):
                return templates[0], one
        return None

    def all_examples(self) -> list[tuple[str, str]]:
        """Returns (language, text) of every example."""
        return [(language, text) for language, texts in self.examples.items() for text in texts]


@dataclass(frozen=True, slots=True)
class AnswerBook:
    """A team's answer book. The first of `languages` is the one it answers in where it lacks the asker's."""

    languages: tuple[str, ...]
    intents: tuple[Intent, ...] = ()
    slots: Mapping[str, SlotKind] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def language(self) -> str:
        """The book's first language."""
        return self.languages[0]

    def intent(self, name: str) -> Intent | None:
        """Returns the intent of that name."""
        return next((intent for intent in self.intents if intent.name == name), None)

    def slot_names(self) -> frozenset[str]:
        """Returns the slots that a template may use."""
        return frozenset(BUILT_IN_SLOTS) | self.slots.keys()


EMPTY = AnswerBook(("en",))
"""What a team has before it writes a book."""
