"""A challenger beside the champion on the same held-out texts: figures, paired differences, and what changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from skills.classifiers.gate.resampling import Answered, Floats, Measured, Wanted, draws, joined, measure
from skills.classifiers.gate.voting import LOST, SAME, WON, Ballot, Tally
from skills.classifiers.heads.head import Prediction

RESAMPLES = 1000
"""Draws of the bootstrap."""
_PERCENTILES = (5.0, 95.0)
_SHOWN = 10
"""Examples of changed texts that a comparison holds."""
_WORST = 5
"""Classes that a comparison names as having lost most."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One held-out text with what it should be taken for and what both models take it for.

    `label` is None where it is out of scope. `judge` is who labelled it, '' for golden and shipped texts; `id` names
    it for good (the text serves where it has none), `task` only where texts of several stand together.
    """

    text: str
    label: str | None
    champion: Prediction
    challenger: Prediction
    judge: str = ""
    id: str = ""
    task: str = ""


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure, and the 5th and 95th percentile of what it is on texts drawn anew (Efron 1979, Bootstrap Methods).

    Drawing anew raises a calibration error, so that one near zero may lie below its own interval.
    """

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class OfClass:
    """Figures of one class, that of out of scope being None; `n` texts should be taken for it.

    `precision` is None where nothing was taken for it, `recall` without a text of it, `f1` only where both are.
    """

    label: str | None
    n: int
    precision: Interval | None
    recall: Interval | None
    f1: Interval | None


