"""What a training works from: the feedback, the answer book and the starter's own examples, as one frozen dataset."""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from index.encoders.base import Encoder
from skills.classifiers.champions import Champion
from skills.classifiers.curating.curating import curate
from skills.classifiers.curating.dataset import Dataset
from skills.classifiers.curating.examples import Collected, Row
from skills.classifiers.features.sketches import SAME, resemblance, sketch
from skills.classifiers.feedback.collected import NONE
from skills.classifiers.feedback.models import CorrectionRow, ExampleRow
from skills.classifiers.heads.versions import read_card
from skills.classifiers.registry.models import GoldenRow, MustRow
from skills.classifiers.registry.versions import Datasets, Sessions
from skills.classifiers.retraining.job import CHAMPION, DATASET, JOB, MUST, Job
from skills.classifiers.retraining.learners import INTENT, STARTER_FOLDERS
from skills.classifiers.served import STARTER as SHIPPED
from skills.classifiers.starter.material import own
from skills.learning.workshop import Workshop
from skills.support.book.answer_book import AnswerBook
from skills.support.book.rows import Books
from skills.support.conversations.models import TurnRow
from skills.support.understanding import intents

REVIEWED = ("accepted", "corrected")

KEPT_SECONDS = 30 * 86_400.0
KEPT_MOST = 2000
KEPT_OF_INTENT = 30
"""How far back answers are looked for that nobody objected to, how many at most, and how many of one intent."""

_WRITTEN_FOR: Mapping[str, Sequence[str]] = {
    "sentiment": ("sentiment_en", "sentiment_zh"),
    "topic": ("topic",),
    "priority": ("priority",),
}
"""The examples written for each task of the starter."""


Words = Mapping[str, Mapping[str, str]]


class NoEncoder(Exception):
    """There is no encoder to learn on."""


@dataclass(frozen=True, slots=True)
class Material:
    """What is learned from, and what is told of it.

    `new` counts the examples that the champion has not seen; `fresh`: some have come since the last training.
    """

    dataset: Dataset
    must: Dataset
    book: AnswerBook
    encoder: Encoder
    at: float
    fresh: bool = True

    @property
    def new(self) -> int:
        return sum(row.role == "new" for row in self.dataset.rows)


async def gather(team: str, shop: Workshop, tasks: Sequence[str] = ()) -> Material:
    """Returns what a training of `tasks`, of all without any, would work from. Raises `NoEncoder`."""
    encoder = intents.preferred(shop.encoders)
    if encoder is None:
        raise NoEncoder
    at = shop.now().timestamp()
    book, _ = await Books(shop.sessions).load(team)
    known, base = await asyncio.to_thread(_own, book, tasks)
    since = await Datasets(shop.sessions).at(team, shop.champions.of(team).version)
    collected = [one for one in await collected_of(shop.sessions, team) if one.task in known]
    golden = await _golden(shop.sessions, team)
    dataset = await asyncio.to_thread(curate, collected, base, known, since=since, golden=golden)
    if INTENT in known:
        kept = await _kept(shop.sessions, team, at, known[INTENT], [one.text for one in collected])
        dataset = await asyncio.to_thread(Dataset, (*dataset.rows, *kept), dataset.decisions)
    last = await Datasets(shop.sessions).latest(team)
    fresh = any(row.role == "new" and row.at > last for row in dataset.rows)
    return Material(dataset, await _must(shop.sessions, team), book, encoder, at, fresh)


def _own(book: AnswerBook, tasks: Collection[str]) -> tuple[dict[str, set[str]], list[Row]]:
    """Returns the labels of each task, of all without any, and the team's own examples of them (blocking)."""
    base = intents.examples(book) if intents.can_learn(book) else []
    known = {INTENT: {row.label for row in base if row.label is not None}} if base else {}
    for task, folder in STARTER_FOLDERS.items():
        known[task] = set(read_card(SHIPPED / folder)["labels"])
        base += [
            Row(task, one.text, one.label, one.language, one.weight, "base")
            for name in _WRITTEN_FOR[task]
            for one in own(name)
        ]
    known = {task: labels for task, labels in known.items() if not tasks or task in tasks}
    return known, [row for row in base if row.task in known]


def lay_out(material: Material, run: str, team: str, shop: Workshop, folder: Path, words: Words) -> Job:
    """Writes `material` and what serves now into the folder of a run, and returns the job, which is written last.

    `words` are what is written into the report's pictures. Blocking. Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for task in (INTENT, *STARTER_FOLDERS):
        home = serving_folder(task, team, material.book, material.encoder, shop)
        if home is not None:
            shutil.copytree(home, folder / CHAMPION / task, dirs_exist_ok=True)
    (folder / DATASET).write_bytes(material.dataset.dump())
    (folder / MUST).write_bytes(material.must.dump())
    settings = shop.settings
    job = Job(
        run=run,
        team=team,
        dataset=material.dataset.id,
        champion=shop.champions.wanted(team),
        encoders=tuple(encoder.name for encoder in shop.encoders),
        stands_on=material.encoder.name,
        book=intents.fingerprint(material.book, material.encoder),
        at=material.at,
        method=settings.method,
        device=settings.device,
        seconds=60.0 * settings.minutes,
        threads=settings.threads,
        words=words,
        ray=settings.ray,
    )
    job.write(folder)
    return job


def is_laid_out(folder: Path) -> bool:
    """Returns whether `lay_out` has finished in a folder."""
    return (folder / JOB).is_file()


def serving_folder(task: str, team: str, book: AnswerBook, encoder: Encoder, shop: Workshop) -> Path | None:
    """Returns where the classifier of a task lies that serves now; None for the starter's, or where none lies yet."""
    champion = shop.champions.of(team)
    if task != INTENT:
        return champion.of(task)
    return intents_folder(champion, team, book, encoder, shop)


