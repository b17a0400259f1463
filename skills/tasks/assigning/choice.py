"""Who would be chosen if levels were known: fit first, then load, then fairness, over many draws of levels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from skills.tasks.assigning.levels import LEVELS
from skills.tasks.assigning.ridge import Floats

AS_FIT = 0.3
"""Who is less than this below the best level is as fit: less than a level."""

AS_FREE = 0.1
"""Whose time is planned by less than this more than the freest one's is as free."""

_STATED = np.array([0.05, 0.1, 0.2, 0.6])
"""How often somebody with each of the levels states a kind of work among their skills."""

_DRAWS = 48
_LEAST_LIKELY = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class Chances:
    """How likely each person (people,) is among the fittest, the freest of those, and who got least of those."""

    fittest: npt.NDArray[np.float64]
    freest: npt.NDArray[np.float64]
    chosen: npt.NDArray[np.float64]


def choose(likely: Floats, levels: Floats, shares: Floats, recent: Floats) -> Chances:
    """Returns the chances of people whose `levels` (people, kinds, 4) are so likely, for a task of `likely` kinds (k,).

    `shares` (people,) are planned parts of their time, `recent` (people,) what they were given lately. Who is level
    shares the chance in `chosen`; the same each time.
    """
    weights, as_fit = _as_fit(likely, levels)
    planned = np.where(as_fit, shares, np.inf)
    freest = planned < planned.min(axis=2, keepdims=True) + AS_FREE
    given = np.where(freest, recent, np.inf)
    chosen = given == given.min(axis=2, keepdims=True)
    return Chances(*(_chance(one, weights) for one in (as_fit, freest, chosen / chosen.sum(axis=2, keepdims=True))))


def fittest(likely: Floats, levels: Floats) -> npt.NDArray[np.float64]:
    """Returns how likely each person (people,) is among the fittest, as `choose` does."""
    weights, as_fit = _as_fit(likely, levels)
    return _chance(as_fit, weights)


def stating(levels: Floats, stated: Floats) -> npt.NDArray[np.float64]:
    """Returns levels (kinds, 4) of somebody who stated skills that go with kinds so well (kinds,), 0 to 1 each."""
    told = levels * (stated[:, None] * _STATED + (1.0 - stated[:, None]) * (1.0 - _STATED))
    return np.asarray(told / told.sum(axis=1, keepdims=True))


def _as_fit(likely: Floats, levels: Floats) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Returns the weights of the kinds that a task may be of (k,), and who is among the fittest (draws, k, people)."""
    kinds = np.flatnonzero(likely >= min(_LEAST_LIKELY, likely.max()))
    luck = np.random.default_rng(0).random((_DRAWS, len(kinds), len(levels)))
    up_to = levels[:, kinds, :-1].cumsum(axis=2).T
    fits = LEVELS[(luck > up_to[:, None]).sum(axis=0)]
    weights = likely[kinds] / likely[kinds].sum()
    return weights, fits > fits.max(axis=2, keepdims=True) - AS_FIT


def _chance(among: Floats | npt.NDArray[np.bool_], weights: Floats) -> npt.NDArray[np.float64]:
    return np.asarray(weights @ among.mean(axis=0))
