"""Ranks those who can take a task: fit first, then load, then fairness, as terms that can be shown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from index.encoders.base import Vectors
from skills.tasks.assigning.candidate import Candidate, Ranked, Term
from skills.tasks.assigning.choice import choose, fittest, stating
from skills.tasks.assigning.kinds import Experience, Kinds
from skills.tasks.assigning.levels import LEVELS, USUAL
from skills.tasks.assigning.ridge import Floats
from skills.tasks.assigning.sorting import Sorts

_NOTHING = Experience(0.0, 0.0, 0)

_COMMON = 0.1
_SOME = 0.02
_DISCOUNT = 0.3
"""Whoever is asked for everything did some of everything: the part of all work that is theirs counts against it."""

_EVEN = 0.01
"""Share of similar work that everybody is credited with."""

_HALF = 0.1
_STEEP = 2.0
"""Whoever did `_HALF` as much of a kind of work as the one who did most counts half as fit; how sharply that turns."""

_STATED = 0.4
_STATED_WIDTH = 0.06
"""What a stated skill is worth where no work shows it, and how fast it falls off with the cosine."""

_LOAD = 0.3
_FAIRNESS = 0.05
_BESIDE = 0.5
"""What the level itself counts beside the chance to be among the fittest; load then counts `_LOAD` of that."""


def unable(candidates: Sequence[Candidate], effort_minutes: float) -> tuple[tuple[str, str], ...]:
    """Returns who can't take a task of so many minutes, as (id, reason), in the order of ids.

    Reasons are `absent` (away until it is due), `no_time_before_due` (the working minutes left are too few) and
    `over_capacity` (there is time, but more than they take on is planned in it).
    """
    return tuple(
        (one.id, reason)
        for one in sorted(candidates, key=lambda one: one.id)
        if (reason := _reason_against(one, effort_minutes)) is not None
    )


def rank(
    vector: Vectors,
    kinds: Kinds | None,
    stated_vectors: Mapping[str, Vectors],
    candidates: Sequence[Candidate],
    effort_minutes: float,
) -> tuple[Ranked, ...]:
    """Returns who can take a task of so many minutes, best first; who is `unable` is never in it.

    `vector` is the title's (d,), `stated_vectors` has one for each skill that is stated (others are ignored), all by
    the encoder that `kinds` was learned with. The score is the chance that the person would be chosen by somebody who
    takes the fittest, of them the freest, and of those whoever got least, were levels known; half of the expected level
    less load is added, which orders the others. While little is known it is a weighted sum; without `kinds` of stated
    skills, load and fairness alone. Level people are ordered by load, then by what they got lately, then by id; the
    order of `candidates` changes nothing.
    """
    able = sorted(
        (one for one in candidates if _reason_against(one, effort_minutes) is None),
        key=lambda one: (one.load_share, one.recent, one.id),
    )
    if not able:
        return ()
    if kinds is None or kinds.sorts is None:
        told = _by_likeness(vector, kinds, stated_vectors, able)
    else:
        told = _by_levels(vector, kinds, kinds.sorts, stated_vectors, able)
    ranked = [Ranked(one.id, sum(term.value for term in terms), terms) for one, terms in zip(able, told, strict=True)]
    return tuple(sorted(ranked, key=lambda one: -one.score))


def _by_likeness(
    vector: Vectors, kinds: Kinds | None, stated_vectors: Mapping[str, Vectors], able: Sequence[Candidate]
) -> list[tuple[Term, ...]]:
    """Returns the terms of each where little or nothing is known of who did what."""
    experience = {} if kinds is None else kinds.experience(vector)
    most = max((_telling(one) for one in experience.values()), default=0.0)
    matches = _matches(vector, kinds, stated_vectors, able)
    busiest = max(1, *(one.recent for one in able))
    terms = []
    for one in able:
        done = experience.get(one.id, _NOTHING)
        shown = _shown(_telling(done), most)
        best = _best(matches, one)
        # What work has shown needs no stating.
        stated = _STATED * best[1] * (1.0 - shown)
        terms.append(
            _terms(one, done, best, (shown, stated, -_LOAD * one.load_share, -_FAIRNESS * one.recent / busiest))
        )
    return terms


def _by_levels(
    vector: Vectors,
    kinds: Kinds,
    sorts: Sorts,
    stated_vectors: Mapping[str, Vectors],
    able: Sequence[Candidate],
) -> list[tuple[Term, ...]]:
    """Returns the terms of each: how likely they are among the fittest, and what skills, load and fairness change.

    A part of how fit somebody is, and of how free, orders those who are hardly likely to be chosen.
    """
    likely = sorts.likely(kinds.centred(vector[None]))[0]
    skills = sorted({skill for one in able for skill in one.stated} & stated_vectors.keys())
    meant = {skill: sorts.likely(kinds.centred(stated_vectors[skill][None]))[0] for skill in skills}
    unknown = np.tile(USUAL, (len(likely), 1))
    known = dict(zip(kinds.people, sorts.standing.levels, strict=True))
    shown = np.stack([known.get(one.id, unknown) for one in able])
    levels = np.stack([_with_stated(one, own, meant) for one, own in zip(able, shown, strict=True)])
    shares = np.array([one.load_share for one in able])
    recent = np.array([one.recent for one in able], dtype=np.float64)
    by_work = fittest(likely, shown) + _BESIDE * (shown @ LEVELS @ likely)
    chances = choose(likely, levels, shares, recent)
    by_both = chances.fittest + _BESIDE * (levels @ LEVELS @ likely)
    values = np.column_stack(
        [
            by_work,
            by_both - by_work,
            chances.freest - chances.fittest - _BESIDE * _LOAD * shares,
            chances.chosen - chances.freest,
        ]
    )
    experience = kinds.experience(vector)
    matches = {skill: float(likely @ meant[skill]) for skill in skills}
    return [
        _terms(one, experience.get(one.id, _NOTHING), _best(matches, one), row)
        for one, row in zip(able, values.tolist(), strict=True)
    ]


def _with_stated(one: Candidate, levels: Floats, meant: Mapping[str, Floats]) -> Floats:
    stated = [meant[skill] for skill in one.stated if skill in meant]
    # Whoever states nothing did not say either what they can't do.
    return stating(levels, np.max(stated, axis=0)) if stated else levels


def _terms(one: Candidate, done: Experience, best: tuple[str, float], values: Sequence[float]) -> tuple[Term, ...]:
    work, stated, load, fairness = values
    return (
        Term("similar_work", work, {"similar": done.similar, "share": done.share}),
        Term("skill_stated", stated, {"skill": best[0], "match": best[1]}),
        Term("load", load, {"minutes": one.load_minutes, "share": one.load_share}),
        Term("fairness", fairness, {"recent": one.recent}),
    )


def _reason_against(one: Candidate, effort_minutes: float) -> str | None:
    if one.absent:
        return "absent"
    if one.load_minutes + effort_minutes > one.available_minutes:
        return "no_time_before_due"
    if one.load_minutes + effort_minutes > one.capacity_minutes:
        return "over_capacity"
    return None


def _telling(done: Experience) -> float:
    """Returns how much of a kind of work somebody did, held against how much they do of anything."""
    return done.share * math.pow(_COMMON / (done.usual + _SOME), _DISCOUNT)


def _shown(telling: float, most: float) -> float:
    """Returns how far work shows somebody fit, 0 to 1: what counts is the ratio to whoever did most of its kind."""
    if most == 0.0:
        return 0.0
    ratio = (telling + _EVEN) / (most + _EVEN)
    return 1.0 / (1.0 + math.pow(ratio / _HALF, -_STEEP))


def _matches(
    vector: Vectors, kinds: Kinds | None, stated_vectors: Mapping[str, Vectors], candidates: Sequence[Candidate]
) -> Mapping[str, float]:
    """Returns how well each stated skill goes with a title, 0 to 1.

    The one that goes best has 1, since cosines mean something only beside others (those of the multilingual encoder
    all lie between 0.7 and 1).
    """
    skills = sorted({skill for one in candidates for skill in one.stated} & stated_vectors.keys())
    if not skills:
        return {}
    rows = np.stack([stated_vectors[skill] for skill in skills])
    cosines = rows @ vector if kinds is None else kinds.place(rows) @ kinds.place(vector[None])[0]
    return dict(zip(skills, np.exp((cosines - cosines.max()) / _STATED_WIDTH).tolist(), strict=True))


def _best(matches: Mapping[str, float], one: Candidate) -> tuple[str, float]:
    """Returns the stated skill that goes best with the title, and how well; "" and 0 where none is stated."""
    return max(
        ((skill, matches.get(skill, 0.0)) for skill in one.stated), key=lambda pair: pair[::-1], default=("", 0.0)
    )
