"""Posts that come by themselves: from webhooks and from Slack channels."""

from __future__ import annotations

import asyncio
import json

import pytest
from feed_site import MovedClock, StartPolling, state, stored
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.monitor.sources import SourceError
from skills.monitor.sources.webhook import SIGNATURE, TIMESTAMP, sign

Sessions = async_sessionmaker[AsyncSession]
VARIABLE = "DESKHAND_SOURCE_HOOK"


def request(clock: MovedClock, *posts: dict[str, object], key: str = "k") -> tuple[dict[str, str], bytes]:
    body = json.dumps(list(posts)).encode()
    stamp = int(clock.now().timestamp())
    return {TIMESTAMP: str(stamp), SIGNATURE: sign(key, stamp, body)}, body


async def linked() -> str | None:
    return "https://x.slack.com/p1"


async def unlinked() -> str | None:
    return None


async def test_a_webhooks_posts_are_stored_once_also_when_replayed_or_sent_to_two_replicas(
    sessions: Sessions, start: StartPolling, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "k")
    one, two = await start(sessions, "one"), await start(sessions, "two")
    id = await one.rows.add("T1", "webhook", "hook", {"secret_from": VARIABLE}, "U1")
    headers, body = request(clock, {"id": "1", "title": "a"}, {"title": "b"}, {"title": "b"})
    counts = await asyncio.gather(*(polling.pushing.receive(id, headers, body) for polling in (one, two) * 4))
    assert sum(counts) == 2
    assert await one.pushing.receive(id, headers, body) == 0
    assert sorted(await stored(sessions)) == ["a", "b"]
    assert (await state(one, id)).state == "well"


async def test_requests_that_are_not_signed_and_sources_that_are_none_are_told_alike(
    file_sessions: Sessions, start: StartPolling, clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "k")
    polling = await start(file_sessions)
    id = await polling.rows.add("T1", "webhook", "hook", {"secret_from": VARIABLE}, "U1")
    feed = await polling.rows.add("T1", "feed", "feed", {"url": "http://a.example/"}, "U1")
    headers, body = request(clock, {"title": "a"})
    wrong, _ = request(clock, {"title": "a"}, key="other")
    for source, given in ((id, wrong), ("nobody", headers), (feed, headers)):
        with pytest.raises(SourceError) as caught:
            await polling.pushing.receive(source, given, body)
        assert caught.value.fault.code == "signature"
    await polling.rows.pause("T1", id, True)
    with pytest.raises(SourceError):
        await polling.pushing.receive(id, headers, body)
    assert await stored(file_sessions) == []


async def test_a_channel_is_heard_where_a_source_listens(
    file_sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    polling = await start(file_sessions)
    id = await polling.rows.add("T1", "slack", "general", {"channel": "C1", "min_minutes": 60}, "U1")
    message = {"type": "message", "user": "U9", "text": "down again", "ts": f"{clock.now().timestamp():.6f}"}
    assert await polling.pushing.hear("T1", "C1", message, linked) == 1
    assert await polling.pushing.hear("T1", "C1", message, linked) == 0
    assert await polling.pushing.hear("T1", "C2", message, unlinked) == 0
    assert await polling.pushing.hear("T2", "C1", message, unlinked) == 0
    (found,) = await polling.posts.claim("reader", 10)
    assert (found.team, found.post.source, found.post.text) == ("T1", id, "down again")
    await polling.settle()
    assert (await state(polling, id)).fault is None


async def test_a_channel_that_always_speaks_and_falls_silent_is_told(
    file_sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    polling = await start(file_sessions)
    await polling.rows.add("T1", "slack", "general", {"channel": "C1"}, "U1")
    for _ in range(30):
        message = {"user": "U9", "text": "hello", "ts": f"{clock.now().timestamp():.6f}"}
        await polling.pushing.hear("T1", "C1", message, unlinked)
        await polling.settle()
        polling.pushing._read_at = None
        clock.move(minutes=5)
    assert await polling.events.untold() == []
    for _ in range(30):
        await polling.settle()
        clock.move(minutes=5)
    assert [event.what for event in await polling.events.untold()] == ["silent"]
