"""Simulated backlogs: a team's works and working times for some weeks, drawn by a seed."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from skills.tasks.planning.problem import Work, Worker

MONDAY = datetime(2026, 3, 2, 7, tzinfo=UTC)
FIELDS = ("backend", "frontend", "design", "data", "writing", "translation", "support", "testing")
ONE_ZONE = ("Europe/Berlin",)
THREE_ZONES = ("Europe/Berlin", "Asia/Shanghai", "America/New_York")


def team(seed: int, people: int = 12, weeks: int = 6, zones: tuple[str, ...] = ONE_ZONE) -> tuple[Worker, ...]:
    """Returns people with one to three skills, lunch breaks, absences of some days, and part-timers."""
    chance = random.Random(f"team {seed}")
    found = []
    for number in range(people):
        skills = frozenset({FIELDS[number % len(FIELDS)], *chance.sample(FIELDS, chance.randint(0, 2))})
        zone = ZoneInfo(zones[number % len(zones)])
        absent: set[int] = set()
        if chance.random() < 0.4:
            first = chance.randrange(7 * weeks - 5)
            absent = set(range(first, first + chance.randint(1, 10)))
        windows = []
        for day in range(7 * weeks):
            date = MONDAY.date() + timedelta(days=day)
            if date.weekday() < 5 and day not in absent:
                for begin, end in ((time(9), time(12, 30)), (time(13, 30), time(18))):
                    windows.append(
                        (datetime.combine(date, begin, zone).timestamp(), datetime.combine(date, end, zone).timestamp())
                    )
        capacity = chance.choice((None, None, None, 1200, 1800))
        found.append(Worker(f"p{number:02}", skills, tuple(windows), capacity))
    return tuple(found)


def backlog(seed: int, team: tuple[Worker, ...], works: int = 200, load: float = 0.6) -> tuple[Work, ...]:
    """Returns works that fill about `load` of the team's time; half of them due, a third waiting for others.

    A twentieth has begun or is fixed to somebody.
    """
    chance = random.Random(f"backlog {seed}")
    total = sum((end - begin) / 60 for one in team for begin, end in one.windows)
    mean = load * total / works
    span = max(end for one in team for _, end in one.windows) - MONDAY.timestamp()
    found: list[Work] = []
    busy: set[str] = set()
    for id in range(1, works + 1):
        minutes = max(15, round(chance.lognormvariate(0, 0.8) * mean / 1.38 / 15) * 15)
        # Of the kinds of work that its people do there is about as much as they have time.
        of = chance.choice(team)
        skills = frozenset(chance.sample(sorted(of.skills), 2 if len(of.skills) > 1 and chance.random() < 0.1 else 1))
        due = MONDAY.timestamp() + span * chance.uniform(0.05, 0.95) if chance.random() < 0.5 else None
        earlier = range(max(1, id - 30), id)
        after = frozenset(
            chance.sample(earlier, min(len(earlier), chance.choice((0, 0, 1, 1, 2)) if id % 3 == 0 else 0))
        )
        work = Work(id, minutes, chance.choice((1, 2, 2, 3, 3, 3, 4)), skills, due, after)
        able = [one for one in team if skills <= one.skills]
        if chance.random() < 0.05 and able:
            one = chance.choice(able)
            work = replace(work, assignee=one.id)
            if not after and one.id not in busy and one.windows[0][0] < MONDAY.timestamp() + 86400:
                busy.add(one.id)
                work = replace(work, begun=True, start=one.windows[0][0])
        found.append(work)
    return tuple(found)
