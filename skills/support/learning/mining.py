"""Learns an answer book from past conversations: intents to propose, each with examples and its best answer."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.encoders.base import Vectors
from index.languages import UNKNOWN, detect
from skills.masking import mask
from skills.support.book.answer_book import AnswerBook, Intent
from skills.support.book.validation import MAX_DESCRIPTION, MAX_EXAMPLE, check_book, errors, fold
from skills.support.learning.best_answer import best_answer
from skills.support.learning.conversation_files import Conversation
from skills.support.learning.grouping import centrality, group, spread
from skills.support.learning.naming import intent_name, name_groups

ANSWER_WEIGHT = 0.6
"""How much an answer's vector counts beside its question's: what was answered alike was asked for alike."""
MOST_EXAMPLES = 30
FEWEST = 3
"""A group of fewer conversations proposes nothing."""
_BATCH = 256
_RARE = 20
"""A language of fewer than one conversation in so many is not proposed."""

_FIGURES = re.compile(r"[#A-Za-z-]*\d[\w-]*")

Encode = Callable[[Sequence[str]], Vectors]
Tell = Callable[[int, int | None, str], None]


@dataclass(frozen=True, slots=True)
class Proposal:
    """An intent for a person to accept; `rows` is how many conversations it stands for."""

    intent: Intent
    rows: int


@dataclass(frozen=True, slots=True)
class Learned:
    """What conversations propose, the most frequent first; `left_out` of them are in no group that is large enough."""

    languages: tuple[str, ...]
    proposals: tuple[Proposal, ...]
    left_out: int

    def book(self) -> AnswerBook:
        """Returns the proposals as an answer book."""
        return AnswerBook(self.languages, tuple(proposal.intent for proposal in self.proposals))


def main_languages(conversations: Sequence[Conversation]) -> tuple[str, ...]:
    """Returns the languages of the questions, the most frequent first; those of a few strays are left out."""
    counts = Counter(detect(one.question) for one in conversations)
    del counts[UNKNOWN]
    total = sum(counts.values())
    return tuple(language for language, count in counts.most_common() if count * _RARE >= total) or ("en",)


def learn(conversations: Sequence[Conversation], encode: Encode, known: AnswerBook, tell: Tell) -> Learned:
    """Returns what `conversations` propose beside the book that is `known`.

    Conversations with an intent are grouped by it, the others by what they ask and were answered. Personal data is
    masked, values that differ from customer to customer become slots. `encode` returns unit vectors, float32
    (texts, dimensions).
    """
    languages = main_languages(conversations)
    asked = _encode([_FIGURES.sub("0", one.question) for one in conversations], encode, tell, "Reading questions")
    answered = _encode([one.answer for one in conversations], encode, tell, "Reading answers")
    groups = _joined(_groups(conversations, asked, answered), conversations, answered)
    names = _names(conversations, groups)
    taken = {fold(text) for intent in known.intents for _, text in intent.all_examples()}
    proposals: list[Proposal] = []
    left_out = 0
    for number, (key, members) in enumerate(sorted(groups.items(), key=lambda item: -len(item[1]))):
        tell(number, len(groups), "Choosing answers")
        rows = [row for row in members if detect(conversations[row].question) in (*languages, UNKNOWN)]
        intent = None
        if len(rows) >= FEWEST:
            intent = _intent(names[key], rows, conversations, asked, answered, languages, taken)
        if intent is None:
            left_out += len(members)
            continue
        proposals.append(Proposal(intent, len(rows)))
    tell(len(groups), len(groups), "Choosing answers")
    return Learned(languages, tuple(proposals), left_out)


def _encode(texts: Sequence[str], encode: Encode, tell: Tell, what: str) -> Vectors:
    """Returns vectors; a text that stands there many times is encoded once."""
    distinct = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    once = list(distinct)
    parts: list[Vectors] = []
    for begin in range(0, len(once), _BATCH):
        tell(begin, len(once), what)
        parts.append(encode(once[begin : begin + _BATCH]))
    tell(len(once), len(once), what)
    return np.concatenate(parts)[[distinct[text] for text in texts]]


def _groups(conversations: Sequence[Conversation], asked: Vectors, answered: Vectors) -> dict[str, list[int]]:
    """Returns the rows of each group, under the intent's name where one was given, else under a number."""
    groups: dict[str, list[int]] = defaultdict(list)
    unnamed: list[int] = []
    for row, one in enumerate(conversations):
        name = intent_name(one.intent) if one.intent else ""
        if name:
            groups[name].append(row)
        else:
            unnamed.append(row)
    if unnamed:
        both = np.hstack([asked[unnamed], ANSWER_WEIGHT * answered[unnamed]])
        for row, label in zip(unnamed, group(both), strict=True):
            groups[f"#{label}"].append(row)
        groups.pop("#-1", None)
    return groups


