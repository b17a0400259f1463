"""From what a parser read to documents: keys, places, links, and who may see them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from index.loaders.outcomes import Loaded, Outcome, Stamp
from index.loaders.pages import Page, Reading
from index.types import EVERYONE, Document, LeftOut, Section


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an item came from: its key, what was asked for, what people are shown, and what opens it."""

    item: str
    source: str
    place: str
    visible_to: frozenset[str]
    link: str | None = None
    date: datetime | None = None


def outcomes_of(reading: Reading, origin: Origin, stamp: Stamp) -> list[Outcome]:
    """What an item that was read brings: its documents, then each part of it that was left out."""
    made = [document_of(page, origin) for page in reading.pages]
    documents = tuple(entry for entry in made if isinstance(entry, Document))
    unseen = [entry for entry in made if isinstance(entry, LeftOut)]
    return [Loaded(origin.item, stamp, documents), *unseen, *reading.faults]


def document_of(page: Page, origin: Origin) -> Document | LeftOut:
    """The page as a document; left out when nobody may see it whom the person who added it had in mind."""
    link = page.link or origin.link
    visible_to = narrowed(origin.visible_to, page.visible_to)
    place = f"{origin.place}: {page.place}" if page.place else origin.place
    if not visible_to:
        return LeftOut(f"{place}: {page.title}", "is meant for other people than it was added for")
    return Document(
        key=page.key or (f"{origin.item}#{page.part}" if page.part else origin.item),
        title=page.title,
        sections=tuple(complete(section, link) for section in page.sections),
        source=origin.source,
        place=place,
        link=link,
        author=page.author,
        date=page.date or origin.date,
        visible_to=visible_to,
    )


def narrowed(asked: frozenset[str], own: frozenset[str] | None) -> frozenset[str]:
    """Whom both the person who adds a page and the page itself mean; either can only narrow the other."""
    if own is None or EVERYONE in own:
        return asked
    return own if EVERYONE in asked else asked & own


def complete(section: Section, link: str | None) -> Section:
    if section.link is None or not section.link.startswith("#"):
        return section
    return replace(section, link=link + section.link if link else None)