def intents_folder(champion: Champion, team: str, book: AnswerBook, encoder: Encoder, shop: Workshop) -> Path | None:
    """Returns where the intents lie by which `champion` would serve with the answer book as it is; None for nowhere."""
    promoted = champion.of(INTENT)
    if promoted is not None and champion.book() == intents.fingerprint(book, encoder):
        return promoted
    feedback = champion.feedback if promoted is not None else ()
    name = intents.fingerprint(book, encoder, feedback)
    homes = (intents.home_of(shop.data, team), intents.shipped_heads())
    return next((home / name for home in homes if (home / name).is_dir()), None)


async def collected_of(sessions: Sessions, team: str) -> list[Collected]:
    """Returns a team's feedback, what was reviewed with its reviewer, and each as old as what was last said of it."""
    last = (
        select(CorrectionRow.example, func.max(CorrectionRow.id).label("id"))
        .where(CorrectionRow.team == team)
        .group_by(CorrectionRow.example)
        .subquery()
    )
    rows = (
        select(ExampleRow, CorrectionRow.person, CorrectionRow.at)
        .outerjoin(last, last.c.example == ExampleRow.id)
        .outerjoin(CorrectionRow, CorrectionRow.id == last.c.id)
        .where(ExampleRow.team == team, ExampleRow.state != "dropped")
    )
    async with sessions() as session:
        found = (await session.execute(rows)).all()
    return [
        Collected(
            id=row.id,
            task=row.task,
            text=row.text,
            label=row.label or (NONE if row.state == "corrected" else None),
            language=row.language,
            predicted=row.predicted,
            author=row.author,
            judge=row.judge,
            source=row.source,
            weight=row.weight,
            at=max(row.at, decided or 0.0),
            reviewed=row.state in REVIEWED,
            reviewer=reviewer or "",
        )
        for row, reviewer, decided in found
    ]


async def _kept(
    sessions: Sessions, team: str, now: float, known: Collection[str], spoken_of: Sequence[str]
) -> list[Row]:
    """Returns what was asked lately and answered from the book without objection, the newest of each intent.

    Nothing that is like a text which somebody said anything about is among it.
    """
    lately = (
        select(TurnRow.question, TurnRow.intent, TurnRow.language)
        .where(
            TurnRow.team == team,
            TurnRow.at > now - KEPT_SECONDS,
            TurnRow.path.in_(("template", "slot")),
            TurnRow.verdict.is_(None) | (TurnRow.verdict != "not_helpful"),
            TurnRow.question != "",
        )
        .order_by(TurnRow.at.desc())
        .limit(KEPT_MOST)
    )
    async with sessions() as session:
        found = (await session.execute(lately)).all()
    asked = [(row.question, row.intent, row.language) for row in found]
    return await asyncio.to_thread(_unobjected, asked, known, spoken_of)


def _unobjected(found: Sequence[tuple[str, str, str]], known: Collection[str], spoken_of: Sequence[str]) -> list[Row]:
    sketches = [sketch(text) for text in spoken_of]
    rows: dict[str, Row] = {}
    seats: Counter[str] = Counter()
    for question, intent, language in found:
        if intent not in known or question in rows or seats[intent] >= KEPT_OF_INTENT:
            continue
        own_sketch = sketch(question)
        if not any(resemblance(own_sketch, other) >= SAME for other in sketches):
            rows[question] = Row(INTENT, question, intent, language, 1.0, "kept")
            seats[intent] += 1
    return list(rows.values())


async def keep_golden(sessions: Sessions, team: str, dataset: Dataset) -> None:
    """Writes down which examples are golden, for ever."""
    async with sessions.begin() as session:
        for row in dataset.rows:
            if row.role == "golden" and row.id and await session.get(ExampleRow, row.id) is not None:
                await session.merge(GoldenRow(team=team, example=row.id))


async def _golden(sessions: Sessions, team: str) -> list[str]:
    async with sessions() as session:
        return list(await session.scalars(select(GoldenRow.example).where(GoldenRow.team == team)))


async def _must(sessions: Sessions, team: str) -> Dataset:
    async with sessions() as session:
        rows = await session.scalars(select(MustRow).where(MustRow.team == team))
        return Dataset(
            tuple(
                Row(one.task, one.text, None if one.label == NONE else one.label, one.language, 1.0, "golden")
                for one in rows
            )
        )
