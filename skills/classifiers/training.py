"""Trains a `Head` in seconds on the CPU. SciPy is imported here only, when something is trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from skills.classifiers.calibration import Chosen, choose_rule, fit_temperature
from skills.classifiers.features import fit_features
from skills.classifiers.head import Head
from skills.classifiers.ngrams import Floats
from skills.classifiers.regression import Linear, balanced, fit
from skills.classifiers.scope import NOTHING_REFUSED, Scores, Whitened, scope_scores

SEED = 20261123
STRENGTH = 20.0
BUCKETS = 1024
BALANCE = 0.0
"""Power of the inverse class frequency by which rows are weighed: 0 alike, 1 every class alike."""
STEPS = 40
STEPS_TO_COMPARE = 20
LEAST = 2
"""Examples a label needs: one to learn from, one to check with."""

FOLDS = 5
MANY = 3000
"""From so many examples on one held-out fold of five measures well enough."""
FOREIGN = 0.25
"""Share of the labels that play "none of these" where no example of it is given."""
LABELS_TO_PLAY = 4


@dataclass(frozen=True, slots=True, eq=False)
class _HeldOut:
    """What a model said of rows that it was not fitted on; `target` is `labels` for what is in no label."""

    logits: Floats
    scores: Mapping[str, Scores]
    target: npt.NDArray[np.intp]


def train_head(
    task: str,
    texts: Sequence[str],
    labels: Sequence[str | None],
    vectors: Mapping[str, Floats],
    *,
    weights: Sequence[float] | None = None,
    refusing: bool = True,
    seed: int = SEED,
) -> Head:
    """Returns a head that tells `texts` by their `labels`, None being "none of these".

    `vectors` are the encoders' unit vectors of the texts in the role `query` by encoder name, float32 (texts,
    dimensions); without any the head reads characters only. `weights` say how much each example counts, alike without
    them. Where no label is None and it is `refusing`, what is out of scope is learned from labels that play it. The
    same input gives the same head. Raises ValueError naming a label that has fewer than `LEAST` examples.
    """
    names = tuple(sorted({label for label in labels if label is not None}))
    target = np.array([names.index(label) if label is not None else len(names) for label in labels], dtype=np.intp)
    _check(names, target)
    given = np.ones(len(texts), np.float32) if weights is None else np.asarray(weights, np.float32)
    features, rows = fit_features(texts, vectors, BUCKETS)
    near = features.near(rows)
    trainer = _Trainer(rows, near, target, len(names), given)
    held, begun = trainer.held_out(seed)
    inside = held.target < len(names)
    temperature = fit_temperature(held.logits[inside, : len(names)], held.target[inside])
    rule = _rule(trainer, held, seed).rule if refusing else NOTHING_REFUSED
    linear = trainer.fit(np.arange(len(texts)), begun)
    whitened = Whitened.of(near, target, len(names)) if "mahalanobis" in rule.names else None
    return Head(task, names, features, linear, temperature, rule, tuple(texts), target, near, whitened)


@dataclass(frozen=True, slots=True, eq=False)
class _Trainer:
    """Fits on any of the rows; `target` is `labels` for "none of these"."""

    rows: Floats
    near: Floats
    target: npt.NDArray[np.intp]
    labels: int
    given: Floats

    def fit(self, kept: npt.NDArray[np.intp], start: Linear | None = None, steps: int = STEPS) -> Linear:
        """Returns the regression on the rows `kept`."""
        target = self.target[kept]
        classes = self.labels + int((target == self.labels).any())
        weights = self.given[kept] * balanced(target, classes) ** BALANCE
        return fit(
            self.rows[kept],
            target,
            classes,
            strength=STRENGTH,
            row_weights=weights.astype(np.float32),
            steps=steps,
            start=start,
        )

    def judged(self, kept: npt.NDArray[np.intp], held: npt.NDArray[np.intp], linear: Linear) -> _HeldOut:
        """Returns what `linear`, fitted on the rows `kept`, says of the rows `held`."""
        known = self.near[kept][self.target[kept] < self.labels]
        logits = linear.logits(self.rows[held])
        whitened = Whitened.of(self.near[kept], self.target[kept], self.labels)
        scores = scope_scores(("neighbours", "mahalanobis"), logits, self.near[held], known, whitened, self.labels)
        return _HeldOut(logits, scores, self.target[held])

    def held_out(self, seed: int) -> tuple[_HeldOut, Linear]:
        """Returns what models said of rows they were not fitted on, and the last of those models."""
        fold = _folds(self.target, seed)
        parts = []
        for number in range(1 if len(fold) >= MANY else FOLDS):
            kept, held = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
            linear = self.fit(kept)
            parts.append(self.judged(kept, held, linear))
        return _joined(parts), linear

    def with_foreign_labels(self, seed: int) -> _HeldOut:
        """Returns what models said of held-out rows when some labels were kept from them, as `target` none."""
        order = np.random.default_rng(seed).permutation(self.labels)
        fold = _folds(self.target, seed)
        foreign = np.isin(self.target, order[: max(2, round(FOREIGN * self.labels))])
        own = order[max(2, round(FOREIGN * self.labels)) :]
        places = np.full(self.labels + 1, len(own))
        places[np.sort(own)] = np.arange(len(own))
        part = _Trainer(self.rows, self.near, places[self.target], len(own), self.given)
        kept = np.flatnonzero(~foreign & (fold != 0))
        return part.judged(kept, np.flatnonzero(fold == 0), part.fit(kept, steps=STEPS_TO_COMPARE))


def _rule(trainer: _Trainer, held: _HeldOut, seed: int) -> Chosen:
    if (held.target < trainer.labels).all():
        if trainer.labels < LABELS_TO_PLAY:
            return Chosen(NOTHING_REFUSED, {})
        held = trainer.with_foreign_labels(seed)
        labels = held.logits.shape[1]
    else:
        labels = trainer.labels
    right = held.logits[:, :labels].argmax(axis=1) == held.target
    return choose_rule(held.scores, held.target < labels, right)


def _check(names: Sequence[str], target: npt.NDArray[np.intp]) -> None:
    if not names:
        raise ValueError("there is no labelled example to learn from")
    counts = np.bincount(target, minlength=len(names))
    rare = [name for name, count in zip(names, counts, strict=False) if count < LEAST]
    if rare:
        raise ValueError(f'the label "{rare[0]}" has one example where at least {LEAST} are needed')
    if len(names) == 1 and len(counts) == 1:
        raise ValueError(f'"{names[0]}" is the only label: at least two are needed, or examples of "none of these"')


def _folds(target: npt.NDArray[np.intp], seed: int) -> npt.NDArray[np.intp]:
    """Returns the fold of each row: every class is spread evenly, with one row at least in the first."""
    shuffled = np.random.default_rng(seed).permutation(len(target))
    order = shuffled[np.argsort(target[shuffled], kind="stable")]
    sorted_target = target[order]
    first = np.searchsorted(sorted_target, sorted_target)
    fold = np.empty(len(target), dtype=np.intp)
    fold[order] = (np.arange(len(target)) - first) % FOLDS
    return fold


def _joined(parts: Sequence[_HeldOut]) -> _HeldOut:
    return _HeldOut(
        np.concatenate([part.logits for part in parts]),
        {name: np.concatenate([part.scores[name] for part in parts]) for name in parts[0].scores},
        np.concatenate([part.target for part in parts]),
    )
