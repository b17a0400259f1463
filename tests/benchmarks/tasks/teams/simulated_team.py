"""Simulated teams with a latent truth: who can do what how well, who did what in the past, and what comes next.

It imports nothing from the product, and everything follows from the seed. A team is twelve people over ten fields of
work. Each is expert in one to three fields, able in one more at times and a novice or nothing in the rest, so that
every field has several people; somebody changed fields, somebody is able in everything and asked for all sorts of
things, somebody is new. What people state is incomplete, in either language, sometimes outdated or off the topic. Work
went to people by fit, but by habit and chance as well; what it takes is lognormal around kind of work x size x the
person's speed. A third of the kinds of work that come next never came up before.

There are two worlds. In the `SETTLED` one the past tells who is good at what: somebody who knows the fields of every
task for sure and does Bayes' sums (`ideal.py`) chooses as the oracle does in 0.94 of the cases (0.70 in the other one,
seeds 0 to 7), and most tasks name a thing that only their field has to do with. In the `UNSETTLED` one much work went
to whoever was there, more people changed fields or are new, and what a task is about never tells its field.

What the oracle values is said in `oracle.py`. Seeds below 100 word everything with set "a", the others with set "b".
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import phrases
from parents import UNDERTAKINGS, Undertaking

DAY = 86_400.0
WEEK = 7 * DAY
BEGIN = 1_780_272_000.0
"""Monday, 2026-06-01, midnight UTC: the past lies before it, new tasks come from then on."""

PEOPLE = 12
PAST_TASKS = 500
NEW_TASKS = 200
_PAST = 540 * DAY


@dataclass(frozen=True, slots=True)
class World:
    """How plainly the past of a team tells who is good at what.

    By `by_fit` f, of two people whose fit is 0.4 apart the better one was asked e^(0.4 f) times as often. `changed`
    people changed a field `changed_days` ago, `new` ones joined `new_days` ago, and one is asked `asked` times as often
    as others whatever the work is. A task names a thing of its own field with probability `own`, else a part of the
    product that any field has to do with.
    """

    by_fit: float
    changed: int
    changed_days: float
    new: int
    new_days: float
    asked: float
    own: float


SETTLED = World(by_fit=8.0, changed=1, changed_days=270, new=1, new_days=60, asked=1.5, own=0.7)
UNSETTLED = World(by_fit=4.0, changed=3, changed_days=180, new=2, new_days=21, asked=3.0, own=0.0)

EXPERT, ABLE, NOVICE, NOTHING = 0.9, 0.5, 0.2, 0.0
"""Levels of skill, as the fit for work in one field."""

Levels = npt.NDArray[np.float64]
"""A level for each field, in the order of `phrases.FIELDS`."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the team. `speed` divides what work takes them; `offset` is hours east of UTC.

    `before` are the levels until half a year before `BEGIN`, `levels` those since. `asked` is how readily work goes to
    them whatever their skill. They work `hours` a day from nine o'clock, Monday to Friday, and take tasks for
    `capacity` minutes a week: the rest of the time is meetings.
    """

    id: str
    levels: Levels
    before: Levels
    stated: tuple[str, ...]
    speed: float
    offset: int
    hours: float
    capacity: float
    asked: float
    since: float


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do. `weights` sum to 1 over the fields; `ordinary` is what it takes an able person of speed 1."""

    id: str
    text: str
    labels: tuple[str, ...]
    weights: Levels
    ordinary: float

    def fit(self, levels: Levels) -> float:
        """Returns how well somebody with these levels can do it, 0 to 0.9."""
        return float(self.weights @ levels)


@dataclass(frozen=True, slots=True)
class Done:
    """A finished task: who did it, when it was done (Unix seconds), what it took in minutes."""

    task: Task
    by: str
    at: float
    minutes: float


@dataclass(frozen=True, slots=True)
class Position:
    """Where somebody stands when a task comes. Minutes count until the task is due.

    `available` are working minutes without absences, `load` is open work planned in them, `capacity` what the person
    takes on until then (at least a week's). `recent` is how many tasks they got in the last four weeks.
    """

    available: float
    load: float
    capacity: float
    recent: int
    absent: bool


@dataclass(frozen=True, slots=True)
class Coming:
    """A new task, when it comes and is due (Unix seconds), and where everybody stands then, by id."""

    task: Task
    at: float
    due: float
    positions: dict[str, Position]


@dataclass(frozen=True, slots=True)
class Split:
    """An undertaking as somebody worded it."""

    text: str
    undertaking: Undertaking


