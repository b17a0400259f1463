"""What was added to the index, and following it: sources are read, indexed, and looked at again for changes."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from index.library import Library
from index.loaders import Gone, Loaded, LoadSettings, Progress, Unchanged, is_url, load, normal_source
from index.loaders.progress import silent
from index.source_rows import SourceRows
from index.types import EVERYONE, LeftOut

_log = logging.getLogger(__name__)

FILES_EVERY_SECONDS = 60.0
PAGES_EVERY_SECONDS = 3600.0
"""How often files and web pages are looked at again; unchanged ones cost a stat or a conditional request."""

_DOCUMENTS_AT_ONCE = 256


@dataclass
class Brought:
    """What reading a source did to the index, in documents, and what had to be left out."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    removed: int = 0
    encoded: int = 0
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def documents(self) -> int:
        """How many documents of the source are in the index now."""
        return self.added + self.replaced + self.unchanged

    def include(self, other: Brought) -> None:
        """Adds what another source brought."""
        self.added += other.added
        self.replaced += other.replaced
        self.unchanged += other.unchanged
        self.removed += other.removed
        self.encoded += other.encoded
        self.left_out += other.left_out


class Sources:
    """The sources of every team, in the database that `sessions` opens, and the index that they are brought into."""

    def __init__(
        self, sessions: async_sessionmaker[AsyncSession], library: Library, settings: LoadSettings | None = None
    ) -> None:
        self._rows = SourceRows(sessions)
        self._library = library
        self._settings = settings or LoadSettings()

    async def bring(
        self,
        team: str,
        source: str,
        visible_to: frozenset[str] = frozenset({EVERYONE}),
        progress: Progress = silent,
    ) -> Brought:
        """Reads a path or URL into the index, or again what has changed in it. Bad input is left out and told.

        Documents that it no longer holds leave the index; what can't be read now stays as it was. What is visible to
        others than before is read anew. What was also added by itself, perhaps for fewer eyes, is left to that.
        """
        name = normal_source(source)
        items = await self._rows.items(team, name)
        same_readers = await self._rows.visible_to(team, name) == visible_to
        known = {item: stamp for item, (stamp, _) in items.items()} if same_readers else {}
        batch = _Batch(self._rows, self._library, team, name, {item: keys for item, (_, keys) in items.items()})
        others = [row.source for row in await self._rows.all(team) if row.source != name]
        async for outcome in load(name, visible_to=visible_to, known=known, settings=self._settings, progress=progress):
            match outcome:
                case Loaded(item) if _belongs(item, name, others):
                    continue
                case Loaded():
                    await batch.add(outcome)
                case Unchanged(item, stamp):
                    batch.brought.unchanged += len(items[item][1])
                    if stamp != items[item][0]:
                        await self._rows.keep(team, name, [(item, stamp, items[item][1])])
                case Gone(item):
                    await batch.drop(item)
                case LeftOut():
                    batch.brought.left_out.append(outcome)
        await batch.write()
        if batch.brought.documents or items:
            await self._rows.note(team, name, visible_to)
        return batch.brought

    async def forget(self, team: str, source: str) -> int:
        """Drops a source, or one document by its key, from the index. Returns how many documents that were."""
        name = normal_source(source)
        removed = await self._library.remove(team, name)
        if not removed and name != source:
            removed = await self._library.remove(team, source)
        await self._rows.drop(team, name)
        return removed

    async def all(self, team: str) -> list[str]:
        """Returns the paths and URLs that were added, in order."""
        return [row.source for row in await self._rows.all(team)]

    async def follow(self) -> None:
        """Looks again at every source whose time has come. Replicas may call it side by side: one looks at each."""
        for row in await self._rows.all():
            every = PAGES_EVERY_SECONDS if is_url(row.source) else FILES_EVERY_SECONDS
            now = time.time()
            if row.looked_at + every > now or not await self._rows.claim(row, now):
                continue
            brought = await self.bring(row.team, row.source, frozenset(row.visible_to))
            if brought.added or brought.replaced or brought.removed:
                changes = (brought.added, brought.replaced, brought.removed)
                _log.info("a source has changed: %d documents new, %d changed, %d gone", *changes)


def _belongs(item: str, source: str, others: Iterable[str]) -> bool:
    """Whether another source names `item`, or a folder around it, more closely than `source` does."""
    return any(
        len(other) > len(source) and (item == other or item.startswith(other.rstrip("/") + "/")) for other in others
    ) or (item != source and item in others)


class _Batch:
    """Items of one source that were read and wait to be written together; `keys` are the documents each had before."""

    def __init__(
        self, rows: SourceRows, library: Library, team: str, source: str, keys: Mapping[str, Sequence[str]]
    ) -> None:
        self.brought = Brought()
        self._loaded: list[Loaded] = []
        self._rows = rows
        self._library = library
        self._team = team
        self._source = source
        self._keys = keys

    async def add(self, one: Loaded) -> None:
        """Takes an item, and writes when enough have gathered."""
        self._loaded.append(one)
        if sum(len(each.documents) for each in self._loaded) >= _DOCUMENTS_AT_ONCE:
            await self.write()

    async def write(self) -> None:
        """Indexes the documents first and keeps the stamps after, so that an interruption only repeats work."""
        loaded, self._loaded = self._loaded, []
        if not loaded:
            return
        added = await self._library.add(self._team, [document for one in loaded for document in one.documents])
        self.brought.added += added.added
        self.brought.replaced += added.replaced
        self.brought.unchanged += added.unchanged
        self.brought.encoded += added.encoded
        held = {one.item: [document.key for document in one.documents] for one in loaded}
        for item, keys in held.items():
            await self._remove(set(self._keys.get(item, ())) - set(keys))
        await self._rows.keep(self._team, self._source, [(one.item, one.stamp, held[one.item]) for one in loaded])

    async def drop(self, item: str) -> None:
        """Takes an item that no longer exists out of the index."""
        await self._remove(self._keys.get(item, ()))
        await self._rows.drop_item(self._team, self._source, item)

    async def _remove(self, keys: Iterable[str]) -> None:
        for key in keys:
            self.brought.removed += await self._library.remove(self._team, key)
