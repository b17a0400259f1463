"""The user's cache folder, and folders in it that are written aside and appear in one rename."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

_ABANDONED_AFTER_S = 3600
_PARTIAL = ".partial-"


def cache_folder() -> Path:
    """Returns where conversions are kept: `$DESKHAND_CACHE`, `$XDG_CACHE_HOME/deskhand` or `~/.cache/deskhand`."""
    if own := os.environ.get("DESKHAND_CACHE"):
        return Path(own).expanduser()
    shared = os.environ.get("XDG_CACHE_HOME")
    return (Path(shared) if shared else Path.home() / ".cache") / "deskhand"


def write_folder(final: Path, fill: Callable[[Path], None]) -> None:
    """Makes the folder `final` from what `fill` writes into an empty one.

    It appears whole or not at all, so that processes may do this at the same time: the first wins.
    """
    final.parent.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(final.parent)
    partial = Path(tempfile.mkdtemp(prefix=_PARTIAL, dir=final.parent))
    try:
        fill(partial)
        for path in partial.rglob("*"):
            if path.is_file():
                with path.open("rb") as written:
                    os.fsync(written.fileno())
        partial.chmod(0o755)
        try:
            partial.rename(final)
        except OSError:
            if not final.is_dir():
                raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _remove_abandoned(folder: Path) -> None:
    for partial in folder.glob(f"{_PARTIAL}*"):
        if time.time() - partial.stat().st_mtime > _ABANDONED_AFTER_S:
            shutil.rmtree(partial, ignore_errors=True)
