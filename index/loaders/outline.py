"""Gathers blocks of text under their headings, whatever format they came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from index.types import Section

BETWEEN = "\n\n"
"""Stands between blocks."""


@dataclass(slots=True)
class Open:
    """The section under way."""

    headings: tuple[str, ...]
    link: str | None = None
    line: int | None = None
    blocks: list[str] = field(default_factory=list)
    lines: list[tuple[int, int]] = field(default_factory=list)
    length: int = 0
    in_list: bool = False


class Outline:
    """Sections along headings of levels 1 to 6.

    The first heading of level 1, unless a title was given, is the title, and no part of the paths below it; a given
    title's repetition as such a heading is left out likewise.
    """

    def __init__(self, title: str | None = None) -> None:
        self.title = title
        self._given = title is not None
        self._titled = False
        self._path: list[tuple[int, str]] = []
        self._open = Open(())
        self._done: list[Section] = []

    def heading(self, level: int, text: str, link: str | None = None) -> None:
        """Begins a section; an empty heading only ends the one before."""
        self._close()
        text = " ".join(text.split())
        self._path = [(deep, name) for deep, name in self._path if deep < level]
        if level == 1 and not self._titled and (not self._given or text == self.title):
            self._titled = True
            self.title = text or self.title
        elif text:
            self._path.append((level, text))
        self._open = Open(tuple(name for _, name in self._path), link)

    def text(
        self, block: str, line: int | None = None, *, item: bool = False, lines: Sequence[tuple[int, int]] = ()
    ) -> None:
        """Adds a block to the section under way; `line` is where it begins in the source.

        `lines` tells it more exactly, as (offset in the block, line). The items of a list stand on neighbouring
        lines; between other blocks is a blank one.
        """
        if not block.strip():
            return
        now = self._open
        if not now.blocks:
            now.line = line
        lead = len(block) - len(block.lstrip("\n"))
        block = block.strip("\n")
        if item and now.in_list:
            begin = now.length + 1
            now.blocks[-1] += "\n" + block
        else:
            begin = now.length + len(BETWEEN) if now.blocks else 0
            now.blocks.append(block)
        if line is not None:
            now.lines += [(begin + max(offset - lead, 0), number) for offset, number in lines or [(0, line)]]
        now.length = begin + len(block)
        now.in_list = item

    def sections(self) -> tuple[Section, ...]:
        """All sections that have text."""
        self._close()
        return tuple(self._done)

    def _close(self) -> None:
        now = self._open
        if now.blocks:
            self._done.append(Section(now.headings, BETWEEN.join(now.blocks), now.line, now.link, tuple(now.lines)))
        self._open = Open(now.headings, now.link)


def table_text(rows: list[list[str]]) -> str:
    """Rows of cells as text: `Name: lamp; Price: 12 euro` for each row below the first, which names the columns."""
    if len(rows) == 1:
        return "; ".join(filter(None, rows[0]))
    names = rows[0]
    lines = []
    for row in rows[1:]:
        cells = [
            f"{names[i].rstrip(':：')}: {cell}" if i < len(names) and names[i] else cell
            for i, cell in enumerate(row)
            if cell
        ]
        lines.append("; ".join(cells))
    return "\n".join(filter(None, lines))
