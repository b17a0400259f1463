"""`deskhand index`: add, remove, status, rebuild, search."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from typing import TypeVar

from bot.cli.opening import OpenIndex, open_index, principals
from bot.cli.output import Options, Refused, progress_bar
from index.sources import Brought
from index.types import EVERYONE

T = TypeVar("T")


def _with_index(options: Options, team: str | None, work: Callable[[OpenIndex], Awaitable[T]]) -> T:
    async def main() -> T:
        async with open_index(options, team) as index:
            return await work(index)

    return asyncio.run(main())


def add(options: Options, sources: Sequence[str], visible_to: Sequence[str], team: str | None) -> None:
    """Brings sources into the index. Raises `Refused` when nothing could be indexed."""

    async def work(index: OpenIndex) -> Brought:
        readers = await principals(index, visible_to) if visible_to else frozenset({EVERYONE})
        total = Brought()
        with progress_bar("Indexing") as tell:
            for source in sources:
                total.include(await index.sources.bring(index.team, source, readers, tell))
        return total

    brought = _with_index(options, team, work)
    for one in brought.left_out:
        print(f"left out: {one.what}: {one.why}", file=sys.stderr)
    if brought.left_out and not brought.documents:
        first = brought.left_out[0]
        raise Refused(f"nothing could be indexed: {first.what}: {first.why}")
    result = asdict(brought) | {"left_out": len(brought.left_out), "documents": brought.documents}
    result["left_out_items"] = [asdict(one) for one in brought.left_out]
    options.show(
        result,
        f"{brought.added} added, {brought.replaced} changed, {brought.unchanged} unchanged, "
        f"{brought.removed} removed; {len(brought.left_out)} left out",
    )


def remove(options: Options, sources: Sequence[str], team: str | None) -> None:
    """Takes sources out of the index. Raises `Refused` when none of them was in it."""

    async def work(index: OpenIndex) -> int:
        return sum([await index.sources.forget(index.team, source) for source in sources])

    removed = _with_index(options, team, work)
    if not removed:
        raise Refused(f"{', '.join(sources)}: nothing of that name is in the index; deskhand index status lists it")
    options.show({"removed": removed}, f"{removed} documents removed")


def status(options: Options, team: str | None) -> None:
    """Shows what the index holds."""

    async def work(index: OpenIndex) -> dict[str, object]:
        found = await index.library.status(index.team)
        return {
            "team": found.team,
            "documents": found.counts.documents,
            "passages": found.counts.passages,
            "languages": found.counts.languages,
            "vectors": found.encoders,
            "sources": await index.sources.all(index.team),
            "version": found.version,
        }

    result = _with_index(options, team, work)
    lines = [f"{name}: {value}" for name, value in result.items() if name not in ("sources", "languages", "vectors")]
    for name in ("languages", "vectors"):
        pairs = result[name]
        if isinstance(pairs, dict):
            lines.append(f"{name}: {', '.join(f'{key} {number}' for key, number in pairs.items()) or 'none'}")
    found = result["sources"]
    lines += ["sources:", *(f"  {source}" for source in found)] if isinstance(found, list) and found else []
    options.show(result, "\n".join(lines))


def rebuild(options: Options, team: str | None) -> None:
    """Makes every vector and derived file anew."""

    async def work(index: OpenIndex) -> int:
        with progress_bar("Encoding") as tell:
            return await index.library.rebuild(index.team, lambda done, total: tell(done, total, "Encoding"))

    vectors = _with_index(options, team, work)
    options.show({"vectors": vectors}, f"{vectors} vectors made")


def search(options: Options, question: str, readers: Sequence[str], limit: int, team: str | None) -> None:
    """Shows what a question finds."""

    async def work(index: OpenIndex) -> dict[str, object]:
        audience = frozenset({EVERYONE}) | (await principals(index, readers) if readers else frozenset())
        found = await index.library.search(index.team, question, audience, limit=limit)
        hits = [
            {
                "title": hit.title,
                "headings": list(hit.headings),
                "place": hit.place,
                "line": hit.line,
                "link": hit.link,
                "language": hit.language,
                "score": round(hit.score, 4),
                "confidence": round(hit.confidence, 4),
                "text": hit.text,
                "quote": [hit.text[start:end] for start, end in found.sentences(hit)],
            }
            for hit in found.hits
        ]
        return {"known": found.known, "language": found.language, "hits": hits}

    result = _with_index(options, team, work)
    hits = result["hits"]
    lines = [] if result["known"] else ["Nothing in the index answers this. Nearest:"]
    for number, hit in enumerate(hits if isinstance(hits, list) else [], 1):
        where = " › ".join([hit["title"], *hit["headings"]])
        lines += [f"{number}. {hit['confidence']:.2f}  {where}  ({hit['place']}:{hit['line']})"]
        lines += [f"     {' '.join(quote.split())}" for quote in hit["quote"]]
    options.show(result, "\n".join(lines) or "The index holds nothing that may be read.")
