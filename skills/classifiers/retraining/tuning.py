"""Intents on an encoder that is tuned for them: the adapter learns once, heads on it as often as is asked.

The adapter sees nothing that the gate judges by: not the rows that are held out of the new ones, nor golden or kept
ones. What serves is the int8 graph; how far it agrees with the tuned model in torch is measured on texts that the
adapter has not seen.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.encoders.base import Encoder
from index.encoders.sources import EMBEDDED
from skills.classifiers.features.columns import centred
from skills.classifiers.features.ngrams import Floats
from skills.classifiers.heads.calibration import fit_temperature
from skills.classifiers.heads.head import Head
from skills.classifiers.heads.neighbours import Neighbourhood
from skills.classifiers.heads.regression import Linear, log_softmax
from skills.classifiers.retraining.corpus import Corpus, Places
from skills.classifiers.retraining.job import CHECKPOINT, Job
from skills.classifiers.retraining.learners import INTENT, Classifier, OfHead, learn_head, learnable
from skills.classifiers.tuning.fine_tuning import Settings, Task, tune
from skills.classifiers.tuning.tuned_encoder import Adapter, export, open_exported, tuned_name
from skills.classifiers.tuning.tuned_head import Mixture, TunedHead, mixed
from skills.classifiers.tuning.tuned_training import (
    GAIN,
    LEAST_A_LABEL,
    LEAST_TO_TUNE,
    MIXTURES,
    added,
    kept_out,
    regression,
)

BATCH = 32
_COMPARED = 200
"""Texts on which the graph that serves is compared with the model in torch."""
_EXPORT_SECONDS = 30.0


@dataclass(frozen=True, slots=True, eq=False)
class Tuning:
    """A tuned encoder and what is known of it.

    `gained`: it predicts the rows that were held out better than heads on the untouched encoder do. `facts` go into
    the report: loss before and after, seconds, epochs, agreement of the graph with torch, notes.
    """

    learner: TunedLearner
    encoder: Encoder
    gained: bool
    facts: dict[str, Any]


class TunedLearner:
    """Learns heads on the vectors of a tuned encoder, beside those on the untouched one."""

    def __init__(
        self,
        base: str,
        adapter: Adapter,
        mean: Floats,
        labels: Sequence[str],
        learned: Linear,
        mixture: Mixture,
        untuned: Head,
    ) -> None:
        """`learned` is the head with which the adapter learned, over `labels`; `mean` is taken from tuned vectors.

        `untuned` is the head on the untouched encoder, whose choices are taken over.
        """
        self._base, self._adapter, self._mean, self._untuned = base, adapter, mean, untuned
        self._labels, self._learned, self._mixture = tuple(labels), learned, mixture
        self._name = tuned_name(base, adapter)

    def learn(self, corpus: Corpus, like: Classifier | None = None) -> Classifier:
        """Returns what is learned from all rows. Raises ValueError, in a sentence, for labels that can't be learned."""
        frozen = learn_head(corpus, self._base, self._untuned)
        kept = corpus.take(learnable(corpus))
        places = {label: place for place, label in enumerate(frozen.labels)}
        inside = np.array([at for at, row in enumerate(kept.rows) if row.label is not None], dtype=np.intp)
        target = np.array([places[str(kept.rows[at].label)] for at in inside], dtype=np.intp)
        near = centred(kept.bare[self._name][inside], self._mean)
        linear = added(self._aligned(frozen.labels), regression(near, target, kept.weights[inside], len(places)))
        return OfHead(TunedHead(frozen, self._base, self._adapter, self._mean, linear, near, self._mixture))

    def _aligned(self, labels: Sequence[str]) -> Linear:
        """Returns the head with which the adapter learned, its columns in the order of `labels`."""
        weights = np.zeros((len(self._learned.weights), len(labels)), dtype=np.float32)
        bias = np.zeros(len(labels), dtype=np.float32)
        known = {label: place for place, label in enumerate(self._labels)}
        for place, label in enumerate(labels):
            if label in known:
                weights[:, place] = self._learned.weights[:, known[label]]
                bias[place] = self._learned.bias[known[label]]
        return Linear(weights, bias)


def worth_tuning(corpus: Corpus, job: Job) -> bool:
    """Returns whether an encoder is to be tuned for a corpus: where it is asked for, or rows suffice to tell."""
    if job.method == "heads" or job.stands_on not in EMBEDDED:
        return False
    labels = {row.label for row in corpus.rows if row.label is not None}
    rows = sum(row.label is not None for row in corpus.rows)
    return job.method != "auto" or rows >= max(LEAST_TO_TUNE, LEAST_A_LABEL * len(labels))


