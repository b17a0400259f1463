"""How often somebody who knows the fields of every task for sure, but nobody's levels, would choose as the oracle does.

    python tests/benchmarks/tasks/teams/ideal.py [--seeds 0-7] [--world settled]

It is told how the world works (but not who was there on which day) and infers levels from who did what and from what is
stated: Gibbs sampling of levels before and after a change of fields, begun at a guess from counts, since a chain begun
elsewhere does not find the truth. Each draw chooses as the oracle does with its levels, among those who can take the
task; the commonest choice counts. What a ranking that must read titles reaches lies below this. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json

import numpy as np
import numpy.typing as npt
import oracle
import phrases
import simulated_team as simulated

_LEVELS = np.array([simulated.NOTHING, simulated.NOVICE, simulated.ABLE, simulated.EXPERT])
_PRIOR = np.array([0.42, 0.17, 0.16, 0.25])
_SWEEPS = 60
_ASKED = np.linspace(-0.9, 1.3, 12)
_PAIRS = [(before, now) for before in range(4) for now in range(4)]
_AWAY = -30.0

Floats = npt.NDArray[np.float64]


def posterior(team: simulated.Team, world: simulated.World, rng: np.random.Generator) -> npt.NDArray[np.int_]:
    """Returns draws of everybody's levels now, as places in `_LEVELS`, (draws, people, fields)."""
    people, fields = len(team.people), len(phrases.FIELDS)
    weights = np.array([done.task.weights for done in team.past])
    at = np.array([done.at for done in team.past])
    late = at >= simulated.BEGIN - world.changed_days * simulated.DAY
    by = np.array([[one.id for one in team.people].index(done.by) for done in team.past])
    here = at[:, None] >= np.array([one.since for one in team.people])
    changes = max(world.changed, 0.3) * 2 / (people * fields)
    prior = np.array(
        [np.log(_PRIOR[now] * (1 - changes if before == now else changes * _PRIOR[before])) for before, now in _PAIRS]
    )
    often = -(_ASKED**2) / 0.08 + np.log(0.92)
    often = np.logaddexp(often, np.where(np.abs(_ASKED - np.log(world.asked)) < 0.11, np.log(0.08), -50.0))

    done_of = np.array([weights[by == person].sum(axis=0) for person in range(people)])
    ratio = done_of / done_of.max(axis=0)
    guess = np.select([ratio > 0.35, ratio > 0.06, ratio > 0.02], [3, 2, 1], 0)
    state = np.repeat(guess[:, :, None], 2, axis=2)
    asked = np.zeros(people)
    levels = _LEVELS[state]
    fits = np.where(late[:, None], weights @ levels[:, :, 1].T, weights @ levels[:, :, 0].T)
    wanted = np.where(here, world.by_fit * fits, _AWAY)

    draws = []
    for sweep in range(_SWEEPS):
        for person, one in enumerate(team.people):
            others = np.exp(np.delete(wanted, person, axis=1)).sum(axis=1)
            mine = by == person
            for field, name in enumerate(phrases.FIELDS):
                now = _levels_at(late, weights[:, field], state[person, field])
                alone = wanted[:, person] - world.by_fit * now
                each = np.stack([_levels_at(late, weights[:, field], np.array(pair)) for pair in _PAIRS], axis=1)
                options = alone[:, None] + world.by_fit * each
                likely = _log_likelihood(options, mine, others) + prior
                stated = any(skill in phrases.STATED[name] for skill in one.stated)
                for place, (before, after) in enumerate(_PAIRS):
                    said = simulated.said(float(_LEVELS[after]), float(_LEVELS[before]))
                    likely[place] += np.log(said if stated else 1 - said)
                place = _drawn(likely, rng)
                state[person, field] = _PAIRS[place]
                wanted[:, person] = np.where(here[:, person], options[:, place], _AWAY)
            alone = wanted[:, person] - asked[person]
            options = alone[:, None] + _ASKED
            place = _drawn(_log_likelihood(options, mine, others) + often, rng)
            asked[person] = _ASKED[place]
            wanted[:, person] = np.where(here[:, person], options[:, place], _AWAY)
        if sweep >= _SWEEPS // 3:
            draws.append(state[:, :, 1].copy())
    return np.array(draws)


def agreement(team: simulated.Team, draws: npt.NDArray[np.int_]) -> float:
    """Returns the share of new tasks for which the commonest choice of the draws is the oracle's."""
    right, total = 0, 0
    for coming in team.coming:
        best = oracle.choices(coming, team.people)
        if not best:
            continue
        able = [place for place, one in enumerate(team.people) if oracle.can_take(coming, one)]
        positions = [coming.positions[team.people[place].id] for place in able]
        shares = np.array([oracle.share(one) for one in positions])
        recent = np.array([one.recent for one in positions])
        votes = np.zeros(len(able))
        for fits in _LEVELS[draws[:, able]] @ coming.task.weights:
            fittest = np.flatnonzero(fits > fits.max() - oracle.AS_FIT - 1e-9)
            freest = fittest[shares[fittest] < shares[fittest].min() + oracle.AS_FREE]
            votes[freest[recent[freest] == recent[freest].min()]] += 1
        right += team.people[able[int(votes.argmax())]].id in best
        total += 1
    return right / total


def _levels_at(late: npt.NDArray[np.bool_], weights: Floats, pair: npt.NDArray[np.int_]) -> Floats:
    return np.asarray(np.where(late, weights * _LEVELS[pair[1]], weights * _LEVELS[pair[0]]))


def _log_likelihood(options: Floats, mine: npt.NDArray[np.bool_], others: Floats) -> Floats:
    return np.asarray(options[mine].sum(axis=0) - np.log(others[:, None] + np.exp(options)).sum(axis=0))


def _drawn(likely: Floats, rng: np.random.Generator) -> int:
    chances = np.exp(likely - likely.max())
    return int(rng.choice(len(chances), p=chances / chances.sum()))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="0-7")
    parser.add_argument("--world", choices=("settled", "unsettled"), default="settled")
    options = parser.parse_args()
    world = simulated.SETTLED if options.world == "settled" else simulated.UNSETTLED
    begin, _, end = options.seeds.partition("-")
    agreed = []
    for seed in range(int(begin), int(end or begin) + 1):
        team = simulated.draw(seed, world)
        agreed.append(agreement(team, posterior(team, world, np.random.default_rng(1))))
    print(json.dumps({"by_seed": [round(one, 3) for one in agreed], "mean": round(float(np.mean(agreed)), 3)}))