@dataclass(frozen=True, slots=True)
class Figures:
    """How one model did, all shares from 0 to 1; None for what the texts say nothing about.

    `accuracy` and `macro_f1` count a text in scope that was refused as wrong. `classes` are those wanted or answered
    by either model, out of scope last. `oos_auroc` is how well the scope probability tells texts in scope from
    others, `oos_recall` the share of those out of scope that is refused, `refused` of those in scope. `ece` is the
    expected calibration error of the probability on texts in scope (Guo et al. 2017, 15 bins).
    """

    accuracy: Interval | None
    macro_f1: Interval | None
    oos_auroc: Interval | None
    oos_recall: Interval | None
    refused: Interval | None
    ece: Interval | None
    classes: tuple[OfClass, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """The challenger's figures less the champion's, both on the same draws. A higher `ece` is worse."""

    accuracy: Interval | None
    macro_f1: Interval | None
    oos_auroc: Interval | None
    oos_recall: Interval | None
    ece: Interval | None


@dataclass(frozen=True, slots=True)
class ClassChange:
    """The F1 of a class with `n` texts under both models; `label` is None for out of scope."""

    label: str | None
    n: int
    champion: float
    challenger: float


@dataclass(frozen=True, slots=True)
class Example:
    """A text that the models take for different things; a label is None where it is, or was taken for, out of scope."""

    text: str
    label: str | None
    champion: str | None
    challenger: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What `n` texts of the set `name` say about a challenger of `task`.

    Only the challenger had `won` of them right, only the champion `lost`, which is `negative_flip_rate` of all (Yan
    et al. 2021, Positive-Congruent Training). `p_better` and `p_worse` are the one-sided mid-p values of McNemar's
    test over all of them; `ballots` hold the outcomes by judge for those who let one judge count only so much.
    `worst` are the classes whose F1 fell, most first, `examples` what is taken for something else now: texts lost,
    then texts won, then others.
    """

    task: str
    name: str
    n: int
    champion: Figures
    challenger: Figures
    differences: Differences
    won: int
    lost: int
    negative_flip_rate: float
    p_better: float
    p_worse: float
    ballots: tuple[Ballot, ...]
    worst: tuple[ClassChange, ...]
    examples: tuple[Example, ...]


def said(prediction: Prediction) -> str | None:
    """Returns what a model takes a text for: a label, or None where it refuses it as out of scope."""
    return prediction.label if prediction.accepted else None


def is_right(judged: Judged, prediction: Prediction) -> bool:
    """Returns whether `prediction` is what the text should be taken for."""
    return said(prediction) == judged.label


def compare(task: str, name: str, judged: Sequence[Judged], seed: int = 0) -> Comparison:
    """Returns how challenger and champion do on `judged`, the same for the same `seed`.

    Takes a second or two for 10,000 texts; blocking. Raises ValueError for probabilities that aren't finite numbers.
    """
    classes = _classes(judged)
    champion = challenger = _nothing(len(classes))
    wanted = _wanted(judged, classes)
    if judged:
        old, new = (
            _answered(judged, [getattr(one, side) for one in judged], classes) for side in ("champion", "challenger")
        )
        parts = [
            (measure(weights, wanted, old), measure(weights, wanted, new))
            for weights in draws(len(judged), RESAMPLES, np.random.default_rng(seed))
        ]
        champion, challenger = joined([part[0] for part in parts]), joined([part[1] for part in parts])
    counts = np.bincount(wanted.place, minlength=len(classes)).tolist()
    before, after = _figures(champion, classes, counts), _figures(challenger, classes, counts)
    outcomes = [_outcome(one) for one in judged]
    tally = Tally(outcomes.count(WON), outcomes.count(LOST))
    return Comparison(
        task=task,
        name=name,
        n=len(judged),
        champion=before,
        challenger=after,
        differences=Differences(
            **{field: _interval(getattr(challenger, field) - getattr(champion, field)) for field in _DIFFERENCES}
        ),
        won=tally.won,
        lost=tally.lost,
        negative_flip_rate=tally.lost / max(1, len(judged)),
        p_better=tally.p_better,
        p_worse=tally.p_worse,
        ballots=_ballots(judged, outcomes),
        worst=class_changes(before, after)[:_WORST],
        examples=_examples(judged, outcomes),
    )


def class_changes(champion: Figures, challenger: Figures) -> tuple[ClassChange, ...]:
    """Returns the classes that have texts and whose F1 fell, the one that fell most first."""
    changes = [
        ClassChange(old.label, old.n, old.f1.value, new.f1.value)
        for old, new in zip(champion.classes, challenger.classes, strict=True)
        if old.n and old.f1 is not None and new.f1 is not None and new.f1.value < old.f1.value
    ]
    return tuple(sorted(changes, key=lambda change: change.challenger - change.champion))


_DIFFERENCES = Differences.__slots__
_MODEL = ("accuracy", "macro_f1", "oos_auroc", "oos_recall", "refused", "ece")


def _classes(judged: Sequence[Judged]) -> list[str | None]:
    """Returns what was wanted or answered, by name, out of scope last."""
    found = {label for one in judged for label in (one.label, said(one.champion), said(one.challenger))}
    return sorted(found, key=lambda label: (label is None, label or ""))


def _wanted(judged: Sequence[Judged], classes: Sequence[str | None]) -> Wanted:
    places = {label: place for place, label in enumerate(classes)}
    return Wanted(
        np.array([places[one.label] for one in judged], dtype=np.intp),
        np.array([one.label is not None for one in judged], dtype=np.bool_),
        len(classes),
    )


def _answered(judged: Sequence[Judged], predictions: Sequence[Prediction], classes: Sequence[str | None]) -> Answered:
    places = {label: place for place, label in enumerate(classes)}
    probability = np.array([prediction.probability for prediction in predictions], dtype=np.float64)
    in_scope = np.array([prediction.in_scope for prediction in predictions], dtype=np.float64)
    if not (np.isfinite(probability).all() and np.isfinite(in_scope).all()):
        raise ValueError("a prediction's probability is not a finite number")
    pairs = list(zip(judged, predictions, strict=True))
    return Answered(
        place=np.array([places[said(prediction)] for prediction in predictions], dtype=np.intp),
        right=np.array([is_right(one, prediction) for one, prediction in pairs]),
        accepted=np.array([prediction.accepted for prediction in predictions]),
        found=np.array([prediction.label == one.label for one, prediction in pairs]),
        probability=probability,
        in_scope=in_scope,
    )


def _nothing(classes: int) -> Measured:
    """Returns the figures of no texts."""
    one, each = np.full(1, np.nan), np.full((1, classes), np.nan)
    return Measured(one, one, one, one, one, one, each, each, each)


def _figures(measured: Measured, classes: Sequence[str | None], counts: Sequence[int]) -> Figures:
    return Figures(
        **{name: _interval(getattr(measured, name)) for name in _MODEL},
        classes=tuple(
            OfClass(
                label,
                counts[place],
                _interval(measured.precision[:, place]),
                _interval(measured.recall[:, place]),
                _interval(measured.f1[:, place]),
            )
            for place, label in enumerate(classes)
        ),
    )


def _interval(values: Floats) -> Interval | None:
    """Returns the first of `values` with the percentiles of the others that are defined; None where it isn't."""
    if np.isnan(values[0]):
        return None
    drawn = values[1:][~np.isnan(values[1:])]
    # A class of one text may be in no draw at all.
    low, high = np.percentile(drawn if len(drawn) else values[:1], _PERCENTILES)
    return Interval(float(values[0]), float(low), float(high))


def _outcome(judged: Judged) -> int:
    old, new = is_right(judged, judged.champion), is_right(judged, judged.challenger)
    return SAME if old == new else WON if new else LOST


def _ballots(judged: Sequence[Judged], outcomes: Sequence[int]) -> tuple[Ballot, ...]:
    """Returns a ballot a judge. The hash of a text's id, which nobody chooses, says which of their texts come first."""
    ordered: dict[str, list[tuple[bytes, int]]] = {}
    for one, outcome in zip(judged, outcomes, strict=True):
        named = (one.id or one.text).encode("utf-8", "surrogatepass")
        ordered.setdefault(one.judge, []).append((hashlib.sha256(named).digest(), outcome))
    return tuple(
        Ballot(judge != "", tuple(outcome for _, outcome in sorted(ordered[judge]))) for judge in sorted(ordered)
    )


def _examples(judged: Sequence[Judged], outcomes: Sequence[int]) -> tuple[Example, ...]:
    """Returns texts taken for something else, of both lost and won ones at least half where there are so many."""
    changed: dict[int, list[Example]] = {LOST: [], WON: [], SAME: []}
    for one, outcome in zip(judged, outcomes, strict=True):
        old, new = said(one.champion), said(one.challenger)
        if old != new:
            changed[outcome].append(Example(one.text, one.label, old, new))
    lost = changed[LOST][: max(_SHOWN // 2, _SHOWN - len(changed[WON]))]
    return tuple([*lost, *changed[WON], *changed[SAME]][:_SHOWN])
