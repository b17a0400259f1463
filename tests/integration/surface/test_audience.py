"""Who may see what, as a real HTTP server tells it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient
from surface_bot import RunningBot

from bot import memberships as module
from bot.features import Features
from bot.memberships import Memberships
from bot.people import People
from bot.store.engine import Database
from bot.store.upgrade import open_database
from index.types import EVERYONE
from skills.base import Place

TEAM = "T1"
GENERAL = Place("C1", "channel")


@dataclass
class SlackServer:
    """The few methods that tell who is who; `broken` ones answer with that error."""

    channels: dict[str, list[str]] = field(default_factory=lambda: {"C1": ["U1", "U2"], "C2": ["U1"]})
    guests: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)
    broken: dict[str, str] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        self.calls[method] += 1
        if method in self.broken:
            return web.json_response({"ok": False, "error": self.broken[method]})
        arguments = {**request.query, **await request.post()}
        return web.json_response({"ok": True, **getattr(self, method.replace(".", "_"))(arguments)})

    def users_info(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"user": self.user(arguments["user"])}

    def users_list(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"members": [self.user("U1"), self.user("U2")]}

    def user(self, id: str) -> dict[str, Any]:
        return {
            "id": id,
            "team_id": "T2" if id in self.foreign else TEAM,
            "name": id.lower(),
            "real_name": " ",
            "profile": {"display_name": "\u2003"} if id == "U2" else {"display_name": " Ana Lima "},
            "locale": "zh-CN" if id == "U2" else "en-US",
            "tz": "Asia/Shanghai" if id == "U2" else "Mars/Base",
            "is_restricted": id in self.guests,
            "is_admin": id == "U1",
        }

    def users_conversations(self, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"channels": [{"id": id} for id, members in self.channels.items() if arguments["user"] in members]}

    def conversations_members(self, arguments: dict[str, Any]) -> dict[str, Any]:
        members = self.channels[arguments["channel"]]
        at = int(arguments.get("cursor") or 0)
        more = str(at + 1) if at + 1 < len(members) else ""
        return {"members": members[at : at + 1], "response_metadata": {"next_cursor": more}}


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    server = SlackServer()
    app = web.Application()
    app.router.add_route("*", "/api/{method}", server.answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    yield server
    await runner.cleanup()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await open_database(tmp_path, None)
    yield opened
    await opened.close()


@pytest.fixture
def people(slack: SlackServer, database: Database) -> People:
    return People(AsyncWebClient("xoxb", base_url=slack.url), database, Features(), admins=("U9",))


@pytest.fixture
def memberships(slack: SlackServer, people: People) -> Memberships:
    return Memberships(AsyncWebClient("xoxb", base_url=slack.url), people, Features())


async def audience(people: People, memberships: Memberships, id: str, place: Place = GENERAL) -> frozenset[str]:
    return await memberships.audience(TEAM, await people.person(TEAM, id), place)


async def readers(people: People, memberships: Memberships, place: Place = GENERAL) -> frozenset[str]:
    return await memberships.readers(TEAM, await people.person(TEAM, "U1"), place)


async def test_a_person_has_locale_zone_and_rights_and_is_asked_for_once(people: People, slack: SlackServer) -> None:
    ben = await people.person(TEAM, "U2")
    assert (ben.locale, ben.zone.key, ben.is_admin) == ("zh-CN", "Asia/Shanghai", False)
    ana = await people.person(TEAM, "U1")
    assert (ana.zone.key, ana.is_admin) == ("UTC", True)
    assert (await people.person(TEAM, "U9")).is_admin
    await asyncio.gather(*(people.person(TEAM, "U2") for _ in range(20)))
    assert slack.calls["users.info"] == 3


async def test_a_name_of_blanks_is_none(people: People) -> None:
    assert [one.name for one in await people.everyone(TEAM)] == ["Ana Lima", "u2"]


async def test_what_nobody_did_is_nobodys_who_is_not_asked_for_and_not_one_of_the_team(
    people: People, slack: SlackServer
) -> None:
    nobody = await people.person(TEAM, "")
    assert (nobody.id, nobody.locale, nobody.zone.key, nobody.is_admin) == ("", "en-US", "UTC", False)
    assert slack.calls["users.info"] == 0
    assert [one.id for one in await people.everyone(TEAM)] == ["U1", "U2"]


async def test_an_id_that_nobody_has_is_not_one_of_the_team(people: People, slack: SlackServer) -> None:
    slack.broken["users.info"] = "user_not_found"
    assert (await people.person(TEAM, "U404")).is_guest
    assert [one.id for one in await people.everyone(TEAM)] == ["U1", "U2"]


async def test_a_restart_asks_nothing_of_people_who_are_known(
    people: People, slack: SlackServer, database: Database
) -> None:
    await people.person(TEAM, "U2")
    again = People(AsyncWebClient("xoxb", base_url=slack.url), database, Features())
    assert (await again.person(TEAM, "U2")).locale == "zh-CN"
    assert slack.calls["users.info"] == 1


async def test_whose_profile_cannot_be_read_is_an_ordinary_member(people: People, slack: SlackServer) -> None:
    slack.broken["users.info"] = "unknown_method"
    for id in ("U1", "U2", "U3"):
        person = await people.person(TEAM, id)
        assert (person.locale, person.is_admin, person.is_guest) == ("en-US", False, False)
    assert slack.calls["users.info"] == 1


async def test_while_slack_cannot_be_asked_a_stranger_sees_little_and_the_known_stay_who_they_are(
    people: People, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people.person(TEAM, "U2")
    slack.broken["users.info"] = "internal_error"
    assert (await people.person(TEAM, "U3")).is_guest
    now = module.time.time()
    monkeypatch.setattr(module.time, "time", lambda: now + 4000)
    for _ in range(2):
        known = await people.person(TEAM, "U2")
        await asyncio.sleep(0.05)
        assert (known.locale, known.is_guest) == ("zh-CN", False)


async def test_a_member_holds_everyone_themselves_and_their_channels(people: People, memberships: Memberships) -> None:
    assert await audience(people, memberships, "U1") == {EVERYONE, "U1", "C1", "C2"}
    assert await audience(people, memberships, "U2") == {EVERYONE, "U2", "C1"}


async def test_guests_and_foreigners_do_not_hold_everyone(
    people: People, memberships: Memberships, slack: SlackServer
) -> None:
    slack.guests, slack.foreign = {"U1"}, {"U2"}
    assert await audience(people, memberships, "U1") == {"U1", "C1", "C2"}
    assert await audience(people, memberships, "U2") == {"U2", "C1"}


async def test_leaving_a_channel_counts_at_once(people: People, memberships: Memberships, slack: SlackServer) -> None:
    assert "C2" in await audience(people, memberships, "U1")
    slack.channels["C2"].remove("U1")
    memberships.changed(TEAM, "U1", "C2")
    assert "C2" not in await audience(people, memberships, "U1")


async def test_leaving_while_the_channels_are_being_read_counts_too(
    people: People, memberships: Memberships, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await people.person(TEAM, "U1")
    asked, go = asyncio.Event(), asyncio.Event()
    before = slack.users_conversations

    async def answer(request: web.Request) -> web.Response:
        told = before({"user": "U1"})
        if not asked.is_set():
            asked.set()
            await go.wait()
        return web.json_response({"ok": True, **told})

    app = web.Application()
    app.router.add_route("*", "/api/users.conversations", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    memberships._client.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/"
    reading = asyncio.create_task(audience(people, memberships, "U1"))
    await asked.wait()
    slack.channels["C2"].remove("U1")
    memberships.changed(TEAM, "U1", "C2")
    go.set()
    assert "C2" not in await reading
    await runner.cleanup()


async def test_memberships_are_asked_for_again_after_five_minutes_and_not_before(
    people: People, memberships: Memberships, slack: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await audience(people, memberships, "U1")
    slack.channels["C2"].remove("U1")
    assert "C2" in await audience(people, memberships, "U1")
    assert slack.calls["users.conversations"] == 1
    now = module.time.monotonic()
    monkeypatch.setattr(module.time, "monotonic", lambda: now + 301)
    assert "C2" not in await audience(people, memberships, "U1")


@pytest.mark.parametrize("error", ["unknown_method", "missing_scope", "internal_error"])
async def test_where_memberships_cannot_be_read_only_the_channel_at_hand_counts(
    people: People, memberships: Memberships, slack: SlackServer, error: str
) -> None:
    slack.broken["users.conversations"] = error
    assert await audience(people, memberships, "U1") == {EVERYONE, "U1", "C1"}


async def test_all_who_read_a_channel_hold_everyone_unless_a_guest_is_among_them(
    people: People, memberships: Memberships, slack: SlackServer
) -> None:
    assert await readers(people, memberships) == {EVERYONE, "C1"}
    slack.guests.add("U3")
    slack.channels["C1"].append("U3")
    memberships.changed(TEAM, "U3", "C1")
    assert await readers(people, memberships) == {"C1"}


async def test_readers_are_narrow_while_the_members_cannot_be_read_and_wide_where_they_never_can(
    people: People, memberships: Memberships, slack: SlackServer
) -> None:
    slack.broken["conversations.members"] = "internal_error"
    assert await readers(people, memberships) == {"C1"}
    slack.broken["conversations.members"] = "unknown_method"
    assert await readers(people, memberships) == {EVERYONE, "C1"}


async def test_a_direct_message_is_read_by_the_asker(people: People, memberships: Memberships) -> None:
    assert await readers(people, memberships, Place("D1", "dm")) == {EVERYONE, "U1", "C1", "C2", "D1"}


async def test_what_a_private_channel_knows_stays_there(bot: RunningBot) -> None:
    ana, dana = bot.workspace.person("ana"), bot.workspace.person("dana")
    ts = await ana.post("support", "The master key for the archive is kept under the blue vase.")
    await ana.shortcut("save_to_knowledge", "support", ts)
    await ana.wait_for_message("support", lambda one: one.get("is_ephemeral") and one["ts"] > ts)
    asked = await ana.mention("support", "where is the master key for the archive?")
    assert "blue vase" in (await ana.wait_for_reply("support", asked))["text"]
    for place in ("general", "deskhand"):
        told = await dana.post(place, f"<@{bot.workspace.bot_user}> where is the master key for the archive?")
        assert "blue vase" not in (await dana.wait_for_reply(place, told))["text"]
    asked = await ana.mention("general", "where is the master key for the archive?")
    assert "blue vase" not in (await ana.wait_for_reply("general", asked))["text"]
    private = await ana.wait_for_message("general", lambda one: "blue vase" in one["text"])
    assert private["is_ephemeral"]
