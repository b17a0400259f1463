"""From labelled texts to a head on a tuned encoder, or to one on untouched encoders where tuning does not pay."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from index.encoders.base import Encoder
from index.encoders.sources import EMBEDDED
from skills.classifiers.features.columns import centred
from skills.classifiers.features.ngrams import Floats
from skills.classifiers.heads.calibration import fit_temperature
from skills.classifiers.heads.head import Prediction
from skills.classifiers.heads.neighbours import Neighbourhood
from skills.classifiers.heads.preparing import Prepared, prepare_head
from skills.classifiers.heads.regression import Linear, fit, log_softmax
from skills.classifiers.heads.training import SEED, train_head
from skills.classifiers.tuning.fine_tuning import Progress, Settings, Task, tune
from skills.classifiers.tuning.tuned_encoder import export, open_exported, tuned_name
from skills.classifiers.tuning.tuned_head import Mixture, TunedHead, mixed

Method = Literal["auto", "heads", "tuned"]

LEAST_TO_TUNE = 2000
"""With fewer examples, or fewer than so many a label, held-out rows can't tell whether tuning gained anything."""
LEAST_A_LABEL = 20
_HELD = 0.08
"""Share of the examples kept from tuning, to stop by, to calibrate by and to decide by."""
_SLOWEST = 60.0
"""Texts a second at which tuning must get through them once in the time there is, to be tried."""
_EXPORT_SECONDS = 15.0
_STRENGTH = 20.0
GAIN = 0.02
"""Share by which the held-out loss must fall for the tuned head to be chosen: it costs a pass and megabytes."""
MIXTURES = tuple((frozen, vote) for frozen in (0.5, 1.0) for vote in (0.0, 0.5, 1.0))
"""How much the untouched encoder's head and the votes may count beside the tuned logits."""


@dataclass(frozen=True, slots=True, eq=False)
class PreparedTuned:
    """A tuned head with the encoders that it stands on: texts in, predictions out."""

    head: TunedHead
    encoders: tuple[Encoder, ...]

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """Returns one prediction a text, in order; the encoders' passes are made here. Blocking."""
        return self.head.predict_many(texts, {one.name: one.encode(texts, "query") for one in self.encoders})


def prepare_classifier(
    task: str,
    texts: Sequence[str],
    labels: Sequence[str | None],
    encoders: Sequence[Encoder],
    *,
    method: Method = "auto",
    seconds: float,
    refusing: bool = True,
    progress: Progress | None = None,
) -> Prepared | PreparedTuned:
    """Returns a classifier of `texts` by `labels` (None: out of scope) on `encoders`, made within about `seconds`.

    `auto` makes heads first, then tunes where examples and time suffice, and keeps what predicts held-out examples
    better; `tuned` always tunes. Raises ValueError for labels that can't be learned from.
    """
    begun = time.monotonic()
    prepared = prepare_head(task, texts, labels, encoders, refusing=refusing)
    base = next((one for one in prepared.encoders if one.name in EMBEDDED), None)
    if method == "heads" or base is None:
        return prepared
    inside = [place for place, label in enumerate(labels) if label is not None]
    # What is left once the second head is trained, the graph exported and every text encoded by it.
    encoding = _seconds_to_encode(base, [texts[place] for place in inside])
    spent = time.monotonic() - begun
    left = seconds - 2 * spent - encoding - _EXPORT_SECONDS
    enough = len(inside) >= max(LEAST_TO_TUNE, LEAST_A_LABEL * len(prepared.head.labels))
    if method == "auto" and not (enough and left >= len(inside) / _SLOWEST):
        return prepared
    tuned, gained = _tuned(prepared, base, texts, labels, max(left, 1.0), progress)
    return tuned if gained or method == "tuned" else prepared


