"""Who is better where two models disagree, and how much one judge may say in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WON, SAME, LOST = 1, 0, -1
"""The outcome of a text: only the challenger was right, both or neither were, only the champion was."""


@dataclass(frozen=True, slots=True)
class Ballot:
    """The outcomes of the texts of one judge, in an order that the texts' ids alone decide.

    The judge has no name here. `named` is False for the one ballot of the texts that no person labelled.
    """

    named: bool
    outcomes: tuple[int, ...]

    def tally(self, most: int) -> Tally:
        """Returns what it counts: of a judge's texts only the first `most`, of others all."""
        counted = self.outcomes[:most] if self.named else self.outcomes
        return Tally(counted.count(WON), counted.count(LOST))


@dataclass(frozen=True, slots=True)
class Tally:
    """How many texts only the challenger had right, and how many only the champion."""

    won: int
    lost: int

    @property
    def p_better(self) -> float:
        """The one-sided mid-p value of McNemar's test against "not better", from 0 to 1; one half without texts.

        Fagerland, Lydersen & Laake (2013), The McNemar test for binary matched-pairs data.
        """
        from scipy.stats import binom

        given = self.won + self.lost
        return float(binom.sf(self.won, given, 0.5) + 0.5 * binom.pmf(self.won, given, 0.5))

    @property
    def p_worse(self) -> float:
        """The same against "not worse"."""
        return Tally(self.lost, self.won).p_better


def together(tallies: Sequence[Tally]) -> Tally:
    """Returns their sum."""
    return Tally(sum(one.won for one in tallies), sum(one.lost for one in tallies))


def without_each_judge(ballots: Sequence[Ballot], most: int) -> list[Tally]:
    """Returns, for every judge, what remains without them, at most `most` texts of each of the others counted."""
    tallies = [ballot.tally(most) for ballot in ballots]
    return [together(tallies[:place] + tallies[place + 1 :]) for place, ballot in enumerate(ballots) if ballot.named]