@dataclass(frozen=True, slots=True)
class Team:
    """A team, its past in the order of time, what comes next, and undertakings that it splits."""

    people: tuple[Person, ...]
    past: tuple[Done, ...]
    coming: tuple[Coming, ...]
    splits: tuple[Split, ...]


def draw(seed: int, world: World = SETTLED) -> Team:
    """Returns the team of a seed."""
    rng = np.random.default_rng(seed)
    wording = "a" if seed < 100 else "b"
    people = _people(rng, world)
    known, all_phrases = _phrases(rng, wording)
    past = _past(rng, world, people, known, wording)
    coming = [_coming(rng, world, people, all_phrases, wording, number) for number in range(NEW_TASKS)]
    splits = [Split(text, one) for one in UNDERTAKINGS for text in one.worded[wording]]
    return Team(people, past, tuple(sorted(coming, key=lambda one: one.at)), tuple(splits))


def expected_minutes(task: Task, person: Person) -> float:
    """Returns what a task takes a person on average: who is not an expert in it is slower."""
    return task.ordinary * (1.5 - 0.6 * task.fit(person.levels)) / person.speed


def _people(rng: np.random.Generator, world: World) -> tuple[Person, ...]:
    levels = np.full((PEOPLE, len(phrases.FIELDS)), NOTHING)
    for person in range(PEOPLE):
        order = rng.permutation(len(phrases.FIELDS))
        experts, able, novice = rng.integers(1, 4), rng.integers(0, 2), rng.integers(1, 4)
        levels[person, order[:experts]] = EXPERT
        levels[person, order[experts : experts + able]] = ABLE
        levels[person, order[experts + able : experts + able + novice]] = NOVICE
    asked_always, *changed = rng.choice(PEOPLE - world.new, 1 + world.changed, replace=False)
    levels[asked_always] = np.where(levels[asked_always] == EXPERT, EXPERT, ABLE)
    for field in range(len(phrases.FIELDS)):  # nothing rests on one person
        while np.count_nonzero(levels[:, field] == EXPERT) < 2:
            levels[rng.integers(PEOPLE), field] = EXPERT
    before = levels.copy()
    for person in changed:
        strong = np.flatnonzero(levels[person] == EXPERT)
        weak = np.flatnonzero(levels[person] <= NOVICE)
        before[person, rng.choice(strong)] = NOVICE
        before[person, rng.choice(weak)] = EXPERT
    return tuple(
        Person(
            id=f"U{person:02d}",
            levels=levels[person],
            before=before[person],
            stated=_stated(rng, levels[person], before[person]),
            speed=float(rng.lognormal(0.0, 0.25)),
            offset=int(rng.choice((-8, -5, 0, 1, 1, 8, 8, 8))),
            hours=float(rng.choice((4.0, 6.0, 8.0, 8.0, 8.0))),
            capacity=float(rng.choice((600, 900, 1_200, 1_500, 1_800))),
            asked=world.asked if person == asked_always else float(rng.lognormal(0.0, 0.2)),
            since=BEGIN - (world.new_days * DAY if person >= PEOPLE - world.new else _PAST),
        )
        for person in range(PEOPLE)
    )


def _stated(rng: np.random.Generator, levels: Levels, before: Levels) -> tuple[str, ...]:
    stated: list[str] = []
    for field, level, earlier in zip(phrases.FIELDS, levels, before, strict=True):
        if rng.random() < said(float(level), float(earlier)):
            stated.append(str(rng.choice(phrases.STATED[field])))
    if rng.random() < 0.4:
        stated.append(str(rng.choice(phrases.OFF_TOPIC)))
    return tuple(stated)


def said(level: float, earlier: float) -> float:
    """Returns how likely somebody states a field: profiles are incomplete, and seldom brought up to date."""
    if level == EXPERT:
        return 0.7
    if earlier == EXPERT:
        return 0.5
    return {ABLE: 0.35, NOVICE: 0.08, NOTHING: 0.01}[level]


def _phrases(rng: np.random.Generator, wording: str) -> tuple[list[tuple[str, phrases.Phrase]], ...]:
    """Returns the kinds of work of the past, and those of the future: a third of those are new."""
    everything = [(language, one) for language in ("en", "zh") for one in phrases.phrases(wording, language)]
    kept = rng.permutation(len(everything))[: round(len(everything) * 2 / 3)]
    return [everything[place] for place in kept], everything


