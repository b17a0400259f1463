"""Loads a file or a folder."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from index.loaders.assembling import Origin, outcomes_of
from index.loaders.folders import walk
from index.loaders.kinds import kind_of_name
from index.loaders.outcomes import Gone, Outcome, Stamp, Unchanged
from index.loaders.pages import UnreadableError
from index.loaders.progress import Progress
from index.loaders.sandbox import Sandbox
from index.loaders.settings import LoadSettings
from index.types import LeftOut

MAX_REMEMBERED = 10_000
_unreadable: dict[tuple[str, int, int], str] = {}
"""Why files of that path, size and date could not be read: those of a followed folder are not tried at every look."""


async def load_path(
    source: str,
    *,
    visible_to: frozenset[str],
    known: Mapping[str, Stamp],
    settings: LoadSettings,
    progress: Progress,
) -> AsyncIterator[Outcome]:
    """What a file or folder holds, compared with what was `known` of it; see `index.loaders.load`."""
    path, found = await asyncio.to_thread(list_files, source, known)
    files = [entry for entry in found if isinstance(entry, Path)]
    blind = [entry for entry in found if isinstance(entry, LeftOut)]
    for fault in blind:
        yield fault
    root = path.parent
    async with Sandbox(settings) as sandbox:
        for done, file in enumerate(files):
            progress(done, len(files), file.name)
            stamp = known.get(str(file))
            place = file.relative_to(root).as_posix()
            for outcome in await load_file(file, source, place, visible_to, stamp, sandbox, settings):
                yield outcome
    progress(len(files), len(files), "")
    if not blind:
        for item in known.keys() - {str(file) for file in files}:
            yield Gone(item)


def list_files(source: str, known: Mapping[str, Stamp]) -> tuple[Path, list[Path | LeftOut]]:
    """The absolute path of `source`, and the files to read there, or as one `LeftOut` why there are none."""
    path = Path(source).expanduser().resolve()
    if path.is_dir():
        found = list(walk(path))
        if not found:
            # An unmounted disk looks like an emptied folder.
            kept = f" any more: the {len(known)} known from it are kept" if known else ""
            found = [LeftOut(source, f"has no files to read{kept}")]
        return path, found
    if path.is_file():
        return path, [path]
    if path.exists():
        return path, [LeftOut(source, "is neither a file nor a folder")]
    if str(path) in known and path.parent.is_dir():
        return path, []
    return path, [LeftOut(source, "does not exist")]


async def load_file(
    file: Path,
    source: str,
    place: str,
    visible_to: frozenset[str],
    known: Stamp | None,
    sandbox: Sandbox,
    settings: LoadSettings,
) -> list[Outcome]:
    """The file's outcome, first among what was left out of it."""
    item = str(file)
    kind = kind_of_name(file.name)
    if kind is None:
        return [LeftOut(place, f"is of a type that is not read ({file.suffix or 'no suffix'})")]
    try:
        status = await asyncio.to_thread(file.stat)
        if known is not None and (known.size, known.modified) == (status.st_size, status.st_mtime_ns):
            return [Unchanged(item, known)]
        version = (item, status.st_size, status.st_mtime_ns)
        if version in _unreadable:
            return [LeftOut(place, _unreadable[version])]
        if status.st_size > settings.max_bytes:
            size, limit = status.st_size / 1_000_000, settings.max_bytes / 1_000_000
            return [LeftOut(place, f"is larger than the limit of {limit:g} MB ({size:.0f} MB)")]
        data = await asyncio.to_thread(read_bounded, file, settings.max_bytes)
        # The stamp is older than the content: what is written meanwhile is seen at the next look.
        stamp = Stamp(hashlib.sha256(data).hexdigest(), status.st_size, status.st_mtime_ns)
        if known is not None and known.digest == stamp.digest:
            return [Unchanged(item, stamp)]
        reading = await sandbox.parse(kind, data, place)
    except OSError as error:
        return [LeftOut(place, f"can't be read ({error.strerror})")]
    except UnreadableError as error:
        if len(_unreadable) >= MAX_REMEMBERED:
            _unreadable.clear()
        _unreadable[version] = str(error)
        return [LeftOut(place, str(error))]
    date = datetime.fromtimestamp(status.st_mtime, UTC)
    return outcomes_of(reading, Origin(item, source, place, visible_to, date=date), stamp)


def read_bounded(file: Path, limit: int) -> bytes:
    with file.open("rb") as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise UnreadableError(f"grew larger than the limit of {limit / 1_000_000:g} MB while it was read")
    return data
