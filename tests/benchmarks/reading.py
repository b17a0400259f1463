"""Measures how fast posts are read, beside the bare encoder over the same texts in the same run.

    python tests/benchmarks/reading.py DATA [--posts 4000] [--runs 3] [--folding]

DATA holds the public sets: headlines, tweets, posts of stock forums, news flashes and whole articles in English and
Chinese. Encoder and reader take turns over every batch, so that a busy machine slows both. With `--folding` posts are
folded in a database file as well. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bot.store.upgrade import open_database
from index.encoders.base import Encoder
from index.encoders.catalog import open_encoder
from skills.monitor.reading.cleaning import readable
from skills.monitor.reading.folding import fold
from skills.monitor.reading.reader import Reader
from skills.monitor.sources import MIGRATIONS, Post, StoredPost, make_post

NOW = datetime(2026, 12, 1, tzinfo=UTC)
BATCH = 500
SETS = (
    "finance_sentiment/sentfin.train",
    "topics/finance_tweets.train",
    "tweet_sentiment/train",
    "topics/thucnews.train",
    "finance_zh/stockbar.train",
    "finance_zh/topics.train",
    "finance_zh/summaries.train",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("--posts", type=int, default=4000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folding", action="store_true")
    asked = parser.parse_args()
    posts = drawn(asked.data, asked.posts)
    encoder = open_encoder("multilingual", "cpu")
    reader = Reader([encoder])
    reader.read(posts[:50])
    runs = sorted((measured(posts, encoder, reader, asked.folding) for _ in range(asked.runs)), key=lambda run: run[2])
    bare, whole, ratio = runs[len(runs) // 2]
    print(json.dumps({
        "posts": len(posts), "bare_per_second": round(bare), "read_per_second": round(whole),
        "ratio": round(ratio, 3), "ratios": [round(run[2], 3) for run in runs], "folding": asked.folding,
    }))  # fmt: skip


def measured(posts: Sequence[Post], encoder: Encoder, reader: Reader, folding: bool) -> tuple[float, float, float]:
    """Returns posts a second by the bare encoder and by the reader, and their ratio."""
    bare = whole = 0.0
    texts = [readable(post) for post in posts]
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner() as runner:
        database = runner.run(open_database(Path(folder), branches=[MIGRATIONS]))

        async def folded(stored: Sequence[StoredPost]) -> None:
            async with database.sessions.begin() as session:
                await fold(session, "T1", stored)

        for start in range(0, len(posts), BATCH):
            some = slice(start, start + BATCH)
            began = time.perf_counter()
            encoder.encode(texts[some], "query")
            between = time.perf_counter()
            reader.read(posts[some])
            if folding:
                runner.run(folded([StoredPost(start + n, "T1", post, NOW) for n, post in enumerate(posts[some])]))
            whole += time.perf_counter() - between
            bare += between - began
        runner.run(database.close())
    return len(posts) / bare, len(posts) / whole, bare / whole


def drawn(data: Path, count: int) -> list[Post]:
    """Returns so many posts of the sets, as many of each, mixed."""
    chance = random.Random(1)
    found = []
    for name in SETS:
        rows = [json.loads(line) for line in (data / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
        for row in chance.sample(rows, min(len(rows), count // len(SETS) + 1)):
            title, text = row.get("summary", ""), row["text"]
            found.append(make_post("s", NOW, title=title, text=text, link=f"https://a.example/{len(found)}"))
    chance.shuffle(found)
    return found[:count]


if __name__ == "__main__":
    main()
