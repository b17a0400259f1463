"""What leaves a process that broke off: the kind of its fault and where it arose, and nobody's words."""

from __future__ import annotations

import logging
import shutil
import signal

import pytest

from skills.classifiers.registry.models import RunRow
from skills.learning.child import _OUT_OF_MEMORY, _crash
from skills.learning.running import _said_by_disk

ROW = RunRow(id="r1")

TRACE = """\
Traceback (most recent call last):
  File "/bot/skills/classifiers/retraining/process.py", line 89, in main
    train(job, folder, Teller(folder))
  File "/bot/skills/classifiers/retraining/learners.py", line 30, in learn
    raise ValueError(text)
{last}"""


@pytest.mark.parametrize(
    ("last", "word"),
    [
        ("ValueError: my parcel for aunt Zoe", "ValueError"),
        ("safetensors_rust.SafetensorError: Zoe", "safetensors_rust.SafetensorError"),
        ("KeyError: 'Zoe'\nZoe\nZoe: and what she wrote", "KeyError"),
        ("AssertionError", "AssertionError"),
    ],
)
def test_a_trace_is_told_without_its_message(last: str, word: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "deskhand.learning"):
        assert _crash(ROW, 1, TRACE.format(last=last).splitlines()) == word
    (record,) = caplog.records
    assert record.places == [  # type: ignore[attr-defined]
        'File "/bot/skills/classifiers/retraining/process.py", line 89, in main',
        'File "/bot/skills/classifiers/retraining/learners.py", line 30, in learn',
    ]
    assert "Zoe" not in str(record.__dict__)


def test_what_says_nothing_is_told_by_its_signal_or_status() -> None:
    assert _crash(ROW, -signal.SIGSEGV, []) == "SIGSEGV"
    assert _crash(ROW, 7, ["Zoe"]) == "status 7"


@pytest.mark.parametrize(
    "said",
    [
        "numpy._core._exceptions._ArrayMemoryError: Unable to allocate 12.0 GiB for an array",
        "cannot allocate memory for thread-local data: ABORT",
        "terminate called after throwing an instance of 'std::bad_alloc'",
        "RuntimeError: [enforce fail at alloc_cpu.cpp:117] DefaultCPUAllocator: can't allocate memory",
        "onnxruntime.capi.onnxruntime_pybind11_state.RuntimeException: bad allocation",
        "torch.OutOfMemoryError: CUDA out of memory.",
        "RuntimeError: can't start new thread",
    ],
)
def test_every_library_is_understood_that_says_that_memory_ran_out(said: str) -> None:
    assert _OUT_OF_MEMORY.search(said)


def test_what_the_disk_says_is_told_in_the_systems_words() -> None:
    assert _said_by_disk(OSError(28, "No space left on device", "/data/x")) == "No space left on device"
    several = [("a", "b", "[Errno 28] No space left on device: '/data/x'")]
    assert _said_by_disk(shutil.Error(several)) == "No space left on device"
