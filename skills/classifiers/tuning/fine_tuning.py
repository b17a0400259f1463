"""Fine-tunes an encoder for one or several tasks at once, by LoRA or whole. Imports torch when called.

Each task has a linear head on the shared encoder's vector, which begins as the regression on the untouched encoder's
vectors; then adapters and heads learn together. Each batch is of one task. What was measured, and how long it takes:
see the model card of the starter versions.
"""

from __future__ import annotations

import copy
import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt

from skills.classifiers.features.ngrams import Floats
from skills.classifiers.heads.regression import Linear
from skills.classifiers.tuning import lora
from skills.classifiers.tuning.checkpoints import Keeper

if TYPE_CHECKING:
    from torch import nn

    from skills.classifiers.tuning.devices import Device
    from skills.classifiers.tuning.training import Clock

_log = logging.getLogger(__name__)

Targets = npt.NDArray[np.intp]

Progress = Callable[[float], None]
"""Hears the share that is done, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How an encoder is tuned. `rank` of the adapters; rates are those of AdamW, `warm_up` a share of all steps.

    `method` `full` lets every weight learn but the word embeddings; `rate` None is what measured best: 1e-3 for
    adapters, 1e-4 for whole weights. A batch is computed in `accumulate` parts whose gradients add up.
    `smoothing` is the share of each target spread over all classes. `contrast` weighs the supervised contrastive
    loss (Khosla et al. 2020) beside the cross-entropy, at temperature 0.1, within each part; it helps where a class
    has few examples. `balance` weighs each class by its frequency to minus this power: 0 not at all, 1 all alike.
    `dropout` is that of the encoder: without it a step takes a fifth less, and the held-out loss is a tenth higher.
    Training stops after `patience` epochs without a lower held-out loss; None: never before its end.
    """

    method: Literal["lora", "full"] = "lora"
    rank: int = 16
    rate: float | None = None
    head_rate: float = 1e-3
    epochs: int = 3
    batch: int = 32
    warm_up: float = 0.1
    smoothing: float = 0.1
    contrast: float = 0.0
    accumulate: int = 1
    balance: float = 0.0
    dropout: float = 0.1
    patience: int | None = None
    seed: int = 20261123

    @property
    def encoder_rate(self) -> float:
        """The rate at which the encoder learns."""
        if self.rate is not None:
            return self.rate
        return 1e-3 if self.method == "lora" else 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What one head learns: `target` is the class of each text, `weights` how much each counts (texts,).

    `mean` (dimensions,) is taken from every vector before it meets `start`, the head's beginning. `held` are the rows
    kept out of training, by which the best epoch is chosen.
    """

    name: str
    texts: Sequence[str]
    target: Targets
    weights: Floats
    mean: Floats
    start: Linear
    held: npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Tuned:
    """The outcome: the adapter, each task's head on centred tuned vectors, and what it took.

    `history` holds the mean held-out cross-entropy after each epoch, the untouched encoder's first; `epochs` is how
    much of the training texts was seen, `seconds` what it took, in all processes together. `notes` say what went
    otherwise than asked: memory that did not suffice, a GPU that was lost, checkpoints that could not be written.
    """

    adapter: dict[str, npt.NDArray[np.float16]]
    heads: Mapping[str, Linear]
    history: tuple[float, ...]
    epochs: float
    seconds: float
    notes: tuple[str, ...] = ()


def tune(
    base: lora.Base,
    tasks: Sequence[Task],
    settings: Settings = Settings(),
    *,
    seconds: float = float("inf"),
    progress: Progress | None = None,
    checkpoint: Path | None = None,
    every_seconds: float = 20.0,
    device: Literal["auto", "cpu", "cuda"] = "auto",
    threads: int | None = None,
) -> Tuned:
    """Tunes `base`, whose model is used up, and returns the adapter and heads of the best epoch.

    It ends within `seconds`: the learning rate falls to nothing by the steps taken or the time spent, whichever is
    further. The same input gives the same result on the same machine where time does not cut it short.

    Every `every_seconds` and at the end it leaves where it stands in the folder `checkpoint`, and goes on from there
    when it is called again with the same tasks, settings and encoder, to the same result; after the end, at once. The
    folder is the caller's to remove. `progress` may raise to stop; that passes through, and the checkpoint stays.

    Where memory does not suffice, batches are halved twice, their gradients added up; where that does not help, or the
    GPU is lost, it goes on from the last checkpoint on the CPU. `threads` caps those of torch.

    Raises ValueError when there is nothing to learn from or no GPU where one is asked for, MemoryError or what torch
    raises when memory does not suffice on the CPU either.
    """
    from skills.classifiers.tuning import devices
    from skills.classifiers.tuning.training import Clock

    if not any(len(task.texts) > len(task.held) for task in tasks):
        raise ValueError("there is no text to learn from")
    clock, notes = Clock(seconds), list[str]()
    keeper = Keeper(checkpoint, every_seconds, _fingerprint(base, tasks, settings) if checkpoint else "", notes)
    hear = progress or (lambda _: None)
    with devices.at_most(threads):
        first = devices.chosen(device)
        if first.kind == "cuda":
            try:
                # A copy, so that there is one left to go on with when the GPU takes this one with it.
                return _tuned(base, copy.deepcopy(base.model), tasks, settings, first, clock, keeper, hear)
            except Exception as error:
                if not (devices.out_of_memory(error) or devices.lost(error)):
                    raise
                _log.warning("tuning on the GPU failed and goes on on the CPU", exc_info=True)
                notes.append(f"the GPU failed, and the CPU went on: {type(error).__name__}")
        return _tuned(base, base.model, tasks, settings, devices.chosen("cpu"), clock, keeper, hear)


def _tuned(
    base: lora.Base,
    model: nn.Module,
    tasks: Sequence[Task],
    settings: Settings,
    device: Device,
    clock: Clock,
    keeper: Keeper,
    hear: Progress,
) -> Tuned:
    from skills.classifiers.tuning.training import Training

    training = Training(base, model, tasks, settings, device, clock, keeper.notes)
    if found := keeper.read():
        training.restore(found)
        clock.resume(found.facts["spent"])
    training.run(hear, lambda: keeper.keep(training.snapshot))
    keeper.write(training.snapshot())
    adapter, heads = training.best
    return Tuned(adapter, heads, tuple(training.history), training.epochs, clock.spent(), tuple(keeper.notes))


def _fingerprint(base: lora.Base, tasks: Sequence[Task], settings: Settings) -> str:
    """Returns a hash of all that decides the outcome, but for the machine and the time there is.

    Where a head starts from, and the mean, follow from texts and encoder up to their last bits, which are not the same
    on every processor and with every number of threads: what another machine began goes on here.
    """
    digest = hashlib.sha256(repr((base.name, base.pad, settings)).encode())
    for name, weights in base.model.state_dict().items():
        digest.update(name.encode() + weights.cpu().numpy().tobytes())
    for task in tasks:
        digest.update(repr((task.name, list(task.texts), task.start.weights.shape)).encode())
        for part in (task.target, task.weights, task.held):
            digest.update(repr(part.shape).encode() + part.tobytes())
    return digest.hexdigest()
