"""Fine-tunes an encoder for one or several tasks at once, by LoRA. Imports torch and peft when called.

Each task has a linear head on the shared encoder's vector, which begins as the regression on the untouched encoder's
vectors; then adapters and heads learn together. Each batch is of one task. What was measured, and how long it takes:
see the model card of the starter versions.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.encoders.batching import batches_by_length
from skills.classifiers.features.ngrams import Floats
from skills.classifiers.heads.regression import Linear
from skills.classifiers.tuning import lora

if TYPE_CHECKING:
    import torch
    from torch import nn

Targets = npt.NDArray[np.intp]

Progress = Callable[[float], None]
"""Hears the share that is done, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How an encoder is tuned. `rank` of the adapters; rates are those of AdamW, `warm_up` a share of all steps.

    `smoothing` is the share of each target spread over all classes. `contrast` weighs the supervised contrastive loss
    (Khosla et al. 2020) beside the cross-entropy, at temperature 0.1; it helps where a class has few examples.
    """

    rank: int = 16
    rate: float = 1e-3
    head_rate: float = 1e-3
    epochs: int = 3
    batch: int = 32
    warm_up: float = 0.1
    smoothing: float = 0.1
    contrast: float = 0.0
    seed: int = 20261123


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
    much of the training texts was seen.
    """

    adapter: dict[str, npt.NDArray[np.float16]]
    heads: Mapping[str, Linear]
    history: tuple[float, ...]
    epochs: float
    seconds: float


def tune(
    base: lora.Base,
    tasks: Sequence[Task],
    settings: Settings = Settings(),
    *,
    seconds: float = float("inf"),
    progress: Progress | None = None,
) -> Tuned:
    """Tunes `base`, whose model is used up, and returns the adapter and heads of the best epoch.

    It ends within `seconds`: the learning rate falls to nothing by the steps taken or the time spent, whichever is
    further. The same input gives the same result where time does not cut it short.
    """
    import torch

    torch.manual_seed(settings.seed)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return _Run(base, tasks, settings, device).run(seconds, progress)


