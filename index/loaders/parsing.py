"""One item's bytes to its pages, by their kind."""

from __future__ import annotations

from collections.abc import Callable

from index.loaders.kinds import Kind
from index.loaders.pages import Reading, UnreadableError


def parse(kind: Kind, data: bytes, name: str, charset: str | None = None) -> Reading:
    """The pages in `data`; `name` is the file's short path, `charset` the encoding that was declared.

    Raises `UnreadableError` with the reason when there is nothing to read.
    """
    if not data:
        raise UnreadableError("is empty")
    if kind is Kind.PDF:
        from index.loaders.pdf import read_pdf

        return read_pdf(data, name)
    if kind is Kind.DOCX:
        from index.loaders.office import read_docx

        return read_docx(data, name)
    if kind is Kind.PPTX:
        from index.loaders.office import read_pptx

        return read_pptx(data, name)
    if kind is Kind.SLACK_EXPORT:
        from index.loaders.slack_export import read_slack_export

        return read_slack_export(data, name)
    return reader_of_text(kind)(data, name, charset)


def reader_of_text(kind: Kind) -> Callable[[bytes, str, str | None], Reading]:
    from index.loaders import html, markdown, questions, text

    return {
        Kind.HTML: html.read_html,
        Kind.MARKDOWN: markdown.read_markdown,
        Kind.CSV: questions.read_csv,
        Kind.JSONL: questions.read_jsonl,
        Kind.TEXT: text.read_text,
    }[kind]
