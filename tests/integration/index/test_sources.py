"""Sources are read into a real database, and looked at again for changes."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from index import sources as sources_module
from index.encoders.base import Role, Vectors
from index.library import Library
from index.models import Base
from index.sources import Sources
from index.types import EVERYONE

TEAM = "T1"
ALL = frozenset({EVERYONE})


class HashEncoder:
    """Words as hashed counts: enough for finding, and free of models."""

    name = "english"
    fingerprint = "hash-1"
    dimensions = 64

    def reads(self, language: str) -> bool:
        return True

    def encode(self, texts: Sequence[str], role: Role) -> Vectors:
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[int(hashlib.sha256(word.encode()).hexdigest(), 16) % self.dimensions] += 1.0
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)


@pytest.fixture
async def sessions(tmp_path: Path) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/index.db")
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield async_sessionmaker(engine, expire_on_commit=False)
    await engine.dispose()


@pytest.fixture
async def library(sessions: async_sessionmaker[AsyncSession], tmp_path: Path) -> AsyncIterator[Library]:
    opened = await Library.open(sessions, [HashEncoder()], tmp_path / "snapshots")
    yield opened
    await opened.close()


@pytest.fixture
def sources(sessions: async_sessionmaker[AsyncSession], library: Library) -> Sources:
    return Sources(sessions, library)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "leave.md").write_text("# Leave\n\nEverybody has 28 days of leave.\n", encoding="utf-8")
    (docs / "travel.md").write_text("# Travel\n\nTrains before planes.\n", encoding="utf-8")
    return docs


async def titles(library: Library, question: str, audience: frozenset[str] = ALL) -> list[str]:
    found = await library.search(TEAM, question, audience)
    return [hit.title for hit in found.hits]


async def test_a_folder_is_brought_and_found(sources: Sources, library: Library, folder: Path) -> None:
    brought = await sources.bring(TEAM, str(folder))
    assert (brought.added, brought.left_out) == (2, [])
    assert (await titles(library, "days of leave"))[0] == "Leave"
    assert await sources.all(TEAM) == [str(folder)]


async def test_bringing_again_takes_only_what_changed_and_drops_what_is_gone(
    sources: Sources, library: Library, folder: Path
) -> None:
    await sources.bring(TEAM, str(folder))
    (folder / "leave.md").write_text("# Leave\n\nEverybody has 30 days of leave now.\n", encoding="utf-8")
    (folder / "travel.md").unlink()
    brought = await sources.bring(TEAM, str(folder))
    assert (brought.added, brought.replaced, brought.removed) == (0, 1, 1)
    assert "Travel" not in await titles(library, "trains before planes")
    again = await sources.bring(TEAM, str(folder))
    assert (again.added, again.replaced, again.unchanged, again.encoded) == (0, 0, 1, 0)


async def test_a_row_that_left_a_file_leaves_the_index(sources: Sources, library: Library, tmp_path: Path) -> None:
    file = tmp_path / "faq.csv"
    file.write_text("question,answer\nWhere is the key?,Under the mat.\nWho waters plants?,Ben.\n", encoding="utf-8")
    await sources.bring(TEAM, str(file))
    assert any("plants" in title for title in await titles(library, "who waters plants"))
    file.write_text("question,answer\nWhere is the key?,Under the mat.\n", encoding="utf-8")
    await sources.bring(TEAM, str(file))
    assert not any("plants" in title for title in await titles(library, "who waters plants"))


async def test_other_readers_replace_the_earlier_ones(sources: Sources, library: Library, folder: Path) -> None:
    await sources.bring(TEAM, str(folder))
    await sources.bring(TEAM, str(folder), frozenset({"C1"}))
    assert await titles(library, "days of leave") == []
    assert (await titles(library, "days of leave", frozenset({"C1"})))[0] == "Leave"


async def test_a_file_added_for_fewer_eyes_is_not_widened_by_its_folder(
    sources: Sources, library: Library, folder: Path
) -> None:
    await sources.bring(TEAM, str(folder / "leave.md"), frozenset({"C1"}))
    await sources.bring(TEAM, str(folder))
    assert "Leave" not in await titles(library, "days of leave")
    assert "Travel" in await titles(library, "trains before planes")


async def test_forgetting_a_source_takes_all_that_it_brought(sources: Sources, library: Library, folder: Path) -> None:
    await sources.bring(TEAM, str(folder))
    assert await sources.forget(TEAM, str(folder)) == 2
    assert await titles(library, "days of leave") == []
    assert await sources.all(TEAM) == []


async def test_following_finds_a_change_when_its_time_has_come(
    sources: Sources, library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await sources.bring(TEAM, str(folder))
    (folder / "pets.md").write_text("# Pets\n\nDogs are welcome on Fridays.\n", encoding="utf-8")
    await sources.follow()
    assert "Pets" not in await titles(library, "dogs on fridays")
    monkeypatch.setattr(sources_module, "FILES_EVERY_SECONDS", 0.0)
    await sources.follow()
    assert "Pets" in await titles(library, "dogs on fridays")


async def test_what_cannot_be_read_is_told_and_the_rest_is_brought(sources: Sources, folder: Path) -> None:
    (folder / "broken.pdf").write_bytes(b"no pdf")
    (folder / "empty.txt").write_bytes(b"")
    brought = await sources.bring(TEAM, str(folder))
    assert brought.added == 2
    assert sorted(Path(one.what).name for one in brought.left_out) == ["broken.pdf", "empty.txt"]


@pytest.mark.parametrize("inner_first", [True, False])
async def test_of_nested_folders_the_innermost_that_was_added_decides_who_may_read(
    sources: Sources, library: Library, folder: Path, inner_first: bool
) -> None:
    team = folder / "team"
    (team / "pay").mkdir(parents=True)
    (team / "desks.md").write_text("# Desks\n\nDesks are by the window.\n", encoding="utf-8")
    (team / "pay" / "rises.md").write_text("# Rises\n\nRises come in May.\n", encoding="utf-8")
    added = [(team / "pay", frozenset({"C2"})), (team, frozenset({"C1"})), (folder, ALL)]
    for path, readers in added if inner_first else reversed(added):
        await sources.bring(TEAM, str(path), readers)
    for path, readers in added:
        await sources.bring(TEAM, str(path), readers)
    for title, question, readers in (
        ("Rises", "rises come in may", "C2"),
        ("Desks", "desks are by the window", "C1"),
        ("Leave", "days of leave", EVERYONE),
    ):
        may_read = {one for one in ("C1", "C2", EVERYONE) if title in await titles(library, question, frozenset({one}))}
        assert may_read == {readers}


async def test_a_neighbour_whose_name_begins_alike_is_another_source(
    sources: Sources, library: Library, folder: Path
) -> None:
    (folder / "team").mkdir()
    (folder / "team-two").mkdir()
    (folder / "team" / "a.md").write_text("# Desks\n\nDesks are by the window.\n", encoding="utf-8")
    (folder / "team-two" / "b.md").write_text("# Rises\n\nRises come in May.\n", encoding="utf-8")
    await sources.bring(TEAM, str(folder / "team"), frozenset({"C1"}))
    await sources.bring(TEAM, str(folder))
    assert "Rises" in await titles(library, "rises come in may")
    assert "Desks" not in await titles(library, "desks are by the window")
