"""The cards of a working day: when they come, to whom, how many, and of what.

Where a channel is set for them, all its members see them: then only such texts are shown as each of the members may
read anyway, or may review. Else they come as direct messages to somebody who may review.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from pathlib import Path

import numpy as np

from skills.base import Person, Place, Request, Services
from skills.classifiers.features.ngrams import Floats
from skills.classifiers.feedback import reviewing
from skills.classifiers.feedback.collected import NONE, collect
from skills.classifiers.heads.versions import DamagedVersionError
from skills.classifiers.retraining.corpus import encode
from skills.classifiers.retraining.learners import INTENT, STARTER_FOLDERS
from skills.learning.asking import rows
from skills.learning.asking.choosing import Doubted, choose, doubt_of, shares_of
from skills.learning.asking.pool import ANYWHERE, NEAR_MOST, NOWHERE, Candidate, gathered
from skills.learning.asking.posting import SKILL, refresh, show
from skills.learning.asking.showing import MENU
from skills.learning.asking.tables import CardRow
from skills.learning.gathering import serving_folder
from skills.learning.planning import next_time, zone_of
from skills.learning.reading import read
from skills.learning.workshop import Workshop
from skills.support.book.rows import Books
from skills.support.understanding import intents

log = logging.getLogger("deskhand.learning")

ASK = "learning.ask"

WAITING_MOST = 10
"""While so many cards wait for an answer no new ones come: who doesn't press is not asked ever more."""
SHOWN_SECONDS = 60 * 86_400.0
"""How long a card shows its text. What is posted can be edited for 90 days: none must outlive what it was made of."""
CHANNELS_MOST = 20
"""Of how many channels it is asked who their members are, in one day."""

_WORKING_DAYS = 5


@dataclass(frozen=True, slots=True)
class Audience:
    """Where cards go; `person` is whose direct message that is, None in a channel."""

    place: Place
    person: Person | None


@dataclass(frozen=True, slots=True)
class Read:
    """A candidate, its labels' probabilities, the likeliest first, and its unit vector."""

    candidate: Candidate
    shares: Sequence[tuple[str, float]]
    vector: Floats


async def plan(team: str, services: Services) -> None:
    """Keeps the row of the next working day's cards."""
    at = services.learning.review_at
    if at is None or not services.learning.review_cards:
        return
    due = next_time(services.clock.now().astimezone(await zone_of(team, services)), at)
    while due.weekday() >= _WORKING_DAYS:
        due += timedelta(days=1)
    await services.schedule(SKILL, ASK, f"learning cards {due.date()}", due.astimezone(UTC), team, {})


async def ask(request: Request, services: Services) -> None:
    """Posts the cards of a due row's day, and brings up to date those that were posted before."""
    team, day = request.team, request.value.rpartition(" ")[2]
    await plan(team, services)
    await refresh(team, services)
    now = request.now.timestamp()
    for card in await rows.old(services.sessions, team, now - SHOWN_SECONDS):
        await show(card, services)
    # What was due while the bot was down is not asked at whatever hour it comes back.
    if str(request.now.astimezone(await zone_of(team, services)).date()) != day:
        return
    cards = await rows.of_day(services.sessions, team, day)
    audience = await _audience(team, services)
    if not cards and audience is not None:
        waiting = await rows.waiting(services.sessions, team)
        count = min(services.learning.review_cards, WAITING_MOST - waiting)
        found = await chosen(request, services, count, audience) if count > 0 else []
        cards = await rows.keep(services.sessions, team, day, _cards(found, team, day, now, audience))
    for card in cards:
        await show(card, services)


async def chosen(request: Request, services: Services, count: int, audience: Audience) -> list[tuple[str, Read]]:
    """Returns at most `count` of what could be shown, the most useful first, each with its example's id.

    Of what nobody has said anything about an example is collected, as of feedback, under the same rules.
    """
    team, shop = request.team, Workshop.of(services)
    encoder = intents.preferred(shop.encoders)
    if encoder is None:
        return []
    tasks = await _homes(team, shop)
    pool = await gathered(services.sessions, team, request.now.timestamp(), tasks)
    candidates = await _for_all(pool.candidates, team, audience, services)
    try:
        found, near = await asyncio.to_thread(_read, candidates, pool.known[:NEAR_MOST], tasks, shop)
    except (OSError, DamagedVersionError):
        log.warning("no cards: what serves can't be loaded", extra={"team": team})
        return []
    picked = await asyncio.to_thread(_picked, found, near, pool.known, count)
    nobody = await services.person(team, "")
    kept = []
    for one in picked:
        example = one.candidate.example or await _collected(request, services, one, nobody)
        # The author may have left learning just now, or had it collected, and answered, under another of their texts.
        row = await reviewing.find(services.sessions, team, example) if example else None
        if row is not None and row.state == "open" and await rows.of_example(services.sessions, team, row.id) is None:
            kept.append((row.id, one))
    return kept