def _joined(
    groups: dict[str, list[int]], conversations: Sequence[Conversation], answered: Vectors
) -> dict[str, list[int]]:
    """Returns the groups with those as one that nobody named and whose best answer is the same."""
    joined: dict[str, list[int]] = {}
    key_of: dict[str, str] = {}
    for key, rows in groups.items():
        template = best_answer([conversations[row].answer for row in rows], answered[rows])
        if key.startswith("#") and template is not None:
            key = key_of.setdefault(fold(template), key)
        joined.setdefault(key, []).extend(rows)
    return joined


def _names(conversations: Sequence[Conversation], groups: dict[str, list[int]]) -> dict[str, str]:
    """Returns each group's intent name: the given one, else what its questions speak of and others don't."""
    given = {key for key in groups if not key.startswith("#")}
    found = name_groups({key: [conversations[row].question for row in rows] for key, rows in groups.items()}, given)
    return {key: key if key in given else found[key] for key in groups}


def _intent(
    name: str,
    rows: Sequence[int],
    conversations: Sequence[Conversation],
    asked: Vectors,
    answered: Vectors,
    languages: Sequence[str],
    taken: set[str],
) -> Intent | None:
    """Returns a valid intent, or None where no example or no answer is left. Its examples are `taken` from then on."""
    order = sorted(rows, key=dict(zip(rows, -centrality(asked[list(rows)]), strict=True)).__getitem__)
    examples: dict[str, list[str]] = defaultdict(list)
    own: set[str] = set()
    for row in order:
        text = mask(" ".join(conversations[row].question.split())).text
        if fold(text) not in taken | own and len(text) <= MAX_EXAMPLE:
            own.add(fold(text))
            language = detect(text)
            examples[language if language in languages else languages[0]].append(text)
    answers: dict[str, tuple[str, ...]] = {}
    for language in languages:
        same = [row for row in rows if detect(conversations[row].answer) == language]
        template = best_answer([conversations[row].answer for row in same], answered[same]) if same else None
        if template is not None:
            answers[language] = (template,)
    intent = Intent(
        name=name,
        description=mask(conversations[order[0]].question).text[:MAX_DESCRIPTION],
        examples={
            language: tuple(texts[place] for place in spread(range(len(texts)), MOST_EXAMPLES))
            for language in languages
            if (texts := examples[language])
        },
        answers=answers,
    )
    intent = _without_faults(intent, languages)
    if not intent.examples or not intent.answers:
        return None
    taken |= {fold(text) for _, text in intent.all_examples()}
    return intent


def _without_faults(intent: Intent, languages: Sequence[str]) -> Intent:
    """Returns `intent` without the texts that the validation would refuse (a Chinese line among English ones)."""
    bad = {problem.path[2:] for problem in errors(check_book(AnswerBook(tuple(languages), (intent,))))}

    def kept(what: str, texts: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, tuple[str, ...]]]:
        for language, items in texts.items():
            good = tuple(text for place, text in enumerate(items) if (what, language, place) not in bad)
            if good:
                yield language, good

    return replace(
        intent,
        examples=dict(kept("examples", dict(intent.examples))),
        answers=dict(kept("answers", dict(intent.answers))),
    )
