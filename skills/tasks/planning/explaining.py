"""Which deadlines a plan misses, and why: the smallest sets of hindrances that were found to be enough.

Everything that could hinder a work is put aside; then one hindrance after the other is put back, and those without
which the deadline can't be met are the reasons (a deletion filter: Chinneck & Dravnieks 1991, Locating minimal
infeasible constraint sets in linear programs). What comes out is confirmed by solving anew.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from time import perf_counter

from skills.tasks.planning.plan import THREADS, Plan
from skills.tasks.planning.problem import Work, Worker, who_can
from skills.tasks.planning.reaching import Aside, Question
from skills.tasks.planning.team_time import given_minutes

EXPLAINING_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a deadline can't be met.

    `past`: it was over before the plan begins. `windows`: of `workers`, nobody is there long enough before it; with
    `minutes` 0 not at all. `effort`: the work needs more than the `minutes` that are left for it. `skills`: only
    `workers` can do it, who have `works` to do before, of so many `minutes`. `taken`: the same where it isn't a matter
    of skills. `capacity`: the worker has so many `minutes` a week. `after`: it waits for `works`, which are finished so
    many `minutes` behind its due date, or too short before it. `pinned`: people assigned it to `workers`. The keys of
    `preparing` stand for what has no place at all.
    """

    key: str
    works: tuple[int, ...] = ()
    workers: tuple[str, ...] = ()
    minutes: int = 0


@dataclass(frozen=True, slots=True)
class Missed:
    """A work whose deadline is missed; `settled` when the reasons are confirmed, and none is too many.

    Without reasons but settled, it could be met and nobody else be later: the plan isn't the best there is.
    """

    work: int
    reasons: tuple[Reason, ...]
    settled: bool


def missed(
    plan: Plan,
    works: Collection[Work],
    workers: Sequence[Worker],
    now: float,
    *,
    seconds: float = EXPLAINING_SECONDS,
    threads: int = THREADS,
) -> tuple[Missed, ...]:
    """Returns the works that a plan finishes late or not at all though they are due, with the reasons.

    It takes about `seconds`; works for which no time is left have no reasons and aren't settled.
    """
    until = perf_counter() + seconds
    known = {work.id: work for work in works}
    left_out = {id: key for id, key in plan.left_out if known[id].due is not None}
    # What weighs most is explained first.
    ids = sorted({*left_out, *(id for id, _ in plan.late)}, key=lambda id: (known[id].priority, known[id].due, id))
    found = []
    for number, id in enumerate(ids):
        begun = perf_counter()
        share = (until - begun) / (len(ids) - number)
        question = Question(known[id], plan, known, workers, now, begun + share, threads)
        found.append(_explained(question, left_out.get(id)))
    return tuple(found)


def _explained(question: Question, left_out: str | None) -> Missed:
    work = question.work
    able = who_can(work, question.workers)
    if work.due is not None and work.due <= question.now:
        return Missed(work.id, (Reason("past"),), True)
    if not able:
        key = left_out or "skills"
        return Missed(work.id, (Reason(key, workers=(work.assignee,) if work.assignee else ()),), True)
    if work.begun and work.assignee is not None and work.start is not None:
        return Missed(work.id, (Reason("effort", (work.id,), able, _left(question, able)),), True)
    reasons, settled = _filtered(_hindrances(question), question.reachable, question.until)
    if reasons is None:
        return Missed(work.id, (Reason("windows", (), able, _left(question, able)),) if settled else (), settled)
    return Missed(work.id, _told(question, reasons), settled)


def _hindrances(question: Question) -> list[list[Aside]]:
    """Returns what could hinder a work, in the order in which it is put back: what is said rather comes later."""
    work = question.work
    able = who_can(work, question.workers)
    own = [Aside("skills")] if work.skills and work.assignee is None else []
    own += [Aside("effort"), Aside("windows")]
    before = [
        one
        for one in question.plan.placed
        if one.worker in able and one.work != work.id and one.start < (work.due or 0) and one.finish > question.now
    ]
    # The less urgent and the longer a work, the rather it is named as what is in the way.
    before.sort(key=lambda one: (question.works[one.work].priority, question.works[one.work].minutes, one.work))
    taken = [Aside("taken", work=one.work) for one in before if one.work not in work.after]
    limits = [
        Aside("capacity", worker=one.id) for one in question.workers if one.id in able and one.capacity is not None
    ]
    limits += [Aside("after", work=id) for id in sorted(work.after & question.works.keys())]
    limits += [Aside("pinned")] if work.assignee is not None else []
    return [[one] for one in own] + [taken] + [[one] for one in limits]


def _filtered(
    groups: Sequence[Sequence[Aside]], reachable: Callable[[Collection[Aside]], bool | None], until: float
) -> tuple[list[Aside] | None, bool]:
    """Returns a smallest set of hindrances that has to be put aside, and whether that is confirmed.

    None when the deadline can't be met even with all of them put aside, or it isn't known.
    """
    aside = [one for group in groups for one in group]
    possible = reachable(aside)
    if not possible:
        return None, possible is False
    settled = True
    waiting = list(groups)
    while waiting:
        group = waiting.pop(0)
        if not group:
            continue
        if perf_counter() > until:
            return aside, False
        rest = [one for one in aside if one not in group]
        answer = reachable(rest)
        if answer:
            aside = rest
        elif len(group) > 1:
            waiting[:0] = [group[: len(group) // 2], group[len(group) // 2 :]]
        elif answer is None:
            settled = False
    return aside, settled and reachable(aside) is True


def _told(question: Question, aside: Collection[Aside]) -> tuple[Reason, ...]:
    work = question.work
    able = who_can(work, question.workers)
    keys = {one.key for one in aside}
    found = []
    if "effort" in keys:
        found.append(Reason("effort", (work.id,), able, _left(question, able)))
    if "windows" in keys:
        found.append(Reason("windows", (), able, _left(question, able)))
    taken = tuple(sorted(one.work for one in aside if one.key == "taken"))
    if taken or "skills" in keys:
        skilled = work.skills and work.assignee is None
        minutes = sum(question.works[id].minutes for id in taken)
        found.append(Reason("skills" if skilled else "taken", taken, able, minutes))
    for one in question.workers:
        if Aside("capacity", worker=one.id) in aside:
            found.append(Reason("capacity", (), (one.id,), one.capacity or 0))
    if waits := tuple(sorted(one.work for one in aside if one.key == "after")):
        ends = [one.finish for one in question.plan.placed if one.work in waits]
        behind = max(ends, default=0.0) - (work.due or 0.0)
        found.append(Reason("after", waits, (), max(0, math.ceil(behind / 60))))
    if "pinned" in keys:
        found.append(Reason("pinned", (), able))
    return tuple(found)


def _left(question: Question, able: Collection[str]) -> int:
    """Returns the most minutes that one of those who can do a work has before it is due."""
    now, due = math.ceil(question.now / 60), math.floor((question.work.due or 0) / 60)
    spans = (given_minutes(one) for one in question.workers if one.id in able)
    return max((sum(max(0, min(end, due) - max(begin, now)) for begin, end in one) for one in spans), default=0)