async def _collected(request: Request, services: Services, one: Read, nobody: Person) -> str | None:
    (first, share), (_, second) = (*one.shares, ("", 0.0))[:2]
    predicted = None if first == NONE else first
    asked = replace(request, id=f"asked {one.candidate.key}", person=nobody)
    return await collect(asked, services, one.candidate.written(predicted, share, share - second), "asked")


async def _homes(team: str, shop: Workshop) -> dict[str, Path | None]:
    """Returns where the classifiers of the tasks lie that people can be asked about; None for those that ship."""
    homes: dict[str, Path | None] = {}
    encoder = intents.preferred(shop.encoders)
    if encoder is None:
        return homes
    book, _ = await Books(shop.sessions).load(team)
    for task in (INTENT, *STARTER_FOLDERS):
        home = serving_folder(task, team, book, encoder, shop)
        if task != INTENT or (home is not None and intents.can_learn(book)):
            homes[task] = home
    return homes


async def _for_all(
    candidates: Sequence[Candidate], team: str, audience: Audience, services: Services
) -> list[Candidate]:
    """Returns what everybody who sees the cards may read anyway, or may review."""
    if audience.person is not None:
        return list(candidates)
    members = await services.members(team, audience.place)
    if members is None:
        return [one for one in candidates if one.seen_in == ANYWHERE]
    others = {one.id for one in members if not reviewing.may_review(one, services)}
    if not others:
        return list(candidates)
    counts = Counter(one.seen_in for one in candidates if one.seen_in not in (ANYWHERE, NOWHERE))
    readable = {ANYWHERE}
    for channel, _ in counts.most_common(CHANNELS_MOST):
        readers = await services.members(team, Place(channel, "channel"))
        if readers is not None and others <= {one.id for one in readers}:
            readable.add(channel)
    return [one for one in candidates if one.seen_in in readable]


def _read(
    candidates: Sequence[Candidate], known: Sequence[str], homes: Mapping[str, Path | None], shop: Workshop
) -> tuple[list[Read], Floats]:
    """Returns the candidates as they are read now, and the vectors of `known` texts. Blocking."""
    encoder = intents.preferred(shop.encoders)
    assert encoder is not None  # noqa: S101  (who calls has looked)
    found = []
    for task, home in homes.items():
        some = [one for one in candidates if one.task == task]
        if some:
            predictions, corpus = read(task, [(one.text, one.language) for one in some], home, encoder, shop.encoders)
            for one, prediction, vector in zip(some, predictions, corpus.vectors[encoder.name], strict=True):
                found.append(Read(one, shares_of(prediction, scoped=task == INTENT), vector))
    return found, encode(known, encoder, lambda count: None)


def _picked(found: Sequence[Read], near: Floats, known: Sequence[str], count: int) -> list[Read]:
    if not found:
        return []
    doubted = [
        Doubted(one.candidate.text, doubt_of(one.shares, one.candidate.given, flagged=one.candidate.flagged))
        for one in found
    ]
    vectors = np.stack([one.vector for one in found])
    return [found[place] for place in choose(doubted, vectors, count, known=known, near=near)]


def _cards(found: Sequence[tuple[str, Read]], team: str, day: str, now: float, audience: Audience) -> list[CardRow]:
    return [
        CardRow(
            id=hashlib.sha256(f"{team}\n{example}\ncard".encode()).hexdigest()[:32],
            team=team,
            day=day,
            number=number,
            example=example,
            channel=audience.place.channel,
            person=audience.person.id if audience.person is not None else "",
            answer="",
            at=now,
            options=[[label, round(share, 4)] for label, share in one.shares[:MENU]],
            state="open",
            by=None,
            label=None,
            bare=False,
        )
        for number, (example, one) in enumerate(found)
    ]


async def _audience(team: str, services: Services) -> Audience | None:
    """Returns where the cards go: the channel that is set, else the first reviewer, else the first admin."""
    channel = services.learning.review_channel
    if channel is not None:
        return Audience(Place(channel, "channel"), None)
    named = [await services.called(team, id) for id in services.reviewers]
    there = [one for one in named if one is not None and not one.is_gone]
    person = there[0] if there else await services.in_charge(team, None)
    place = await services.direct(team, person.id) if person is not None else None
    return Audience(place, person) if place is not None else None
