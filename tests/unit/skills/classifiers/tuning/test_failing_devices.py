"""Memory that does not suffice, a GPU that goes: what a training does then. The GPU is a CPU that passes for one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from small_training import SETTINGS, flat, same, small_base, tune_small

from skills.classifiers.tuning import devices
from skills.classifiers.tuning.devices import Device, chosen
from skills.classifiers.tuning.fine_tuning import Tuned
from skills.classifiers.tuning.lora import Base

CPU_MEMORY = RuntimeError("[enforce fail at alloc_cpu.cpp:121] DefaultCPUAllocator: can't allocate memory: 9 bytes")
STEPS = 24
Fails = Callable[[int, int], Exception | None]
"""From the number of the pass and of its texts to the error of this pass."""


def _failing(fails: Fails) -> Base:
    base, passes = small_base(), [0]

    def before(_: torch.nn.Module, __: object, given: dict[str, torch.Tensor]) -> None:
        passes[0] += 1
        if error := fails(passes[0], len(given["input_ids"])):
            raise error

    base.model.register_forward_pre_hook(before, with_kwargs=True)
    return base


@pytest.fixture
def gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    cpu = chosen("cpu")
    passing = Device("cuda", cpu.place, cpu.dtype, cpu.part)
    monkeypatch.setattr(devices, "chosen", lambda wanted: cpu if wanted == "cpu" else passing)


@pytest.fixture(scope="module")
def whole() -> Tuned:
    return tune_small()


@pytest.mark.parametrize("error", [torch.OutOfMemoryError("CUDA out of memory"), MemoryError(), CPU_MEMORY])
@pytest.mark.parametrize("most", [4, 2])
def test_batches_are_halved_when_memory_does_not_suffice_and_learn_the_same(error: Exception, most: int) -> None:
    settings = replace(SETTINGS, dropout=0.0)
    base = _failing(lambda _, texts: error if texts > most and torch.is_grad_enabled() else None)
    outcome = tune_small(settings, base)
    assert len(outcome.notes) == 8 // most // 2
    assert f"in {8 // most} parts" in outcome.notes[-1]
    assert outcome.epochs == 3
    assert outcome.history == pytest.approx(tune_small(settings).history, abs=0.02)


def test_memory_that_never_suffices_on_the_cpu_is_raised() -> None:
    with pytest.raises(MemoryError):
        tune_small(base=_failing(lambda _, __: MemoryError() if torch.is_grad_enabled() else None))


@pytest.mark.usefixtures("gpu")
def test_memory_that_never_suffices_on_the_gpu_makes_the_cpu_go_on(whole: Tuned) -> None:
    left = [3]

    def fails(_: int, __: int) -> Exception | None:
        if not torch.is_grad_enabled() or not left[0]:
            return None
        left[0] -= 1
        return torch.OutOfMemoryError("CUDA out of memory")

    outcome = tune_small(base=_failing(fails), device="auto")
    assert "the GPU failed, and the CPU went on: OutOfMemoryError" in outcome.notes
    assert same(outcome, whole)


@pytest.mark.usefixtures("gpu")
@pytest.mark.parametrize("error", [torch.AcceleratorError("CUDA error: device lost"), RuntimeError("CUDA error: 999")])
@pytest.mark.parametrize("at", [1, 12, 30])
def test_a_gpu_that_goes_is_followed_by_the_cpu_from_the_last_checkpoint(
    tmp_path: Path, whole: Tuned, error: Exception, at: int
) -> None:
    heard: list[float] = []
    base = _failing(lambda number, _: error if number == at else None)
    outcome = tune_small(base=base, device="auto", checkpoint=tmp_path, every_seconds=0.0, progress=heard.append)
    assert heard == sorted(set(heard))
    assert len(heard) == STEPS
    assert same(outcome, whole)
    assert len(outcome.notes) == 1


@pytest.mark.usefixtures("gpu")
def test_a_gpu_that_goes_without_a_checkpoint_is_followed_by_a_new_beginning(whole: Tuned) -> None:
    base = _failing(lambda number, _: torch.AcceleratorError("CUDA error") if number == 12 else None)
    assert same(tune_small(base=base, device="auto"), whole)


@pytest.mark.usefixtures("gpu")
def test_other_errors_pass_through() -> None:
    with pytest.raises(RuntimeError, match="shapes"):
        tune_small(base=_failing(lambda _, __: RuntimeError("shapes don't fit")), device="auto")


def test_a_gpu_that_is_not_there_is_refused() -> None:
    if torch.cuda.is_available():
        pytest.skip("there is one")
    with pytest.raises(ValueError, match="GPU"):
        tune_small(device="cuda")


def test_threads_are_capped_while_it_trains_and_given_back() -> None:
    before = torch.get_num_threads()
    heard: set[int] = set()
    tune_small(progress=lambda _: heard.add(torch.get_num_threads()), threads=1)
    assert heard == {1}
    assert torch.get_num_threads() == before


def test_the_type_is_bfloat16_only_where_the_cpu_multiplies_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for able, expected in (({"avx2": True}, torch.float32), ({"amx_bf16": True}, torch.bfloat16)):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda able=able: able)
        assert chosen("cpu").dtype == expected
        assert all(array.any() for name, array in flat(tune_small()).items() if name.endswith(".B"))
