"""Which kind of document a file or a response is, by its name, its declared type and its first bytes."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePosixPath


class Kind(StrEnum):
    """The kinds of content that can be read."""

    MARKDOWN = "markdown"
    TEXT = "text"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    PPTX = "pptx"
    CSV = "csv"
    JSONL = "jsonl"
    SLACK_EXPORT = "slack_export"


BY_SUFFIX = {
    ".md": Kind.MARKDOWN,
    ".markdown": Kind.MARKDOWN,
    ".txt": Kind.TEXT,
    ".text": Kind.TEXT,
    ".rst": Kind.TEXT,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".pdf": Kind.PDF,
    ".docx": Kind.DOCX,
    ".pptx": Kind.PPTX,
    ".csv": Kind.CSV,
    ".tsv": Kind.CSV,
    ".jsonl": Kind.JSONL,
    ".ndjson": Kind.JSONL,
    ".zip": Kind.SLACK_EXPORT,
}

BY_MEDIA_TYPE = {
    "text/markdown": Kind.MARKDOWN,
    "text/x-markdown": Kind.MARKDOWN,
    "text/html": Kind.HTML,
    "application/xhtml+xml": Kind.HTML,
    "application/pdf": Kind.PDF,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": Kind.DOCX,
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": Kind.PPTX,
    "text/csv": Kind.CSV,
    "text/tab-separated-values": Kind.CSV,
    "application/jsonl": Kind.JSONL,
    "application/x-ndjson": Kind.JSONL,
}

TEXTUAL = frozenset({Kind.MARKDOWN, Kind.TEXT, Kind.CSV, Kind.JSONL})
"""Kinds whose parsers take time in proportion to the text, so that small ones need no process of their own."""


def kind_of_name(name: str) -> Kind | None:
    """The kind that a file's name promises; `None` for a type that is not read."""
    return BY_SUFFIX.get(PurePosixPath(name).suffix.lower())


def kind_of_response(media_type: str, path: str) -> Kind | None:
    """The kind of a response with that media type from a URL with that path; `None` for one that is not read.

    Servers often call Markdown and the like plain text or a stream of bytes, so there the name has the first word.
    """
    if media_type in {"text/plain", "application/octet-stream", ""}:
        return kind_of_name(path) or (Kind.TEXT if media_type == "text/plain" else None)
    return BY_MEDIA_TYPE.get(media_type)
