"""Which skill a free message is for: a small classifier over the skills' example utterances.

It reads the vectors that the search will use anyway, so that routing costs no encoder pass of its own. What belongs to
none of the skills goes to the fallback skill, whose own knowledge decides whether there is an answer after all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from index.encoders.base import Encoder
from index.search import QuestionVectors
from skills.base import Skill
from skills.classifiers.examples import OUT_OF_SCOPE, read_utterances
from skills.classifiers.heads.head import Head
from skills.classifiers.heads.stored import trained_or_stored
from skills.classifiers.routing import ShippedRouting

FALLBACK = "knowledge"
NONE = "none"
"""The intent of a message that belongs to none of the skills."""

_PREFERRED = ("multilingual", "english")
"""Encoders' heads, the better one first: on the routing test set macro-F1 is 0.96 against 0.94 in English."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where a message goes. `intent` is one that the skill's examples name, empty for its main matter, or `NONE`.

    `probability` is the skill's, whatever the intent.
    """

    skill: str
    intent: str
    probability: float


class Router(Protocol):
    """Routes free text; takes about 0.1 ms a message."""

    def route(self, question: QuestionVectors) -> Route:
        """Returns where a message goes, by the passes that were made of it."""
        ...


class ShippedRouter:
    """The router of the skills that ship, which was trained with them. What is for a skill not here is for none."""

    def __init__(self, routing: ShippedRouting, skills: Iterable[str]) -> None:
        """`skills` are the names of those that are there."""
        self._routing = routing
        self._skills = frozenset(skills)

    def route(self, question: QuestionVectors) -> Route:
        """Returns where a message goes, by the passes that were made of it."""
        prediction = self._routing.read(question.text, question.language, question.by_encoder)
        label, scores = prediction.label, prediction.scores
        skill = self._skill(label)
        # Between what goes to the same skill anyway there is nothing to doubt.
        probability = sum(score for other, score in scores.items() if self._skill(other) == skill)
        named, _, intent = label.partition("/")
        return Route(skill, intent if named == skill else NONE, probability)

    def _skill(self, label: str) -> str:
        # What a skill that is not here would do may be a misread question: the documents are asked first.
        named = label.partition("/")[0]
        return named if named in self._skills else FALLBACK


class TrainedRouter:
    """The router of skills that were trained for here: a head an encoder, and one without."""

    def __init__(self, heads: Sequence[tuple[Encoder | None, Head]]) -> None:
        """`heads`: each with its encoder, the one to be preferred first; the last one reads characters alone."""
        self._heads = tuple(heads)

    def route(self, question: QuestionVectors) -> Route:
        """Returns where a message goes, by the passes that were made of it."""
        for encoder, head in self._heads:
            if encoder is None or (encoder.name in question.by_encoder and encoder.reads(question.language)):
                return _route(head, question)
        return Route(FALLBACK, NONE, 0.0)


def open_router(skills: Iterable[Skill], encoders: Iterable[Encoder]) -> Router:
    """Returns the router of `skills`: the one that ships where they all do, else one trained here (blocking).

    That takes some seconds when the examples are new. Raises ValueError naming file and line of an example that can't
    be read.
    """
    skills, encoders = list(skills), list(encoders)
    routing = ShippedRouting(encoders)
    if routing.knows({skill.name: skill.examples for skill in skills if skill.examples}):
        return ShippedRouter(routing, [skill.name for skill in skills])
    examples = [
        (utterance.text, utterance.language, f"{skill.name}/{utterance.intent}")
        for skill in skills
        if skill.examples
        for utterance in read_utterances(skill.examples)
    ]
    labelled: list[tuple[str, str, str | None]] = [*examples]
    labelled += [(utterance.text, utterance.language, None) for utterance in read_utterances(OUT_OF_SCOPE)]
    ordered = sorted(encoders, key=lambda encoder: [*_PREFERRED, encoder.name].index(encoder.name))
    return TrainedRouter([_head(labelled, encoder) for encoder in (*ordered, None)])


def _head(labelled: Sequence[tuple[str, str, str | None]], encoder: Encoder | None) -> tuple[Encoder | None, Head]:
    kept = [row for row in labelled if encoder is None or encoder.reads(row[1])]
    head = trained_or_stored(
        f"router-{encoder.name if encoder else 'characters'}".replace("/", "_"),
        [text for text, _, _ in kept],
        [label for _, _, label in kept],
        encoder.fingerprint if encoder else "",
        {encoder.name: lambda texts: encoder.encode(texts, "query")} if encoder else {},
    )
    return encoder, head


def _route(head: Head, question: QuestionVectors) -> Route:
    prediction = head.predict(question.text, question.by_encoder)
    if not prediction.accepted:
        return Route(FALLBACK, NONE, 1.0 - prediction.in_scope)
    skill, _, intent = prediction.label.partition("/")
    return Route(skill, intent, prediction.probability)
