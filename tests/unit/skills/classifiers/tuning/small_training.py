"""A BERT of two layers and a desk of three classes, on which a training takes a second.

As a program it tunes the one for the other, with a checkpoint after every step in the folder that it is given, prints a
line a step, and leaves the weights in `tuned.safetensors` there.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from safetensors.numpy import save_file
from transformers import BertConfig, BertModel

from skills.classifiers.heads.regression import Linear
from skills.classifiers.tuning.fine_tuning import Settings, Task, Tuned, tune
from skills.classifiers.tuning.lora import Base

WIDTH = 16
SETTINGS = Settings(rank=2, epochs=3, batch=8, head_rate=0.05, dropout=0.1)


def small_base() -> Base:
    """Returns an encoder of 16 dimensions, the same every time."""
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=97,
        hidden_size=WIDTH,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
    )
    model = BertModel(config, add_pooling_layer=False)
    model.train(False)
    return Base(
        "small", model, lambda texts: [[1 + zlib.crc32(word.encode()) % 96 for word in t.split()] for t in texts], 0
    )


def small_task(name: str = "wish", rows: int = 60, held: int = 5, start: float = 0.0) -> Task:
    """Returns a task whose class is what a text's first word says; every `held`th row is held out, none for 0.

    All weights of its head, and the mean, are `start`.
    """
    random = np.random.default_rng(len(name))
    target = random.integers(0, 3, rows)
    texts = [
        " ".join([("refund", "parcel", "login")[one], *(f"w{word}" for word in random.integers(0, 40, length))])
        for one, length in zip(target, random.integers(1, 12, rows), strict=True)
    ]
    head = Linear(np.full((WIDTH, 3), start, np.float32), np.zeros(3, np.float32))
    apart = np.arange(0, rows, held) if held else np.arange(0)
    return Task(name, texts, target, np.ones(rows, np.float32), np.full(WIDTH, start, np.float32), head, apart)


def flat(tuned: Tuned) -> dict[str, npt.NDArray[Any]]:
    """Returns everything that was learned, by name."""
    heads = {f"{name}/weights": head.weights for name, head in tuned.heads.items()}
    return {**tuned.adapter, **heads, **{f"{name}/bias": head.bias for name, head in tuned.heads.items()}}


def same(one: Tuned, other: Tuned) -> bool:
    """Says whether both learned exactly the same, judged the same after every epoch."""
    ours, theirs = flat(one), flat(other)
    return (
        one.history == other.history
        and ours.keys() == theirs.keys()
        and all(np.array_equal(ours[name], theirs[name]) for name in ours)
    )


def tune_small(
    settings: Settings = SETTINGS,
    base: Base | None = None,
    progress: Callable[[float], None] | None = None,
    start: float = 0.0,
    **options: Any,
) -> Tuned:
    """Returns the small encoder tuned for two tasks on one thread of the CPU."""
    tasks = [small_task(start=start), small_task("other", rows=20, start=start)]
    return tune(base or small_base(), tasks, settings, progress=progress, **{"device": "cpu", "threads": 1, **options})


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    outcome = tune_small(progress=lambda done: print(f"{done:.3f}", flush=True), checkpoint=folder, every_seconds=0.0)
    save_file(flat(outcome), folder / "tuned.safetensors")
