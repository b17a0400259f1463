"""Word and PowerPoint files to pages."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from index.loaders.outline import Outline, table_text
from index.loaders.pages import Page, Reading, UnreadableError
from index.loaders.text import title_of_name
from index.types import Section

MAX_UNPACKED = 300_000_000
"""Bytes that a package may unpack to; what claims more is a bomb or mostly video."""
MAX_PARTS = 20_000
OLE_MAGIC = b"\xd0\xcf\x11\xe0"
"""How encrypted Office files (and those from before 2007) begin: [MS-CFB] 2.2."""


def check_package(data: bytes, what: str) -> None:
    """Raises `UnreadableError` unless `data` is a zip of a sane size; `what` names the format."""
    if data.startswith(OLE_MAGIC):
        raise UnreadableError("is encrypted or from before 2007")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableError(f"is not a readable {what}") from error
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise UnreadableError("unpacks to more than 300 MB")


def read_docx(data: bytes, name: str) -> Reading:
    """One page: sections along the styles Title and Heading 1 to 9; tables and lists kept as text."""
    import docx
    from docx.table import Table

    check_package(data, "Word file")
    try:
        document = docx.Document(io.BytesIO(data))
        outline = Outline()
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                outline.text(table_text([[cell_text(cell) for cell in row.cells] for row in block.rows]))
                continue
            style = block.style.name if block.style is not None else ""
            if style == "Title":
                outline.heading(1, block.text)
            elif style.startswith("Heading ") and style[8:].isdigit():
                # Under a styled title, "Heading 1" opens a chapter.
                outline.heading(int(style[8:]), block.text)
            else:
                item = is_item(block, style) and bool(block.text.strip())
                outline.text(f"- {block.text}" if item else block.text, item=item)
        properties = document.core_properties
        title, author, date = properties.title, properties.author, properties.modified or properties.created
    except UnreadableError:
        raise
    except Exception as error:  # python-docx lets whatever a broken part causes through
        raise UnreadableError("is not a readable Word file") from error
    sections = outline.sections()
    if not sections:
        raise UnreadableError("has no text")
    page = Page(outline.title or title or title_of_name(name), sections, author=author or None, date=as_utc(date))
    return Reading((page,))


def is_item(paragraph: Any, style: str) -> bool:
    properties = paragraph._p.pPr
    return style.startswith("List") or (properties is not None and properties.numPr is not None)


def cell_text(cell: Any) -> str:
    return " ".join(cell.text.split())


def read_pptx(data: bytes, name: str) -> Reading:
    """One page: a section for each slide, under its title, with the slide's number as `line` and its notes."""
    import pptx

    check_package(data, "PowerPoint file")
    try:
        deck = pptx.Presentation(io.BytesIO(data))
        sections = tuple(section for n, slide in enumerate(deck.slides, start=1) if (section := read_slide(slide, n)))
        properties = deck.core_properties
        title, author, date = properties.title, properties.author, properties.modified or properties.created
    except Exception as error:  # python-pptx lets whatever a broken part causes through
        raise UnreadableError("is not a readable PowerPoint file") from error
    if not sections:
        raise UnreadableError("has no text")
    if not title or title == "PowerPoint Presentation":
        title = sections[0].headings[0] if sections[0].headings else title_of_name(name)
    return Reading((Page(title, sections, author=author or None, date=as_utc(date)),))


def read_slide(slide: Any, number: int) -> Section | None:
    heading = slide.shapes.title
    blocks = [text for shape in slide.shapes if shape != heading for text in shape_texts(shape)]
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        blocks.append(slide.notes_slide.notes_text_frame.text)
    title = " ".join(heading.text_frame.text.split()) if heading is not None else ""
    text = "\n\n".join(block.strip() for block in blocks if block.strip()) or title
    return Section((title,) if title else (), text, number) if text else None


def shape_texts(shape: Any) -> Iterator[str]:
    if getattr(shape, "shapes", None) is not None:
        for inner in shape.shapes:
            yield from shape_texts(inner)
    elif shape.has_text_frame:
        yield "\n".join(paragraph.text for paragraph in shape.text_frame.paragraphs if paragraph.text.strip())
    elif getattr(shape, "has_table", False):
        yield table_text([[cell_text(cell) for cell in row.cells] for row in shape.table.rows])


def as_utc(moment: datetime | None) -> datetime | None:
    # Office keeps W3CDTF times in UTC; the libraries return some of them without the zone.
    return moment.replace(tzinfo=UTC) if moment and not moment.tzinfo else moment
