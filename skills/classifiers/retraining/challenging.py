"""A challenger for one task, and how it compares with the champion on what neither was trained on.

Whoever serves is trained on everything, the newest feedback included; what is compared on that feedback are models
that had not seen it: five, each of which judges a fifth (cross-fitting), and where there is very much of it one,
trained on all but the newest part (a split in time). All other rows are judged by the very model that would serve.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import compress, islice
from statistics import median

import numpy as np

from skills.classifiers.curating.examples import Role
from skills.classifiers.gate.comparing import Comparison, Judged, compare
from skills.classifiers.gate.deciding import Costs
from skills.classifiers.heads.head import Prediction
from skills.classifiers.retraining.corpus import Corpus, Places
from skills.classifiers.retraining.learners import Classifier, OfHead, Teaches
from skills.classifiers.retraining.strictness import bearable, read_from, refusing_below

NEW: Role = "new"
GOLDEN: Role = "golden"
BASE: Role = "base"
KEPT: Role = "kept"
"""The sets of a comparison."""

ENOUGH_FOR_TIME = 5000
"""New rows from which on the newest part of them tells enough.

That of some hundred doesn't. Feedback on 537 texts of 30 intents of CLINC150 raises the accuracy there from 0.89 to
0.94; of the newest 161 three were won and one lost, which is no reason to promote, of all of them 22 and four. Nor
does that of 1,600, the newest of which are all of intents that came last: without them a model refuses such texts, and
what had 224 of all of them won and eight lost was taken for worse.
"""
NEWEST = 0.3
FOLDS = 5
_TIMED = 60
"""Texts by which the time of one is measured."""

Tell = Callable[[float], None]
"""Hears the share that is done, from 0 to 1; may raise to stop the work."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A new row as both models read it, and how much it counts in training."""

    judged: Judged
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class Challenge:
    """What became of one task: the model that would serve, and the comparisons on new, golden, base and kept rows.

    `judged` are the rows behind `new` and `golden`, `must` those that may not break. `held` are the new rows as models
    read them that had not seen them, `taught` as the challenger does that was taught them.
    """

    task: str
    champion: Classifier
    challenger: Classifier
    new: Comparison
    golden: tuple[Comparison, ...]
    kept: Comparison
    judged: tuple[Judged, ...]
    must: tuple[Judged, ...]
    held: tuple[Weighed, ...]
    taught: tuple[Weighed, ...]
    costs: Costs


def challenge(
    task: str, corpus: Corpus, must: Corpus, champion: Classifier, learner: Teaches, tell: Tell = lambda share: None
) -> Challenge:
    """Returns a challenger of `champion` and how it does. `must` are the examples that may not break.

    Raises ValueError for labels that can't be learned.
    """
    trained, new = corpus.where("base", "earlier"), corpus.where("new")
    tell(0.0)
    challenger = learner.learn(corpus.take(np.union1d(trained, new)))
    tell(0.5)
    splits = held_out(corpus, new)
    fresh: dict[int, Prediction] = {}
    for done, held in enumerate(splits):
        model = learner.learn(corpus.take(np.union1d(trained, np.setdiff1d(new, held))), like=challenger)
        fresh.update(zip(held.tolist(), model.predict(corpus.take(held)), strict=True))
        tell(0.5 + 0.5 * (done + 1) / len(splits))
    places = np.array(sorted(fresh), dtype=np.intp)
    of_new = dict(zip(new.tolist(), champion.predict(corpus.take(new)), strict=True))
    before = [of_new[place] for place in places.tolist()]
    challenger, answers = _no_stricter(corpus, places, before, challenger, [fresh[one] for one in places.tolist()])
    on_new = _judged(corpus, places, before, answers)
    sets = {}
    for name in (GOLDEN, BASE, KEPT):
        places = corpus.where(name)
        rows = corpus.take(places)
        sets[name] = _judged(corpus, places, champion.predict(rows), challenger.predict(rows))
    every = _judged(must, np.arange(len(must.rows)), champion.predict(must), challenger.predict(must))
    taught = _judged(corpus, new, list(of_new.values()), challenger.predict(corpus.take(new)))
    return Challenge(
        task=task,
        champion=champion,
        challenger=challenger,
        new=compare(task, NEW, on_new),
        golden=tuple(compare(task, name, sets[name]) for name in (GOLDEN, BASE)),
        kept=compare(task, KEPT, sets[KEPT]),
        judged=(*on_new, *sets[GOLDEN]),
        must=tuple(replace(one, task=task) for one in every),
        held=_weighed(corpus, sorted(fresh), on_new),
        taught=_weighed(corpus, new.tolist(), taught),
        costs=Costs(champion_ms=_milliseconds(champion, corpus), challenger_ms=_milliseconds(challenger, corpus)),
    )


def _no_stricter(
    corpus: Corpus,
    places: Places,
    before: Sequence[Prediction],
    challenger: Classifier,
    answers: Sequence[Prediction],
) -> tuple[Classifier, list[Prediction]]:
    """Returns the challenger, refusing no more than is borne, and the `answers` to the rows at `places` then.

    `before` are the champion's.
    """
    inside = [corpus.rows[place].label is not None for place in places]
    threshold = bearable(list(compress(before, inside)), list(compress(answers, inside)))
    if threshold is None or not isinstance(challenger, OfHead):
        return challenger, list(answers)
    return OfHead(refusing_below(challenger.head, threshold)), [read_from(threshold, one) for one in answers]


def held_out(corpus: Corpus, new: Places) -> list[Places]:
    """Returns the parts of the new rows that are judged by a model which had not seen them, all or the newest."""
    if not len(new):
        return []
    if len(new) >= ENOUGH_FOR_TIME:
        oldest_first = sorted(new.tolist(), key=lambda place: (corpus.rows[place].at, corpus.rows[place].id))
        return [np.array(sorted(oldest_first[-round(NEWEST * len(new)) :]), dtype=np.intp)]
    # By a hash of the text, which has nothing to do with when and by whom it was written.
    ordered = sorted(new.tolist(), key=lambda place: _digest(corpus.rows[place].text))
    folds = min(FOLDS, len(ordered))
    return [np.array(sorted(islice(ordered, first, None, folds)), dtype=np.intp) for first in range(folds)]


def _weighed(corpus: Corpus, places: Sequence[int], judged: Sequence[Judged]) -> tuple[Weighed, ...]:
    return tuple(Weighed(one, corpus.rows[place].weight) for place, one in zip(places, judged, strict=True))


def _judged(
    corpus: Corpus, places: Places, before: Sequence[Prediction], answers: Sequence[Prediction]
) -> list[Judged]:
    rows = [corpus.rows[place] for place in places]
    return [
        Judged(row.text, row.label, old, new, row.judge, row.id)
        for row, old, new in zip(rows, before, answers, strict=True)
    ]


def _milliseconds(classifier: Classifier, corpus: Corpus) -> float | None:
    """Returns what one text takes beside its encoder passes, the median of some."""
    times = []
    for place in range(min(_TIMED, len(corpus.rows))):
        one = corpus.take(np.array([place], dtype=np.intp))
        begun = time.perf_counter()
        classifier.predict(one)
        times.append((time.perf_counter() - begun) * 1000.0)
    return median(times) if times else None


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