class _Run:
    """One training in progress."""

    def __init__(self, base: lora.Base, tasks: Sequence[Task], settings: Settings, device: torch.device) -> None:
        import torch
        from torch import nn

        self._base, self._tasks, self._settings, self._device = base, tasks, settings, device
        model = base.model
        if hasattr(model.config, "_attn_implementation"):
            model.config._attn_implementation = "sdpa"
        # In bf16 the frozen weights need no cast at every step; what learns stays in float32.
        model.to(device=device, dtype=torch.bfloat16)
        adapters = lora.insert(model, settings.rank)
        for parameter in adapters:
            parameter.data = parameter.data.float()
        self._heads: dict[str, tuple[nn.Parameter, nn.Parameter]] = {}
        for task in tasks:
            weights, bias = torch.from_numpy(task.start.weights.copy()), torch.from_numpy(task.start.bias.copy())
            self._heads[task.name] = nn.Parameter(weights.to(device)), nn.Parameter(bias.to(device))
        self._means = {task.name: torch.from_numpy(task.mean).to(device) for task in tasks}
        self._ids = {task.name: base.tokenize(task.texts) for task in tasks}
        heads = [part for pair in self._heads.values() for part in pair]
        self._parameters = [*adapters, *heads]
        self._optimizer = torch.optim.AdamW(
            [{"params": adapters, "rate": settings.rate}, {"params": heads, "rate": settings.head_rate}],
            weight_decay=0.01,
        )

    def run(self, seconds: float, progress: Progress | None) -> Tuned:
        begun = time.monotonic()
        random = np.random.default_rng(self._settings.seed)
        kept = {task.name: np.setdiff1d(np.arange(len(task.texts)), task.held) for task in self._tasks}
        texts = sum(len(rows) for rows in kept.values())
        best, history, seen, done = self._state(), [self._held_out_loss()], 0, 0.0
        judging = time.monotonic() - begun
        until = begun + seconds - judging
        lowest = float("inf")
        while done < 1.0:
            for task, rows in self._epoch(kept, random):
                self._step(task, rows, done)
                seen += len(rows)
                done = max(seen / (texts * self._settings.epochs), (time.monotonic() - begun) / (until - begun))
                if progress is not None:
                    progress(min(done, 1.0))
                if done >= 1.0:
                    break
            history.append(self._held_out_loss())
            if history[-1] <= lowest:
                best, lowest = self._state(), history[-1]
            until -= judging if done < 1.0 else 0.0
        adapter, heads = best
        return Tuned(adapter, heads, tuple(history), seen / texts, time.monotonic() - begun)

    def _state(self) -> tuple[dict[str, npt.NDArray[np.float16]], dict[str, Linear]]:
        heads = {
            name: Linear(weights.detach().cpu().numpy().copy(), bias.detach().cpu().numpy().copy())
            for name, (weights, bias) in self._heads.items()
        }
        return lora.extract(self._base.model), heads

    def _epoch(
        self, kept: Mapping[str, npt.NDArray[np.intp]], random: np.random.Generator
    ) -> list[tuple[Task, npt.NDArray[np.intp]]]:
        """Returns the epoch's batches, each of texts of like length, in random order."""
        batches = []
        for task in self._tasks:
            rows = kept[task.name]
            # A little noise, so that no two epochs have the same batches.
            lengths = np.array([len(self._ids[task.name][row]) for row in rows]) + random.uniform(0, 2, len(rows))
            ordered = rows[np.argsort(lengths)]
            batches += [
                (task, ordered[begin : begin + self._settings.batch])
                for begin in range(0, len(ordered), self._settings.batch)
            ]
        return [batches[place] for place in random.permutation(len(batches))]

    def _vectors(self, task: str, ids: npt.NDArray[np.int64], mask: npt.NDArray[np.int64]) -> torch.Tensor:
        """Returns centred unit vectors (texts, dimensions), float32."""
        import torch

        put_ids, put_mask = (torch.from_numpy(part).to(self._device) for part in (ids, mask))
        with torch.autocast(self._device.type, dtype=torch.bfloat16):
            states = self._base.states(put_ids, put_mask)
        kept = put_mask.unsqueeze(-1).float()
        pooled = (states.float() * kept).sum(1) / kept.sum(1)
        normalize = torch.nn.functional.normalize
        return normalize(normalize(pooled, dim=-1) - self._means[task], dim=-1)

    def _step(self, task: Task, rows: npt.NDArray[np.intp], done: float) -> None:
        import torch

        self._base.model.train()
        settings = self._settings
        tokens = [self._ids[task.name][row] for row in rows]
        (batch,) = batches_by_length(tokens, self._base.pad, max(map(len, tokens)) * len(tokens))
        rows = rows[batch.rows]
        target = torch.from_numpy(task.target[rows]).to(self._device)
        vectors = self._vectors(task.name, batch.ids, batch.mask)
        weights, bias = self._heads[task.name]
        missed = torch.nn.functional.cross_entropy(
            vectors @ weights + bias, target, reduction="none", label_smoothing=settings.smoothing
        )
        loss = (missed * torch.from_numpy(task.weights[rows]).to(self._device)).mean()
        if settings.contrast:
            loss = loss + settings.contrast * _contrast(vectors, target)
        share = min(done / settings.warm_up, (1.0 - done) / (1.0 - settings.warm_up))
        for group in self._optimizer.param_groups:
            group["lr"] = group["rate"] * max(share, 0.01)
        self._optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(self._parameters, 1.0)
        self._optimizer.step()

    def _held_out_loss(self) -> float:
        """Returns the mean cross-entropy of the rows that were held out, every task alike; 0 without any."""
        import torch

        self._base.model.train(False)
        losses = []
        with torch.inference_mode():
            for task in self._tasks:
                if not len(task.held):
                    continue
                total = 0.0
                tokens = [self._ids[task.name][row] for row in task.held]
                for batch in batches_by_length(tokens, self._base.pad, 2048):
                    weights, bias = self._heads[task.name]
                    logits = self._vectors(task.name, batch.ids, batch.mask) @ weights + bias
                    target = torch.from_numpy(task.target[task.held[batch.rows]]).to(self._device)
                    total += float(torch.nn.functional.cross_entropy(logits, target, reduction="sum"))
                losses.append(total / len(task.held))
        return float(np.mean(losses)) if losses else 0.0


def _contrast(vectors: torch.Tensor, target: torch.Tensor, temperature: float = 0.1) -> torch.Tensor:
    """Returns the supervised contrastive loss of a batch: texts of one class near, others far."""
    import torch

    itself = torch.eye(len(target), dtype=torch.bool, device=target.device)
    similar = (vectors @ vectors.T / temperature).masked_fill(itself, -1e9)
    alike = (target[:, None] == target[None, :]) & ~itself
    paired = alike.any(dim=1)
    if not paired.any():
        return vectors.sum() * 0.0
    shares = torch.log_softmax(similar, dim=1)
    per_text = -(shares * alike).sum(1)[paired] / alike.sum(1)[paired]
    return per_text.mean()
