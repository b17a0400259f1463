"""One training in progress: steps, judgements, snapshots. Imports torch: import it where it is needed only."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn.functional import cross_entropy, normalize

from index.encoders.batching import Batch, batches_by_length
from skills.classifiers.heads.regression import Linear
from skills.classifiers.tuning import devices, lora
from skills.classifiers.tuning.checkpoints import Snapshot
from skills.classifiers.tuning.devices import Device
from skills.classifiers.tuning.epochs import Rows, balanced, epoch_batches, padded
from skills.classifiers.tuning.losses import contrast, step_share
from skills.classifiers.tuning.masters import Masters

if TYPE_CHECKING:
    from skills.classifiers.tuning.fine_tuning import Settings, Task

_JUDGED_TOKENS = 2048
_JUDGING = 0.05
"""Share of the time limit that the first judgement may take; later ones judge the same texts."""
_MOST_PARTS = 4
"""How often a batch may be divided for want of memory: halved, and halved again."""
_FACTS = ("epoch", "place", "seen", "prelude", "parts", "longest", "judging")


class Clock:
    """The time that a training has taken, in seconds, with what it took in processes before this one."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self._begun = time.monotonic()
        self._before: float | None = None

    def resume(self, before: float) -> None:
        """Counts the seconds `before` of an earlier process; once, for this process's own are counted already."""
        self._before = before if self._before is None else self._before

    def spent(self) -> float:
        """Returns the seconds spent until now."""
        return time.monotonic() - self._begun + (self._before or 0.0)


