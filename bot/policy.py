"""What an admin has settled for a channel: whether the bot answers there, whom, and when."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from sqlalchemy import Connection, delete, insert, select

from bot.store.engine import Database
from bot.store.models import ChannelRow
from skills.base import Person, Place

log = logging.getLogger(__name__)

Askers = Literal["everyone", "listed", "admins"]
Refusal = Literal["off", "not_listed", "admins_only", "not_addressed"]

KNOWN_SECONDS = 10.0
"""How long another replica may go on with a policy after an admin has changed it here."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A channel's policy. `overhears`: a question that addresses nobody is answered too, when the answer is sure."""

    on: bool = True
    askers: Askers = "everyone"
    people: tuple[str, ...] = ()
    overhears: bool = False

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Policy:
        """Returns the policy as it was stored."""
        askers = stored.get("askers", "everyone")
        return cls(
            on=bool(stored.get("on", True)),
            askers=askers if askers in get_args(Askers) else "admins",
            people=tuple(stored.get("people", ())),
            overhears=bool(stored.get("overhears", False)),
        )

    def stored(self) -> dict[str, Any]:
        """Returns the policy as it is stored."""
        return {"on": self.on, "askers": self.askers, "people": list(self.people), "overhears": self.overhears}


DEFAULT = Policy()


def refusal(policy: Policy, person: Person, place: Place, addressed: bool) -> Refusal | None:
    """Returns why `person` gets no answer in `place`, or None when they do. Direct messages have no policy.

    The one gate: what is asked anywhere passes here, and every refusal is logged with its reason.
    """
    if place.kind == "dm":
        return None
    reason = _reason(policy, person, addressed)
    if reason is not None and (addressed or reason != "not_addressed"):
        log.info("refused: %s", reason, extra={"channel": place.channel, "person": person.id, "reason": reason})
    return reason


def _reason(policy: Policy, person: Person, addressed: bool) -> Refusal | None:
    if not addressed and not policy.overhears:
        return "not_addressed"
    if not policy.on:
        return "off"
    if policy.askers == "admins" and not person.is_admin:
        return "admins_only"
    if policy.askers == "listed" and not person.is_admin and person.id not in policy.people:
        return "not_listed"
    return None


@dataclass(slots=True)
class Policies:
    """The policies of all channels, read when needed and kept for a few seconds."""

    database: Database
    _known: dict[tuple[str, str], tuple[Policy, float]] = field(default_factory=dict)

    async def of(self, team: str, channel: str) -> Policy:
        """Returns a channel's policy."""
        known = self._known.get((team, channel))
        if known is not None and time.monotonic() < known[1] + KNOWN_SECONDS:
            return known[0]

        def read(connection: Connection) -> Policy:
            query = select(ChannelRow.policy).where(ChannelRow.team == team, ChannelRow.id == channel)
            stored = connection.execute(query).scalar_one_or_none()
            return DEFAULT if stored is None else Policy.read(stored)

        policy = await self.database.run(read)
        self._known[team, channel] = (policy, time.monotonic())
        return policy

    async def set(self, team: str, channel: str, policy: Policy) -> None:
        """Keeps a channel's policy."""

        def write(connection: Connection) -> None:
            connection.execute(delete(ChannelRow).where(ChannelRow.team == team, ChannelRow.id == channel))
            connection.execute(insert(ChannelRow).values(team=team, id=channel, policy=policy.stored()))

        await self.database.run(write)
        self._known[team, channel] = (policy, time.monotonic())

    async def all(self, team: str) -> Mapping[str, Policy]:
        """Returns the policies that differ from the default, by channel."""

        def read(connection: Connection) -> dict[str, Policy]:
            query = select(ChannelRow.id, ChannelRow.policy).where(ChannelRow.team == team)
            return {row.id: Policy.read(row.policy) for row in connection.execute(query)}

        return {id: policy for id, policy in (await self.database.run(read)).items() if policy != DEFAULT}