def tuned(
    corpus: Corpus, unseen: Places, untuned: Head, job: Job, folder: Path, until: float, tell: Callable[[float], None]
) -> Tuning:
    """Returns an encoder tuned on the rows of `corpus` that may be trained on, less `unseen` ones.

    `untuned` is the head of all rows on the untouched encoder.
    It ends by about `until` (of the monotonic clock), and goes on from the checkpoint in `folder` if there is one.
    Raises ValueError for labels that can't be learned, MemoryError when batches can't be made small enough.
    """
    from skills.classifiers.tuning.lora import open_base

    kept = corpus.take(np.setdiff1d(corpus.where("base", "earlier", "new"), unseen))
    kept = kept.take(learnable(kept))
    kept = kept.take(np.array([at for at, row in enumerate(kept.rows) if row.label is not None], dtype=np.intp))
    labels = sorted({str(row.label) for row in kept.rows})
    places = {label: place for place, label in enumerate(labels)}
    target = np.array([places[str(row.label)] for row in kept.rows], dtype=np.intp)
    held = kept_out(target)
    seen = np.setdiff1d(np.arange(len(target)), held)
    untouched = kept.bare[job.stands_on]
    mean = untouched[seen].mean(axis=0).astype(np.float32)
    weights = kept.weights
    start = regression(centred(untouched[seen], mean), target[seen], weights[seen], len(labels))
    batch = min(job.batch or BATCH, BATCH)
    outcome = tune(
        open_base(job.stands_on),
        [Task(INTENT, kept.bare_texts, target, weights, mean, start, held)],
        Settings(method="full" if job.method == "full" else "lora", accumulate=BATCH // batch, patience=2),
        seconds=max(1.0, until - time.monotonic() - _EXPORT_SECONDS),
        progress=tell,
        checkpoint=folder / CHECKPOINT,
        device=job.device,
        threads=job.threads,
    )
    export(job.stands_on, outcome.adapter)
    encoder = open_exported(job.stands_on, tuned_name(job.stands_on, outcome.adapter))
    near = centred(encoder.encode(kept.bare_texts, "query"), mean)
    learned = outcome.heads[INTENT]
    before = learn_head(kept.take(seen), job.stands_on, untuned)
    said = before.predict_many([kept.bare_texts[at] for at in held], {job.stands_on: untouched[held]})
    linear = added(learned, regression(near[seen], target[seen], weights[seen], len(labels)))
    neighbourhood = Neighbourhood.of(near[seen], target[seen], len(labels))
    losses = {}
    for share, vote in MIXTURES:
        total = mixed(before, said, near[held], linear, neighbourhood, Mixture(share, vote, 1.0))
        temperature, loss = fit_temperature(total, target[held])
        losses[Mixture(share, vote, temperature)] = loss
    mixture = min(losses, key=lambda one: losses[one])
    shares = np.array([[one.scores[label] for label in before.labels] for one in said])
    loss_before = -float(log_softmax(np.log(np.maximum(shares, 1e-12)))[np.arange(len(held)), target[held]].mean())
    facts = {
        "rows": len(kept.rows),
        "loss_before": round(loss_before, 4),
        "loss_after": round(losses[mixture], 4),
        "seconds": round(outcome.seconds, 1),
        "epochs": round(outcome.epochs, 2),
        "notes": list(outcome.notes),
        **agreement(job.stands_on, outcome.adapter, encoder, [kept.bare_texts[at] for at in held], learned, mean),
    }
    learner = TunedLearner(job.stands_on, outcome.adapter, mean, labels, learned, mixture, untuned)
    return Tuning(learner, encoder, losses[mixture] < loss_before * (1.0 - GAIN), facts)


def agreement(
    base: str, adapter: Adapter, encoder: Encoder, texts: Sequence[str], head: Linear, mean: Floats
) -> dict[str, Any]:
    """Returns how far the graph that serves agrees with the tuned model in torch on some of `texts`.

    `agreement` is the share of texts for which `head` says the same, `cosine` the mean cosine of the vectors.
    """
    from skills.classifiers.tuning.torch_vectors import torch_vectors

    some = list(texts)[:_COMPARED]
    if not some:
        return {"agreement": None, "cosine": None, "compared": 0}
    exact, served = torch_vectors(base, adapter, some), encoder.encode(some, "query")
    says, said = (head.logits(centred(rows, mean)).argmax(axis=1) for rows in (exact, served))
    return {
        "agreement": round(float((says == said).mean()), 4),
        "cosine": round(float((exact * served).sum(axis=1).mean()), 4),
        "compared": len(some),
    }
