"""What has changed in what the classifiers read and say, of all tasks together, and by which words one can tell."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from index.encoders.base import Encoder, Vectors
from skills.classifiers.drift.finding import Compared, found
from skills.classifiers.drift.inputs import LEAST_TEXTS, told_apart
from skills.classifiers.drift.outputs import confidence_moved, labels_moved
from skills.learning.weekly import material
from skills.learning.weekly.material import Read, Times
from skills.learning.weekly.week import Week
from skills.learning.workshop import Workshop
from skills.monitor.alerts.terms import main_terms

WORDS = 5
_BATCH = 32
"""Texts that are encoded together: questions that are asked meanwhile wait for no more."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A change that is worth telling. `words` speak for the new texts, where it is these that have changed.

    `before` and `now` are the probabilities, where it is these.
    """

    tested: Compared
    words: tuple[str, ...] = ()
    before: tuple[float, ...] = ()
    now: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Drift:
    """What was found, and how many tests looked for it; without any there were too few texts to say something."""

    findings: tuple[Finding, ...] = ()
    tests: int = 0


async def drift(shop: Workshop, team: str, week: Week) -> Drift:
    """Returns how a week differs from the four before it, of questions, posts and cases.

    Texts are encoded in small batches, and all is reckoned in threads: it takes some seconds.
    """
    tests: list[Compared] = []
    read: dict[str, Times] = {}
    for name, times in (
        ("intent", await material.questions(shop.sessions, team, week)),
        ("posts", await material.posts(shop.sessions, team, week)),
        ("priority", await material.cases(shop.sessions, team, week)),
    ):
        if min(len(times.before), len(times.now)) < LEAST_TEXTS:
            continue
        tasks = sorted(times.now[0].labels)
        read |= dict.fromkeys({name, *tasks}, times)
        if shop.encoders:
            # The last encoder reads the most languages.
            before, now = [await _encoded(some, shop.encoders[-1]) for some in (times.before, times.now)]
            if (apart := await asyncio.to_thread(told_apart, before, now)) is not None:
                tests.append(Compared(name, "input", apart))
        for task in tasks:
            tests += await asyncio.to_thread(_outputs, task, times)
    findings = [await asyncio.to_thread(_finding, test, read[test.task]) for test in found(tests)]
    return Drift(tuple(findings), len(tests))


async def _encoded(read: Sequence[Read], encoder: Encoder) -> Vectors:
    texts = [one.text for one in read if one.text]
    batches = [
        await asyncio.to_thread(encoder.encode, texts[begin : begin + _BATCH], "query")
        for begin in range(0, len(texts), _BATCH)
    ]
    return np.concatenate(batches) if batches else np.empty((0, encoder.dimensions), dtype=np.float32)


def _outputs(task: str, times: Times) -> list[Compared]:
    surer = confidence_moved(_probabilities(times.before, task), _probabilities(times.now, task))
    before, now = (Counter(one.labels[task] for one in some) for some in (times.before, times.now))
    moved = labels_moved(before, now)
    tests = [Compared(task, "confidence", surer)] if surer is not None else []
    return [*tests, Compared(task, "labels", moved)] if moved is not None else tests


def _finding(tested: Compared, times: Times) -> Finding:
    match tested.kind:
        case "input":
            now, before = _by_author(times.now), _by_author(times.before)
            return Finding(tested, words=tuple(main_terms(now, before, WORDS)))
        case "confidence":
            before_, now_ = (_probabilities(some, tested.task) for some in (times.before, times.now))
            return Finding(tested, before=tuple(before_), now=tuple(now_))
    return Finding(tested)


def _probabilities(read: Iterable[Read], task: str) -> list[float]:
    return [one.probabilities[task] for one in read if task in one.probabilities]


def _by_author(read: Iterable[Read]) -> list[str]:
    """Returns the words of each author as one text: a word that only one has used tells of that person."""
    said: dict[str, list[str]] = defaultdict(list)
    for one in read:
        if one.text and one.told:
            said[one.author].append(one.text)
    return ["\n".join(texts) for texts in said.values()]