def _tuned(
    prepared: Prepared,
    base: Encoder,
    texts: Sequence[str],
    labels: Sequence[str | None],
    seconds: float,
    progress: Progress | None,
) -> tuple[PreparedTuned, bool]:
    """Returns the tuned head, and whether it predicts held-out examples better than the frozen one."""
    from skills.classifiers.tuning.lora import open_base

    frozen = prepared.head
    inside = np.array([place for place, label in enumerate(labels) if label is not None], dtype=np.intp)
    target = np.array([frozen.labels.index(str(labels[place])) for place in inside], dtype=np.intp)
    spoken = [texts[place] for place in inside]
    held = kept_out(target)
    kept = np.setdiff1d(np.arange(len(inside)), held)
    vectors = {one.name: one.encode(spoken, "query") for one in prepared.encoders}
    mean = vectors[base.name][kept].mean(axis=0).astype(np.float32)
    ones = np.ones(len(inside), dtype=np.float32)
    start = regression(centred(vectors[base.name][kept], mean), target[kept], ones[kept], len(frozen.labels))
    outcome = tune(
        open_base(base.name),
        [Task(frozen.task, spoken, target, ones, mean, start, held)],
        Settings(),
        seconds=seconds,
        progress=progress,
    )
    export(base.name, outcome.adapter)
    encoder = open_exported(base.name, tuned_name(base.name, outcome.adapter))
    near = centred(encoder.encode(spoken, "query"), mean)
    learned = outcome.heads[frozen.task]

    before_head = train_head(
        frozen.task,
        [spoken[place] for place in kept],
        [frozen.labels[target[place]] for place in kept],
        {name: rows[kept] for name, rows in vectors.items()},
        refusing=False,
    )
    before = before_head.predict_many(
        [spoken[place] for place in held], {name: rows[held] for name, rows in vectors.items()}
    )
    linear = added(learned, regression(near[kept], target[kept], ones[kept], len(frozen.labels)))
    neighbourhood = Neighbourhood.of(near[kept], target[kept], len(frozen.labels))
    losses = {}
    for share, vote in MIXTURES:
        total = mixed(before_head, before, near[held], linear, neighbourhood, Mixture(share, vote, 1.0))
        temperature, loss = fit_temperature(total, target[held])
        losses[Mixture(share, vote, temperature)] = loss
    mixture = min(losses, key=lambda one: losses[one])
    untouched = _loss(
        np.log([[max(one.scores[label], 1e-12) for label in frozen.labels] for one in before]), target[held]
    )
    every = regression(near, target, ones, len(frozen.labels))
    examples = [text for text, place in zip(frozen.texts, frozen.target, strict=True) if place < len(frozen.labels)]
    known = near if examples == spoken else centred(encoder.encode(examples, "query"), mean)
    head = TunedHead(frozen, base.name, outcome.adapter, mean, added(learned, every), known, mixture)
    return PreparedTuned(head, (*prepared.encoders, encoder)), losses[mixture] < untouched * (1.0 - GAIN)


def regression(rows: Floats, target: npt.NDArray[np.intp], weights: Floats, classes: int) -> Linear:
    """Returns the head on centred vectors (texts, dimensions) beside which tuned ones stand."""
    return fit(rows, target, classes, strength=_STRENGTH, row_weights=weights, steps=40)


def added(one: Linear, other: Linear) -> Linear:
    """Returns the head whose logits are the sum of both."""
    return Linear(one.weights + other.weights, one.bias + other.bias)


def _loss(logits: npt.NDArray[np.float64] | Floats, target: npt.NDArray[np.intp]) -> float:
    return -float(log_softmax(np.asarray(logits))[np.arange(len(target)), target].mean())


def kept_out(target: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """Returns the rows kept from tuning, every class in proportion, ascending."""
    shuffled = np.random.default_rng(SEED).permutation(len(target))
    ordered = shuffled[np.argsort(target[shuffled], kind="stable")]
    return np.sort(ordered[:: round(1 / _HELD)])


def _seconds_to_encode(encoder: Encoder, texts: Sequence[str]) -> float:
    some = texts[:: max(1, len(texts) // 200)]
    begun = time.monotonic()
    encoder.encode(some, "query")
    return (time.monotonic() - begun) * len(texts) / max(1, len(some))
