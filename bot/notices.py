"""What people are told when something went wrong: see `bot.delivery.Notices`."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from bot.delivery import Outgoing
from bot.outgoing import Incoming, outgoing_of
from bot.payloads import Acted, acted
from bot.services import BotServices
from bot.store.models import OutboxRow
from skills.base import Place, Request
from skills.reply import Paragraph, Reply
from skills.text import Text

log = logging.getLogger("deskhand.notices")


class ToldFaults:
    """Tells the asker alone, in their language."""

    def __init__(self, services: BotServices) -> None:
        self._services = services

    async def failed(self, delivery: str, team: str, body: Mapping[str, Any], reference: str) -> Sequence[Outgoing]:
        """Returns the apology for a delivery that failed, with the reference that the log has."""
        return await self._told(delivery, team, acted(body), "bot.failed", reference=reference)

    async def given_up(self, delivery: str, team: str, body: Mapping[str, Any]) -> Sequence[Outgoing]:
        """Returns the apology for a delivery that was given up."""
        return await self._told(delivery, team, acted(body), "bot.given_up")

    async def refused(self, answer: str, error: str) -> Sequence[Outgoing]:
        """Returns what the asker of `answer` is told when Slack refused it. Never a notice about a notice."""
        query = select(OutboxRow.team, OutboxRow.channel, OutboxRow.thread, OutboxRow.asker, OutboxRow.skill)
        row = await self._services.database.run(
            lambda connection: connection.execute(query.where(OutboxRow.id == answer)).first()
        )
        if row is None or not row.asker or not row.skill:
            return ()
        who = Acted(row.asker, Place(row.channel, "channel", row.thread))
        return await self._told(f"refused {answer}", row.team, who, "bot.not_delivered", error=error)

    async def _told(self, id: str, team: str, who: Acted | None, key: str, **arguments: str) -> Sequence[Outgoing]:
        if who is None or not who.place.channel:
            return ()
        person = await self._services.people.person(team, who.person)
        say = self._services.catalogs.say(person.locale, person.zone)
        text: Text = say(key, **arguments)
        request = Request(
            id=f"{id} {key}",
            team=team,
            person=person,
            place=who.place,
            say=say,
            now=self._services.clock.now(),
            kind="action",
        )
        return outgoing_of([Reply((Paragraph(text),), to="asker")], Incoming(request, who.response_url), "")
