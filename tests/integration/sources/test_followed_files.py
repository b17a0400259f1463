"""Files that grow, are rotated, cut, or are not what they should be."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from feed_site import MovedClock, StartPolling, state, stored
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from skills.monitor.sources import Polling

Sessions = async_sessionmaker[AsyncSession]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "sources"
    made.mkdir()
    return made


def line(number: int, **more: object) -> str:
    return json.dumps({"id": str(number), "title": f"Line {number}", **more}) + "\n"


def write(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(text)


async def follow(polling: Polling, path: str, **more: object) -> str:
    return await polling.rows.add("T1", "file", path, {"path": path, **more}, "U1")


async def look(polling: Polling, clock: MovedClock) -> None:
    clock.move(hours=12)
    await polling.settle()


async def test_lines_are_read_once_and_only_when_they_are_whole(
    folder: Path, sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    path = folder / "posts.jsonl"
    write(path, "".join(line(number) for number in range(20)))
    polling = await start(sessions)
    await follow(polling, "posts.jsonl")
    await look(polling, clock)
    assert await stored(sessions) == [f"Line {number}" for number in range(15, 20)]
    write(path, line(20) + line(21)[:10])
    await look(polling, clock)
    write(path, line(21)[10:] + "nonsense\n[]\n" + line(22))
    await look(polling, clock)
    await look(polling, clock)
    assert (await stored(sessions))[5:] == ["Line 20", "Line 21", "Line 22"]


async def test_a_long_tail_is_caught_up_in_one_go(
    folder: Path, file_sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    path = folder / "posts.jsonl"
    write(path, line(0))
    polling = await start(file_sessions)
    await follow(polling, "posts.jsonl")
    await look(polling, clock)
    write(path, "".join(line(number, text="x" * 1000) for number in range(1, 5001)))
    await look(polling, clock)
    assert len(await stored(file_sessions)) == 5001


async def test_rotation_loses_nothing_by_name_or_by_copy(
    folder: Path, file_sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    path = folder / "posts.jsonl"
    write(path, line(0))
    polling = await start(file_sessions)
    await follow(polling, "posts.jsonl")
    await look(polling, clock)
    write(path, line(1))
    path.rename(folder / "posts.jsonl.1")
    write(path, line(2))
    await look(polling, clock)
    assert await stored(file_sessions) == ["Line 0", "Line 1", "Line 2"]
    # Cut and written anew, longer than before, at once: the first bytes tell.
    path.write_text(line(3) + line(4) + line(5), encoding="utf-8")
    await look(polling, clock)
    path.write_text("", encoding="utf-8")
    await look(polling, clock)
    write(path, line(6))
    await look(polling, clock)
    assert await stored(file_sessions) == [f"Line {number}" for number in range(7)]


async def test_tables_with_quoted_lines_other_columns_and_a_growing_end(
    folder: Path, file_sessions: Sessions, start: StartPolling, clock: MovedClock
) -> None:
    path = folder / "reviews.csv"
    write(path, "\ufeffno,what,said,stars\n1,Good,fine,5\n")
    polling = await start(file_sessions)
    await follow(polling, "reviews.csv", fields={"id": "no", "title": "what", "text": "said"}, numbers=["stars"])
    await look(polling, clock)
    write(path, '2,Bad,"two\nlines, ""quoted""",1\n3,"half')
    await look(polling, clock)
    write(path, ' a line",x,2\n')
    await look(polling, clock)
    posts = [stored.post for stored in await polling.posts.claim("reader", 10)]
    assert [(post.external_id, post.title, post.text, post.numbers) for post in posts] == [
        ("1", "Good", "fine", {"stars": 5.0}),
        ("2", "Bad", 'two\nlines, "quoted"', {"stars": 1.0}),
        ("3", "half a line", "x", {"stars": 2.0}),
    ]


async def test_a_file_outside_the_folder_or_missing_or_of_another_shape_is_named(
    folder: Path, tmp_path: Path, file_sessions: Sessions, start: StartPolling
) -> None:
    write(tmp_path / "secret.jsonl", line(1))
    (folder / "link.jsonl").symlink_to(tmp_path / "secret.jsonl")
    write(folder / "other.jsonl", '{"a": 1}\n')
    polling = await start(file_sessions)
    for path, sentence in {
        "../secret.jsonl": "is outside the folder that may be read",
        "link.jsonl": "is outside the folder that may be read",
        str(tmp_path / "secret.jsonl"): "is outside the folder that may be read",
        "missing.jsonl": "can't be read (it isn't there)",
        "other.jsonl": "has no columns or keys that the settings name",
    }.items():
        id = await follow(polling, path)
        await polling.settle()
        fault = (await state(polling, id)).fault
        assert fault is not None
        assert sentence in fault.sentence
    assert await stored(file_sessions) == []
