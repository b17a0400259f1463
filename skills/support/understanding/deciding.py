"""What to do about a message: pure, from what is known of it and of the conversation.

The order is the design's: sure of the intent, else what the documents say, else a person. Two close intents are offered
as buttons, then the asker is asked for other words, then a person takes over (the two-stage fall-back of Rasa,
https://legacy-docs-oss.rasa.com/docs/rasa/fallback-handoff/). Anger, hurry and the wish for a person cut it short.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from skills.classifiers.heads.head import Prediction
from skills.support.conversations.threads import State
from skills.support.understanding.wishes import COURTESIES, Wish

SURE = 0.6
SURELY_IN = 0.97
"""Calibrated probability among the intents, and that it is about any of them, from which one is answered at once."""
AHEAD = 0.25
"""By so much it must be ahead of the next: two close intents are offered, however likely both."""
DECIDED = 0.85
"""From here on an intent is sure where it may well be in scope, and a message is about it although another was open."""
IN_SCOPE = 0.9
"""Least probability that it is about any of the intents for that."""
CLOSE = 0.75
"""Two intents that hold so much together are the only ones worth offering."""
SECOND = 0.12
"""Least probability of an intent that is offered."""
SECOND_NAMED = 0.03
CLOSE_NAMED = 0.97
"""The same for both where the message itself names alternatives ("change or cancel it")."""
LEAST_IN_SCOPE = 0.5
"""Below this a message is taken for none of the intents, whatever less a small book's own threshold may be."""
PLAUSIBLE = 0.4
"""Least probability of a lone guess that is offered where nothing else is known."""
WELL_FOUND = 0.75
"""Confidence from which a passage goes before two close intents, and before one that isn't beyond doubt."""
GUESSES = 3
"""How many intents are kept as guesses."""
ASKED_MOST = 2
"""How often one missing slot is asked for."""

Kind = Literal[
    "answer", "ask_again", "choice", "rephrase", "index", "handover", "dropped", "thanks", "courtesy", "silent"
]
Reason = Literal["person", "angry", "urgent", "unclear", "unknown", "no_slot"]


@dataclass(frozen=True, slots=True)
class Guess:
    intent: str
    probability: float


@dataclass(frozen=True, slots=True)
class Signals:
    """What is known of one message.

    `guesses` best first; `lacking`: the answer to the first would have to be asked something for. `in_scope` is the
    calibrated probability that it is about any of the book's intents, `accepted` whether that is enough. `either`: it
    names alternatives; `named` are the two intents of what it names, where each is clear by itself. `found` is the
    confidence of what the index holds for it, 0 where nothing answers. `fills`: it holds the slot that was asked for;
    `lacks`: it says that the asker hasn't got it. `addressed` is false for what was said in a channel to nobody in
    particular, `asks` whether such words want something.
    """

    guesses: Sequence[Guess] = ()
    lacking: bool = False
    in_scope: float = 0.0
    accepted: bool = False
    either: bool = False
    named: tuple[str, ...] = ()
    wish: Wish | None = None
    angry: bool = False
    urgent: bool = False
    found: float = 0.0
    fills: bool = False
    lacks: bool = False
    addressed: bool = True
    asks: bool = True


