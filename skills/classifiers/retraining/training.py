"""From a run's folder to a challenger with its report: every task that has new rows learns, and is compared."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from index.encoders.base import Encoder
from index.encoders.cache import write_folder
from index.encoders.catalog import open_encoder
from skills.classifiers.curating.dataset import Dataset
from skills.classifiers.curating.doubts import without_doubtful
from skills.classifiers.curating.examples import Row
from skills.classifiers.gate.pictures import ConfusionWords, ReliabilityWords, confusion_picture, reliability_picture
from skills.classifiers.heads.head import Head
from skills.classifiers.heads.versions import DamagedVersionError
from skills.classifiers.retraining.challenging import Challenge, challenge, held_out
from skills.classifiers.retraining.corpus import Corpus, Places, encoded
from skills.classifiers.retraining.job import (
    CHAMPION,
    DATASET,
    MUST,
    PICTURES,
    REPORT,
    RESULT,
    VERSION,
    Job,
    NothingToLearn,
    Phase,
    write_json,
)
from skills.classifiers.retraining.judging import judge
from skills.classifiers.retraining.learners import INTENT, Classifier, OfHead, Teaches, learner_of, too_rare
from skills.classifiers.retraining.report import report_of
from skills.classifiers.retraining.tuning import Tuning, tuned, worth_tuning
from skills.classifiers.tuning.tuned_encoder import open_tuned
from skills.classifiers.tuning.tuned_head import ADAPTER_FILE, TunedHead

Note = Mapping[str, Any]


class Tell(Protocol):
    """Hears how far the run is."""

    def __call__(self, phase: Phase, share: float) -> None: ...


def train(job: Job, folder: Path, tell: Tell, beforehand: Sequence[Note] = ()) -> None:
    """Trains what `folder` asks for and leaves the result there, with the notes that there were `beforehand`.

    Raises `NothingToLearn`, OSError, ValueError.
    """
    if (folder / RESULT).is_dir():
        return
    begun = time.monotonic()
    dataset = Dataset.load((folder / DATASET).read_bytes())
    must = Dataset.load((folder / MUST).read_bytes())
    tasks = sorted({row.task for row in dataset.rows if row.role == "new"})
    if not tasks:
        raise NothingToLearn("nothing new was learned from people since the last training")
    corpora, questioned = _encoded(job, dataset, must, tasks, tell)
    dataset, corpora = _believed(dataset, corpora, job)
    notes = list(beforehand)
    challenges: dict[str, Challenge] = {}
    tuning: dict[str, Any] = {}
    for place, task in enumerate(tasks):

        def told(share: float, place: int = place) -> None:
            tell("learning", (place + share) / len(tasks))

        trial = _Trial(job, folder, task, corpora[task], questioned[task])
        try:
            trial = trial.begun(notes)
            challenges[task] = trial.challenged(learner_of(task, job.stands_on), told)
            untuned = challenges[task].challenger
            if isinstance(untuned, OfHead) and isinstance(untuned.head, Head) and worth_tuning(trial.corpus, job):
                until = begun + job.seconds
                found = _tuned(trial, untuned.head, until, lambda share: tell("tuning", share))
                tuning = {**found.facts, "taken": found.gained or job.method != "auto"}
                if tuning["taken"]:
                    challenges[task] = trial.on(found.encoder).challenged(found.learner, told)
        except ValueError as error:
            notes.append({"key": "not_learned", "task": task, "why": str(error)})
    if not challenges:
        raise NothingToLearn("; ".join(str(note["why"]) for note in notes if "why" in note) or "no task has new rows")
    tell("writing", 0.0)
    with_costs = {task: _with_size(job, folder, task, one) for task, one in challenges.items()}
    verdicts = {task: judge(one) for task, one in with_costs.items()}
    facts = {
        "run": job.run,
        "dataset": job.dataset,
        "book": job.book,
        "seconds": round(time.monotonic() - begun, 1),
        "tuning": tuning,
    }
    report = report_of(dataset, with_costs, verdicts, notes, facts)

    def write(result: Path) -> None:
        for task in report["serves"]:
            home = result / VERSION / task
            home.mkdir(parents=True)
            with_costs[task].challenger.save(home, {"run": job.run, "dataset": job.dataset, "book": job.book})
        pictures = result / VERSION / PICTURES
        pictures.mkdir()
        for task, one in with_costs.items():
            confusion = confusion_picture(one.judged, ConfusionWords(**job.words.get("confusion", {})))
            (pictures / f"{task}.confusion.png").write_bytes(confusion)
            reliability = reliability_picture(one.judged, ReliabilityWords(**job.words.get("reliability", {})))
            (pictures / f"{task}.reliability.png").write_bytes(reliability)
        (result / DATASET).write_bytes(dataset.dump())
        write_json(result / REPORT, report)

    write_folder(folder / RESULT, write)
    tell("writing", 1.0)


def _encoded(
    job: Job, dataset: Dataset, must: Dataset, tasks: Sequence[str], tell: Tell
) -> tuple[dict[str, Corpus], dict[str, Corpus]]:
    """Returns each task's rows, and its examples that may not break, with their vectors."""
    encoders = [open_encoder(name, "cpu") for name in job.encoders]
    wanted: dict[str, list[Encoder]] = {
        task: [one for one in encoders if task != INTENT or one.name == job.stands_on] for task in tasks
    }
    rows = {task: (dataset.of(task), must.of(task)) for task in tasks}
    passes = sum(len(wanted[task]) * (len(of[0]) + len(of[1])) for task, of in rows.items())
    made = 0

    def told(count: int) -> None:
        nonlocal made
        made += count
        tell("encoding", made / passes)

    found: tuple[dict[str, Corpus], dict[str, Corpus]] = ({}, {})
    for task, of in rows.items():
        for into, some in zip(found, of, strict=True):
            into[task] = encoded(some, wanted[task], told)
    return found


