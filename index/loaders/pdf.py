"""PDF to a page: a section for each sheet, under the bookmarks that lead to it."""

from __future__ import annotations

import io
import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from index.loaders.pages import Page, Reading, UnreadableError
from index.loaders.text import title_of_name, unwrap
from index.types import Section

if TYPE_CHECKING:
    from pypdf import PdfReader

HYPHENATED = re.compile(r"(?<=[a-z])-\n(?=[a-z])")
BLANK_LINE = re.compile(r"\n[ \t]*\n")


def read_pdf(data: bytes, name: str) -> Reading:
    """One page of sections, each with its sheet's number as `line` and `#page=N` as link.

    Raises `UnreadableError` for a broken or encrypted file, and for one without text (a scan).
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    try:
        pdf = PdfReader(io.BytesIO(data))
        # Many files are encrypted with an empty password, only to forbid printing: those can be read.
        if pdf.is_encrypted and not pdf.decrypt(""):
            raise UnreadableError("is encrypted")
        sections = read_sheets(pdf)
        fields = pdf.metadata
    except DependencyError as error:
        raise UnreadableError("is encrypted") from error
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError) as error:
        raise UnreadableError("is not a readable PDF") from error
    if not sections:
        raise UnreadableError("has no text (scanned pages are not read)")
    title = author = date = None
    if fields is not None:
        title, author = text_field(fields.title), text_field(fields.author)
        with suppress(ValueError, TypeError):
            date = zoned(fields.modification_date or fields.creation_date)
    return Reading((Page(title or title_of_name(name), sections, author=author, date=date),))


def read_sheets(pdf: PdfReader) -> tuple[Section, ...]:
    bookmarks = bookmarks_of(pdf)
    path: tuple[str, ...] = ()
    sections = []
    for number, sheet in enumerate(pdf.pages, start=1):
        path = bookmarks.get(number, path)
        text = paragraphs(sheet.extract_text())
        if text:
            sections.append(Section(path, text, number, f"#page={number}"))
    return tuple(sections)


def paragraphs(text: str) -> str:
    """The text with wrapped and hyphenated lines joined; blank lines part paragraphs."""
    blocks = BLANK_LINE.split(HYPHENATED.sub("", text.replace("\0", "")))
    return "\n\n".join(filter(None, map(unwrap, blocks)))


def bookmarks_of(pdf: PdfReader) -> dict[int, tuple[str, ...]]:
    """The path of the first bookmark that leads to each sheet, by its number; none when the outline is broken."""
    found: dict[int, tuple[str, ...]] = {}

    def gather(entries: list[Any], above: tuple[str, ...]) -> None:
        path = above
        for entry in entries:
            if isinstance(entry, list):
                gather(entry, path)
                continue
            path = (*above, " ".join(str(entry.title).split()))
            number = pdf.get_destination_page_number(entry)
            if number is not None:
                found.setdefault(number + 1, path)

    with suppress(Exception):
        gather(pdf.outline, ())
    return found


def text_field(value: str | None) -> str | None:
    return " ".join(str(value).split()) or None if value else None


def zoned(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment and not moment.tzinfo else moment
