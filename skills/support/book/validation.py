"""What is wrong with an answer book: every fault as one sentence, with the field it stands in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from index.languages import UNKNOWN, detect
from skills.support.book.answer_book import BUILT_IN_SLOTS, AnswerBook, Intent, Lines, SlotKind
from skills.support.book.templates import SLOT_NAME, TemplateError, slots_in, without_slots

FEW_EXAMPLES = 5
"""An intent with fewer is told apart badly: warned of, not refused."""

MAX_NAME = 60
MAX_DESCRIPTION = 300
MAX_EXAMPLE = 1_000
MAX_ANSWER = 2_800
"""Slack cuts a section's text at 3,000 characters (https://docs.slack.dev/reference/block-kit/blocks/section-block);
values and a word of explanation go beside."""
MAX_LINK = 2_000
MAX_PATTERN = 200

FieldPath = tuple[str | int, ...]

_NAME = re.compile(r"[a-z0-9_]+")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_OWNER = re.compile(r"@?[\w.-]{1,80}")
_LATIN = frozenset(["en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "pl", "tr", "id", "vi"])
_OWN_SCRIPT = frozenset(["zh", "ja", "ko", "ru", "uk", "ar", "he", "hi", "th", "el"])
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_FOREIGN_WORDS = 4
"""So many Latin words without a character between them are no Chinese: fewer may be a product's name."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at `path` (`("intents", 2, "examples", "en", 0)`). A warning stops nothing."""

    path: FieldPath
    says: str
    warning: bool = False

    @property
    def field(self) -> str:
        """The path as people read it: `intents[2].examples.en[0]`, counted from 0 as in YAML tools."""
        return field_name(self.path)


class BookError(ValueError):
    """Raised with every problem of a book that can't be used; the message is the first, and how many more there are."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{problems[0].field}: {problems[0].says}{more}")


def field_name(path: FieldPath) -> str:
    """Returns `path` as people read it."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def fold(text: str) -> str:
    """Returns `text` with width, case and white space evened out, as far as two examples count as the same."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Returns those problems for which a book is refused."""
    return [problem for problem in problems if not problem.warning]


def ensure_valid(book: AnswerBook) -> list[Problem]:
    """Returns the warnings of a book that can be used. Raises `BookError` for one that can't."""
    problems = check_book(book)
    if faults := errors(problems):
        raise BookError(faults)
    return problems


def check_book(book: AnswerBook) -> list[Problem]:
    """Returns all that is wrong with `book`, in the order in which it stands there."""
    problems = [*_check_languages(book.languages)]
    for name, kind in book.slots.items():
        problems += _check_slot(name, kind, book)
    seen: dict[str, int] = {}
    examples: dict[str, str] = {}
    for number, intent in enumerate(book.intents):
        path: FieldPath = ("intents", number)
        if intent.name in seen:
            problems.append(
                Problem((*path, "name"), f"two intents are called {intent.name}: rename one or put them together")
            )
        seen.setdefault(intent.name, number)
        problems += check_intent(intent, book, path)
        for language, position, text in _each(intent.examples):
            where = (*path, "examples", language, position)
            owner = examples.setdefault(fold(text), intent.name)
            if owner != intent.name and fold(text):
                problems.append(
                    Problem(where, f"“{shown(text)}” is an example of {owner} already: leave it in one of the two")
                )
    return problems


def check_intent(intent: Intent, book: AnswerBook, path: FieldPath = ()) -> list[Problem]:
    """Returns what is wrong with `intent` as a part of `book`, whose other intents are not looked at."""
    return [
        *_check_name(intent.name, (*path, "name")),
        *_check_text(intent.description, (*path, "description"), MAX_DESCRIPTION),
        *_check_examples(intent, book, path),
        *_check_answers(intent, book, path),
        *_check_links(intent.links, path),
        *_check_owner(intent.owner, (*path, "owner")),
    ]


def _check_languages(languages: Sequence[str]) -> Iterator[Problem]:
    if not languages:
        yield Problem(("languages",), "the book lists no language: write languages: [en], its first language first")
    for number, language in enumerate(languages):
        path: FieldPath = ("languages", number)
        if not _LANGUAGE.fullmatch(language):
            yield Problem(path, f"{shown(language)} is no language code: write two letters, such as en or zh")
        elif language in languages[:number]:
            yield Problem(path, f"{language} is listed twice")


def _check_slot(name: str, kind: SlotKind, book: AnswerBook) -> Iterator[Problem]:
    path: FieldPath = ("slots", name)
    if not SLOT_NAME.fullmatch(name) or len(name) > MAX_NAME:
        yield Problem(path, f"{shown(name)} is no slot name: use a-z, 0-9 and _, a letter first")
    if kind.pattern is None and not kind.values and (name not in BUILT_IN_SLOTS or not kind.ask):
        yield Problem(path, f"the slot {shown(name)} has neither a pattern nor values: nothing could fill it")
    if kind.pattern is not None:
        yield from _check_pattern(kind.pattern, (*path, "pattern"))
    for number, value in enumerate(kind.values):
        yield from _check_text(value, (*path, "values", number), MAX_DESCRIPTION, empty="a value is empty")
    for language, question in kind.ask.items():
        yield from _check_language(language, book, (*path, "ask", language), "a question")
        yield from _check_text(question, (*path, "ask", language), MAX_DESCRIPTION, empty="the question is empty")


