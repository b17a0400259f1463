"""100,000 passages: how long they take to index, what memory they need, how fast they are searched.

Building and serving each have a process of their own, so that neither's memory counts for the other. The encoder is
no part of it (`deskhand bench indexing` measures that): passages get vectors near those of real ones. Who asks may
read a tenth of two hundred channels, and what is for everyone.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from bot.bench.measured import Figure, Measured, Spread
from bot.bench.texts import SEED, Page, made_pages, questions
from bot.cli.output import Progress, progress_bar
from bot.discovery import installed_skills, migration_branches
from bot.store.upgrade import open_database
from bot.workspace.accounts import TEAM_ID
from index.encoders.base import Encoder, Role, Vectors
from index.encoders.catalog import open_encoder
from index.library import Library
from index.types import EVERYONE, Document, Section

PASSAGES = 100_000
SECTIONS = 20
"""Passages to a document."""
QUESTIONS = 200
WARM_UP = 10
CHANNELS = tuple(f"C{number:03}" for number in range(200))
OWN_CHANNELS = 20
FOR_EVERYONE = 0.3
"""The share of the documents that everyone may read; each of the others is in one channel."""
ENCODED = 512
"""How many pages are encoded in earnest."""
SPREAD = 0.7
"""Length of the noise that is added to a real vector of length 1."""

S = TypeVar("S")
T = TypeVar("T")


class Nearby:
    """An encoder whose passages lie about those of `ENCODED` real ones; no text is read."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.fingerprint, self.dimensions = encoder.name, encoder.fingerprint, encoder.dimensions
        self._reads = encoder.reads
        self._real = encoder.encode([page.text for page in made_pages(ENCODED)], "passage")
        self._chance = np.random.default_rng(SEED)

    def reads(self, language: str) -> bool:
        """As the real encoder does."""
        return self._reads(language)

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        """Returns unit vectors, float32 (len(texts), dimensions)."""
        near = self._real[self._chance.integers(0, ENCODED, len(texts))]
        noise = self._chance.standard_normal(near.shape, np.float32) * np.float32(SPREAD / self.dimensions**0.5)
        return np.asarray((near + noise) / np.linalg.norm(near + noise, axis=1, keepdims=True), np.float32)


@dataclass(frozen=True, slots=True)
class Served:
    """Seconds of opening, of each question's encoding and of each search beside it; megabytes, at most and in the end.

    `bare` are the megabytes of the process with its encoder, before there is an index.
    """

    opened: float
    encoded: list[float]
    searched: list[float]
    bare: float
    held: float
    peak: float


def run(sets: Path | None, tell: Progress, count: int = PASSAGES) -> Measured:
    """Measures; see the module. Passages are the handbook's sentences in ever new orders."""
    asked = questions(QUESTIONS + WARM_UP, sets)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        build_seconds, passages, build_memory = _alone(_build, Path(folder), count)
        size = (Path(folder) / "deskhand.db").stat().st_size / 2**20
        served = _alone(_serve, Path(folder), asked)
    encoded, searched = Spread.of(served.encoded), Spread.of(served.searched)
    figures: dict[str, Figure] = {
        "passages": passages,
        "build_seconds": round(build_seconds, 1),
        "build_peak_megabytes": round(build_memory),
        "database_megabytes": round(size),
        "open_seconds": round(served.opened, 2),
        "serving_megabytes": round(served.held),
        "serving_peak_megabytes": round(served.peak),
        "serving_megabytes_without_index": round(served.bare),
        "encode": encoded.figures(),
        "search": searched.figures(),
    }
    return Measured(
        figures,
        [
            f"{passages} passages, their encoding left out, built in {build_seconds:.0f} s, "
            f"at most {build_memory:.0f} MB; database {size:.0f} MB",
            f"opened from the snapshot in {served.opened:.1f} s, at most {served.peak:.0f} MB; serving takes "
            f"{served.held:.0f} MB, {served.bare:.0f} MB of them before there is an index",
            f"a question with {OWN_CHANNELS} of {len(CHANNELS)} channels: {searched}; its encoding beside it {encoded}",
        ],
    )


def _alone(work: Callable[[Path, S], T], folder: Path, argument: S) -> T:
    """Returns what `work` returns in a new process."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, folder, argument).result()


def _build(folder: Path, count: int) -> tuple[float, int, float]:
    """Returns the seconds, the number of passages and the most megabytes of building the index."""

    async def work() -> tuple[float, int]:
        documents = _documents(made_pages(count))
        encoder = Nearby(open_encoder("english", "cpu"))
        database = await open_database(folder, branches=migration_branches(installed_skills()))
        library = await Library.open(database.sessions, [encoder], folder / "index")
        began = time.perf_counter()
        with progress_bar("scale") as tell:
            await library.add(TEAM_ID, documents, lambda done, total: tell(done, total, "documents"))
        seconds = time.perf_counter() - began
        passages = (await library.status(TEAM_ID)).counts.passages
        await library.close()
        await database.close()
        return seconds, passages

    seconds, passages = asyncio.run(work())
    return seconds, passages, _peak_megabytes()


def _serve(folder: Path, asked: Sequence[str]) -> Served:
    async def work() -> Served:
        encoder = open_encoder("english", "cpu")
        encoder.encode(["warm"], "query")
        bare = _megabytes()
        database = await open_database(folder, branches=migration_branches(installed_skills()))
        began = time.perf_counter()
        library = await Library.open(database.sessions, [encoder], folder / "index")
        opened = time.perf_counter() - began
        own = random.Random(SEED).sample(CHANNELS, OWN_CHANNELS)  # noqa: S311 - a sample, no secret
        audience = frozenset({EVERYONE, *own})
        encoded, searched = [], []
        for question in asked:
            began = time.perf_counter()
            vectors = await library.encode_question(question)
            encoded.append(time.perf_counter() - began)
            began = time.perf_counter()
            await library.search(TEAM_ID, question, audience, vectors=vectors)
            searched.append(time.perf_counter() - began)
        held = _megabytes()
        await library.close()
        await database.close()
        return Served(opened, encoded[WARM_UP:], searched[WARM_UP:], bare, held, _peak_megabytes())

    return asyncio.run(work())


def _documents(made: Sequence[Page]) -> list[Document]:
    chance = random.Random(SEED)  # noqa: S311
    return [
        Document(
            key=f"scale/{begin}",
            title=made[begin].title,
            sections=tuple(Section((page.title,), page.text) for page in made[begin : begin + SECTIONS]),
            source="scale",
            place=f"scale/{begin}",
            visible_to=frozenset({EVERYONE if chance.random() < FOR_EVERYONE else chance.choice(CHANNELS)}),
        )
        for begin in range(0, len(made), SECTIONS)
    ]


def _megabytes() -> float:
    """What this process holds now; where the system doesn't tell, the most that it has held."""
    held = Path("/proc/self/statm")
    return int(held.read_text().split()[1]) * resource.getpagesize() / 2**20 if held.exists() else _peak_megabytes()


def _peak_megabytes() -> float:
    """The most memory that this process has held (ru_maxrss is in kilobytes, on macOS in bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
