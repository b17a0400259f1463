"""Sequential tests on the texts as they come: is this a surge, and is it over?

Several cumulated sums run beside each other (Page 1954, Continuous inspection schemes), one for each factor that a
surge may have: of the log-likelihood ratio between a Poisson process of the usual rate and one of `factor` times that
rate, text by text, 0 at the least. Evidence from a restless series is divided by its dispersion, as in a quasi-
likelihood. A sum above the threshold is then weighed once more, with the rate as a gamma variable as uncertain as
what was learned, so that little data weakens the evidence by itself. A further sum does the same with the share of
negatives among all texts, whatever their rhythm.

All times are slots: whole minutes since 1970. Within one slot the order of texts makes no difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Any, Literal, NamedTuple

FACTORS = (2.0, 3.0, 6.0)
"""The surges that are looked for."""
_ALONE = 4.0
"""What negatives alone must show above what they and the other texts together must show."""
_EXTRA = (0.7, 0.0, 1.0)
"""What each must have above the threshold: the middle one, which serves most surges best, has most of the budget."""
_LOGS = tuple(log(factor) for factor in FACTORS)
LASTING = 36 * 60
"""A surge that lasts longer, in slots, is the new level."""
_OVER_FACTORS = (2.5, 1.5)
_OVER_LOGS = tuple(log(factor) for factor in _OVER_FACTORS)
_OVER = 4.0
"""An alarm is over when usual counts are this much likelier, in natural logarithms, than a surge of a factor.

The first factor is for a surge, the second for one that lasts, whose level is being learned.
"""
_ODDS = 2.5
"""The odds of being negative rise this much in a surge of the share."""
_LEAST_CERTAINTY = 1.0
"""Below it nothing is known yet that texts could be compared with."""
_FAVOUR = 1.0
"""The rate is taken so many standard deviations of what is believed above its mean."""
_LEAST_COUNT = 4
"""Fewer negatives than this are no surge."""
_REMEMBERED = 8

Kind = Literal["count", "share"]


class Usual(NamedTuple):
    """What is usual during an hour, and what calls a surge then."""

    rate: float
    """Negatives a slot."""
    certainty: float
    gains: tuple[float, ...]
    """What a negative adds to each sum; empty while nothing is known that texts could be compared with."""
    losses: tuple[float, ...]
    """What a slot takes from each sum."""
    share: float
    """Of negatives among all texts, at the upper end of what is believed."""
    threshold: float
    share_threshold: float


@dataclass(slots=True)
class Alarm:
    """An open surge. `since` and `raised` are slots; `observed` and `expected` are counted from `since`."""

    kind: Kind
    since: int
    raised: int
    observed: float
    expected: float
    evidence: float
    """The log-likelihood ratio when it was raised."""
    negatives: float = 0.0
    """Negatives among `texts`."""
    texts: float = 0.0
    """Texts of any sentiment since the share of negatives last looked usual."""
    calm: float = 0.0

    def state(self) -> list[Any]:
        """Returns it as a list of plain values."""
        return [
            self.kind,
            self.since,
            self.raised,
            self.observed,
            self.expected,
            self.evidence,
            self.negatives,
            self.texts,
            self.calm,
        ]


def weights(mean: float, certainty: float, dispersion: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Returns what a negative adds to the sums and a slot takes from them, where `mean` are expected in a slot.

    `dispersion` is the variance of an hour's rate relative to its square, times the slots of an hour.
    """
    if certainty < _LEAST_CERTAINTY:
        return (), ()
    ceiling = mean * (1 + _FAVOUR / sqrt(certainty))
    scale = 1 / (1 + dispersion * mean)
    return (
        tuple(scale * gain for gain in _LOGS),
        tuple(scale * (factor - 1) * ceiling for factor in FACTORS),
    )


