"""Reads sources (files, folders, git checkouts, web pages, sitemaps, Slack exports) into documents.

async for outcome in load("handbook/", known=stamps):
    match outcome:
        case Loaded(item, stamp, documents): ...   # in place of all that came from the item before; keep the stamp
        case Unchanged(item, stamp): ...           # keep the stamp
        case Gone(item): ...                       # drop what came from the item
        case LeftOut(what, why): ...               # tell people, go on
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from index.loaders.outcomes import Gone, Loaded, Outcome, Stamp, Unchanged
from index.loaders.progress import Progress, silent
from index.loaders.settings import FetchSettings, LoadSettings
from index.types import EVERYONE

__all__ = [
    "FetchSettings",
    "Gone",
    "LoadSettings",
    "Loaded",
    "Outcome",
    "Progress",
    "Stamp",
    "Unchanged",
    "is_url",
    "load",
]


def is_url(source: str) -> bool:
    """Whether a source is fetched from the web rather than read from disk."""
    return source.lower().startswith(("http://", "https://"))


def normal_source(source: str) -> str:
    """The name under which a source's documents are kept: an absolute path, or a URL without fragment.

    A URL that can't be fetched anyway is returned as it is.
    """
    if not is_url(source):
        return str(Path(source).expanduser().resolve())
    return source.strip().partition("#")[0]


async def load(
    source: str,
    *,
    visible_to: frozenset[str] = frozenset({EVERYONE}),
    known: Mapping[str, Stamp] | None = None,
    settings: LoadSettings | None = None,
    progress: Progress = silent,
) -> AsyncIterator[Outcome]:
    """What `source`, a path or URL, holds: one outcome for each item, and one `LeftOut` for each that can't be read.

    `known` are the stamps of the items that came from this source before, by item: given them, this is also how a
    source is followed, since unchanged items cost a look at their date and size (or a conditional request) and
    vanished ones are told. A file's or page's own restriction (front matter, a private channel) narrows `visible_to`
    and never widens it. Raises nothing for bad input; a bad source is itself one `LeftOut`.
    """
    # Imported here, so that the process that parses does not load them.
    from index.loaders.files import load_path
    from index.loaders.web import load_url

    read = load_url if is_url(source) else load_path
    async for outcome in read(
        normal_source(source),
        visible_to=visible_to,
        known=known or {},
        settings=settings or LoadSettings(),
        progress=progress,
    ):
        yield outcome
