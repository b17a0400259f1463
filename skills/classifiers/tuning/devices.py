"""Where an encoder is tuned, in which type, and what its errors mean. Imports torch: import it where it is needed only.

The model computes in bfloat16 where the hardware multiplies it: matrices then take a sixth of the time on a CPU with
AMX, half of it with AVX512-BF16 or on a GPU. Elsewhere bfloat16 is emulated, slower than float32.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import torch

Wanted = Literal["auto", "cpu", "cuda"]

_BF16 = ("amx_bf16", "avx512_bf16", "sve_bf16", "bf16")


@dataclass(frozen=True, slots=True)
class Device:
    """`place` is where the tensors are, `dtype` what the model computes in; `part` is how many tokens go at once.

    On a CPU that many tokens take well under a second on two cores, after which the caller is heard.
    """

    kind: Literal["cpu", "cuda"]
    place: torch.device
    dtype: torch.dtype
    part: int


def chosen(wanted: Wanted) -> Device:
    """Returns the device that is asked for, the GPU for `auto` where there is one. Raises ValueError without one."""
    if wanted == "cpu" or (wanted == "auto" and not torch.cuda.is_available()):
        able = torch.cpu.get_capabilities()
        fast = any(able.get(name) for name in _BF16)
        return Device("cpu", torch.device("cpu"), torch.bfloat16 if fast else torch.float32, 4096)
    if not torch.cuda.is_available():
        raise ValueError("tuning on a GPU was asked for, and there is none that torch can use")
    fast = torch.cuda.is_bf16_supported(including_emulation=False)
    return Device("cuda", torch.device("cuda"), torch.bfloat16 if fast else torch.float32, 65536)


@contextmanager
def at_most(threads: int | None) -> Iterator[None]:
    """Caps torch's threads within the block; None leaves them."""
    before = torch.get_num_threads()
    if threads is not None:
        torch.set_num_threads(max(1, min(threads, before)))
    try:
        yield
    finally:
        torch.set_num_threads(before)


def out_of_memory(error: Exception) -> bool:
    """Says whether `error` means that memory did not suffice, on whichever device; less at once may help."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and "allocate memory" in str(error)


def lost(error: Exception) -> bool:
    """Says whether `error` means that the GPU is gone or of no more use to this process."""
    return isinstance(error, torch.AcceleratorError) or (isinstance(error, RuntimeError) and "CUDA" in str(error))
