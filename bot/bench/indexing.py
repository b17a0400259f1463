"""Documents on disk to a served index (load, cut, encode, write, serve), beside the bare encoder in bulk."""

from __future__ import annotations

import asyncio
import re
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.bench.measured import Figure, Measured, ratio
from bot.bench.reference import open_reference, take_fastest_threads
from bot.bench.texts import Page, pages
from bot.cli.output import Progress
from bot.discovery import installed_skills, migration_branches
from bot.store.upgrade import open_database
from bot.workspace.accounts import TEAM_ID
from index.encoders.catalog import open_encoder
from index.encoders.sources import EMBEDDED, ENGLISH, Source
from index.library import Library
from index.loaders import load
from index.loaders.outcomes import Loaded
from index.passages import encoding_text, split
from index.sources import Sources

PASSAGES = 2000
"""At least so many where no corpus is given."""
MULTILINGUAL_SHARE = 5
"""Of the corpus so great a part is enough for the encoder that is not asked for a certain ratio."""
PARTS = 4
LEAST_RATIO = 1.8


@dataclass
class _Totals:
    passages: int = 0
    seconds: float = 0.0
    reference_seconds: float = 0.0


def run(sets: Path | None, tell: Progress, count: int = PASSAGES) -> Measured:
    """Measures; see the module. `count` is how many pages are made where `sets` holds no English corpus."""
    corpus = pages(count, sets)
    figures: dict[str, Figure] = {}
    lines: list[str] = []
    for source in EMBEDDED.values():
        taken = corpus if source is ENGLISH else corpus[: len(corpus) // MULTILINGUAL_SHARE]
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            totals, threads = asyncio.run(_measure(source, taken, Path(folder), tell))
        ours, theirs = totals.passages / totals.seconds, totals.passages / totals.reference_seconds
        found = ratio(ours, theirs)
        figures[source.name] = {
            "documents": len(taken),
            "passages": totals.passages,
            "passages_per_second": round(ours, 1),
            "sentence_transformer_per_second": round(theirs, 1),
            "torch_threads": threads,
            "ratio": found,
        }
        asked = f" (at least {LEAST_RATIO})" if source is ENGLISH else ""
        lines.append(
            f"{source.name}: {totals.passages} passages of {len(taken)} documents, {ours:.0f}/s all in all; "
            f"SentenceTransformer.encode {theirs:.0f}/s; ratio {found}{asked}"
        )
    return Measured(figures, lines)


async def _measure(source: Source, corpus: Sequence[Page], folder: Path, tell: Progress) -> tuple[_Totals, int]:
    reference = open_reference(source)

    def encode(texts: Sequence[str]) -> object:
        prefixed = [source.passage_prefix + text for text in texts]
        return reference.encode(prefixed, show_progress_bar=False, normalize_embeddings=True)

    threads = take_fastest_threads(lambda: encode([page.text for page in corpus[:32]]))
    encoder = open_encoder(source.name, "cpu")
    encoder.encode(["warm"], "passage")
    totals = _Totals()
    database = await open_database(folder, branches=migration_branches(installed_skills()))
    library = await Library.open(database.sessions, [encoder], folder / "index")
    sources = Sources(database.sessions, library)
    for part in range(PARTS):
        place = _written(corpus[part::PARTS], folder / f"pages-{part}")
        began = time.perf_counter()
        brought = await sources.bring(TEAM_ID, str(place))
        totals.seconds += time.perf_counter() - began
        texts = await _passages(place)
        totals.passages += brought.encoded
        began = time.perf_counter()
        encode(texts)
        totals.reference_seconds += time.perf_counter() - began
        tell(part + 1, PARTS, source.name)
    await library.close()
    await database.close()
    return totals, threads


def _written(corpus: Sequence[Page], folder: Path) -> Path:
    """Writes each page as a Markdown file and returns the folder."""
    folder.mkdir()
    for number, page in enumerate(corpus):
        title = re.sub(r"\s+", " ", page.title) or f"Page {number}"
        (folder / f"{number:05}.md").write_text(f"# {title}\n\n{page.text}\n", encoding="utf-8")
    return folder


async def _passages(folder: Path) -> list[str]:
    """Returns the passages of a folder as the encoder reads them."""
    return [
        encoding_text(document.title, passage.headings, passage.text)
        async for outcome in load(str(folder))
        if isinstance(outcome, Loaded)
        for document in outcome.documents
        for _, passage in split(document)
    ]
