"""Whatever happens on both sides in whatever order, they end the same, with one issue, and then all is quiet."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from interleaving import DELIVERIES, THERE, VALUES, Ended, Step, fields_of, run
from linked_stage import staged
from tracker_site import FAULTS

from bot.store.upgrade import open_database
from skills.tasks.store import MIGRATIONS


def steps(kind: str) -> st.SearchStrategy[list[Step]]:
    fields = fields_of(kind)
    here = st.sampled_from(fields).flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(VALUES[name])))
    there = st.sampled_from(fields).flatmap(lambda name: st.tuples(st.just(name), st.sampled_from(THERE[name])))

    def named(verb: str, values: st.SearchStrategy[tuple[Any, ...]]) -> st.SearchStrategy[Step]:
        return values.map(lambda some: (verb, *some))

    return st.lists(
        st.one_of(
            named("here", here),
            named("there", there),
            named("race there", there),
            named("race here", here),
            st.tuples(st.just("deliver"), st.sampled_from(DELIVERIES)),
            st.tuples(st.just("fault"), st.sampled_from(FAULTS), st.integers(0, 3)),
            st.tuples(st.just("tick"), st.sampled_from([0.0, 0.4, 5.0, 70.0])),
            st.just(("restart",)),
        ),
        max_size=14,
    )


begins = st.sampled_from(["link", "attach", "500 after", "cut before", "cut after", "crash before", "crash after"])


@pytest.mark.parametrize("kind", ["github", "jira"])
def test_both_sides_end_the_same_with_one_issue_and_no_loop(kind: str, empty_database: Path) -> None:
    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(begins, steps(kind))
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
