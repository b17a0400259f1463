"""Where a training stands, in one file: safetensors, with the numbers as JSON in its header.

The file is written aside, flushed to the disk and renamed, so that a kill leaves the one before or the new one.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

FILE = "checkpoint.safetensors"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """`arrays` by name, and `facts`: whatever JSON holds."""

    arrays: Mapping[str, npt.NDArray[Any]]
    facts: Mapping[str, Any]


def write(folder: Path, fingerprint: str, snapshot: Snapshot) -> None:
    """Replaces the checkpoint in `folder`, which is made where it is missing. Raises OSError, as of a full disk."""
    from safetensors.numpy import save

    header = {
        "fingerprint": fingerprint,
        "facts": json.dumps(snapshot.facts),
        "digest": _digest(snapshot.arrays),
    }
    folder.mkdir(parents=True, exist_ok=True)
    aside = folder / f"{FILE}.partial"
    with aside.open("wb") as file:
        file.write(save(dict(snapshot.arrays), header))
        file.flush()
        os.fsync(file.fileno())
    aside.replace(folder / FILE)
    # The rename lasts through a power cut once the folder itself is on the disk.
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def read(folder: Path, fingerprint: str) -> Snapshot | None:
    """Returns the checkpoint in `folder`; None, and a line in the log, when it is damaged or of another training."""
    from safetensors import SafetensorError, safe_open

    path = folder / FILE
    if not path.is_file():
        return None
    try:
        with safe_open(path, framework="numpy") as file:
            header = file.metadata() or {}
            arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 (it is no mapping)
        facts = json.loads(header["facts"])
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        _log.warning("%s can't be read and is ignored: %s", path, error)
        return None
    if header.get("fingerprint") != fingerprint:
        _log.warning("%s is of other data, settings or weights and is ignored", path)
        return None
    if header.get("digest") != _digest(arrays):
        _log.warning("%s is damaged and is ignored", path)
        return None
    return Snapshot(arrays, facts)


def _digest(arrays: Mapping[str, npt.NDArray[Any]]) -> str:
    digest = hashlib.sha256()
    for name in sorted(arrays):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(arrays[name]).data)
    return digest.hexdigest()


class Keeper:
    """Keeps a training's checkpoints in `folder`, one every `seconds`; keeps none when it is None.

    A disk that does not take one is noted in `notes`, and then none is kept any more.
    """

    def __init__(self, folder: Path | None, seconds: float, fingerprint: str, notes: list[str]) -> None:
        self.notes = notes
        self._folder, self._seconds, self._fingerprint = folder, seconds, fingerprint
        self._last = time.monotonic()

    def read(self) -> Snapshot | None:
        """Returns the last checkpoint; None when there is no fitting one."""
        return None if self._folder is None else read(self._folder, self._fingerprint)

    def keep(self, snapshot: Callable[[], Snapshot]) -> None:
        """Writes what `snapshot` returns when it is time to."""
        if self._folder is not None and time.monotonic() - self._last >= self._seconds:
            self.write(snapshot())

    def write(self, snapshot: Snapshot) -> None:
        """Writes `snapshot` now."""
        if self._folder is None:
            return
        try:
            write(self._folder, self._fingerprint, snapshot)
        except OSError as error:
            _log.warning("a checkpoint could not be written, and none will be: %s", error)
            self.notes.append(f"it went on without checkpoints: {error.strerror or error}")
            self._folder = None
        self._last = time.monotonic()