class Training:
    """Tunes `model`, which it changes, for `tasks`; `run` goes on from wherever it stands."""

    def __init__(
        self,
        base: lora.Base,
        model: nn.Module,
        tasks: Sequence[Task],
        settings: Settings,
        device: Device,
        clock: Clock,
        notes: list[str],
    ) -> None:
        torch.manual_seed(settings.seed)
        self._base, self._settings, self._device, self._clock = base, settings, device, clock
        self._tasks = {task.name: task for task in tasks}
        # For texts this short, plain products take half the time of the fused kernel on a CPU. On a GPU they add up in
        # the same order every time, which the fused kernel's way back does not.
        config: Any = model.config
        config._attn_implementation = "eager"
        for module in model.modules():
            if isinstance(module, nn.Dropout):
                module.p = settings.dropout
        full = settings.method == "full"
        model.to(device.place)
        learning = lora.unfreeze(model) if full else lora.insert(model, settings.rank)
        self._encoder = Masters(learning, device.dtype)
        # What does not learn is cast once, here, and not at every step.
        self._model = model.to(device.dtype)
        self._before = self._encoder.vector.detach().clone() if full else None
        self._heads: dict[str, Masters] = {}
        self._linear: dict[str, dict[str, nn.Parameter]] = {}
        for task in tasks:
            parts = {"weights": task.start.weights, "bias": task.start.bias}
            own = {name: nn.Parameter(torch.from_numpy(part.copy()).to(device.place)) for name, part in parts.items()}
            self._linear[task.name] = own
            self._heads[task.name] = Masters(own, torch.float32)
        heads = [head.vector for head in self._heads.values()]
        self._optimizer = torch.optim.AdamW(
            [
                {"params": [self._encoder.vector], "rate": settings.encoder_rate},
                {"params": heads, "rate": settings.head_rate},
            ],
            weight_decay=0.01,
            fused=True,
        )
        self._means = {task.name: torch.from_numpy(task.mean).to(device.place) for task in tasks}
        self._weights = {task.name: balanced(task.target, task.weights, settings.balance) for task in tasks}
        self._ids = {task.name: base.tokenize(task.texts) for task in tasks}
        self._lengths = {name: np.array([len(text) for text in ids], np.intp) for name, ids in self._ids.items()}
        self._kept = {task.name: np.setdiff1d(np.arange(len(task.texts)), task.held) for task in tasks}
        self._texts = sum(len(rows) for rows in self._kept.values())
        self._held = self._held_batches()

        self._epoch, self._place, self._seen, self._prelude = 0, 0, 0, 0.0
        self._parts = settings.accumulate
        self._longest = self._judging = 0.0
        self.history: list[float] = []
        self.best = self._outcome()
        self.notes = notes

    @property
    def epochs(self) -> float:
        """How often each text was seen, on average."""
        return self._seen / max(1, self._texts)

    def run(self, hear: Callable[[float], None], keep: Callable[[], None]) -> None:
        """Trains to the end. `keep` is called when a snapshot may be taken, `hear` then with the share that is done.

        Whatever they raise passes through.
        """
        if not self.history:
            self._judge()
            self._prelude = self._clock.spent()
        # What stopped between its last step and its judgement is judged, however late it is.
        while self._place or not self._over():
            seed = (self._settings.seed, self._epoch)
            batches = epoch_batches(self._lengths, self._kept, self._settings.batch, seed)
            while self._place < len(batches) and (done := self._done()) < 1.0:
                begun = time.monotonic()
                task, rows = batches[self._place]
                self._step(self._tasks[task], rows, done, hear)
                self._place += 1
                self._seen += len(rows)
                self._longest = max(self._longest, time.monotonic() - begun)
                keep()
                hear(min(self._done(), 1.0))
            self._judge()
            self._epoch, self._place = self._epoch + 1, 0
            keep()

    def snapshot(self) -> Snapshot:
        """Returns everything that `restore` needs to go on from here, as copies in the host's memory."""
        arrays = {"encoder": _array(self._encoder.vector)}
        arrays |= {f"head/{name}": _array(head.vector) for name, head in self._heads.items()}
        for place, state in self._optimizer.state_dict()["state"].items():
            arrays |= {f"adam/{place}/{name}": _array(part) for name, part in state.items()}
        arrays["random/cpu"] = _array(torch.get_rng_state())
        if self._device.place.type == "cuda":
            arrays["random/cuda"] = _array(torch.cuda.get_rng_state())
        adapter, heads = self.best
        arrays |= {f"best/adapter/{name}": part for name, part in adapter.items()}
        for name, head in heads.items():
            arrays |= {f"best/weights/{name}": head.weights, f"best/bias/{name}": head.bias}
        facts = {name: getattr(self, f"_{name}") for name in _FACTS}
        facts |= {"history": self.history, "notes": self.notes, "held": len(self._held), "spent": self._clock.spent()}
        return Snapshot(arrays, facts)

    def restore(self, snapshot: Snapshot) -> None:
        """Goes on from `snapshot`, of a training of the same tasks, settings and encoder, on whichever device."""
        arrays = snapshot.arrays
        stored: dict[int, dict[str, torch.Tensor]] = {}
        with torch.no_grad():
            for name, masters in (
                ("encoder", self._encoder),
                *((f"head/{one}", own) for one, own in self._heads.items()),
            ):
                masters.vector.copy_(torch.from_numpy(arrays[name]))
                masters.publish()
        for path, array in arrays.items():
            if path.startswith("adam/"):
                _, place, name = path.split("/")
                stored.setdefault(int(place), {})[name] = torch.from_numpy(array.copy())
        self._optimizer.load_state_dict({"state": stored, "param_groups": self._optimizer.state_dict()["param_groups"]})
        torch.set_rng_state(torch.from_numpy(arrays["random/cpu"].copy()))
        if self._device.place.type == "cuda" and "random/cuda" in arrays:
            torch.cuda.set_rng_state(torch.from_numpy(arrays["random/cuda"].copy()))
        adapter = "best/adapter/"
        self.best = (
            {path.removeprefix(adapter): part for path, part in arrays.items() if path.startswith(adapter)},
            {name: Linear(arrays[f"best/weights/{name}"], arrays[f"best/bias/{name}"]) for name in self._tasks},
        )
        for name in _FACTS:
            setattr(self, f"_{name}", snapshot.facts[name])
        del self._held[snapshot.facts["held"] :]
        self.history = list(snapshot.facts["history"])
        self.notes[:] = dict.fromkeys([*snapshot.facts["notes"], *self.notes])

    def _over(self) -> bool:
        patience, since = self._settings.patience, len(self.history) - 1 - self._best_epoch()
        stale = patience is not None and len(self.history) > 1 and since >= patience
        return stale or self._done() >= 1.0

    def _best_epoch(self) -> int:
        """Returns the epoch of least held-out loss, the later of equals; 0, untouched, when there was none yet."""
        return min(range(1, len(self.history)), key=lambda epoch: (self.history[epoch], -epoch), default=0)

    def _done(self) -> float:
        """Returns the share that is done, of the steps or of the time that there is before the end."""
        steps = self._seen / max(1, self._texts * self._settings.epochs)
        # The machine may be busier at the end than it was.
        left = self._clock.limit - self._prelude - 1.5 * self._judging - 2.0 * self._longest
        spent = self._clock.spent() - self._prelude
        return max(steps, spent / left) if left > spent else 1.0

    def _outcome(self) -> tuple[dict[str, npt.NDArray[np.float16]], dict[str, Linear]]:
        suffix = "" if self._before is None else lora.GROWTH
        arrays = self._encoder.arrays(self._before)
        adapter = {f"{name}{suffix}": array.astype(np.float16) for name, array in arrays.items()}
        return adapter, {name: Linear(**head.arrays()) for name, head in self._heads.items()}

    def _step(self, task: Task, rows: Rows, done: float, hear: Callable[[float], None]) -> None:
        self._model.train()
        while not self._gradients(task, rows, lambda: hear(done)):
            self._parts *= 2
            self.notes.append(f"memory did not suffice: batches are computed in {self._parts} parts")
            self._encoder.clear()
            self._heads[task.name].clear()
            if self._device.place.type == "cuda":
                torch.cuda.empty_cache()
        share = step_share(done, self._settings.warm_up)
        for group in self._optimizer.param_groups:
            group["lr"] = group["rate"] * share
        learning = (self._encoder, self._heads[task.name])
        nn.utils.clip_grad_norm_([masters.vector for masters in learning], 1.0)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        for masters in learning:
            masters.publish()

    def _gradients(self, task: Task, rows: Rows, between: Callable[[], None]) -> bool:
        """Leaves the batch's gradients in the masters; returns False when memory did not suffice and less at once may.

        Nothing here waits for a GPU: what is computed stays there.
        """
        settings = self._settings
        tokens = int(self._lengths[task.name][rows].max()) * len(rows)
        parts = min(max(self._parts, -(-tokens // self._device.part)), len(rows))
        try:
            for place, part in enumerate(np.array_split(rows, parts)):
                if place:
                    between()
                ordered, batch = padded(self._ids[task.name], part, self._base.pad)
                target, weights = self._put(task.target[ordered]), self._put(self._weights[task.name][ordered])
                vectors = self._vectors(task.name, batch)
                missed = cross_entropy(
                    self._logits(task.name, vectors), target, reduction="none", label_smoothing=settings.smoothing
                )
                loss = (missed * weights).sum() / len(rows)
                if settings.contrast:
                    loss = loss + settings.contrast * contrast(vectors, target) * (len(part) / len(rows))
                torch.autograd.backward(loss)
                self._encoder.gather()
                self._heads[task.name].gather()
        except Exception as error:
            if not devices.out_of_memory(error) or self._parts >= _MOST_PARTS * settings.accumulate:
                raise
            return False
        return True

    def _vectors(self, task: str, batch: Batch) -> torch.Tensor:
        """Returns centred unit vectors (texts, dimensions), float32."""
        ids, mask = self._put(batch.ids), self._put(batch.mask)
        states = lora.states(self._model, ids, mask)
        kept = mask.unsqueeze(-1).float()
        pooled = (states.float() * kept).sum(1) / kept.sum(1)
        return normalize(normalize(pooled, dim=-1) - self._means[task], dim=-1)

    def _logits(self, task: str, vectors: torch.Tensor) -> torch.Tensor:
        head = self._linear[task]
        return vectors @ head["weights"] + head["bias"]

    def _put(self, array: npt.NDArray[Any]) -> torch.Tensor:
        tensor = torch.from_numpy(array)
        if self._device.place.type == "cpu":
            return tensor
        return tensor.pin_memory().to(self._device.place, non_blocking=True)

    def _held_batches(self) -> list[tuple[Task, Batch, Rows]]:
        """Returns the held-out rows with each batch's targets: tasks in turn, lengths mixed, so that a part will do."""
        random = np.random.default_rng(self._settings.seed)
        places, batches = [], []
        for task in self._tasks.values():
            own = batches_by_length([self._ids[task.name][row] for row in task.held], self._base.pad, _JUDGED_TOKENS)
            places += [(place + 0.5) / len(own) for place in range(len(own))]
            batches += [(task, own[one], task.target[task.held[own[one].rows]]) for one in random.permutation(len(own))]
        return [batches[place] for place in np.argsort(places, kind="stable")]

    def _judge(self) -> None:
        """Adds the mean cross-entropy of the held-out rows to the history, every task alike; 0 without any.

        The first judgement finds out how many rows there is time for; one that the time limit cuts short counts what
        it got through.
        """
        begun = self._clock.spent()
        until = self._clock.limit if self.history else begun + _JUDGING * self._clock.limit
        self._model.train(False)
        sums: dict[str, list[torch.Tensor]] = {}
        rows = dict.fromkeys(self._tasks, 0)
        judged = 0
        with torch.inference_mode():
            for task, batch, target in self._held:
                if judged and self._clock.spent() > until:
                    break
                logits = self._logits(task.name, self._vectors(task.name, batch))
                sums.setdefault(task.name, []).append(cross_entropy(logits, self._put(target), reduction="sum"))
                rows[task.name] += len(target)
                judged += 1
            losses = [float(torch.stack(parts).sum()) / rows[name] for name, parts in sums.items()]
        if not self.history:
            del self._held[judged:]
        self.history.append(float(np.mean(losses)) if losses else 0.0)
        self._judging = max(self._judging, self._clock.spent() - begun)
        if self._best_epoch() == len(self.history) - 1:
            self.best = self._outcome()


def _array(tensor: torch.Tensor) -> npt.NDArray[Any]:
    return tensor.detach().cpu().numpy().copy()
