"""Copies are folded over transactions, restarts and replicas."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.monitor.reading.folding import Fold, Reach, fold, forget_folds, reach
from skills.monitor.reading.folding.tables import FoldKeyRow, FoldRow
from skills.monitor.sources import StoredPost, make_post

Sessions = async_sessionmaker[AsyncSession]
NOW = datetime(2026, 12, 1, tzinfo=UTC)
RELEASE = (
    "Acme Home said on Monday it is recalling about 40,000 toasters sold between March and August because the heating "
    "element may overheat and cause a fire. Customers should stop using the toasters at once."
)


def post(
    number: int, text: str = RELEASE, *, title: str = "", author: str = "", source: str = "s1", at: datetime = NOW
) -> StoredPost:
    made = make_post(source, at, external_id=str(number), title=title, text=text, author=author)
    return StoredPost(number, "T1", made, at)


async def folded(sessions: Sessions, posts: Sequence[StoredPost], team: str = "T1") -> list[Fold]:
    async with sessions.begin() as session:
        return await fold(session, team, posts)


async def test_a_release_copied_fifty_times_counts_once_with_its_reach(sessions: Sessions) -> None:
    copies = [
        post(n, f"CITY{n % 5}: {RELEASE} via site", author=f"author {n % 7}", source=f"s{n % 3}") for n in range(2, 52)
    ]
    (first,) = await folded(sessions, [post(1, author="Acme")])
    assert not first.is_copy
    found = [one for start in (0, 25) for one in await folded(sessions, copies[start : start + 25])]
    assert {one.leader for one in found} == {1}
    assert all(one.agreements >= {"content", "order"} and 0.0 < one.distance < 0.2 for one in found)
    async with sessions() as session:
        assert await reach(session, "T1", [1, 2]) == {1: Reach(51, 8, 3)}


async def test_within_one_batch_the_first_leads(sessions: Sessions) -> None:
    other = "Orion Airlines kept all its aircraft on the ground on Tuesday morning when its software failed again."
    found = await folded(sessions, [post(7), post(8, other), post(9), post(10, other + " https://t.co/x")])
    assert [one.leader for one in found] == [7, 8, 7, 8]


async def test_a_post_that_was_folded_stays_as_it_is(sessions: Sessions) -> None:
    before = await folded(sessions, [post(1), post(2)])
    assert await folded(sessions, [post(2), post(1), post(3)]) == [before[1], before[0], replace(before[1], post=3)]


async def test_what_is_rolled_back_leaves_nothing(sessions: Sessions) -> None:
    async with sessions() as session:
        await fold(session, "T1", [post(1)])
        await session.rollback()
    assert [one.leader for one in await folded(sessions, [post(2)])] == [2]


async def test_teams_do_not_see_each_other(sessions: Sessions) -> None:
    await folded(sessions, [post(1)])
    assert [one.leader for one in await folded(sessions, [post(2)], team="T2")] == [2]


async def test_after_the_window_a_copy_begins_anew(sessions: Sessions) -> None:
    await folded(sessions, [post(1)])
    late = [post(2, at=NOW + timedelta(days=6)), post(3, at=NOW + timedelta(days=8))]
    assert [one.leader for one in await folded(sessions, late)] == [1, 3]


async def test_two_replicas_that_fold_at_once_agree_on_the_first(sessions: Sessions) -> None:
    found = await asyncio.gather(*(folded(sessions, [post(number)]) for number in range(1, 9)))
    assert len({one.leader for (one,) in found}) == 1


async def test_an_address_shared_by_hundreds_of_texts_is_looked_up_in_bounds(sessions: Sessions) -> None:
    texts = [
        f"Minute {n}: player {n * 7919 % 1000} passes to number {n * 104729 % 997} on the left" for n in range(300)
    ]
    posts = [
        replace(one, post=replace(one.post, link="https://a.example/live"))
        for one in (post(n + 1, text) for n, text in enumerate(texts))
    ]
    found = await folded(sessions, posts)
    assert all(not one.is_copy for one in found)


async def test_what_is_old_is_forgotten(sessions: Sessions) -> None:
    await folded(sessions, [post(1), post(2, at=NOW + timedelta(days=30))])
    async with sessions.begin() as session:
        await forget_folds(session, NOW + timedelta(days=1))
        assert await session.scalar(select(func.count()).select_from(FoldRow)) == 1
        assert await session.scalar(select(func.count(FoldKeyRow.post.distinct()))) == 1
