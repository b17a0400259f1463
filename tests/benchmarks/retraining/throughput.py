"""Measures how many examples a second tuning learns from, against transformers' Trainer on the same weights and data.

    python tests/benchmarks/retraining/throughput.py --data FOLDER [--examples 2000] [--seconds 20] [--rounds 2]
        [--threads N] [--whole [--epochs 3]]

FOLDER holds `banking77/train.jsonl`: objects with `text` and `label`. The sides are:

- `lora` and `full`: `tune` as the bot calls it;
- `trainer_full`: `transformers.Trainer` with its defaults (batches of 8, float32, padded to the longest in the batch)
  on the same encoder with mean pooling and a linear head, every weight learning;
- `trainer_lora`: the same Trainer with the same adapters (rank 16 on each linear layer) by peft.

Each side runs in a process of its own, since the peak of memory is a process's; it first learns for a while
uncounted, then for `--seconds`, and the sides take turns for `--rounds`. Prints one JSON object. The time of a side is
that of its steps alone: opening, tokenizing and judging are not counted, except by `--whole`, which times one
retraining on all examples from its beginning to the weights that it returns.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from skills.classifiers.heads.regression import Linear
from skills.classifiers.tuning.fine_tuning import Settings, Task, Tuned, tune
from skills.classifiers.tuning.lora import Base, open_base

SIDES = ("lora", "trainer_lora", "full", "trainer_full")
WARM_UP = 0.25
"""Share of a side's seconds that it learns before, uncounted."""


class Enough(Exception):
    """Ends a training whose time of measuring is over."""


class Meter:
    """Counts the examples between the end of the warm-up and the end of the measuring."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._begun = time.perf_counter()
        self._from: tuple[float, float, float] | None = None
        self.rate = self.cpu_rate = 0.0

    def count(self, examples: float) -> None:
        """Hears that `examples` were learned from so far; raises Enough at the end."""
        now, worked = time.perf_counter(), time.process_time()
        if self._from is None:
            if now - self._begun >= WARM_UP * self._seconds:
                self._from = (now, worked, examples)
        elif now - self._from[0] >= self._seconds:
            learned = examples - self._from[2]
            self.rate, self.cpu_rate = learned / (now - self._from[0]), learned / (worked - self._from[1])
            raise Enough


def main() -> None:
    """Runs the measurement that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--examples", type=int, default=2000, help="how many the sides take turns on")
    parser.add_argument("--seconds", type=float, default=20.0, help="for each side and round, after its warm-up")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--epochs", type=int, default=3, help="of --whole")
    parser.add_argument("--whole", action="store_true", help="also time one whole retraining on every example")
    parser.add_argument("--side", choices=(*SIDES, "whole"), help="measure this side alone, in this process")
    arguments = parser.parse_args()
    if arguments.side is None:
        print(json.dumps(_compared(arguments), indent=2))
    elif arguments.side == "whole":
        print(json.dumps(_whole(arguments)))
    else:
        print(json.dumps(_side(arguments)))


def _compared(arguments: argparse.Namespace) -> dict[str, Any]:
    measured: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
    for _ in range(arguments.rounds):
        for side in SIDES:
            measured[side].append(_apart(side))
    result = {
        "examples_per_second": _told(measured, "rate"),
        # On a machine that others use too, with `--threads 1`, this is what can be compared.
        "examples_per_cpu_second": _told(measured, "cpu_rate"),
        "peak_mb": {side: round(max(one["peak_mb"] for one in rounds)) for side, rounds in measured.items()},
    }
    return result | ({"whole": _apart("whole")} if arguments.whole else {})


def _told(measured: dict[str, list[dict[str, float]]], kind: str) -> dict[str, Any]:
    rates = {side: statistics.mean(one[kind] for one in rounds) for side, rounds in measured.items()}
    return {
        "mean": {side: round(rate, 1) for side, rate in rates.items()},
        "rounds": {side: [round(one[kind], 1) for one in rounds] for side, rounds in measured.items()},
        "lora_to_trainer_lora": round(rates["lora"] / rates["trainer_lora"], 2),
        "full_to_trainer_full": round(rates["full"] / rates["trainer_full"], 2),
        "lora_to_trainer_full": round(rates["lora"] / rates["trainer_full"], 2),
    }


