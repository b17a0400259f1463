"""What serves in each process: it follows the database within seconds, and only what loads ever serves."""

from __future__ import annotations

import asyncio
import errno
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from trained_versions import ADMIN, TEAM, trained

from skills.classifiers import champions as module
from skills.classifiers.champions import Champions
from skills.classifiers.registry.models import FileRow
from skills.classifiers.registry.versions import GATE, STARTER, Registry
from skills.classifiers.served import STARTER as SHIPPED

Sessions = async_sessionmaker[AsyncSession]


@cache
def topic() -> dict[str, bytes]:
    """Returns the files of a version that serves the topics, as the starter does."""
    folder = SHIPPED / "topic"
    return {f"topic/{path.name}": path.read_bytes() for path in folder.iterdir() if path.is_file()}


async def serve(registry: Registry, run: str, files: dict[str, bytes] | None = None) -> int:
    version = await registry.put(TEAM, trained(run, files=files or topic()), await registry.serving(TEAM))
    await registry.promote(TEAM, version, GATE, "better", {})
    return version


async def test_every_replica_follows_a_promotion_and_a_rollback_wherever_they_were_decided(
    sessions: Sessions, tmp_path: Path
) -> None:
    registry = Registry(sessions)
    replicas = [Champions(sessions, tmp_path / name, ()) for name in ("one", "other")]
    shipped = [one.classifiers(TEAM) for one in replicas]
    await serve(registry, "r1")
    for one, before in zip(replicas, shipped, strict=True):
        assert one.of(TEAM).version == STARTER
        await one.follow()
        assert one.of(TEAM).version == 1
        assert one.of(TEAM).of("topic") is not None
        assert one.classifiers(TEAM) is not before
        assert one.classifiers("T2") is before
    await registry.roll_back(TEAM, ADMIN, "", {})
    for one, before in zip(replicas, shipped, strict=True):
        await one.follow()
        assert one.of(TEAM).version == STARTER
        assert one.classifiers(TEAM) is before


async def test_a_change_is_over_when_those_have_done_their_part_who_make_something_ready_for_it(
    sessions: Sessions, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry, champions = Registry(sessions), Champions(sessions, tmp_path, ())
    made_ready: list[tuple[str, int]] = []

    async def fails(team: str) -> None:
        raise ValueError("nothing to make ready")

    async def takes_a_moment(team: str) -> None:
        await asyncio.sleep(0.05)
        made_ready.append((team, champions.of(team).version))

    champions.listen(fails)
    champions.listen(takes_a_moment)
    version = await serve(registry, "r1")
    await champions.follow()
    assert made_ready == [(TEAM, version)]
    assert "what goes with a version could not be made ready" in caplog.text
    await champions.follow()
    assert made_ready == [(TEAM, version)]

    # A training, which takes long, is not waited for.
    monkeypatch.setattr(module, "LISTENING_SECONDS", 0.01)
    await registry.roll_back(TEAM, ADMIN, "", {})
    await champions.follow()
    assert champions.of(TEAM).version == STARTER
    assert made_ready == [(TEAM, version)]
    await asyncio.sleep(0.1)
    assert made_ready == [(TEAM, version), (TEAM, STARTER)]


async def test_a_version_that_is_damaged_is_noticed_and_the_last_good_one_goes_on_serving(
    sessions: Sessions, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    registry, champions = Registry(sessions), Champions(sessions, tmp_path, ())
    good = await serve(registry, "r1")
    await champions.follow()
    reading = champions.classifiers(TEAM)
    damaged = await serve(registry, "r2")
    async with sessions.begin() as session:
        spoilt = update(FileRow).where(FileRow.version == damaged, FileRow.path == "topic/weights.safetensors")
        await session.execute(spoilt.values(content=b"spoilt"))
    await champions.follow()
    await champions.follow()
    assert champions.of(TEAM).version == good
    assert champions.classifiers(TEAM) is reading
    assert [one.message for one in caplog.records if one.levelname == "ERROR"] == [
        "a version can't serve; the last good one goes on"
    ]
    # What is trained next is meant to follow the one that should serve.
    assert champions.wanted(TEAM) == damaged
    whole = await serve(registry, "r3")
    await champions.follow()
    assert champions.of(TEAM).version == champions.wanted(TEAM) == whole


async def test_a_version_that_is_whole_but_cannot_be_read_never_serves(sessions: Sessions, tmp_path: Path) -> None:
    registry, champions = Registry(sessions), Champions(sessions, tmp_path, ())
    await serve(registry, "r1", {**topic(), "topic/card.json": b'{"task": "topic"}'})
    await champions.follow()
    assert champions.of(TEAM).version == STARTER
    await serve(registry, "r2", {"intent/card.json": b"no card"})
    await champions.follow()
    assert champions.of(TEAM).version == STARTER


async def test_files_laid_out_that_were_spoilt_or_deleted_are_laid_out_anew(sessions: Sessions, tmp_path: Path) -> None:
    registry, champions = Registry(sessions), Champions(sessions, tmp_path, ())
    version = await serve(registry, "r1")
    await champions.follow()
    home = champions.of(TEAM).of("topic")
    assert home is not None
    (home / "card.json").write_text("spoilt")
    (home / "weights.safetensors").unlink()
    # What serves was loaded before.
    assert champions.classifiers(TEAM)
    restarted = Champions(sessions, tmp_path, ())
    await restarted.follow()
    assert restarted.of(TEAM).version == version
    assert {f"topic/{path.name}": path.read_bytes() for path in home.iterdir()} == topic()


async def test_what_a_full_disk_kept_from_serving_serves_once_there_is_room(
    sessions: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry, champions = Registry(sessions), Champions(sessions, tmp_path, ())
    version = await serve(registry, "r1")

    def full(*given: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("skills.classifiers.champions.AGAIN_SECONDS", 0.0)
    with monkeypatch.context() as patched:
        patched.setattr("skills.classifiers.champions.write_folder", full)
        await champions.follow()
    assert champions.of(TEAM).version == STARTER
    await champions.follow()
    assert champions.of(TEAM).version == version
