"""1,000 different questions from the event to the reply, each beside one pass of the bare encoder."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from statistics import fmean
from typing import Any

from bot import event_loop
from bot.bench.measured import Figure, Measured, Spread, ratio
from bot.bench.offline_bot import OfflineBot, offline_bot
from bot.bench.reference import open_reference, take_fastest_threads
from bot.bench.texts import questions
from bot.cli.output import Progress
from bot.router import Route
from index.encoders.sources import ENGLISH
from index.search import QuestionVectors

QUESTIONS = 1000
WARM_UP = 20
BLOCK = 20
"""Questions in a row on either side: torch's threads spin for a while after work, which must not slow the other."""

MOST_RATIO = 1.0
MOST_TAIL = 3.0


def run(sets: Path | None, tell: Progress, count: int = QUESTIONS) -> Measured:
    """Measures; see the module. `count` questions follow upon `WARM_UP` that don't count."""
    asked = questions(count + WARM_UP, sets)
    reference = open_reference(ENGLISH)

    def encode(text: str) -> object:
        return reference.encode(text, show_progress_bar=False)

    threads = take_fastest_threads(lambda: encode(asked[0]))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        return event_loop.run(_measure(Path(folder), asked, encode, threads, tell))


async def _measure(
    data: Path, asked: list[str], encode: Callable[[str], object], threads: int, tell: Progress
) -> Measured:
    async with offline_bot(data) as bot:
        for question in asked[:WARM_UP]:
            await bot.ask(question)
            encode(question)
        bot.client.replies.clear()
        watch = _watched(bot)
        ours: list[float] = []
        theirs: list[float] = []
        rest = asked[WARM_UP:]
        for begin in range(0, len(rest), BLOCK):
            block = rest[begin : begin + BLOCK]
            ours += [await bot.ask(question) for question in block]
            # On this thread, with nothing else awake: the yardstick at its best.
            theirs += [_seconds(encode, question) for question in block]
            tell(begin + len(block), len(rest), "questions")
        quoted = sum("rich_text_quote" in str(reply["blocks"]) for reply in bot.client.replies)
    return _judged(
        ours, theirs, watch, {"questions": len(rest), "answered_by_quotes": quoted, "torch_threads": threads}
    )


def _judged(
    seconds: list[float], reference: list[float], watch: dict[str, list[float]], about: dict[str, int]
) -> Measured:
    ours, theirs, count = Spread.of(seconds), Spread.of(reference), len(seconds)
    parts = {name: round(1000 * sum(seconds) / count, 3) for name, seconds in watch.items()}
    parts["rest"] = round(1000 * fmean(seconds) - sum(parts.values()), 3)
    figures: dict[str, Figure] = {
        **about,
        "event_to_reply": ours.figures(),
        "sentence_transformer_encode": theirs.figures(),
        "ratio_p50": ratio(ours.p50, theirs.p50),
        "ratio_p95_to_p50": ratio(ours.p95, ours.p50),
        "mean_ms": parts,
    }
    return Measured(
        figures,
        [
            f"{count} different questions, {about['answered_by_quotes']} of them answered by quotes",
            f"event to reply {ours}; SentenceTransformer.encode {theirs} "
            f"(torch on {about['torch_threads']} thread(s), the faster choice here)",
            f"ratio of the p50s {figures['ratio_p50']} (at most {MOST_RATIO}), "
            f"p95 to p50 {figures['ratio_p95_to_p50']} (at most {MOST_TAIL})",
            "mean ms: " + ", ".join(f"{name} {value:.2f}" for name, value in parts.items()),
        ],
    )


def _watched(bot: OfflineBot) -> dict[str, list[float]]:
    """Returns lists that fill with the seconds spent in each part before the reply is handed over."""
    found: dict[str, list[float]] = {"store": [], "encode": [], "route": [], "search": []}
    _watch(bot, bot.runtime.database, "run", found["store"])
    _watch(bot, bot.library, "encode_question", found["encode"])
    _watch(bot, bot.library, "search", found["search"])
    route = bot.router.route

    def routed(question: QuestionVectors) -> Route:
        began = time.perf_counter()
        try:
            return route(question)
        finally:
            found["route"].append(time.perf_counter() - began)

    setattr(bot.router, "route", routed)  # noqa: B010 - a method is replaced on one object
    return found


def _watch(bot: OfflineBot, owner: object, name: str, seconds: list[float]) -> None:
    method: Callable[..., Awaitable[Any]] = getattr(owner, name)

    async def timed(*arguments: Any, **options: Any) -> Any:
        began = time.perf_counter()
        try:
            return await method(*arguments, **options)
        finally:
            if bot.client.awaited:
                seconds.append(time.perf_counter() - began)

    setattr(owner, name, timed)


def _seconds(work: Callable[[str], object], text: str) -> float:
    began = time.perf_counter()
    work(text)
    return time.perf_counter() - began
