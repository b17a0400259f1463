"""A card as people see it: the text, what the bot took it for and how surely, and buttons with the likeliest labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skills.catalogs import Say
from skills.classifiers.feedback.collected import NONE
from skills.classifiers.feedback.models import ExampleRow
from skills.classifiers.registry.versions import Sessions
from skills.classifiers.retraining.learners import INTENT
from skills.learning.asking.tables import CardRow
from skills.monitor.speaking import READ_TOPICS, spoken_topic
from skills.reply import Button, Buttons, Choice, Form, Note, Paragraph, Part, Quote
from skills.support.book.rows import Books
from skills.support.replying import label_of
from skills.text import Bold, PersonRef, Span, Text, spans_of

FIRST, SECOND, THIRD, NOTHING, SKIP, OTHER = (
    f"learning.ask.{name}" for name in ("first", "second", "third", "nothing", "skip", "other")
)
LABELS = (FIRST, SECOND, THIRD)
ACTIONS = frozenset({*LABELS, NOTHING, SKIP})

MENU = 100
"""Labels that a menu offers: https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element"""

_SPOKEN = frozenset({"negative", "neutral", "positive", "low", "normal", "urgent"})


@dataclass(frozen=True, slots=True)
class Names:
    """What labels are called: intents by their description in the answer book, the rest in the reader's language."""

    task: str
    intents: Mapping[str, str]
    say: Say

    def of(self, label: str) -> str:
        """Returns a label's name."""
        if label == NONE:
            return self.say.label("learning.none")
        if self.task == INTENT:
            return self.intents.get(label) or label.replace("_", " ")
        if label in _SPOKEN:
            return self.say.label(f"learning.ask.label.{label}")
        return spoken_topic(self.say, label) if label in READ_TOPICS else label.replace("_", " ")


async def names_of(sessions: Sessions, team: str, task: str, say: Say) -> Names:
    """Returns what the labels of a team's task are called."""
    if task != INTENT:
        return Names(task, {}, say)
    book, _ = await Books(sessions).load(team)
    called = {intent.name: label_of(intent) for intent in book.intents}
    # Two of one description are told apart by their names.
    several = {name for name in called.values() if list(called.values()).count(name) > 1}
    own = {label: f"{name} ({label})" if name in several else name for label, name in called.items()}
    return Names(task, own, say)


def card_parts(card: CardRow, row: ExampleRow | None, names: Names) -> tuple[Part, ...]:
    """Returns a card as it stands: with its buttons while it is open, else with who decided what."""
    say = names.say
    if row is None or card.state == "gone":
        return (Note(say("learning.ask.gone")),)
    quote = () if card.bare else (Quote(row.text),)
    if card.state != "open":
        return (*quote, Paragraph(_decided(card, row, names)))
    title = say.label(f"learning.ask.question.{row.task}")
    return (
        Paragraph((Bold(title),)),
        *quote,
        Paragraph(_taken(card, row, names)),
        Buttons(tuple(_buttons(card, row, names))),
        Note(say("learning.ask.hint")),
    )


def others_form(card: CardRow, row: ExampleRow, names: Names) -> Form:
    """Returns the modal in which another label is chosen; where there are too many for a menu, of the likeliest."""
    say = names.say
    nothing = [(NONE, names.of(NONE))] if row.task == INTENT else []
    likeliest = [str(label) for label, _ in card.options if label != NONE][: MENU - len(nothing)]
    options = sorted(((label, names.of(label)) for label in likeliest), key=lambda one: one[1].casefold())
    choice = Choice("label", say.label("learning.ask.which"), (*options, *nothing))
    parts = (Quote(row.text), choice)
    return Form(OTHER, say.label("learning.ask.form_title"), parts, say.label("learning.ask.form_submit"), card.id)


def _taken(card: CardRow, row: ExampleRow, names: Names) -> tuple[Span, ...]:
    """Returns what the bot took the text for, how surely, and what was next to it; and what somebody said it is."""
    say = names.say
    (first, share), *rest = ((str(label), float(share)) for label, share in card.options)
    spans = [*spans_of(say("learning.ask.taken", label=Bold(names.of(first)), share=say.percent(share)))]
    if rest and rest[0][1] >= 0.01:
        second, next_share = rest[0]
        spans += [" ", *spans_of(say("learning.ask.next", label=Bold(names.of(second)), share=say.percent(next_share)))]
    if row.label is not None:
        spans += [" ", *spans_of(say("learning.ask.named", label=Bold(names.of(row.label))))]
    return tuple(spans)


def _buttons(card: CardRow, row: ExampleRow, names: Names) -> list[Button]:
    say = names.say
    labels = _offered(card, row)
    buttons = [
        Button(names.of(label), action, f"{card.id}|{label}") for action, label in zip(LABELS, labels, strict=False)
    ]
    if any(label not in labels for label, _ in card.options if label != NONE):
        buttons.append(Button(say.label("learning.ask.other"), OTHER, card.id))
    if row.task == INTENT:
        buttons.append(Button(say.label("learning.ask.nothing"), NOTHING, f"{card.id}|{NONE}"))
    return [*buttons, Button(say.label("learning.ask.skip"), SKIP, card.id)]


def _offered(card: CardRow, row: ExampleRow) -> Sequence[str]:
    """Returns the labels that have a button: the likeliest, and the one that somebody named among them."""
    likeliest = [str(label) for label, _ in card.options if label != NONE][: len(LABELS)]
    if row.label is None or row.label in (NONE, *likeliest):
        return likeliest
    return [*likeliest[: len(LABELS) - 1], row.label]


def _decided(card: CardRow, row: ExampleRow, names: Names) -> Text:
    say = names.say
    if card.state == "skipped":
        return say("learning.ask.skipped", person=PersonRef(card.by)) if card.by else say("learning.ask.old")
    if not card.by:
        return say("learning.ask.settled_elsewhere")
    if card.label is None:
        return say("learning.ask.dropped", person=PersonRef(card.by))
    return say("learning.ask.settled", person=PersonRef(card.by), label=Bold(names.of(card.label)))
