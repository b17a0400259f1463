"""A process that brings one training to its end, and prints how it ended: killed and started again it goes on.

python training_process.py DATA
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.discovery import installed_skills, migration_branches
from bot.store.upgrade import open_database
from bot.workspace.accounts import TEAM_ID
from index.encoders.catalog import open_encoder
from skills.classifiers.champions import Champions
from skills.classifiers.registry.models import RunRow
from skills.classifiers.registry.runs import Busy
from skills.classifiers.retraining.job import Progress
from skills.learning.running import Outcome, run
from skills.learning.settings import LearningSettings
from skills.learning.workshop import Workshop

KEY = "learning nightly"


async def hear(row: RunRow, progress: Progress) -> None:
    """Says nothing on."""


async def train(data: Path) -> Outcome:
    database = await open_database(data, branches=migration_branches(installed_skills()))
    encoders = [open_encoder("multilingual")]
    champions = Champions(database.sessions, data / "models", encoders)
    await champions.follow()
    owner = f"process {os.getpid()}"
    shop = Workshop(database.sessions, encoders, champions, LearningSettings(), data, lambda: datetime.now(UTC), owner)
    while True:
        try:
            outcome = await run(shop, TEAM_ID, KEY, "", hear)
            break
        except Busy:
            await asyncio.sleep(0.05)
    await database.close()
    return outcome


if __name__ == "__main__":
    ended = asyncio.run(train(Path(sys.argv[1])))
    print(json.dumps({"run": ended.run, "state": ended.state, "version": ended.version, "fault": ended.fault}))