def _apart(side: str) -> dict[str, float]:
    command = [sys.executable, *sys.argv, "--side", side]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _side(arguments: argparse.Namespace) -> dict[str, float]:
    import torch

    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    base, task = open_base("english"), _task(arguments.data, arguments.examples)
    meter = Meter(arguments.seconds)
    try:
        if arguments.side.startswith("trainer"):
            _train(base, task, meter, arguments.side.removeprefix("trainer_"))
        else:
            settings = Settings(method=arguments.side, epochs=1000)
            tune(base, [task], settings, progress=lambda done: meter.count(done * 1000 * len(task.texts)))
    except Enough:
        pass
    return {"rate": meter.rate, "cpu_rate": meter.cpu_rate, "peak_mb": _peak_mb()}


def _whole(arguments: argparse.Namespace) -> dict[str, float]:
    task = _task(arguments.data, None)
    held = np.arange(0, len(task.texts), 12)
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        outcome: Tuned = tune(
            open_base("english"),
            [replace(task, held=held)],
            Settings(epochs=arguments.epochs),
            checkpoint=Path(folder),
            threads=arguments.threads,
        )
    seconds = time.perf_counter() - begun
    examples = outcome.epochs * (len(task.texts) - len(held))
    return {"seconds": seconds, "examples": examples, "rate": examples / seconds, "peak_mb": _peak_mb()}


def _task(folder: Path, examples: int | None) -> Task:
    """Returns the rows as a task whose head begins as nothing; the same `examples` for each side."""
    lines = (folder / "banking77" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    labels = sorted({row["label"] for row in rows})
    if examples is not None:
        rows = [rows[place] for place in np.random.default_rng(1).permutation(len(rows))[:examples]]
    target = np.array([labels.index(row["label"]) for row in rows], np.intp)
    start = Linear(np.zeros((384, len(labels)), np.float32), np.zeros(len(labels), np.float32))
    ones, mean = np.ones(len(rows), np.float32), np.zeros(384, np.float32)
    return Task("banking77", [row["text"] for row in rows], target, ones, mean, start, np.arange(0))


def _train(base: Base, task: Task, meter: Meter, method: Literal["lora", "full"]) -> None:
    """Trains by transformers' Trainer with its defaults until `meter` has enough."""
    import torch
    from peft import LoraConfig, inject_adapter_in_model
    from torch import nn
    from transformers import (
        DataCollatorWithPadding,
        PreTrainedTokenizerFast,
        Trainer,
        TrainerCallback,
        TrainingArguments,
    )

    if method == "lora":
        base.model.requires_grad_(False)
        targets = ["query", "key", "value", "dense"]
        inject_adapter_in_model(LoraConfig(r=16, lora_alpha=16, target_modules=targets), base.model)

    class Classifier(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = base.model
            self.head = nn.Linear(*task.start.weights.shape)

        def forward(self, input_ids: Any, attention_mask: Any, labels: Any) -> dict[str, Any]:
            states = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            kept = attention_mask.unsqueeze(-1).to(states.dtype)
            logits = self.head((states * kept).sum(1) / kept.sum(1))
            return {"loss": nn.functional.cross_entropy(logits, labels), "logits": logits}

    class Counting(TrainerCallback):  # type: ignore[misc]
        def on_step_end(self, settings: Any, state: Any, control: Any, **_: Any) -> None:
            meter.count(state.global_step * settings.train_batch_size)

    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel

    # Only its padding is used.
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(WordLevel({"[PAD]": base.pad, "[UNK]": 1}, unk_token="[UNK]")), pad_token="[PAD]"
    )
    base.model.config._attn_implementation = "sdpa"
    rows = [
        {"input_ids": ids, "attention_mask": [1] * len(ids), "labels": int(label)}
        for ids, label in zip(base.tokenize(task.texts), task.target, strict=True)
    ]
    with tempfile.TemporaryDirectory() as folder:
        settings = TrainingArguments(
            output_dir=folder, num_train_epochs=1000, report_to="none", disable_tqdm=True, save_strategy="no"
        )
        if not torch.cuda.is_available():
            settings.dataloader_pin_memory = False
        collate = DataCollatorWithPadding(tokenizer)
        Trainer(Classifier(), settings, collate, train_dataset=rows, callbacks=[Counting()]).train()


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
