"""How a decision reads: the book's answer, the question for what it lacks, the choice, the documents' words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from skills.catalogs import Say
from skills.knowledge.answering import language_name
from skills.reply import Button, Buttons, Feedback, Json, Note, Paragraph, Part
from skills.support.book.answer_book import AnswerBook, Intent
from skills.support.conversations.threads import State
from skills.support.slots.filling import fill, missing, question
from skills.support.understanding.deciding import Decision, Reason
from skills.support.understanding.message import Understood
from skills.text import Link, Span

_LABEL = 36
"""Characters that a button shows whole wherever Slack runs."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A reply before it goes anywhere: directly, as a draft, or with a hand-over.

    `words` are its paragraphs; `text` the same as a person may edit them. `reason` says why a person takes over as
    well. `ends` holds what stands below: buttons and feedback. `memory` is kept with the answer.
    """

    path: str
    words: tuple[Part, ...]
    text: str
    state: State
    ends: tuple[Part, ...] = ()
    intent: str = ""
    probability: float = 0.0
    reason: Reason | None = None
    memory: Mapping[str, Json] = field(default_factory=dict)

    @property
    def parts(self) -> tuple[Part, ...]:
        return (*self.words, *self.ends)


def answered(decision: Decision, seen: Understood, book: AnswerBook, state: State, say: Say) -> Prepared:
    """Returns the book's answer to `decision.intent`, or the question for what it lacks; a person's matter if none."""
    intent = book.intent(decision.intent)
    written = intent.answer(seen.language, book.language) if intent is not None else None
    if intent is None or written is None:
        return handed_over(decision.reason or "unknown", state, say, decision.intent)
    template, language = written
    lacking = missing(template, seen.values)
    if lacking and decision.reason is not None:
        # Somebody in a hurry is asked nothing: a person comes anyway.
        return handed_over(decision.reason, state, say, intent.name)
    if lacking:
        again = state.pending_slot == lacking[0] and state.pending_intent == intent.name
        return asked(intent.name, lacking[0], seen.probability, state, book, say, again)
    text = fill(template, seen.values, language)
    return Prepared(
        path="template",
        words=template_words(text, intent.links, language if language != seen.language else None, say),
        text=text,
        ends=(next_steps(say, decision.reason is not None), Feedback()),
        state=replace(state.settled(), intent=intent.name),
        intent=intent.name,
        probability=seen.probability,
        reason=decision.reason,
        memory={"template": template, "language": language, "links": list(intent.links)},
    )


def template_words(text: str, links: Sequence[str], foreign: str | None, say: Say) -> tuple[Part, ...]:
    """Returns an answer's paragraphs; `foreign` is its language where that is not the asker's."""
    parts: list[Part] = []
    if foreign is not None:
        parts.append(Note(say("support.only_in", language=language_name(foreign, say))))
    parts.append(Paragraph(text))
    spans: list[Span] = []
    for link in links:
        spans += [" · ", Link(_short(link), link)] if spans else [Link(_short(link), link)]
    if spans:
        parts.append(Paragraph(tuple(spans)))
    return tuple(parts)


def asked(
    intent: str, slot: str, probability: float, state: State, book: AnswerBook, say: Say, again: bool = False
) -> Prepared:
    """Returns the short question for a missing slot; asked `again`, it says how to go on without."""
    words = question(slot, book, say)
    parts: tuple[Part, ...] = (Paragraph(words),)
    if again:
        parts = (Paragraph(say("support.ask_again")), Paragraph(words))
    return Prepared(
        path="slot",
        words=parts,
        text="\n".join(say.plain(part.text) for part in parts if isinstance(part, Paragraph)),
        ends=(next_steps(say, person_comes=not again),),
        state=replace(
            state,
            intent=intent,
            pending_intent=intent,
            pending_slot=slot,
            asked=state.asked + 1 if again else 1,
            stage="",
        ),
        intent=intent,
        probability=probability,
        memory={"slot": slot},
    )


def offered(intents: Sequence[str], seen: Understood, book: AnswerBook, state: State, say: Say) -> Prepared:
    """Returns the close intents as buttons."""
    known = [found for name in intents if (found := book.intent(name)) is not None]
    buttons = tuple(Button(words_of(intent, seen.language), "support.choose", value=intent.name) for intent in known)
    text = say("support.choice" if len(known) > 1 else "support.choice_of_one")
    return Prepared(
        path="choice",
        words=(Paragraph(text),),
        text=say.plain(text),
        ends=(Buttons((*buttons, Button(say.label("support.neither"), "support.neither"))),),
        state=replace(state.settled(), stage="choice"),
        intent=intents[0] if intents else "",
        probability=seen.probability,
        memory={"offered": [intent.name for intent in known]},
    )


def rephrase(state: State, say: Say) -> Prepared:
    """Returns the request to say it differently."""
    text = say("support.rephrase")
    return Prepared("rephrase", (Paragraph(text),), say.plain(text), replace(state.settled(), stage="rephrase"))


def handed_over(reason: Reason, state: State, say: Say, intent: str = "") -> Prepared:
    """Returns the kind word with which a person takes over; by when is added where it is known."""
    text = say(f"support.handover.{reason}")
    after = replace(state.settled(), intent=intent or state.intent)
    return Prepared("handover", (Paragraph(text),), say.plain(text), after, intent=intent, reason=reason)


def said(path: str, key: str, state: State, say: Say) -> Prepared:
    """Returns a short sentence that needs nothing below it."""
    text = say(key)
    return Prepared(path, (Paragraph(text),), say.plain(text), state)


def person_button(say: Say) -> Buttons:
    """Returns the way to a person by itself."""
    return Buttons((Button(say.label("support.person"), "support.person"),))


def next_steps(say: Say, person_comes: bool = False) -> Buttons:
    """Returns the buttons under an answer."""
    wrong = Button(say.label("support.wrong_intent"), "support.wrong_intent")
    return Buttons((wrong,) if person_comes else (Button(say.label("support.person"), "support.person"), wrong))


def label_of(intent: Intent) -> str:
    """Returns what an intent is called among colleagues."""
    return intent.description or intent.name.replace("_", " ")


def words_of(intent: Intent, language: str) -> str:
    """Returns an intent in few words that a customer knows: a short example in `language`, else its name in words."""
    examples = intent.examples.get(language) or ()
    short = next((example for example in examples if len(example) <= _LABEL), None)
    words = short or intent.name.replace("_", " ")
    return words[:1].upper() + words[1:]


def _short(link: str) -> str:
    return link.split("://", 1)[-1].rstrip("/")
