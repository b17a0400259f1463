"""Opens the encoders that settings name, and says which can be had."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

from index.encoders.base import Encoder
from index.encoders.conversion import ensure_converted, is_converted
from index.encoders.embedded import open_converted
from index.encoders.sentence_transformer import SentenceTransformerEncoder
from index.encoders.sources import EMBEDDED, EncoderUnavailableError, Source
from index.encoders.torch_transformer import cuda_available, open_on_torch

Device = Literal["auto", "cpu", "cuda"]


@dataclass(frozen=True, slots=True)
class EncoderStatus:
    """One encoder: whether it can be had, whether it is ready to load, and why not where it can't be had."""

    name: str
    available: bool
    prepared: bool
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class OpenEncoders:
    """The encoders that could be opened, in the order asked for, and the state of every one."""

    encoders: tuple[Encoder, ...]
    statuses: tuple[EncoderStatus, ...]


def embedded_statuses() -> tuple[EncoderStatus, ...]:
    """Returns the state of each embedded encoder, without loading or converting anything."""
    return tuple(_status(source, is_converted) for source in EMBEDDED.values())


def prepare(progress: Callable[[str], None] | None = None) -> tuple[EncoderStatus, ...]:
    """Converts every embedded encoder that can be had and has no conversion yet (10 to 20 s each).

    `progress` hears the name of each that is begun. Returns the states afterwards; an encoder that can't be
    had is a state, not an error.
    """
    return tuple(_status(source, lambda one: ensure_converted(one, progress).is_dir()) for source in EMBEDDED.values())


def open_encoder(name: str, device: Device = "auto", progress: Callable[[str], None] | None = None) -> Encoder:
    """Returns the encoder `name`: `english`, `multilingual`, or a sentence-transformers model (name or folder).

    On the CPU an embedded one is served by ONNX Runtime, converted first when that was never done (`progress`
    hears its name); on a GPU by torch. Raises EncoderUnavailableError when it can't be had.
    """
    source = EMBEDDED.get(name)
    on_gpu = _use_gpu(device)
    if source is not None:
        return open_on_torch(source, "cuda") if on_gpu else open_converted(source, ensure_converted(source, progress))
    try:
        return SentenceTransformerEncoder(name, "cuda" if on_gpu else "cpu")
    except (OSError, ValueError) as error:
        first = str(error).strip().splitlines()[0]
        raise EncoderUnavailableError(f"the sentence-transformers model {name} can't be loaded: {first}") from error


def open_encoders(
    names: Sequence[str], device: Device = "auto", progress: Callable[[str], None] | None = None
) -> OpenEncoders:
    """Opens the encoders `names` at the same time; those that can't be had are left out, with their state saying why.

    Raises EncoderUnavailableError when not one of them can be had, or the device `cuda` is asked for in vain.
    """
    _use_gpu(device)

    def attempt(name: str) -> tuple[Encoder | None, EncoderStatus]:
        try:
            return open_encoder(name, device, progress), EncoderStatus(name, True, True)
        except EncoderUnavailableError as error:
            return None, EncoderStatus(name, False, False, str(error))

    with ThreadPoolExecutor(len(names)) as pool:
        attempts = list(pool.map(attempt, names))
    encoders = tuple(encoder for encoder, _ in attempts if encoder is not None)
    statuses = tuple(status for _, status in attempts)
    if not encoders:
        raise EncoderUnavailableError("; ".join(f"{status.name}: {status.reason}" for status in statuses))
    return OpenEncoders(encoders, statuses)


def _use_gpu(device: Device) -> bool:
    if device == "cpu":
        return False
    if cuda_available():
        return True
    if device == "cuda":
        raise EncoderUnavailableError("the device cuda was asked for, but torch finds no CUDA GPU: use cpu or auto")
    return False


def _status(source: Source, prepared: Callable[[Source], bool]) -> EncoderStatus:
    try:
        return EncoderStatus(source.name, True, prepared(source))
    except EncoderUnavailableError as error:
        return EncoderStatus(source.name, False, False, str(error))
