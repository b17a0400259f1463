"""What the settings of a training do, and that it ends in time."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
import torch
from small_training import SETTINGS, small_base, small_task, tune_small

from skills.classifiers.tuning import lora
from skills.classifiers.tuning.epochs import balanced, epoch_batches
from skills.classifiers.tuning.fine_tuning import Settings, Tuned, tune
from skills.classifiers.tuning.losses import contrast, step_share

CALM = replace(SETTINGS, dropout=0.0)


def _states(model: torch.nn.Module) -> torch.Tensor:
    ids = torch.arange(1, 13).view(2, 6)
    with torch.no_grad():
        return lora.states(model, ids, torch.ones_like(ids))


def test_parts_whose_gradients_add_up_learn_what_one_batch_learns() -> None:
    one, four = tune_small(CALM), tune_small(replace(CALM, accumulate=4))
    assert four.history == pytest.approx(one.history, abs=0.02)


@pytest.mark.parametrize("method", ["lora", "full"])
def test_what_was_learned_merges_into_the_untouched_encoder(method: str) -> None:
    outcome = tune_small(replace(CALM, method=method))
    assert outcome.history[-1] < outcome.history[0]
    merged, untouched = small_base().model, small_base().model
    lora.merge(merged, outcome.adapter)
    assert not torch.allclose(_states(merged), _states(untouched), atol=1e-3)


def test_full_fine_tuning_learns_everything_but_the_words() -> None:
    adapter = tune_small(replace(CALM, method="full")).adapter
    names = {name.removesuffix(lora.GROWTH) for name in adapter}
    assert {name for name, _ in small_base().model.named_parameters()} - names == {"embeddings.word_embeddings.weight"}
    assert {array.dtype for array in adapter.values()} == {np.dtype(np.float16)}


def test_an_adapted_layer_computes_and_learns_what_its_definition_says() -> None:
    from skills.classifiers.tuning.low_rank import Adapted

    torch.manual_seed(0)
    layer = Adapted(torch.nn.Linear(6, 5).double().requires_grad_(False), rank=2)
    torch.nn.init.normal_(layer.B)
    inputs = torch.randn(3, 4, 6, dtype=torch.float64, requires_grad=True)
    plain = inputs @ (layer.weight + layer.B @ layer.A).T + layer.bias
    assert torch.allclose(layer(inputs), plain)
    assert torch.autograd.gradcheck(lambda given, *_: layer(given), (inputs, layer.A, layer.B))


def test_classes_weigh_by_their_frequency_to_a_power() -> None:
    target, ones = np.array([0, 0, 0, 0, 1]), np.ones(5, np.float32)
    assert np.allclose(balanced(target, ones, 0.0), ones)
    assert np.allclose(balanced(target, ones, 1.0), [0.625] * 4 + [2.5])
    half = balanced(target, ones, 0.5)
    assert half[4] / half[0] == pytest.approx(2.0)
    assert half.mean() == pytest.approx(1.0)


def test_balancing_raises_what_a_rare_class_is_given() -> None:
    task = small_task(held=0)
    rare = replace(task, target=np.where(np.arange(len(task.texts)) < 4, 1, 0).astype(np.intp))
    plain, even = (tune(small_base(), [rare], replace(CALM, balance=power), device="cpu") for power in (0.0, 1.0))
    gap = {name: float(one.heads["wish"].bias @ [-1, 1, 0]) for name, one in (("plain", plain), ("even", even))}
    assert gap["even"] > gap["plain"]


def test_it_stops_when_patience_is_over_and_keeps_the_best_epoch() -> None:
    hopeless = replace(CALM, head_rate=3.0, rate=0.3, epochs=30, patience=2, warm_up=0.0)
    outcome = tune_small(hopeless)
    best = int(np.argmin(outcome.history[1:])) + 1
    assert outcome.epochs == len(outcome.history) - 1 < 30
    assert outcome.epochs - best == 2


def test_every_text_is_seen_once_an_epoch_however_small_its_task() -> None:
    kept = {"large": np.arange(100), "small": np.array([1, 3])}
    lengths = {"large": np.arange(100) % 9, "small": np.array([3, 4, 5, 6])}
    batches = epoch_batches(lengths, kept, 8, (1, 0))
    for task, rows in kept.items():
        assert sorted(row for name, part in batches if name == task for row in part) == list(rows)
    assert max(len(rows) for _, rows in batches) == 8


@pytest.mark.parametrize("seconds", [0.0, 0.3, 1.5])
def test_it_ends_within_its_time_with_the_last_judgement(seconds: float) -> None:
    begun = time.monotonic()
    outcome: Tuned = tune_small(replace(CALM, epochs=10_000), seconds=seconds)
    # The small encoder's opening and 0.2 s of a busy machine are no part of the limit.
    assert time.monotonic() - begun < seconds + 1.0
    assert outcome.seconds < seconds + 0.5
    assert len(outcome.history) >= 1


def test_the_first_judgement_takes_no_more_than_its_share_of_the_time() -> None:
    slow = small_base()
    slow.model.register_forward_pre_hook(lambda *_: time.sleep(0.02) if not torch.is_grad_enabled() else None)
    tasks = [small_task(rows=4000, held=2)]
    outcome = tune(slow, tasks, replace(CALM, epochs=1000), seconds=2.0, device="cpu", threads=1)
    assert outcome.seconds < 2.5
    assert outcome.epochs > 0


def test_long_texts_are_computed_in_parts_between_which_the_caller_is_heard() -> None:
    task = small_task(rows=8, held=0)
    long = replace(task, texts=[" ".join(["word"] * 60)] * 8)
    heard: list[float] = []
    from skills.classifiers.tuning import devices

    small = replace(devices.chosen("cpu"), part=120)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(devices, "chosen", lambda _: small)
        tune(small_base(), [long], replace(CALM, epochs=1), progress=heard.append)
    assert len(heard) == 4


def test_nothing_to_learn_from_is_refused() -> None:
    with pytest.raises(ValueError, match="no text"):
        tune(small_base(), [small_task(held=1)], Settings())


def test_contrast_is_least_where_texts_of_a_class_lie_together() -> None:
    apart = torch.eye(4)[[0, 0, 1, 1]]
    near, far = (contrast(apart, torch.tensor(target)) for target in ([0, 0, 1, 1], [0, 1, 0, 1]))
    assert near < far
    assert contrast(apart, torch.arange(4)) == 0.0


def test_the_rate_rises_and_falls() -> None:
    assert [step_share(done, 0.1) for done in (0.0, 0.05, 0.1, 0.55, 1.0)] == pytest.approx([0.01, 0.5, 1.0, 0.5, 0.01])
    assert step_share(0.0, 0.0) == 1.0
