"""Improves a draft by large neighbourhood search: some jobs are taken up and placed anew, by CP-SAT, beside the others.

Shaw 1998, Using constraint programming and local search methods to solve vehicle routing problems. All of 200 jobs at
once are too much for a good answer in seconds; thirty at a time are solved in a blink, often provably.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from time import perf_counter

from skills.tasks.planning.drafts import Draft, lateness, listed
from skills.tasks.planning.goals import Goals, Level, Score
from skills.tasks.planning.keeping import moved
from skills.tasks.planning.placing import placed_anew
from skills.tasks.planning.preparing import Job

AT_ONCE = 24
"""So many jobs are placed at once to begin with; more as long as that is proven in time."""
_FEWEST, _MOST = 10, 60
_LEFT_OUT = 300.0
"""How much a job that is left out troubles, beside the root of the weighted minutes of a late one."""
_IN_VAIN = 40
"""So many steps in a row that gain nothing, and a level is given up."""


@dataclass(slots=True)
class Improving:
    """A draft that gets better; `threads` are CP-SAT's. `proven` are levels at which it can't."""

    goals: Goals
    draft: Draft
    threads: int
    chance: random.Random
    size: int = AT_ONCE
    proven: set[Level] = field(default_factory=set)
    _jobs: dict[int, Job] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._jobs = {job.id: job for job in self.goals.prepared.jobs}

    def run(self, level: Level, until: float, enough: Callable[[Score], bool]) -> None:
        """Improves one level of the goals until `perf_counter()` is `until`, or the draft is good `enough`.

        It stops before when much was tried in vain, or when all jobs were placed at once and provably well.
        """
        score = self.goals.score(self.draft)
        in_vain = 0
        while (left := until - perf_counter()) > 0.05 and not enough(score) and in_vain < _IN_VAIN:
            free = set(self._jobs) if len(self._jobs) <= self.size else self._neighbourhood(level)
            anew = placed_anew(self.goals, self.draft, free, level, left, self.threads, self.chance)
            self.size = min(_MOST, self.size + 2) if anew.proven else max(_FEWEST, self.size - 3)
            in_vain += 1
            for draft in (anew.draft, self._closed_up(anew.draft)):
                if len(moved(draft, self.goals.before)) <= self.goals.most_moved:
                    better = self.goals.score(draft)
                    if better < score:
                        in_vain = in_vain if better[: level + 1] == score[: level + 1] else 0
                        self.draft, score = draft, better
            if anew.proven and len(free) == len(self._jobs):
                self.proven.add(level)
                return

    def _closed_up(self, draft: Draft) -> Draft:
        """Returns the draft with everything as early as it can be, who does what and the order being kept."""
        end = float(self.goals.prepared.line.length)
        return listed(
            self.goals.prepared,
            lambda job: (draft[job.id].start if job.id in draft else end,),
            {id: spot.worker for id, spot in draft.items()},
        )

    def _neighbourhood(self, level: Level) -> set[int]:
        """Returns jobs to place anew: a troubled one, what it waits for, and what lies near it on the same desks."""
        focus = self._focus(level)
        free = {focus.id, *focus.after}
        free |= {id for one in focus.after for id in self._jobs[one].after}
        workers = set(self.chance.sample(focus.workers, min(len(focus.workers), self.chance.randint(1, 4))))
        workers |= {self.draft[id].worker for id in free if id in self.draft}
        if self.chance.random() < 0.5:
            workers.add(self.chance.choice(sorted(self.goals.prepared.calendars)))
        around = self._around(focus)
        near = sorted(
            (id for id, one in self.draft.items() if one.worker in workers and id not in free),
            key=lambda id: (abs(self.draft[id].start - around) * self.chance.uniform(0.7, 1.3), id),
        )
        free |= set(near[: max(0, self.size - len(free))])
        return free | {id for id in self._jobs if id not in self.draft and self.chance.random() < 0.3}

    def _around(self, focus: Job) -> int:
        """Returns the place near which others are taken up: where the focus should be rather than where it is."""
        if focus.due is not None and self.chance.random() < 0.7:
            return focus.due - focus.minutes
        if focus.id in self.draft:
            return self.draft[focus.id].start
        return self.chance.randrange(self.goals.prepared.line.length)

    def _focus(self, level: Level) -> Job:
        """Returns a job to begin with: mostly one that is in the way of the level's goal, at times any."""
        jobs = self.goals.prepared.jobs
        if self.chance.random() < 0.85:
            trouble = self._trouble(level, jobs)
            if any(trouble):
                return self.chance.choices(jobs, trouble)[0]
        return self.chance.choice(jobs)

    def _trouble(self, level: Level, jobs: Collection[Job]) -> list[float]:
        if level is Level.MOVED:
            away = moved(self.draft, self.goals.before)
            return [float(job.id in away) for job in jobs]
        if level is Level.UNEVEN:
            loads = self.goals.loads(self.draft)
            shares = {id: minutes / self.goals.room(id) for id, minutes in loads.items()}
            return [shares[self.draft[job.id].worker] ** 4 if job.id in self.draft else 0.0 for job in jobs]
        return [
            (job.weight * lateness(job, self.draft[job.id])) ** 0.5 if job.id in self.draft else _LEFT_OUT
            for job in jobs
        ]
