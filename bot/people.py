"""Who people are, as Slack tells: name, locale, zone, and whether they are admins, guests or from elsewhere."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import Connection, delete, insert, select

from bot.features import Features, Unavailable
from bot.store.engine import Database
from bot.store.models import PersonRow
from skills.base import Person

FRESH_SECONDS = 3600.0
"""How old a profile may be before it is read again, beside the work that uses it."""

RETRY_SECONDS = 60.0
"""How long a stranger stands in for somebody whose profile could not be read."""

SWEEP = 30
"""From so many unknown people on, all are read by one list rather than one by one."""

SWEEP_SECONDS = 60.0
"""The list of people is read no sooner again."""

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class _Known:
    person: Person
    is_bot: bool
    is_owner: bool
    until: float
    profile: Mapping[str, Any]


class People:
    """Profiles, kept in memory and in the table `people`, so that a warm start asks Slack nothing."""

    def __init__(
        self, client: AsyncWebClient, database: Database, features: Features, admins: Collection[str] = ()
    ) -> None:
        self._client = client
        self._database = database
        self._features = features
        self._admins = frozenset(admins)
        self._known: dict[tuple[str, str], _Known] = {}
        self._tasks: dict[tuple[str, str], asyncio.Task[_Known]] = {}
        self._direct: dict[tuple[str, str], str] = {}
        self._swept: dict[str, float] = {}
        self._sweeping: set[asyncio.Task[None]] = set()

    async def person(self, team: str, id: str) -> Person:
        """Returns a person.

        Where the server tells nothing of people they are ordinary members who speak English in UTC; while it just
        can't be asked, somebody unknown sees as little as a guest. The empty id is nobody's: what Deskhand does of its
        own accord is done by nobody, who speaks English in UTC, and is never one of the team.
        """
        if not id:
            return Person("", "", "en-US", _UTC)
        return (await self._look(team, id)).person

    def name(self, team: str, id: str) -> str:
        """Returns a person's name if it is known without asking anybody, else the id."""
        known = self._known.get((team, id))
        return known.person.name if known else id

    async def direct_channel(self, team: str, id: str) -> str | None:
        """Returns the id of the conversation with a person alone; None where it can't be opened."""
        key = (team, id)
        if key not in self._direct:
            opened = await self._features.attempt(
                "conversations.open", lambda: self._client.conversations_open(users=id)
            )
            if opened is None:
                return None
            self._direct[key] = str(opened["channel"]["id"])
        return self._direct[key]

    async def outsiders(self, team: str, ids: Collection[str]) -> bool:
        """Returns whether a guest or somebody of another team is among `ids`."""
        unknown = [id for id in ids if (team, id) not in self._known]
        if len(unknown) > SWEEP:
            await self._sweep(team)
        known = await asyncio.gather(*(self._look(team, id) for id in ids))
        return any((one.person.is_guest or one.person.is_foreign) and not one.is_bot for one in known)

    async def first_admin(self, team: str) -> Person | None:
        """Returns whom to greet: the first of the configured admins, else the workspace's primary owner or an admin."""
        for id in sorted(self._admins):
            return await self.person(team, id)
        await self._sweep(team)
        members = [one for (of, _), one in self._known.items() if of == team and _is_active(one)]
        owners = [one.person for one in members if one.is_owner]
        admins = sorted((one.person for one in members if one.person.is_admin), key=lambda person: person.id)
        return next(iter((*owners, *admins)), None)

    async def called(self, team: str, named: str) -> Person | None:
        """Returns the member with that id, or with that name or handle whatever its case; None where there is none.

        A first name alone will do where nobody else has it. Who was deactivated comes last.
        """
        wanted = named.lstrip("@").casefold()
        for swept in (False, True):
            if swept:
                await self._sweep(team)
            members = [one for (of, _), one in self._known.items() if of == team and not one.is_bot]
            members.sort(key=lambda one: one.person.is_gone)
            for one in members:
                if named == one.person.id or wanted in (one.person.name.casefold(), str(one.profile.get("handle"))):
                    return one.person
            first = [one.person for one in members if wanted and one.person.name.casefold().split()[:1] == [wanted]]
            if swept and len(first) == 1:
                return first[0]
        return None

    async def everyone(self, team: str) -> list[Person]:
        """Returns all members of the team, by id; programs, deactivated accounts and foreigners are none, nor is who
        was mentioned and isn't known to Slack.

        The list may be an hour old.
        """
        swept = self._swept.get(team)
        if swept is None:
            await self._sweep(team)
        elif time.monotonic() - swept > FRESH_SECONDS:
            again = asyncio.create_task(self._sweep(team))
            self._sweeping.add(again)
            again.add_done_callback(self._sweeping.discard)
        members = [one.person for (of, _), one in self._known.items() if of == team and _is_active(one)]
        return sorted((one for one in members if not one.is_foreign), key=lambda person: person.id)

    async def is_greeted(self, team: str) -> bool:
        """Returns whether somebody of the team was greeted as the one who installed the bot."""
        query = select(PersonRow.id).where(PersonRow.team == team, PersonRow.profile["greeted"].as_boolean())
        return await self._database.run(lambda connection: connection.execute(query).first()) is not None

    async def set_greeted(self, team: str, id: str) -> None:
        """Keeps that a person was greeted, for as long as they are known."""
        known = (await self._look(team, id)).profile
        await self._store(team, {id: {**known, "greeted": True}})

    async def _look(self, team: str, id: str) -> _Known:
        key = (team, id)
        known = self._known.get(key)
        if known is not None and time.time() < known.until:
            return known
        task = self._tasks.get(key)
        if task is None:
            task = self._tasks[key] = asyncio.create_task(self._read(team, id))
            task.add_done_callback(lambda _: self._tasks.pop(key, None))
        return known if known is not None else await asyncio.shield(task)

    async def _read(self, team: str, id: str) -> _Known:
        before = self._known.get((team, id))
        if before is None:
            row = await self._database.run(
                lambda connection: connection.execute(
                    select(PersonRow.profile, PersonRow.read_at).where(PersonRow.team == team, PersonRow.id == id)
                ).first()
            )
            if row is not None:
                before = self._remember(team, id, row.profile, row.read_at + FRESH_SECONDS)
                if time.time() < before.until:
                    return before
        try:
            response = await self._features.call(
                "users.info", lambda: self._client.users_info(user=id, include_locale=True)
            )
        except Unavailable:
            # Nobody is taken for a full member on no evidence, and nobody changes because Slack is slow.
            kept = {"guest": True, "unknown": True} if before is None else before.profile
            return self._remember(team, id, kept, time.time() + RETRY_SECONDS)
        if response is None:
            return self._remember(team, id, {}, time.time() + RETRY_SECONDS)
        profile = _profile(response["user"], team)
        await self._store(team, {id: profile})
        return self._remember(team, id, profile, time.time() + FRESH_SECONDS)

    async def _sweep(self, team: str) -> None:
        now = time.monotonic()
        if now - self._swept.get(team, -SWEEP_SECONDS) < SWEEP_SECONDS:
            return
        self._swept[team] = now
        try:
            pages = await self._features.pages(
                "users.list", lambda cursor: self._client.users_list(limit=500, include_locale=True, cursor=cursor)
            )
        except Unavailable:
            return
        users = [user for page in pages or () for user in page.get("members") or ()]
        profiles = {user["id"]: _profile(user, team) for user in users}
        await self._store(team, profiles)
        for id, profile in profiles.items():
            self._remember(team, id, profile, time.time() + FRESH_SECONDS)

    async def _store(self, team: str, profiles: Mapping[str, Mapping[str, Any]]) -> None:
        def write(connection: Connection) -> None:
            ours = select(PersonRow.id).where(PersonRow.team == team, PersonRow.profile["greeted"].as_boolean())
            greeted = set(connection.execute(ours).scalars())
            connection.execute(delete(PersonRow).where(PersonRow.team == team, PersonRow.id.in_(list(profiles))))
            rows = [
                {
                    "team": team,
                    "id": id,
                    "profile": {**kept, "greeted": True} if id in greeted else dict(kept),
                    "read_at": time.time(),
                }
                for id, kept in profiles.items()
            ]
            connection.execute(insert(PersonRow), rows)

        if profiles:
            await self._database.run(write)

    def _remember(self, team: str, id: str, profile: Mapping[str, Any], until: float) -> _Known:
        person = Person(
            id=id,
            name=profile.get("name") or id,
            locale=profile.get("locale") or "en-US",
            zone=_zone(profile.get("zone")),
            is_admin=bool(profile.get("admin")) or id in self._admins,
            is_guest=bool(profile.get("guest")),
            is_foreign=bool(profile.get("foreign")),
            is_bot=bool(profile.get("bot")),
            is_gone=bool(profile.get("gone")),
            zone_known=bool(profile.get("zone")),
        )
        known = _Known(person, bool(profile.get("bot")), bool(profile.get("owner")), until, profile)
        self._known[team, id] = known
        return known


def _is_active(known: _Known) -> bool:
    return not (known.is_bot or known.person.is_gone or known.profile.get("unknown"))


def _profile(user: Mapping[str, Any], team: str) -> dict[str, Any]:
    """What is kept of https://docs.slack.dev/reference/objects/user-object."""
    names = user.get("profile") or {}
    called = (names.get("display_name"), user.get("real_name"), names.get("real_name"), user.get("name"))
    home = user.get("team_id") or team
    return {
        "name": next((name for one in called if (name := (one or "").strip())), None),
        "handle": str(user.get("name") or "").casefold(),
        "locale": user.get("locale"),
        "zone": user.get("tz"),
        "admin": bool(user.get("is_admin") or user.get("is_owner") or user.get("is_primary_owner")),
        "owner": bool(user.get("is_primary_owner")),
        "guest": bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        "foreign": home != team or bool(user.get("is_stranger")),
        "bot": bool(user.get("is_bot")),
        "gone": bool(user.get("deleted")),
    }


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name) if name else _UTC
    except (KeyError, OSError, ValueError):
        return _UTC
