"""Measures folding on the labelled pairs, and how fast posts are folded in a database.

    python tests/benchmarks/folding/measure.py DATA [--part held_out] [--show]

A pair counts as folded when the posts share a key, by which the first is looked up, and are taken for copies.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pairs import Pair, labelled_pairs
from written import Written

from bot.store.upgrade import open_database
from skills.monitor.reading.folding import compare, fold, keys_of, signature_of
from skills.monitor.sources import MIGRATIONS, Post, StoredPost, make_post

NOW = datetime(2026, 12, 1, tzinfo=UTC)
BATCH = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--part", choices=("tuning", "held_out"), default="held_out")
    parser.add_argument("--show", action="store_true", help="print the pairs that were told wrong")
    asked = parser.parse_args()
    pairs = [pair for pair in labelled_pairs(asked.data) if pair.part == asked.part]
    told = [(pair, folded(pair)) for pair in pairs]
    wrong = [(pair, said) for pair, said in told if said != pair.copies]
    right = sum(said and pair.copies for pair, said in told)
    if asked.show:
        for pair, said in wrong:
            print(
                json.dumps({"kind": pair.kind, "folded": said, "first": pair.first.row(), "second": pair.second.row()})
            )
    figures = {
        "part": asked.part,
        "pairs": len(pairs),
        "precision": round(right / sum(said for _, said in told), 4),
        "recall": round(right / sum(pair.copies for pair in pairs), 4),
        "wrongly_folded": dict(Counter(pair.kind.partition(":")[0] for pair, said in wrong if said)),
        "missed": dict(Counter(pair.kind.partition(":")[0] for pair, said in wrong if not said)),
        "posts_per_second": round(asyncio.run(rate(pairs))),
    }
    print(json.dumps(figures))


def folded(pair: Pair) -> bool:
    """Returns whether the second post would be folded onto the first."""
    first, second = signature_of(post(pair.first)), signature_of(post(pair.second))
    return not set(keys_of(first)).isdisjoint(keys_of(second)) and compare(first, second).copies


async def rate(pairs: list[Pair]) -> float:
    """Returns how many posts a second are folded and stored in a database file."""
    posts = [post(one) for pair in pairs for one in (pair.first, pair.second)]
    stored = [StoredPost(number, "T1", one, NOW) for number, one in enumerate(posts)]
    with tempfile.TemporaryDirectory() as folder:
        database = await open_database(Path(folder), branches=[MIGRATIONS])
        began = time.perf_counter()
        for start in range(0, len(stored), BATCH):
            async with database.sessions.begin() as session:
                await fold(session, "T1", stored[start : start + BATCH])
        seconds = time.perf_counter() - began
        await database.close()
    return len(stored) / seconds


def post(written: Written) -> Post:
    made = make_post(
        "s1", NOW, link=written.link or None, author=written.author, title=written.title, text=written.text
    )
    return replace(made, source=written.source)


if __name__ == "__main__":
    main()
