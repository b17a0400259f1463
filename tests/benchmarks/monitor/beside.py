"""What 1,000 polled sources cost those who ask questions: the bot's own times with and without them, in one process.

    python tests/benchmarks/monitor/beside.py [--questions 300]

The sources stand on 50 hosts, are looked at every five minutes, and a fifth of them fails or refuses; what they bring
is read and put to a watch. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from bot.bench.measured import Spread
from bot.bench.offline_bot import OfflineBot, offline_bot
from bot.bench.texts import questions
from bot.workspace.accounts import TEAM_ID
from skills.base import Services
from skills.classifiers.champions import Champions
from skills.monitor.monitoring import Monitoring
from skills.monitor.sources import Limits, Polling
from skills.monitor.watches.watch import WatchSettings

SERVERS = Path(__file__).parents[1] / "feeds" / "many_sources.py"
HOSTS, PER_HOST, EVERY_MINUTES = 50, 20, 5.0
BLOCK = 50


async def here(host: str, port: int) -> list[str]:
    """Every host is this machine."""
    return ["127.0.0.1"]


async def measure(count: int, port: int) -> dict[str, Any]:
    """Returns the spreads of both, and how many looks there were."""
    asked = questions(count + 20, None)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        async with offline_bot(Path(folder)) as bot:
            monitoring = await _with_sources(bot, port, Path(folder))
            for question in asked[:20]:
                await bot.ask(question)
            alone: list[float] = []
            beside: list[float] = []
            for begin in range(20, len(asked), BLOCK):
                block = asked[begin : begin + BLOCK]
                alone += [await bot.ask(question) for question in block[: BLOCK // 2]]
                following = [asyncio.create_task(one) for one in (_polled(monitoring), _read(monitoring))]
                began = time.monotonic()
                for question in block[BLOCK // 2 :]:
                    beside.append(await bot.ask(question))
                    await asyncio.sleep(0.2)
                for task in following:
                    task.cancel()
                await asyncio.gather(*following, return_exceptions=True)
                print(f"{begin}: {time.monotonic() - began:.0f} s beside", file=sys.stderr)
            looks = sum(source.looked_at is not None for source in await monitoring.polling.rows.all(TEAM_ID))
            await monitoring.end()
    one, other = Spread.of(alone), Spread.of(beside)
    return {
        "alone": one.figures(), "beside": other.figures(), "sources_looked_at": looks,
        "beside_p95_to_alone_p50": round(other.p95 / one.p50, 2), "p50_ratio": round(other.p50 / one.p50, 2),
    }  # fmt: skip


async def _with_sources(bot: OfflineBot, port: int, data: Path) -> Monitoring:
    services = SimpleNamespace(
        sessions=bot.runtime.database.sessions,
        clock=bot.runtime.clock,
        replica="bench",
        data=data,
        allow_private=True,
        library=bot.library,
        champions=Champions(bot.runtime.database.sessions, data / "models", bot.library.choice.encoders),
    )
    monitoring = Monitoring(cast(Services, services))
    limits = Limits(allow_private=True)
    monitoring.polling = Polling(services.sessions, services.clock, "bench", data, limits=limits, resolve=here)
    settings = WatchSettings(channel="C0ALERTS", owner="U")
    await monitoring.watches.add(TEAM_ID, "All", settings, "U", time.time())
    for host in range(HOSTS):
        for feed in range(PER_HOST):
            url = f"http://host{host}.example:{port}/{host}/{feed}"
            wanted = {"url": url, "min_minutes": EVERY_MINUTES, "max_minutes": EVERY_MINUTES}
            await monitoring.polling.rows.add(TEAM_ID, "feed", f"{host}/{feed}", wanted, "U")
    await monitoring.polling.settle()
    await monitoring.intake.take()
    return monitoring


async def _polled(monitoring: Monitoring) -> None:
    while True:
        await monitoring.polling.tick()
        await asyncio.sleep(0.5)


async def _read(monitoring: Monitoring) -> None:
    while True:
        await monitoring.intake.take()
        await asyncio.sleep(1.0)


async def main(count: int) -> None:
    server = await asyncio.create_subprocess_exec(
        sys.executable, str(SERVERS), "--serve", "--speed", "1", stdout=asyncio.subprocess.PIPE
    )
    assert server.stdout is not None
    try:
        port = int(await server.stdout.readline())
        print(json.dumps(await measure(count, port)))
    finally:
        server.kill()
        await server.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--questions", type=int, default=300)
    asyncio.run(main(parser.parse_args().questions))
