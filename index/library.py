"""The knowledge index as the rest of Deskhand sees it: documents of every team added, removed, searched.

The database holds the truth; each process serves from memory what it has read of it, and follows the change counter.
Encoding and searching run in worker threads, never on the event loop.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Self, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from index import indexing, snapshot
from index.encoder_choice import EncoderChoice, languages_in_use
from index.encoders.base import Encoder
from index.languages import ENGLISH, UNKNOWN, detect
from index.memory import give_back
from index.reranker import Reranker
from index.search import QuestionVectors, Searcher, SearchResult
from index.store import Store
from index.stored import Counts, Version
from index.team_index import TeamIndex
from index.types import Audience, Document, Turn

_log = logging.getLogger(__name__)

T = TypeVar("T")

Progress = Callable[[int, int], None]
"""Called with (done, total), both in documents or both in passages."""

FOLLOW_SECONDS = 0.5
"""How often a serving process looks for changes that others made."""

DOCUMENTS_AT_ONCE = 1_000
"""So many are read from the database at once: their rows take several times the memory that they are served from."""

SNAPSHOT_SECONDS = 30.0
"""A serving process writes its snapshots at most this often."""

_FORESEEN = 64
"""Questions whose passes are kept for whoever begins them before asking; most are asked within milliseconds."""
_PAUSE_SECONDS = 5.0

PATIENCE_SECONDS = 3.0
"""How long the first question in a new language waits for the vectors that it needs."""


@dataclass(frozen=True, slots=True)
class Added:
    """What `Library.add` did, in documents; `encoded` counts encoder passes, in passages."""

    added: int
    replaced: int
    unchanged: int
    encoded: int


@dataclass(frozen=True, slots=True)
class Status:
    """What a team's index holds and from where. `encoders` maps names to the number of passages that have vectors."""

    team: str
    version: int
    counts: Counts
    languages_in_use: frozenset[str]
    encoders: dict[str, int]


@dataclass
class _Served:
    """A team as this process serves it; `in_use` are its languages."""

    index: TeamIndex
    version: Version
    in_use: frozenset[str] = frozenset()
    unsaved: bool = False
    saved_at: float = field(default_factory=monotonic)