def _believed(dataset: Dataset, corpora: Mapping[str, Corpus], job: Job) -> tuple[Dataset, dict[str, Corpus]]:
    """Returns both without the feedback whose label all other rows speak against."""
    by_task = {
        task: corpus.vectors.get(job.stands_on, next(iter(corpus.vectors.values()))) for task, corpus in corpora.items()
    }
    believed = without_doubtful(dataset, by_task)
    kept = set(believed.rows)
    return believed, {task: corpus.take(_places(corpus.rows, kept)) for task, corpus in corpora.items()}


def _places(rows: Sequence[Row], kept: set[Row]) -> Places:
    return np.array([place for place, row in enumerate(rows) if row in kept], dtype=np.intp)


@dataclass(frozen=True, slots=True, eq=False)
class _Trial:
    """One task of a run, with the rows that it learns from and those that may not break."""

    job: Job
    folder: Path
    task: str
    corpus: Corpus
    must: Corpus
    champion: Classifier | None = None

    def begun(self, notes: list[Note]) -> _Trial:
        """Returns the trial with what serves now, and the vectors that it wants."""
        learner = learner_of(self.task, self.job.stands_on)
        home: Path | None = self.folder / CHAMPION / self.task
        if home is not None and not home.is_dir():
            home = None
        try:
            champion = learner.champion(home, self.corpus)
        except (OSError, DamagedVersionError):
            notes.append({"key": "champion_damaged", "task": self.task})
            champion = learner.champion(None, self.corpus)
        if rare := too_rare(self.corpus.take(self.corpus.where("base", "earlier", "new"))):
            notes.append({"key": "too_rare", "task": self.task, "labels": rare})
        trial = replace(self, champion=champion)
        if home is not None and isinstance(champion, OfHead) and isinstance(champion.head, TunedHead):
            return trial.on(open_tuned(champion.head.base, home / ADAPTER_FILE))
        return trial

    def on(self, encoder: Encoder) -> _Trial:
        """Returns the trial with the vectors of one more encoder."""
        corpus, must = (one.with_encoder(encoder, lambda count: None) for one in (self.corpus, self.must))
        return replace(self, corpus=corpus, must=must)

    def challenged(self, learner: Teaches, tell: Callable[[float], None]) -> Challenge:
        """Returns how what `learner` makes of the rows does beside the champion."""
        if self.champion is None:
            raise ValueError("there is nothing to compare with")
        return challenge(self.task, self.corpus, self.must, self.champion, learner, tell)


def _tuned(trial: _Trial, untuned: Head, until: float, tell: Callable[[float], None]) -> Tuning:
    """Returns an encoder tuned for a task on what the gate will not judge by."""
    parts = held_out(trial.corpus, trial.corpus.where("new"))
    unseen = np.concatenate(parts) if parts else np.empty(0, dtype=np.intp)
    return tuned(trial.corpus, unseen, untuned, trial.job, trial.folder, until, tell)


def _with_size(job: Job, folder: Path, task: str, one: Challenge) -> Challenge:
    before = folder / CHAMPION / task
    with tempfile.TemporaryDirectory(dir=folder) as written:
        one.challenger.save(Path(written), {})
        size = _megabytes(Path(written))
    costs = replace(
        one.costs,
        champion_megabytes=_megabytes(before) if before.is_dir() else None,
        challenger_megabytes=size,
    )
    return replace(one, costs=costs)


def _megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
