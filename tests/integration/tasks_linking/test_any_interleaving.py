"""Whatever happens on both sides in whatever order, they end the same, with one issue, and then all is quiet."""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from interleaving import SCENES, Ended, Step, fields_of, run
from linked_stage import staged

from bot.store.upgrade import open_database
from skills.tasks.store import MIGRATIONS


def scenes(kind: str) -> st.SearchStrategy[list[Step]]:
    """Runs as `random_steps` draws them, scene by scene, so that what is not needed to fail is left out."""
    drawn = st.tuples(st.sampled_from(SCENES), st.sampled_from(fields_of(kind)), st.integers(0, 999))
    return st.lists(drawn, max_size=8).map(
        lambda some: [step for scene, name, seed in some for step in scene(random.Random(seed), name)]
    )


begins = st.sampled_from(["link", "attach", "500 after", "cut before", "cut after", "crash before", "crash after"])


@pytest.mark.parametrize("kind", ["github", "jira"])
def test_both_sides_end_the_same_with_one_issue_and_no_loop(kind: str, empty_database: Path) -> None:
    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(begins, scenes(kind))
    def check(begun: str, some: list[Step]) -> None:
        ended = asyncio.run(_ended(kind, begun, some, empty_database))
        assert ended.wrong == []

    check()


async def _ended(kind: str, begun: str, some: list[Step], empty: Path) -> Ended:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(empty, folder)
        database = await open_database(Path(folder), branches=[MIGRATIONS])
        async with staged(database.sessions, kind) as stage:
            ended = await run(stage, begun, some)
        await database.close()
        return ended
