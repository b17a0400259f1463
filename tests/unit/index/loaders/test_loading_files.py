from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
from making_files import make_docx, make_pdf, make_pptx, make_zip

from index.loaders import Gone, Loaded, LoadSettings, Outcome, Stamp, Unchanged, load
from index.types import LeftOut


async def outcomes(
    source: Path | str, known: Mapping[str, Stamp] | None = None, **settings: float | int
) -> list[Outcome]:
    limits = LoadSettings(**settings)  # type: ignore[arg-type]
    return [outcome async for outcome in load(str(source), known=known, settings=limits)]


def stamps(found: list[Outcome]) -> dict[str, Stamp]:
    return {one.item: one.stamp for one in found if isinstance(one, Loaded | Unchanged)}


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.md").write_text(text)


async def test_a_folder_is_read_file_by_file_and_bad_ones_stop_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.pdf").write_bytes(make_pdf(["Hello"]))
    (folder / "b.pdf").write_bytes(b"%PDF-1.7 broken")
    (folder / "c.pdf").write_bytes(make_pdf(["Hello"], password="x"))
    (folder / "d.docx").write_bytes(make_docx())
    (folder / "e.pptx").write_bytes(make_pptx())
    (folder / "f.txt").write_bytes(b"")
    (folder / "g.csv").write_text("q,a\nx,y\nz,\n")
    (folder / "h.xyz").write_text("?")
    (folder / "i.html").write_text("<h1 id=x>Hi</h1><p>Ho")
    (folder / "j.txt").write_bytes(os.urandom(300) + b"\0")
    (folder / "sub" / "k.md").write_text("# K\n\nText")
    (folder / ".hidden.md").write_text("# No")
    found = await outcomes(folder)
    read = {Path(one.item).name: one.documents for one in found if isinstance(one, Loaded)}
    assert sorted(read) == ["a.pdf", "d.docx", "e.pptx", "g.csv", "i.html", "k.md"]
    left = {one.what: one.why for one in found if isinstance(one, LeftOut)}
    assert sorted(left) == ["docs/b.pdf", "docs/c.pdf", "docs/f.txt", "docs/g.csv line 3", "docs/h.xyz", "docs/j.txt"]
    assert left["docs/c.pdf"] == "is encrypted"
    (page,) = read["k.md"]
    assert (page.key, page.place, page.source) == (str(folder / "sub" / "k.md"), "docs/sub/k.md", str(folder))
    assert page.date is not None
    (row,) = read["g.csv"]
    assert row.key.startswith(f"{folder}/g.csv#")


async def test_a_file_over_the_limit_is_left_out_without_being_read(tmp_path: Path) -> None:
    with (tmp_path / "huge.txt").open("wb") as file:
        file.truncate(200_000_000)
    assert await outcomes(tmp_path / "huge.txt") == [LeftOut("huge.txt", "is larger than the limit of 50 MB (200 MB)")]


async def test_following_tells_new_changed_unchanged_and_vanished_files(tmp_path: Path) -> None:
    write(tmp_path, same="Same.", changed="Before.", touched="Touched.", removed="Gone.")
    known = stamps(await outcomes(tmp_path))
    write(tmp_path, changed="After!!", new="New.")
    (tmp_path / "removed.md").unlink()
    os.utime(tmp_path / "touched.md", (1, 1))
    found = await outcomes(tmp_path, known)
    told = {Path(one.item).stem: type(one) for one in found if not isinstance(one, LeftOut)}
    assert told == {"changed": Loaded, "new": Loaded, "removed": Gone, "same": Unchanged, "touched": Unchanged}
    # A touched file's new date is in its stamp, so that it is not read a third time.
    assert stamps(found)[str(tmp_path / "touched.md")].modified == 10**9


