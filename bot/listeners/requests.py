"""A payload's beginnings of a `Request`: the person, their language, the time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext

from bot.delivery import Delivery
from bot.handling import Handling
from bot.outgoing import Incoming
from bot.payloads import Acted
from bot.services import BotServices
from bot.slack_text import mentioned, people_in, readable
from skills.base import Request


@dataclass(frozen=True, slots=True)
class Arrival:
    """One delivery with what handles it, as Bolt's context holds them."""

    handling: Handling
    delivery: Delivery

    @classmethod
    def of(cls, context: AsyncBoltContext) -> Arrival:
        """Returns the arrival that this listener was called for."""
        return cls(context["handling"], context["delivery"])

    async def request(self, who: Acted, **fields: Any) -> Request:
        """Returns the request of a person; `fields` are what the kind of payload adds."""
        services = self.handling.services
        team = self.delivery.team
        person = await services.people.person(team, who.person)
        answer = await services.answers.find(team, who.answer, who.place) if who.answer else None
        return Request(
            id=self.delivery.id,
            team=team,
            person=person,
            place=who.place,
            say=services.catalogs.say(person.locale, person.zone),
            now=services.clock.now(),
            answer=answer,
            **fields,
        )

    async def incoming(self, who: Acted, **fields: Any) -> Incoming:
        """Returns the request with the ways back to the person."""
        return Incoming(await self.request(who, **fields), who.response_url, who.private)

    def words(self, text: str) -> str:
        """Returns the words of a text in Slack's markup, with the names of people who are known."""
        return words_of(self.handling.services, self.delivery.team, text)

    async def people(self, text: str) -> tuple[tuple[str, str], ...]:
        """Returns whom a text in Slack's markup mentions; their names are known from then on."""
        people, team = self.handling.services.people, self.delivery.team
        for id in mentioned(text):
            await people.person(team, id)
        return people_in(text, lambda id: people.name(team, id))


def words_of(services: BotServices, team: str, text: str) -> str:
    """Returns the words of a text in Slack's markup, with the names of people who are known."""
    return readable(text, lambda id: services.people.name(team, id))