class Watcher:
    """The state of the tests at one moment."""

    __slots__ = (
        "alarm",
        "before",
        "ended",
        "expected",
        "observed",
        "others",
        "others_before",
        "others_since",
        "past",
        "share",
        "since",
        "slot",
        "sums",
    )

    def __init__(self, slot: int) -> None:
        self.slot = slot
        """The slot that is open: what was expected until its end is already counted."""
        self.alarm: Alarm | None = None
        self.past: list[tuple[int, int]] = []
        """The last surges, as first and last slot."""
        self.ended: Alarm | None = None
        """The last of them."""
        self._reset(slot)

    def _reset(self, slot: int) -> None:
        size = len(FACTORS)
        self.sums = [0.0] * size
        self.observed = [0] * size
        self.expected = [0.0] * size
        self.since = [slot] * size
        """Negatives seen and expected since the slot at whose beginning each sum was last 0."""
        self.others = self.others_before = 0
        self.others_since = [0] * size
        self.share = [0.0, 0.0, slot]
        """Negatives, all texts, and the slot, since the share last looked usual."""
        self.before = (0.0, 0.0)
        """The first two when the slot was opened."""

    def open(self, slot: int, usual: Usual) -> None:
        """Moves on to `slot` at the rates of its hour; what was expected until its end counts from now on."""
        gap = slot - self.slot
        self.slot = slot
        alarm = self.alarm
        if alarm is not None:
            due = gap * usual.rate
            alarm.expected += due
            alarm.calm += (_OVER_FACTORS[slot - alarm.since > LASTING] - 1) * due
            if alarm.calm >= _OVER:
                self.past = [*self.past[1 - _REMEMBERED :], (alarm.since, slot)]
                self.alarm, self.ended = None, alarm
                self._reset(slot)
            return
        losses = usual.losses
        if not losses:
            self._reset(slot)
            return
        self.others_before = self.others
        sums = self.sums
        for place, loss in enumerate(losses):
            reached = sums[place]
            if reached > 0:
                reached -= gap * loss
                if reached > 0:
                    sums[place] = reached
                    self.expected[place] += gap * usual.rate
                    continue
            sums[place] = -loss
            self.observed[place] = 0
            self.expected[place] = usual.rate
            self.since[place] = slot
            self.others_since[place] = self.others
        self._weigh_share(slot, usual)

    def negative(self, usual: Usual) -> None:
        """Counts a negative text into the open slot."""
        alarm = self.alarm
        if alarm is not None:
            alarm.observed += 1
            alarm.calm = max(0.0, alarm.calm - _OVER_LOGS[self.slot - alarm.since > LASTING])
            if self.slot > alarm.raised:
                alarm.negatives += 1
                alarm.texts += 1
            return
        share = self.share
        share[0] += 1
        share[1] += 1
        sums, observed = self.sums, self.observed
        best, which = 0.0, -1
        for place, gain in enumerate(usual.gains):
            sums[place] = reached = sums[place] + gain
            observed[place] += 1
            reached -= _EXTRA[place]
            if reached > usual.threshold and observed[place] >= _LEAST_COUNT:
                reached = self._doubted(place, usual)
                if reached > best:
                    best, which = reached, place
        if best > usual.threshold:
            self._raise("count", self.since[which], observed[which], self.expected[which], best)

    def _doubted(self, place: int, usual: Usual) -> float:
        """Returns the evidence of a sum's stretch when the rate is not known surely but is a gamma variable.

        Negatives alone are negative-binomial then; negatives and other texts, which share what is not known of the
        rhythm, are negative-multinomial. Either may show the surge: negatives that outgrew the others, or so many that
        no doubt about the rhythm explains them.
        """
        certainty, factor = usual.certainty, FACTORS[place]
        seen, due = self.observed[place], self.expected[place]
        gain = seen * _LOGS[place]
        alone = gain - (certainty + seen) * log((certainty + factor * due) / (certainty + due)) - _ALONE
        others = self.others_before - self.others_since[place]
        known = certainty + due * (1 - usual.share) / usual.share
        together = gain - (certainty + seen + others) * log((known + factor * due) / (known + due))
        return usual.gains[place] / _LOGS[place] * max(alone, together) - _EXTRA[place]

    def other(self, count: int = 1) -> None:
        """Counts `count` texts that are not negative into the open slot."""
        alarm = self.alarm
        if alarm is None:
            self.share[1] += count
            self.others += count
        elif self.slot > alarm.raised:
            alarm.texts += count

    def copy(self) -> Watcher:
        """Returns a copy that shares nothing."""
        return Watcher.from_state(self.to_state())

    def to_state(self) -> list[Any]:
        """Returns it as plain lists and numbers."""
        return [
            self.slot,
            list(self.sums),
            list(self.observed),
            list(self.expected),
            list(self.since),
            [self.others, self.others_before, *self.others_since],
            list(self.share),
            list(self.before),
            None if self.alarm is None else self.alarm.state(),
            [list(one) for one in self.past],
            None if self.ended is None else self.ended.state(),
        ]

    @classmethod
    def from_state(cls, state: Sequence[Any]) -> Watcher:
        """Returns the watcher that `to_state` described."""
        made = cls(state[0])
        made.sums = list(state[1])
        made.observed = list(state[2])
        made.expected = list(state[3])
        made.since = list(state[4])
        made.others, made.others_before, *made.others_since = state[5]
        made.share = list(state[6])
        made.before = (state[7][0], state[7][1])
        made.alarm = None if state[8] is None else Alarm(*state[8])
        made.past = [(first, last) for first, last in state[9]]
        made.ended = None if state[10] is None else Alarm(*state[10])
        return made

    def _weigh_share(self, slot: int, usual: Usual) -> None:
        """Tests the share at the end of the slots before `slot`."""
        negatives, texts, since = self.share
        self.before = (negatives, texts)
        if not texts:
            self.share[2] = slot
            return
        usually = usual.share
        if usually > 0.9:
            self.share = [0.0, 0.0, slot]
            return
        raised = _ODDS * usually / (1 - usually + _ODDS * usually)
        found = negatives * log(raised / usually) + (texts - negatives) * log((1 - raised) / (1 - usually))
        if found <= 0:
            self.share = [0.0, 0.0, slot]
            self.before = (0.0, 0.0)
        elif found > usual.share_threshold and negatives >= _LEAST_COUNT:
            self._raise("share", int(since), negatives, texts * usually, found)

    def _raise(self, kind: Kind, since: int, observed: float, expected: float, evidence: float) -> None:
        self.alarm = Alarm(kind, since, self.slot, observed, expected, evidence, *self.before)