async def test_a_deleted_file_is_gone_and_an_emptied_folder_is_doubted(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    write(folder, one="One.")
    known = stamps(await outcomes(folder))
    (folder / "one.md").unlink()
    assert await outcomes(folder / "one.md", known) == [Gone(str(folder / "one.md"))]
    (doubt,) = await outcomes(folder, known)
    assert isinstance(doubt, LeftOut)
    assert "1 known from it are kept" in doubt.why
    folder.rmdir()
    (missing,) = await outcomes(folder, known)
    assert missing == LeftOut(str(folder), "does not exist")


async def test_a_git_checkout_is_read_without_what_git_ignores(tmp_path: Path) -> None:
    (tmp_path / ".git" / "info").mkdir(parents=True)
    (tmp_path / ".git" / "info" / "exclude").write_text("private.md\n")
    (tmp_path / ".gitignore").write_text("build/\n*.draft.md\n!keep.draft.md\n")
    for folder in ("build", "docs"):
        (tmp_path / folder).mkdir()
        write(tmp_path / folder, page="Page.", private="No.", deep="Deep.")
    (tmp_path / "docs" / ".gitignore").write_text("/deep.md\n")
    (tmp_path / "a.draft.md").write_text("No.")
    (tmp_path / "keep.draft.md").write_text("Yes.")
    # An ignored folder that is named itself is meant.
    build = ["deep.md", "page.md", "private.md"]
    for source, names in (
        (tmp_path, ["keep.draft.md", "page.md"]),
        (tmp_path / "docs", ["page.md"]),
        (tmp_path / "build", build),
    ):
        read = [Path(one.item).name for one in await outcomes(source) if isinstance(one, Loaded)]
        assert sorted(read) == names


async def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "docs"
    folder.mkdir()
    write(tmp_path, secret="Secret.")
    write(folder, page="Page.")
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    (folder / "loop").symlink_to(folder)
    assert [Path(one.item).name for one in await outcomes(folder) if isinstance(one, Loaded)] == ["page.md"]


async def test_what_a_file_says_of_itself_narrows_who_may_see_it_and_never_widens(tmp_path: Path) -> None:
    write(tmp_path, page="---\nvisible_to: [C1, C2]\n---\nText.")
    source = str(tmp_path / "page.md")

    async def seen_by(*visible_to: str) -> Outcome:
        (found,) = [one async for one in load(source, visible_to=frozenset(visible_to))][:1]
        return found

    for asked, expected in ((["everyone"], {"C1", "C2"}), (["C2", "C3"], {"C2"})):
        found = await seen_by(*asked)
        assert isinstance(found, Loaded)
        assert found.documents[0].visible_to == expected
    found = await seen_by("C3")
    assert isinstance(found, Loaded)
    assert found.documents == ()


async def test_a_parser_that_hangs_is_killed_and_the_next_file_is_read(tmp_path: Path) -> None:
    # Emphasis that never closes takes markdown-it time in proportion to the square of the text.
    (tmp_path / "a.md").write_text("[" * 500_000 + "\n" + "*a_" * 200_000)
    write(tmp_path, b="Fine.")
    found = await outcomes(tmp_path, parse_seconds=0.5)
    assert found[0] == LeftOut(f"{tmp_path.name}/a.md", "takes more than 0.5 seconds to read")
    assert isinstance(found[1], Loaded)


async def test_a_parser_that_takes_all_memory_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(
        make_zip(
            {"users.json": [], "channels.json": [{"id": "C1", "name": "c"}], "c/1.json": b"[" + b"1," * 40_000_000}
        )
    )
    (found,) = await outcomes(tmp_path / "a.zip", max_memory=350_000_000)
    assert isinstance(found, LeftOut)
    assert "memory" in found.why or "crashed" in found.why


async def test_text_that_unpacks_to_far_more_than_it_came_as_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.loaders.sandbox.MAX_ANSWER", 1_000_000)
    (tmp_path / "a.html").write_text("<p>" + "long " * 300_000)
    (tmp_path / "b.html").write_text("<p>Fine.")
    found = await outcomes(tmp_path)
    assert found[0] == LeftOut(f"{tmp_path.name}/a.html", "holds more than 200 MB of text")
    assert isinstance(found[1], Loaded)


async def test_a_broken_file_is_tried_again_only_when_it_has_changed(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"broken")
    first = await outcomes(tmp_path)
    # No process could be started within this time, nor parse anything.
    assert await outcomes(tmp_path, parse_seconds=0.001) == first
    file.write_bytes(make_pdf(["Mended"]))
    assert isinstance((await outcomes(tmp_path))[0], Loaded)


async def test_progress_is_told_for_each_file(tmp_path: Path) -> None:
    write(tmp_path, a="A.", b="B.")
    told: list[tuple[int, int, str]] = []
    async for _ in load(str(tmp_path), progress=lambda *step: told.append(step)):
        pass
    assert told == [(0, 2, "a.md"), (1, 2, "b.md"), (2, 2, "")]


def test_a_stamp_survives_being_kept_as_text() -> None:
    stamp = Stamp("ab", size=1, modified=2, etag='W/"x"')
    assert Stamp.loads(stamp.dumps()) == stamp
