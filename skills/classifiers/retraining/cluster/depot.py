"""What lies between the bot's machine and the worker that trains: one actor, in the cluster's memory.

Neither the two of them nor the cluster's nodes need a disk that they share. The bot asks it and is asked nothing, so
that it may be behind a firewall. Its calls are pickled by Ray itself; what goes through it are bytes and numbers.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from skills.classifiers.retraining.job import Phase
from skills.classifiers.tuning import checkpoints


@dataclass(frozen=True, slots=True)
class Seen:
    """How far the work is. `begun`: a worker has taken it up. `checkpoints` is how many of them have come."""

    begun: bool
    phase: Phase
    share: float
    checkpoints: int


@dataclass(frozen=True, slots=True)
class Brought:
    """What a worker brings: the `files` of the result by their paths in it, or why there are none.

    `useless`: there is nothing to learn from. `unlike`: the worker's installation is not the bot's. `failed`: it broke
    off with the exception that `said` names.
    """

    how: Literal["result", "useless", "unlike", "failed"]
    files: Mapping[str, bytes]
    said: str = ""


class Depot:
    """The actor. `given` are the files of the run's folder, by their paths in it."""

    def __init__(self, given: Mapping[str, bytes]) -> None:
        self._given = given
        self._made = time.monotonic()
        self._begun = False
        self._phase: Phase = "waiting"
        self._share = 0.0
        self._brought: Brought | None = None
        self._files: dict[str, bytes] = {}
        self._folders: set[str] = set()
        self._checkpoints = 0
        self._latest = b""

    def begin(self) -> tuple[Mapping[str, bytes], float]:
        """Takes down that a worker begins; returns what it is given, and the seconds since the work was sent."""
        self._begun = True
        return self._given, time.monotonic() - self._made

    def tell(self, phase: Phase, share: float) -> None:
        """Takes down how far a phase is."""
        self._phase, self._share = phase, share

    def bring(self, brought: Brought) -> None:
        """Takes what a worker brings."""
        self._brought = brought

    def seen(self) -> Seen:
        """Returns how far the work is."""
        return Seen(self._begun, self._phase, self._share, self._checkpoints)

    def brought(self) -> Brought | None:
        """Returns what a worker has brought."""
        return self._brought

    def latest(self) -> bytes:
        """Returns the content of the last checkpoint."""
        return self._latest

    def write(self, path: str, content: bytes) -> None:
        """Writes a file of Ray Train's storage."""
        self._files[path] = content
        if PurePosixPath(path).name == checkpoints.FILE:
            self._checkpoints += 1
            self._latest = content

    def read(self, path: str) -> bytes | None:
        """Returns a file of Ray Train's storage; None where there is none."""
        return self._files.get(path)

    def make(self, folder: str) -> None:
        """Makes a folder of Ray Train's storage."""
        self._folders.add(folder)

    def remove(self, path: str) -> None:
        """Removes a file, or a folder with all that is in it."""
        self._files = {name: content for name, content in self._files.items() if not _is_in(name, path)}
        self._folders = {name for name in self._folders if not _is_in(name, path)}

    def sizes(self, path: str) -> Mapping[str, int | None]:
        """Returns the sizes of what lies at `path` and below it; None for those of folders."""
        found: dict[str, int | None] = {}
        for name, content in self._files.items():
            if _is_in(name, path):
                found |= {str(folder): None for folder in PurePosixPath(name).parents if _is_in(str(folder), path)}
                found[name] = len(content)
        return found | {name: None for name in self._folders if _is_in(name, path)}


def _is_in(name: str, path: str) -> bool:
    return name == path or name.startswith(f"{path}/")
