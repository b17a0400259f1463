"""What is known of one message: its language, intents, mood and hurry, its slots, and what the documents hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from index.types import Audience
from skills.base import Request, Services
from skills.knowledge.answering import Findings
from skills.knowledge.finding import find
from skills.knowledge.questions import question_of
from skills.support.book.answer_book import AnswerBook
from skills.support.conversations.threads import State
from skills.support.slots.filling import extract, extract_thread, missing
from skills.support.understanding.deciding import SURE, Signals, beyond_doubt, signals_of
from skills.support.understanding.intents import IntentHeads
from skills.support.understanding.wishes import (
    COURTESIES,
    alternatives,
    asks_something,
    lacks_it,
    names_alternatives,
    sounds_dangerous,
    sounds_furious,
    wish_of,
)

NEGATIVE = 0.5
URGENT = 0.95
"""Least probability of the sentiment and the priority that bring a person in."""

_HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Understood:
    """What is known of a message. `values` are the slots known from it and from the thread.

    `sentiment` and `priority` are empty where no classifier reads them.
    """

    request: Request
    language: str
    signals: Signals
    values: Mapping[str, str]
    findings: Findings | None
    sentiment: str = ""
    priority: str = ""

    @property
    def probability(self) -> float:
        """The best guess's share, 0 where there is none."""
        return self.signals.guesses[0].probability if self.signals.accepted and self.signals.guesses else 0.0

    @property
    def margin(self) -> float:
        """How far the second guess stands below the best one."""
        shares = [guess.probability for guess in self.signals.guesses[:2]]
        return shares[0] - shares[1] if len(shares) == 2 else (shares[0] if shares else 0.0)


async def understand(
    request: Request,
    services: Services,
    heads: IntentHeads,
    book: AnswerBook,
    version: int,
    state: State,
    audience: Audience,
) -> Understood:
    """Returns what is known of a message; the request comes back with every encoder pass that was made."""
    question = question_of(request.text)
    vectors = request.vectors or await services.library.encode_question(question)
    prediction, vectors = await heads.read(request.team, book, version, vectors, services)
    language = _language(question, vectors.language, state.language, request.say.language)
    now = request.now.astimezone(request.person.zone)
    asked = state.pending_slot or None
    taken = signals_of(prediction)
    one_pass = len(vectors.by_encoder) < 2
    classifiers = services.champions.classifiers(request.team)
    vectors = await services.library.encode_by(vectors, classifiers.wants(vectors.language))
    request = replace(request, vectors=vectors)
    sentiment, priority, angry, urgent = _mood(request, services)
    said = (*state.texts, *(() if request.text in state.texts else (request.text,)))
    values = extract_thread(said, book, now, asked)
    signals = replace(
        taken,
        lacking=bool(taken.guesses) and lacks_slots(taken.guesses[0].intent, book, language, values),
        either=names_alternatives(question),
        named=await _named(request, services, heads, question),
        wish=wish_of(question),
        angry=angry,
        urgent=urgent,
        fills=asked is not None and asked in extract(request.text, book, now, asked),
        lacks=asked is not None and lacks_it(question),
        addressed=request.addressed,
        asks=asks_something(question),
    )
    findings = None
    if _needs_documents(signals):
        request, findings = await find(request, services, audience, again=one_pass)
        if not findings.quoted and request.history:
            # A customer goes from one matter to another in one thread: the message by itself, with the same passes.
            alone, found = await find(replace(request, history=()), services, audience, again=False)
            if found.quoted:
                request, findings = replace(alone, history=request.history), found
        if findings.quoted:
            signals = replace(signals, found=findings.confidence)
    return Understood(request, language, signals, values, findings, sentiment, priority)


async def _named(request: Request, services: Services, heads: IntentHeads, question: str) -> tuple[str, ...]:
    """Returns the two intents that a message names as alternatives, where each half of it is clear by itself.

    Read as a whole, such a message may be taken for one of the two as surely as if the other weren't there.
    """
    halves = alternatives(question)
    if halves is None:
        return ()
    read = await heads.read_parts(request.team, halves, services.library)
    clear = [one.label for one in read if one.accepted and one.probability >= SURE]
    return tuple(clear) if len(clear) == 2 and clear[0] != clear[1] else ()


def lacks_slots(name: str, book: AnswerBook, language: str, values: Mapping[str, str]) -> bool:
    """Returns whether an intent's answer needs to know something that the asker hasn't said."""
    intent = book.intent(name)
    written = intent.answer(language, book.language) if intent is not None else None
    return written is not None and bool(missing(written[0], values))


def _needs_documents(seen: Signals) -> bool:
    """Returns whether the decision, or the person who takes over, wants to know what the documents hold."""
    if seen.wish in ("never_mind", "thanks", *COURTESIES) or seen.fills:
        return False
    return seen.angry or seen.urgent or not beyond_doubt(seen)


def _language(question: str, detected: str, before: str, spoken: str) -> str:
    """Returns the language of a message; one without words ("LL-20418") is in that of the conversation."""
    if _HAN.search(question) or len(_WORD.findall(question)) >= 2:
        return detected
    return before or spoken


def _mood(request: Request, services: Services) -> tuple[str, str, bool, bool]:
    """Returns sentiment and priority, and whether they bring a person in: anger, hurry."""
    furious = sounds_furious(request.text)
    danger = sounds_dangerous(request.text)
    if request.vectors is None:
        return "", "", furious, danger
    reading = services.champions.classifiers(request.team).read(request.vectors)
    sentiment, priority = reading.sentiment, reading.priority
    negative = sentiment.label == "negative" and sentiment.probability >= NEGATIVE
    urgent = danger or (priority.label == "urgent" and priority.probability >= URGENT)
    return sentiment.label, priority.label, furious and negative, urgent
