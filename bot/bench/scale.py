"""100,000 passages: how long they take to index, what memory they need, how fast they are searched.

Building and serving each have a process of their own, so that neither's memory counts for the other.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeVar

from bot import knowledge
from bot.bench.measured import Figure, Measured, Spread
from bot.bench.texts import Page, made_pages, questions
from bot.cli.output import Progress, progress_bar
from bot.store.upgrade import open_database
from bot.workspace.accounts import TEAM_ID
from index.encoders.catalog import open_encoder
from index.library import Library
from index.types import EVERYONE, Document, Section

PASSAGES = 100_000
SECTIONS = 20
"""Passages to a document."""
QUESTIONS = 200
WARM_UP = 10

S = TypeVar("S")
T = TypeVar("T")


def run(sets: Path | None, tell: Progress, count: int = PASSAGES) -> Measured:
    """Measures; see the module. Passages are the handbook's sentences in ever new orders, each encoded in earnest."""
    asked = questions(QUESTIONS + WARM_UP, sets)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        build_seconds, passages, build_memory = _alone(_build, Path(folder), count)
        size = (Path(folder) / "deskhand.db").stat().st_size / 2**20
        open_seconds, seconds, bare, memory = _alone(_serve, Path(folder), asked)
    found = Spread.of(seconds)
    figures: dict[str, Figure] = {
        "passages": passages,
        "build_seconds": round(build_seconds, 1),
        "build_passages_per_second": round(passages / build_seconds, 1),
        "build_peak_megabytes": round(build_memory),
        "database_megabytes": round(size),
        "open_seconds": round(open_seconds, 2),
        "serving_peak_megabytes": round(memory),
        "serving_megabytes_without_index": round(bare),
        "search": found.figures(),
    }
    return Measured(
        figures,
        [
            f"{passages} passages built in {build_seconds:.0f} s ({passages / build_seconds:.0f}/s), "
            f"at most {build_memory:.0f} MB; database {size:.0f} MB",
            f"opened from the snapshot in {open_seconds:.1f} s; serving takes {memory:.0f} MB, "
            f"{bare:.0f} MB of them before there is an index",
            f"a question, its encoding included: {found}",
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
        encoder = open_encoder("english", "cpu")
        database = await open_database(folder, branches=knowledge.BRANCHES)
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


def _serve(folder: Path, asked: Sequence[str]) -> tuple[float, list[float], float, float]:
    """Returns the seconds of opening and of each question, and the most megabytes without an index and with it."""

    async def work() -> tuple[float, list[float], float]:
        encoder = open_encoder("english", "cpu")
        encoder.encode(["warm"], "query")
        bare = _peak_megabytes()
        database = await open_database(folder, branches=knowledge.BRANCHES)
        began = time.perf_counter()
        library = await Library.open(database.sessions, [encoder], folder / "index")
        opened = time.perf_counter() - began
        seconds = []
        for question in asked:
            began = time.perf_counter()
            await library.search(TEAM_ID, question, frozenset({EVERYONE}))
            seconds.append(time.perf_counter() - began)
        await library.close()
        await database.close()
        return opened, seconds[WARM_UP:], bare

    return *asyncio.run(work()), _peak_megabytes()


def _documents(made: Sequence[Page]) -> list[Document]:
    return [
        Document(
            key=f"scale/{begin}",
            title=made[begin].title,
            sections=tuple(Section((page.title,), page.text) for page in made[begin : begin + SECTIONS]),
            source="scale",
            place=f"scale/{begin}",
        )
        for begin in range(0, len(made), SECTIONS)
    ]


def _peak_megabytes() -> float:
    """The most memory that this process has held (ru_maxrss is in kilobytes, on macOS in bytes)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)