def _past(
    rng: np.random.Generator,
    world: World,
    people: tuple[Person, ...],
    kinds: list[tuple[str, phrases.Phrase]],
    wording: str,
) -> tuple[Done, ...]:
    past = []
    for number, at in enumerate(np.sort(rng.uniform(BEGIN - _PAST, BEGIN, PAST_TASKS)).tolist()):
        task = _task(rng, world, kinds, wording, f"P{number}")
        here = [one for one in people if one.since <= at and rng.random() < 0.7] or [people[0]]
        fits = np.array([task.fit(one.before if at < BEGIN - world.changed_days * DAY else one.levels) for one in here])
        wanted = np.exp(world.by_fit * fits) * np.array([one.asked for one in here])
        by = here[int(rng.choice(len(here), p=wanted / wanted.sum()))]
        past.append(Done(task, by.id, at, float(expected_minutes(task, by) * rng.lognormal(0.0, 0.4))))
    return tuple(past)


def _task(
    rng: np.random.Generator, world: World, kinds: list[tuple[str, phrases.Phrase]], wording: str, id_: str
) -> Task:
    of_language = "zh" if rng.random() < 0.35 else "en"
    some = [phrase for language, phrase in kinds if language == of_language]
    phrase = some[rng.integers(len(some))]
    weights = np.zeros(len(phrases.FIELDS))
    main = 1.0 if phrase.second is None else 0.7
    weights[phrases.FIELDS.index(phrase.field)] = main
    if phrase.second is not None:
        weights[phrases.FIELDS.index(phrase.second)] = 1 - main
    count = int(rng.choice((2, 3, 4, 5, 8, 10, 15, 20)))
    own = rng.random() < world.own
    things = phrases.OBJECTS[of_language][phrase.field] if own else phrases.PARTS[of_language]
    text = phrase.text.format(part=rng.choice(things), n=count)
    text = str(rng.choice(phrases.FRAMES[of_language])).format(text)
    if phrase.unit is not None:
        minutes = float(phrases.UNIT_MINUTES[phrase.unit] * count)
    else:
        # Kinds of work within a field differ by themselves.
        kind = np.random.default_rng(zlib.crc32(phrase.text.encode()))
        minutes = phrases.BASE_MINUTES[phrase.field] * float(kind.lognormal(0.0, 0.4))
        if rng.random() < 0.4:
            factor, worded = phrases.SIZES[wording][of_language][rng.integers(4)]
            minutes *= factor
            text = str(rng.choice(worded)).format(text)
    labels = (phrase.field,) if rng.random() < 0.3 else ()
    return Task(id_, text, labels, weights, minutes)


def _coming(
    rng: np.random.Generator,
    world: World,
    people: tuple[Person, ...],
    kinds: list[tuple[str, phrases.Phrase]],
    wording: str,
    number: int,
) -> Coming:
    task = _task(rng, world, kinds, wording, f"N{number}")
    at = BEGIN + float(rng.uniform(0, 4 * WEEK))
    due = at + float(rng.choice((1, 2, 3, 5, 7, 10, 14))) * DAY
    return Coming(task, at, due, {one.id: _position(rng, one, at, due) for one in people})


def _position(rng: np.random.Generator, person: Person, at: float, due: float) -> Position:
    """Draws where somebody stands: one in ten is away all the time, one in six a part of it."""
    luck = rng.random()
    away = (at, due) if luck < 0.1 else (at, at)
    if 0.1 <= luck < 0.27:
        away = (at, at + float(rng.uniform(0, due - at)))
    available = _working_minutes(person, away[1], due)
    capacity = person.capacity * max(1.0, (due - at) / WEEK)
    load = 0.0 if rng.random() < 0.25 else float(rng.beta(1.5, 2.5)) * 1.2 * min(capacity, available)
    recent = int(rng.poisson(4 + 4 * rng.random()))
    return Position(available, load, capacity, recent, absent=available == 0.0 or luck < 0.1)


def _working_minutes(person: Person, begin: float, end: float) -> float:
    """Returns the minutes of the person's working hours between two moments."""
    shift = person.offset * 3_600.0
    begin, end = begin + shift, end + shift
    total = 0.0
    for day in range(int(begin // DAY), int(end // DAY) + 1):
        if (day + 3) % 7 >= 5:  # 1970-01-01 was a Thursday
            continue
        opens = day * DAY + 9 * 3_600.0
        closes = opens + person.hours * 3_600.0
        total += max(0.0, min(end, closes) - max(begin, opens))
    return total / 60