class Library:
    """The knowledge index. Make one with `Library.open`, end it with `close`."""

    def __init__(
        self,
        sessions: async_sessionmaker[AsyncSession],
        encoders: Sequence[Encoder],
        folder: Path,
        reranker: Reranker | None = None,
    ) -> None:
        """`encoders` in order of preference; snapshots are kept in `folder`. See `open`."""
        self.choice = EncoderChoice(encoders)
        self._store = Store(sessions)
        self._folder = folder
        self._searcher = Searcher(self.choice, reranker)
        self._served: dict[str, _Served] = {}
        self._questions = ThreadPoolExecutor(max(1, min(4, os.cpu_count() or 1)), "question")
        self._bulk = ThreadPoolExecutor(1, "indexing")
        self._refreshing = asyncio.Lock()
        self._writing = asyncio.Lock()
        self._encoding: dict[str, asyncio.Future[QuestionVectors]] = {}
        self._completing: dict[str, asyncio.Task[None]] = {}
        self._following: asyncio.Task[None] | None = None

    @classmethod
    async def open(
        cls,
        sessions: async_sessionmaker[AsyncSession],
        encoders: Sequence[Encoder],
        folder: Path,
        reranker: Reranker | None = None,
    ) -> Self:
        """Returns the index in the database that `sessions` opens, every team loaded and ready to be searched.

        Snapshots in `folder` (`DATA/index`) make that fast; what changed since is read from the database.
        """
        library = cls(sessions, encoders, folder, reranker)
        await library.refresh()
        return library

    async def close(self) -> None:
        """Ends what runs in the background and writes what no snapshot has yet."""
        tasks = [task for task in (self._following, *self._completing.values()) if task is not None]
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError):
                await task
        await self._save(min_age=0.0)
        self._questions.shutdown()
        self._bulk.shutdown()

    async def add(self, team: str, documents: Sequence[Document], progress: Progress | None = None) -> Added:
        """Adds documents, each in place of one with its key; they are searched when this returns.

        Unchanged documents cost a hash; unchanged passages of changed ones keep their vectors. Each batch is
        committed by itself: what an interruption leaves is whole documents, and adding again goes on from there.
        """
        latest = list({document.key: document for document in documents}.values())
        async with self._writing:
            done = await indexing.add(self._store, self.choice, self._in_bulk_thread, team, latest, progress or _silent)
            counts = await self._store.counts(team)
            encoded = done.encoded
            if await self._store.note_languages(team, languages_in_use(counts.languages)):
                in_use = await self._store.languages(team)
                encoded += await indexing.complete(
                    self._store, self.choice, self._in_bulk_thread, team, in_use, _silent
                )
        await self.refresh()
        return Added(done.added, done.replaced, done.unchanged, encoded)

    async def remove(self, team: str, key_or_source: str) -> int:
        """Removes the document with that key, or all that this path or URL brought. Returns how many there were."""
        async with self._writing:
            removed = await self._store.remove(team, key_or_source)
        await self.refresh()
        return removed

    async def rebuild(self, team: str, progress: Progress | None = None) -> int:
        """Makes every vector and file of a team anew from its passages. Returns the number of vectors made.

        While it runs questions are answered by the vectors there are, and by BM25.
        """
        async with self._writing:
            snapshot.path_of(self._folder, team).unlink(missing_ok=True)
            await self._store.forget_vectors(team)
            in_use = await self._store.languages(team)
            made = await indexing.complete(
                self._store, self.choice, self._in_bulk_thread, team, in_use, progress or _silent
            )
        self._served.pop(team, None)
        await self.refresh()
        return made

    async def status(self, team: str) -> Status:
        """Returns what a team's index holds."""
        counts = await self._store.counts(team)
        versions = await self._store.versions()
        names = {encoder.fingerprint: encoder.name for encoder in self.choice.encoders}
        return Status(
            team,
            versions[team].number if team in versions else 0,
            counts,
            await self._store.languages(team),
            {names[hash_]: number for hash_, number in counts.vectors.items() if hash_ in names},
        )

    async def encode_question(self, text: str) -> QuestionVectors:
        """Returns the question's language and vector: one encoder pass, which `search` need not make again.

        Asked for a text whose pass was begun, it waits for that one.
        """
        encoding = self.begin_question(text)
        try:
            return await asyncio.shield(encoding)
        finally:
            self._encoding.pop(text, None)

    def begin_question(self, text: str) -> asyncio.Future[QuestionVectors]:
        """Returns what `encode_question` will return. The pass is on its way to a thread when this returns."""
        encoding = self._encoding.get(text)
        if encoding is None:
            encoding = self._encoding[text] = self._in_question_thread(partial(self._searcher.encode, text))
            while len(self._encoding) > _FORESEEN:
                del self._encoding[next(iter(self._encoding))]
        return encoding

    async def encode_for_others(self, question: QuestionVectors, team: str) -> QuestionVectors:
        """Returns the question with a second pass where `team` has pages in other languages, else as it is."""
        served = self._served.get(team)
        if served is None:
            return question
        return await self._in_question_thread(lambda: self._searcher.with_others(served.index, question))

    async def encode_by(self, question: QuestionVectors, names: Collection[str]) -> QuestionVectors:
        """Returns the question with the passes of these encoders, as far as they are here; those there are stay.

        Whoever asks for the same pass later, as a search may, is given this one.
        """
        if question.by_encoder.keys() >= {name for name in names if name in self.choice.by_name}:
            return question
        return await self._in_question_thread(lambda: self._searcher.with_passes(question, names))

    async def search(
        self,
        team: str,
        question: str,
        audience: Audience,
        history: Sequence[Turn] = (),
        limit: int = 10,
        vectors: QuestionVectors | None = None,
        per_document: int = 1,
    ) -> SearchResult:
        """Returns what `audience` may read about the question: at most `limit` passages, best first.

        Of each document `per_document` at most are among them. `history` is the conversation before it, oldest first;
        `vectors` are `encode_question`'s of this very text. Nothing that the audience may not read is looked at, let
        alone returned.
        """
        served = self._served.get(team)
        if served is None:
            served = self._served.setdefault(team, _Served(self._new_index(), Version("", 0)))
        language = vectors.language if vectors is not None else detect(question[:2_000])
        if language not in served.in_use and len(served.index):
            await self._meet(team, served, ENGLISH if language == UNKNOWN else language)
            served = self._served[team]

        def work() -> SearchResult:
            asked = self._searcher.encode(question) if vectors is None else vectors
            return self._searcher.search(served.index, asked, audience, history, limit, per_document)

        return await self._in_question_thread(work)

    async def titles(self, team: str, audience: Audience) -> frozenset[str]:
        """Returns the titles and headings that `audience` may read: the same object until the index changes."""
        served = self._served.get(team)
        if served is None:
            return frozenset()
        return await self._in_question_thread(partial(served.index.titles, audience))

    def shows_more(self, team: str, one: Audience, other: Audience) -> bool:
        """Returns whether the index has anything that `one` may read and `other` may not."""
        served = self._served.get(team)
        return served is not None and served.index.shows_more(one, other)

    async def refresh(self) -> bool:
        """Reads from the database what changed since the last time. Returns whether anything had."""
        async with self._refreshing:
            versions = await self._store.versions()
            changed = False
            for team in self._served.keys() - versions.keys():
                del self._served[team]
            for team, version in versions.items():
                served = self._served.get(team)
                if served is None or served.version.lineage != version.lineage:
                    served = await self._from_snapshot(team, version)
                if served.version != version:
                    ids = await self._store.changed_since(team, served.version.number)
                    for begin in range(0, len(ids), DOCUMENTS_AT_ONCE):
                        some = ids[begin : begin + DOCUMENTS_AT_ONCE]
                        loaded = await self._store.load(team, some)
                        states = await self._in_bulk_thread(partial(indexing.states, some, loaded, self.choice))
                        await self._in_bulk_thread(partial(served.index.apply, states))
                    served.version, served.unsaved, changed = version, True, True
                    served.in_use = await self._store.languages(team)
                self._served[team] = served
            return changed

    def follow(self) -> None:
        """Starts to look for changes by other processes and to keep the snapshots fresh, until `close`."""
        if self._following is None:
            self._following = asyncio.create_task(self._follow(), name="follow-index")

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(FOLLOW_SECONDS)
            try:
                await self.refresh()
                await self._save(SNAPSHOT_SECONDS)
            except (SQLAlchemyError, OSError):
                # The database may be away for a moment, the disk full: what is served stays, the next look may succeed.
                _log.warning("the index could not be refreshed", exc_info=True)
                await asyncio.sleep(_PAUSE_SECONDS)

    async def _save(self, min_age: float) -> None:
        for team, served in list(self._served.items()):
            if not served.unsaved or monotonic() - served.saved_at < min_age:
                continue
            served.unsaved, served.saved_at = False, monotonic()
            await self._in_bulk_thread(partial(self._write_snapshot, team, served.version, served.index))

    def _write_snapshot(self, team: str, version: Version, index: TeamIndex) -> None:
        states = index.states()
        snapshot.write(self._folder, team, snapshot.Snapshot(version, self._fingerprints(), states))
        del states
        give_back()

    async def _from_snapshot(self, team: str, version: Version) -> _Served:
        """Returns the team as its snapshot has it; empty where that is missing or of another database."""
        saved = await self._in_bulk_thread(lambda: snapshot.read(self._folder, team, self._fingerprints()))
        index = self._new_index()
        if saved is None or saved.version.lineage != version.lineage or saved.version.number > version.number:
            return _Served(index, Version(version.lineage, 0))
        served = _Served(index, saved.version, await self._store.languages(team))
        await self._in_bulk_thread(partial(index.apply, saved.states))
        del saved
        await self._in_bulk_thread(give_back)
        return served

    def _fingerprints(self) -> dict[str, str]:
        return {encoder.name: encoder.fingerprint for encoder in self.choice.encoders}

    def _new_index(self) -> TeamIndex:
        return TeamIndex({encoder.name: encoder.dimensions for encoder in self.choice.encoders})

    async def _meet(self, team: str, served: _Served, language: str) -> None:
        """Counts a question's language as in use and has the vectors made that it needs, for some seconds at most."""
        await self._store.note_languages(team, {language})
        served.in_use |= {language, UNKNOWN}
        task = self._completing.get(team)
        if task is None or task.done():
            task = asyncio.create_task(self._complete(team), name="complete-vectors")
            self._completing[team] = task
        await asyncio.wait({task}, timeout=PATIENCE_SECONDS)

    async def _complete(self, team: str) -> None:
        in_use = await self._store.languages(team)
        async with self._writing:
            made = await indexing.complete(self._store, self.choice, self._in_bulk_thread, team, in_use, _silent)
        if made:
            await self.refresh()

    async def _in_bulk_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._bulk, work)

    def _in_question_thread(self, work: Callable[[], T]) -> asyncio.Future[T]:
        return asyncio.get_running_loop().run_in_executor(self._questions, work)


def _silent(_done: int, _total: int) -> None:
    return