def _check_pattern(pattern: str, path: FieldPath) -> Iterator[Problem]:
    import regex

    if len(pattern) > MAX_PATTERN:
        yield Problem(path, f"the pattern is longer than {MAX_PATTERN} characters")
        return
    try:
        compiled = regex.compile(pattern)
    except regex.error as error:
        yield Problem(path, f"the pattern can't be read: {error}")
        return
    if compiled.fullmatch("") is not None:
        yield Problem(path, "the pattern matches nothing at all as well: say what must be there")


def _check_name(name: str, path: FieldPath) -> Iterator[Problem]:
    if not _NAME.fullmatch(name):
        yield Problem(path, f"{shown(name) or 'an empty name'} is no intent name: use a-z, 0-9 and _ only")
    elif len(name) > MAX_NAME:
        yield Problem(path, f"the name is longer than {MAX_NAME} characters")


def _check_examples(intent: Intent, book: AnswerBook, path: FieldPath) -> Iterator[Problem]:
    for language in intent.examples:
        yield from _check_language(language, book, (*path, "examples", language), "an example")
    own: set[str] = set()
    for language, number, text in _each(intent.examples):
        where = (*path, "examples", language, number)
        yield from _check_text(text, where, MAX_EXAMPLE, empty="an example is empty")
        yield from _check_written(text, language, where, "the example")
        if fold(text) in own and fold(text):
            yield Problem(where, f"“{shown(text)}” is listed twice", warning=True)
        own.add(fold(text))
    count = len(own - {""})
    if not count:
        yield Problem((*path, "examples"), f"{intent.name} has no example: write at least one, better ten")
    elif count < FEW_EXAMPLES:
        yield Problem(
            (*path, "examples"),
            f"{intent.name} has only {count} example{'s' if count > 1 else ''}: "
            f"with fewer than {FEW_EXAMPLES} it will often not be recognized",
            warning=True,
        )


def _check_answers(intent: Intent, book: AnswerBook, path: FieldPath) -> Iterator[Problem]:
    for language in intent.answers:
        yield from _check_language(language, book, (*path, "answers", language), "an answer")
    count = 0
    for language, number, template in _each(intent.answers):
        count += 1
        where = (*path, "answers", language, number)
        yield from _check_text(template, where, MAX_ANSWER, empty="an answer is empty")
        try:
            used = slots_in(template)
        except TemplateError as error:
            yield Problem(where, f"a {error} belongs to no slot: write {error}{error} where it is meant as it stands")
            continue
        for slot in used:
            if slot not in book.slot_names():
                known = ", ".join(sorted(book.slot_names()))
                yield Problem(where, f"{{{shown(slot)}}} is no known slot: use one of {known}, or define it")
        yield from _check_written(without_slots(template), language, where, "the answer")
    if not count:
        yield Problem((*path, "answers"), f"{intent.name} has no answer: write at least one")


def _check_links(links: Sequence[str], path: FieldPath) -> Iterator[Problem]:
    for number, link in enumerate(links):
        if len(link) > MAX_LINK or not is_link(link):
            yield Problem((*path, "links", number), f"{shown(link)} is no link: write it as https://…")


def is_link(link: str) -> bool:
    """Returns whether `link` is a web address that can be shown as it stands."""
    if re.search(r"[\s<>|\x00-\x1f]", link):
        return False
    try:
        parts = urlsplit(link)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _check_owner(owner: str | None, path: FieldPath) -> Iterator[Problem]:
    if owner is not None and not _OWNER.fullmatch(owner):
        yield Problem(path, f"{shown(owner)} is nobody's handle or id: write one, such as ana or U012AB3CD")


def _check_text(text: str, path: FieldPath, longest: int, empty: str | None = None) -> Iterator[Problem]:
    if empty is not None and not text.strip():
        yield Problem(path, f"{empty}: write it or leave it out")
    if len(text) > longest:
        yield Problem(path, f"the text has {len(text)} characters; {longest} is the most")
    if any(unicodedata.category(character) in ("Cc", "Cs") and character not in "\n\t" for character in text):
        yield Problem(path, "the text holds a control character: write it anew")


def _check_language(language: str, book: AnswerBook, path: FieldPath, what: str) -> Iterator[Problem]:
    if language not in book.languages:
        listed = ", ".join(book.languages) or "none"
        yield Problem(path, f"{what} is in {shown(language)}, which the book does not list (it lists {listed})")


def _check_written(text: str, language: str, path: FieldPath, what: str) -> Iterator[Problem]:
    """Compares the language that a text is listed under with the one that it is written in, as far as that shows."""
    written = detect(text)
    if written in (language, UNKNOWN):
        return
    if language in _OWN_SCRIPT and written in _LATIN:
        wrong = not _EAST_ASIAN.search(text) and len(_LATIN_WORD.findall(text)) >= _FOREIGN_WORDS
    elif {language, written} <= {"zh", "ja"} or {language, written} <= {"ru", "uk"}:
        wrong = False  # they share characters: a short text shows too little
    else:
        wrong = written in _OWN_SCRIPT and (language in _LATIN or language in _OWN_SCRIPT)
    if wrong:
        yield Problem(
            path, f"{what} “{shown(text)}” is listed under {language} but written in {written}: move it there"
        )
    elif language in _LATIN and written in _LATIN and written != "en":
        yield Problem(path, f"{what} “{shown(text)}” looks like {written}, not {language}", warning=True)


def _each(texts: Lines) -> Iterator[tuple[str, int, str]]:
    for language, items in texts.items():
        for number, text in enumerate(items):
            yield language, number, text


def shown(text: str) -> str:
    """Returns `text` on one line, as short as a message about it needs it."""
    plain = " ".join("".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs") or c.isspace()).split())
    return plain if len(plain) <= 60 else f"{plain[:59]}…"
