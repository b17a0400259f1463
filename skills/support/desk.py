"""What the support skill works with in one process: books, heads, conversations, and what admins settled."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from skills.base import Request, Services
from skills.reply import Paragraph, Reply
from skills.support.book.answer_book import AnswerBook
from skills.support.book.rows import Books
from skills.support.conversations.threads import Conversations
from skills.support.settings.modes import Modes
from skills.support.understanding.intents import IntentHeads

ORDER_SECONDS = 60.0
"""How long answers stay in the order in which people found them helpful, while the book itself is unchanged."""


@dataclass(slots=True)
class Desk:
    """The parts that outlive a request."""

    heads: IntentHeads = field(default_factory=IntentHeads)
    conversations: Conversations = field(default_factory=Conversations)
    modes: Modes = field(default_factory=Modes)
    _books: dict[str, tuple[AnswerBook, int, float]] = field(default_factory=dict)

    async def book(self, team: str, services: Services) -> tuple[AnswerBook, int]:
        """Returns the team's answer book and its version: the newest, by one small query."""
        books = Books(services.sessions)
        known = self._books.get(team)
        if known is not None and time.monotonic() < known[2] and await books.version(team) == known[1]:
            return known[0], known[1]
        book, version = await books.load(team)
        self._books[team] = (book, version, time.monotonic() + ORDER_SECONDS)
        return book, version

    def watch(self, services: Services) -> None:
        """Has whoever is in charge told when a head can't be trained."""
        if self.heads.failed is not None:
            return

        async def tell(team: str, reason: str) -> None:
            book, version = await self.book(team, services)
            owner = next((intent.owner for intent in book.intents if intent.owner), None)
            person = await services.in_charge(team, owner)
            place = await services.direct(team, person.id) if person else None
            if place is not None:
                words = f"I could not learn the answer book as it stands: {reason}. The last good one goes on serving."
                await services.post(Reply((Paragraph(words),)), team, place, f"support untrained {version}")

        self.heads.failed = tell


async def escalation(request: Request, services: Services, desk: Desk) -> str | None:
    """Returns the channel in which people take over: the one that was settled, else the support channel itself."""
    settings = await desk.modes.settings(services.sessions, request.team)
    if settings.escalation is not None:
        return settings.escalation
    marked = await desk.modes.of(services.sessions, request.team, request.place.channel)
    return request.place.channel if marked is not None else None
