"""What is wrong with a plan: a check that shares nothing with the planning, minute by minute."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from skills.tasks.planning.plan import Placed, Plan
from skills.tasks.planning.problem import Work, Worker

_HALF_A_DAY = timedelta(hours=12)


class Fault(NamedTuple):
    """A constraint that a work breaks: `twice`, `lost`, `unknown`, `assignee`, `skills`, `begun`, `early`, `minutes`,
    `windows`, `capacity`, `after`, `overlap`, `late`."""

    key: str
    work: int


def faults(plan: Plan, works: Collection[Work], workers: Sequence[Worker]) -> list[Fault]:
    """Returns what is wrong with a plan of these works for these workers; nothing is, of a valid one."""
    known = {work.id: work for work in works}
    people = {worker.id: worker for worker in workers}
    named = Counter([one.work for one in plan.placed] + [id for id, _ in plan.left_out])
    found = [Fault("twice", id) for id, times in named.items() if times > 1]
    found += [Fault("lost", id) for id in known if id not in named]
    placed = {one.work: one for one in plan.placed}
    right = [one for one in placed.values() if one.work in known and one.worker in people]
    found += [Fault("unknown", one.work) for one in placed.values() if one not in right]
    minutes = {worker.id: _worked_minutes(worker) for worker in workers}
    for one in right:
        work = known[one.work]
        found += _own_faults(one, work, people[one.worker], minutes[one.worker])
        found += _waiting_faults(one, work, known, placed)
    found += _overlaps(right, known)
    found += _late_faults(plan, right, known)
    return found


def _own_faults(one: Placed, work: Work, worker: Worker, minutes: Sequence[int]) -> list[Fault]:
    """Returns what is wrong with a work as if it were alone."""
    found = []
    if work.assignee is not None and work.assignee != worker.id:
        found.append(Fault("assignee", work.id))
    if work.assignee is None and not work.skills <= worker.skills:
        found.append(Fault("skills", work.id))
    inside = [minute for minute in minutes if one.start <= minute * 60 and minute * 60 + 60 <= one.finish]
    if work.begun and work.assignee is not None and work.start is not None:
        # Of several in progress one may wait for another: it may take longer, never less.
        if one.start != work.start:
            found.append(Fault("begun", work.id))
        if len(inside) < work.minutes:
            found.append(Fault("minutes", work.id))
        return found
    if work.start is not None and one.start < work.start:
        found.append(Fault("early", work.id))
    if len(inside) != work.minutes:
        found.append(Fault("minutes", work.id))
    elif inside[0] * 60 != one.start or inside[-1] * 60 + 60 != one.finish:
        found.append(Fault("windows", work.id))
    return found


def _waiting_faults(one: Placed, work: Work, known: dict[int, Work], placed: dict[int, Placed]) -> list[Fault]:
    if work.begun and work.assignee is not None and work.start is not None:
        return []
    before = [placed.get(id) for id in work.after if id in known]
    return [Fault("after", work.id)] if any(it is None or it.finish > one.start for it in before) else []


def _worked_minutes(worker: Worker) -> list[int]:
    """Returns the minutes since the epoch in which a worker works: the first `capacity` of each week's windows."""
    used: Counter[str] = Counter()
    found = []
    for begin, end in worker.windows:
        for minute in range(math.ceil(begin / 60), math.floor(end / 60)):
            if worker.capacity is not None:
                # A week that begins on Sunday noon is the ISO week of the moment half a day later.
                week = f"{datetime.fromtimestamp(minute * 60, UTC) + _HALF_A_DAY:%G-%V}"
                if used[week] >= worker.capacity:
                    continue
                used[week] += 1
            found.append(minute)
    return found


def _overlaps(placed: Sequence[Placed], known: dict[int, Work]) -> list[Fault]:
    """Returns works that begin while their worker has another; several that people began may be open at once."""
    by_worker = defaultdict(list)
    for one in placed:
        by_worker[one.worker].append(one)
    found = []
    for mine in by_worker.values():
        mine.sort(key=lambda one: (one.start, one.finish))
        for first, second in pairwise(mine):
            if second.start < first.finish and not (known[first.work].begun and known[second.work].begun):
                found.append(Fault("overlap", second.work))
    return found


def _late_faults(plan: Plan, placed: Sequence[Placed], known: dict[int, Work]) -> list[Fault]:
    late = {}
    for one in placed:
        due = known[one.work].due
        if due is not None and one.finish > due:
            late[one.work] = one.finish - due
    told = dict(plan.late)
    return [Fault("late", id) for id in late.keys() | told.keys() if late.get(id) != told.get(id)]
