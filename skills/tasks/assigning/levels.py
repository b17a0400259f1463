"""How good everybody is at each kind of work, told from who got how much of it.

Work of a kind goes to somebody in proportion to e^(what a level adds), and to how readily they are asked for anything:
a multinomial logit (McFadden, 1974). Levels and readiness are drawn in turn, each given all others (Gibbs sampling,
Geman and Geman, 1984), in several chains at once, begun at a guess from counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from skills.tasks.assigning.ridge import Floats

LEVELS = np.array([0.0, 1 / 3, 2 / 3, 1.0])
"""Nothing, novice, able, expert."""

USUAL = np.array([0.45, 0.15, 0.15, 0.25])
"""How often a level is met, where nothing is known."""

_ADDED = 5.0 * LEVELS
_ASKED = np.linspace(-1.2, 1.2, 9)
_ASKED_USUAL = -0.5 * (_ASKED / 0.6) ** 2
"""How readily somebody is asked whatever the work is, as a logarithm, and how often that is met."""

_GUESSED = (0.02, 0.06, 0.35)
"""From so much as whoever did most of a kind, somebody is first taken for a novice, able, expert."""

_DOUBT = 0.01
_CHAINS = 16
_FIRST_SWEEPS = 6
_SWEEPS = 10


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """`levels` (people, kinds, 4): how likely which level is; `chances` (people, kinds): of getting work of a kind."""

    levels: npt.NDArray[np.float64]
    chances: npt.NDArray[np.float64]


def infer(counts: Floats, present: Floats) -> Standing:
    """Returns where people stand who did so much of each kind (people, kinds), the same each time.

    `present` (people, kinds) is the part of all work of a kind that came up since they began, above 0.
    """
    # Somebody who was there and got nothing: who did everything alone is good at it, which choice alone can't tell.
    counts, present = _with_idle(counts, 0.0), _with_idle(present, 1.0)
    rng = np.random.default_rng(0)
    people, kinds = counts.shape
    total = counts.sum(axis=0)[None, :, None]
    ratio = (counts + 0.3) / (counts + 0.3).max(axis=0) / np.maximum(present, 0.05)
    state = np.broadcast_to(np.searchsorted(_GUESSED, ratio), (_CHAINS, people, kinds)).copy()
    asked = np.zeros((_CHAINS, people))
    usual = np.log(USUAL)
    grown, readily = np.exp(_ADDED), np.exp(_ASKED)
    levels, chances = np.zeros((people, kinds, len(LEVELS))), np.zeros((people - 1, kinds))
    for sweep in range(_FIRST_SWEEPS + _SWEEPS):
        wanted = present * grown[state] * np.exp(asked)[:, :, None]
        everybody = wanted.sum(axis=1)
        for person in range(people):
            others = np.maximum(everybody - wanted[:, person], 1e-9)[:, :, None]
            each = present[person][:, None] * grown * np.exp(asked[:, person])[:, None, None]
            likely = counts[person][None, :, None] * _ADDED - total * np.log(others + each) + usual
            state[:, person] = (likely + rng.gumbel(size=likely.shape)).argmax(axis=2)
            if sweep >= _FIRST_SWEEPS:
                odds = np.exp(likely - likely.max(axis=2, keepdims=True))
                levels[person] += (odds / odds.sum(axis=2, keepdims=True)).mean(axis=0)
            own = present[person] * grown[state[:, person]]
            asking = counts[person].sum() * _ASKED + _ASKED_USUAL
            asking = asking - (total * np.log(others + own[:, :, None] * readily)).sum(axis=1)
            asked[:, person] = _ASKED[(asking + rng.gumbel(size=asking.shape)).argmax(axis=1)]
            wanted[:, person] = own * np.exp(asked[:, person])[:, None]
            everybody = others[:, :, 0] + wanted[:, person]
        if sweep >= _FIRST_SWEEPS:
            rates = grown[state[:, :-1]] * np.exp(asked)[:, :-1, None]
            chances += (rates / rates.sum(axis=1, keepdims=True)).mean(axis=0)
    return Standing((1.0 - _DOUBT) * levels[:-1] / _SWEEPS + _DOUBT * USUAL, chances / _SWEEPS)


def _with_idle(each: Floats, value: float) -> npt.NDArray[np.float64]:
    return np.vstack([each, np.full((1, each.shape[1]), value)])
