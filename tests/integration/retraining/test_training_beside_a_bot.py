"""`deskhand train` beside a running bot: what it brings serves there, without a restart, and is told there."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from support_bot import SupportBot, eventually, shown

CIRCULARS = (
    "no more circulars in my letterbox",
    "end those circulars at once",
    "why do I keep getting your circulars",
    "circulars again, please spare me",
    "I never asked for circulars",
    "your circulars go straight to the bin",
    "how can I be rid of these circulars",
    "enough of your circulars now",
)
ALIKE = "will you ever stop these circulars"

NEWS = "Untick News"


async def test_what_a_command_has_trained_serves_in_the_running_bot(bot: SupportBot, tmp_path: Path) -> None:
    dana = bot.person("dana")

    async def answer() -> str:
        return shown(await dana.wait_for_reply("deskhand", await dana.dm(ALIKE)))

    assert NEWS not in await answer()
    rows = tmp_path / "rows.jsonl"
    rows.write_text("".join(f"{json.dumps({'text': text, 'label': 'newsletter'})}\n" for text in CIRCULARS))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "--data", str(bot.runtime.settings.data), "--json"),
        *("train", "intent", "--examples", str(rows)),
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if not name.startswith(("SLACK_", "DESKHAND_"))},
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await process.communicate()
    result = json.loads(printed)
    assert (process.returncode, result["state"], result["team"]) == (0, "promoted", "T0LOCAL")

    async def look() -> bool:
        return NEWS in await answer()

    await eventually(look, "the new version's answer", 20.0)

    async def reports() -> int:
        return sum("What I learned: version 1" in shown(one) for one in await bot.cards())

    bot.runtime.ticks.soon("learning.plan")
    await eventually(reports, "the report")
    bot.runtime.ticks.soon("learning.plan")
    await bot.settled()
    assert await reports() == 1