def signals_of(prediction: Prediction | None) -> Signals:
    """Returns what is known of a message by what it was taken for alone."""
    if prediction is None:
        return Signals()
    best = sorted(prediction.scores.items(), key=lambda item: item[1], reverse=True)[:GUESSES]
    return Signals(
        guesses=tuple(Guess(intent, share) for intent, share in best),
        in_scope=prediction.in_scope,
        accepted=bool(prediction.accepted and prediction.in_scope >= LEAST_IN_SCOPE),
    )


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do. `reason` is set where a person takes over, with an `answer` too where there is a sure one."""

    kind: Kind
    intent: str = ""
    offered: tuple[str, ...] = ()
    reason: Reason | None = None


def sure_intent(seen: Signals) -> str | None:
    """Returns the intent that the message is surely about, or None."""
    likely = likely_intent(seen)
    if likely is None or (seen.either and _close(seen)):
        return None
    decided = seen.guesses[0].probability >= DECIDED and seen.in_scope >= IN_SCOPE
    surely = seen.in_scope >= SURELY_IN or decided
    return likely if surely else None


def beyond_doubt(seen: Signals) -> bool:
    """Returns whether the message is so surely about one intent that no passage could answer it better.

    What a page answers outright ("how long do refunds take?") needs no order number.
    """
    clear = sure_intent(seen) is not None and seen.guesses[0].probability >= DECIDED
    return clear and seen.in_scope >= SURELY_IN and not seen.lacking and seen.wish != "orders"


def likely_intent(seen: Signals) -> str | None:
    """Returns the intent that stands out from the others, or None."""
    if not seen.accepted or not seen.guesses:
        return None
    best, *rest = seen.guesses
    ahead = best.probability - (rest[0].probability if rest else 0.0)
    return best.intent if best.probability >= SURE and ahead >= AHEAD else None


def decide(seen: Signals, state: State) -> Decision:
    """Returns what to do about a message in a conversation that stands at `state`."""
    if seen.wish == "person":
        return Decision("handover", sure_intent(seen) or state.intent, reason="person")
    if seen.wish in COURTESIES:
        return Decision("courtesy" if seen.addressed else "silent")
    if seen.wish == "orders":
        return Decision("index" if seen.found else "courtesy")
    sure = sure_intent(seen)
    if seen.wish == "unhelped" and state.intent and not state.pending_intent and sure in (None, state.intent):
        return Decision("handover", state.intent, reason="unknown")
    if seen.wish == "never_mind" and sure in (None, state.pending_intent or state.intent or None):
        return Decision("dropped")
    if seen.wish == "thanks":
        return Decision("thanks")
    if seen.angry:
        return Decision("handover", _best(seen), reason="angry")
    if state.pending_intent:
        decision = _waited_for(seen, state, sure)
        if decision is not None:
            return decision
    if seen.urgent:
        return Decision("answer" if sure else "handover", sure or _best(seen), reason="urgent")
    if sure and (beyond_doubt(seen) or seen.found < WELL_FOUND):
        return Decision("answer", sure)
    return _unsure(seen, state)


def _waited_for(seen: Signals, state: State, sure: str | None) -> Decision | None:
    """Returns what to do where a slot was asked for; None where the message is about something else."""
    # A product may be any words, so it takes little to say that these are about another matter.
    loose = state.pending_slot == "product"
    other = likely_intent(seen) if loose else sure
    decided = loose or (bool(seen.guesses) and seen.guesses[0].probability >= DECIDED)
    changed = other is not None and other != state.pending_intent and decided
    if seen.fills:
        return Decision("answer", other if changed and other else state.pending_intent)
    if seen.urgent:
        return None
    if seen.lacks:
        return Decision("handover", state.pending_intent, reason="no_slot")
    if sure is not None and sure != state.pending_intent:
        return None
    if seen.found and seen.wish != "why":
        return Decision("index")
    if state.asked < ASKED_MOST:
        return Decision("ask_again", state.pending_intent)
    return Decision("handover", state.pending_intent, reason="no_slot")


def _unsure(seen: Signals, state: State) -> Decision:
    tried = state.stage == "rephrase"
    if seen.found >= WELL_FOUND:
        return Decision("index")
    if (close := _close(seen)) and not state.stage:
        return Decision("choice", offered=close)
    if (likely := likely_intent(seen)) and not seen.either:
        return Decision("answer", likely)
    if seen.found:
        return Decision("index")
    if not seen.accepted:
        if state.stage == "choice":
            return Decision("rephrase")
        quiet = not seen.addressed and not seen.asks
        return Decision("silent") if quiet else Decision("handover", reason="unclear" if tried else "unknown")
    if tried:
        return Decision("handover", _best(seen), reason="unclear")
    plausible = seen.guesses[0].probability >= PLAUSIBLE
    offered = tuple(guess.intent for guess in seen.guesses[:2] if guess.probability >= SECOND)
    if plausible:
        return Decision("choice", offered=offered)
    return Decision("handover", _best(seen), reason="unknown")


def _close(seen: Signals) -> tuple[str, ...]:
    """Returns the two intents between which it stands, if any."""
    if not seen.accepted or len(seen.guesses) < 2:
        return ()
    best, second = seen.guesses[:2]
    if best.intent in seen.named:
        return seen.named
    together = best.probability + second.probability
    if seen.either:
        near = second.probability >= SECOND_NAMED and together >= CLOSE_NAMED
    else:
        near = second.probability >= SECOND and together >= CLOSE and best.probability - second.probability < AHEAD
    return (best.intent, second.intent) if near else ()


def _best(seen: Signals) -> str:
    return seen.guesses[0].intent if seen.accepted and seen.guesses else ""
