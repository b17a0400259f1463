"""One bot process for each data folder: what tells a restart after `kill -9` that nobody else is at work."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from bot.store.errors import DatabaseInUse, DatabaseUnreachable


class DataLock:
    """An exclusive lock on `DATA/bot.lock`; the operating system lets it go when the process ends, however it ends."""

    def __init__(self, data: Path) -> None:
        """Makes the folder and takes the lock. Raises `DatabaseInUse` while another process holds it."""
        try:
            data.mkdir(parents=True, exist_ok=True)
            self._file = os.open(data / "bot.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DatabaseUnreachable(
                f"{data}: cannot be written ({error.strerror}); choose another folder with --data"
            ) from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._file, 32).decode("ascii", "replace").strip()
            os.close(self._file)
            raise DatabaseInUse(
                f"{data}: another Deskhand bot (process {holder or 'unknown'}) uses this folder; "
                "stop it, or give this one a folder of its own with --data"
            ) from None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, str(os.getpid()).encode("ascii"), 0)

    def release(self) -> None:
        os.close(self._file)
