"""Ranks those who can take a task: fit first, then load, then fairness, as a sum of terms that can be shown."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from index.encoders.base import Vectors
from skills.tasks.assigning.candidate import Candidate, Ranked, Term
from skills.tasks.assigning.kinds import Experience, Kinds

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
    the encoder that `kinds` was learned with. Without `kinds` stated skills, load and fairness decide. Level people are
    ordered by load, then by what they got lately, then by id; the order of `candidates` changes nothing.
    """
    able = [one for one in candidates if _reason_against(one, effort_minutes) is None]
    experience = {} if kinds is None else kinds.experience(vector)
    most = max((_telling(one) for one in experience.values()), default=0.0)
    matches = _matches(vector, kinds, stated_vectors, candidates)
    busiest = max((one.recent for one in candidates), default=0)
    ranked = []
    for one in able:
        done = experience.get(one.id, _NOTHING)
        shown = _shown(_telling(done), most)
        skill, match = max(((skill, matches.get(skill, 0.0)) for skill in one.stated), key=_by_match, default=("", 0.0))
        terms = (
            Term("similar_work", shown, {"similar": done.similar, "share": done.share}),
            # What work has shown needs no stating.
            Term("skill_stated", _STATED * match * (1.0 - shown), {"skill": skill, "match": match}),
            Term("load", -_LOAD * one.load_share, {"minutes": one.load_minutes, "share": one.load_share}),
            Term("fairness", -_FAIRNESS * one.recent / max(busiest, 1), {"recent": one.recent}),
        )
        ranked.append((Ranked(one.id, sum(term.value for term in terms), terms), one))
    ranked.sort(key=lambda pair: (-pair[0].score, pair[1].load_share, pair[1].recent, pair[1].id))
    return tuple(one for one, _ in ranked)


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


def _by_match(pair: tuple[str, float]) -> tuple[float, str]:
    return pair[1], pair[0]
