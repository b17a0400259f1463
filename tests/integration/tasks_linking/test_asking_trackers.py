"""Trackers asked over real HTTP: where requests may go, how much is read, and what is never shown."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest
from aiohttp import web
from github_site import GitHubSite
from jira_site import JiraSite
from linked_stage import TEAM, Stage, edit_there
from tracker_site import TOKEN

from skills.tasks.linking import Limits, SettingsFault, TrackerError
from skills.tasks.linking.github import GitHub
from skills.tasks.linking.settings import GitHubSettings, read_settings
from skills.tasks.linking.web import Web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Anything:
    """A server that answers everything by one handler, and keeps what it was asked."""

    def __init__(self) -> None:
        self.handler: Handler | None = None
        self.asked: list[web.Request] = []
        self.address = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request)
        assert self.handler is not None
        return await self.handler(request)


async def opened() -> tuple[Anything, web.AppRunner]:
    made = Anything()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", made.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    return made, runner


@pytest.fixture
async def server() -> AsyncIterator[Anything]:
    made, runner = await opened()
    yield made
    await runner.cleanup()


@pytest.fixture
async def other_server() -> AsyncIterator[Anything]:
    made, runner = await opened()
    yield made
    await runner.cleanup()


@pytest.fixture
async def asking() -> AsyncIterator[Web]:
    async with Web(Limits(allow_private=True, max_bytes=10_000, seconds=5.0)) as made:
        yield made


def github_at(address: str, asking: Web) -> GitHub:
    given = {"repository": "octo/desk", "token_env": "DESKHAND_TRACKER_TOKEN", "base_url": address}
    settings = read_settings("github", given, allow_private=True)
    assert isinstance(settings, GitHubSettings)
    return GitHub(settings, asking)


async def test_a_redirect_is_not_followed_and_the_token_goes_nowhere(
    server: Anything, other_server: Anything, asking: Web
) -> None:
    async def elsewhere(request: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": other_server.address + "/repos/octo/desk/issues/1"})

    server.handler = elsewhere
    with pytest.raises(TrackerError, match="moved"):
        await github_at(server.address, asking).read("1")
    assert not other_server.asked


async def test_the_next_page_at_another_host_is_not_asked_for(
    server: Anything, other_server: Anything, asking: Web
) -> None:
    async def first(request: web.Request) -> web.Response:
        return web.json_response([], headers={"Link": f'<{other_server.address}/issues?page=2>; rel="next"'})

    server.handler = first
    with pytest.raises(TrackerError, match="moved"):
        await github_at(server.address, asking).changed_since({}, 1_800_000_000.0)
    assert not other_server.asked


async def test_a_private_address_is_refused_unless_it_is_allowed(server: Anything) -> None:
    async with Web() as asking:
        with pytest.raises(TrackerError, match="address"):
            await github_at(server.address, asking).read("1")
    assert not server.asked


async def test_a_name_that_leads_to_a_private_address_is_refused_too(server: Anything) -> None:
    async def here(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    async with Web(resolve=here) as asking:
        with pytest.raises(TrackerError, match="address"):
            await github_at(server.address.replace("127.0.0.1", "tracker.example"), asking).read("1")
    assert not server.asked


async def test_plain_http_is_refused_where_private_addresses_are(github: Stage) -> None:
    with pytest.raises(SettingsFault) as raised:
        read_settings("github", github.site.settings())
    assert raised.value.faults == (("base_url", "https"),)


@pytest.mark.parametrize("compressed", [False, True])
async def test_a_body_is_read_up_to_its_limit_however_small_it_comes(
    server: Anything, asking: Web, compressed: bool
) -> None:
    async def large(request: web.Request) -> web.Response:
        response = web.json_response({"title": "x" * 1_000_000})
        if compressed:
            response.enable_compression(web.ContentCoding.gzip)
        return response

    server.handler = large
    with pytest.raises(TrackerError, match="too_large"):
        await github_at(server.address, asking).read("1")


@pytest.mark.parametrize("body", ["{", "[" * 5_000, "[]", "{}", '"x"', '{"number": "x"}', "null", "<html>"])
async def test_an_answer_that_is_no_issue_is_a_fault(server: Anything, asking: Web, body: str) -> None:
    async def strange(request: web.Request) -> web.Response:
        return web.Response(text=body, content_type="application/json")

    server.handler = strange
    with pytest.raises(TrackerError, match="broken"):
        await github_at(server.address, asking).read("1")


async def test_cookies_are_not_kept(server: Anything, asking: Web) -> None:
    async def sweet(request: web.Request) -> web.Response:
        return web.json_response({}, headers={"Set-Cookie": "session=1; Path=/"})

    server.handler = sweet
    for _ in range(2):
        with pytest.raises(TrackerError):
            await github_at(server.address, asking).read("1")
    assert "Cookie" not in server.asked[1].headers


async def test_a_token_is_in_no_log_and_no_row(github: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    task = await github.task()
    github.site.faults.append("status 401")
    await github.linking.link(TEAM, task.id, "desk", "U1")
    await github.tick(61)
    assert TOKEN not in caplog.text
    assert all(TOKEN not in json.dumps(dict(one.settings)) for one in await github.linking.trackers(TEAM))


async def test_a_long_list_is_read_page_by_page(github: Stage) -> None:
    assert isinstance(github.site, GitHubSite)
    task = await github.task()
    await github.linking.link(TEAM, task.id, "desk", "U1")
    await github.tick(61)
    edit_there(github.site, 1, "title", "Changed there")
    github.clock.move(1)
    for number in range(120):
        github.site.add(f"Other {number}")
    await github.tick(61)
    assert (await github.shown(task)).title == "Changed there"
    assert len(github.site.polls) == 1 + 3


async def test_a_long_search_is_read_page_by_page(jira: Stage) -> None:
    assert isinstance(jira.site, JiraSite)
    jira.site.page = 2
    task = await jira.task()
    await jira.linking.link(TEAM, task.id, "desk", "U1")
    await jira.tick(61)
    edit_there(jira.site, "10001", "title", "Changed there")
    jira.clock.move(1)
    for number in range(5):
        jira.site.add(f"Other {number}")
    await jira.tick(61)
    assert (await jira.shown(task)).title == "Changed there"


async def test_another_repository_is_not_named_while_issues_of_the_first_are_linked(github: Stage) -> None:
    task = await github.task()
    await github.linking.link(TEAM, task.id, "desk", "U1")
    moved = {**github.site.settings(), "repository": "octo/other"}
    with pytest.raises(SettingsFault) as raised:
        await github.linking.configure(TEAM, "desk", "github", moved)
    assert raised.value.faults == (("repository", "in_use"),)
    await github.linking.unlink(TEAM, task.id, "desk")
    assert (await github.linking.configure(TEAM, "desk", "github", moved)).hook == github.hook


async def test_a_link_that_broke_for_its_token_goes_on_with_new_settings(
    github: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = await github.task()
    await github.linking.link(TEAM, task.id, "desk", "U1")
    await github.tick()
    monkeypatch.setenv("DESKHAND_TRACKER_TOKEN", "revoked")
    await github.change(task, title="B")
    await github.tick()
    assert [link.fault for link in await github.linking.untold()] == ["login"]
    await github.tick(61)
    assert [one.fault for one in await github.linking.trackers(TEAM)] == ["login"]
    monkeypatch.setenv("DESKHAND_TRACKER_TOKEN", TOKEN)
    await github.linking.configure(TEAM, "desk", "github", github.site.settings())
    await github.tick()
    assert github.site.issues[1].title == "B"  # type: ignore[index, union-attr]
    assert await github.linking.untold() == []


async def test_a_webhook_to_a_hook_that_is_not_there_is_refused_as_a_wrong_signature_is(github: Stage) -> None:
    github.site.add("Something")
    (one,) = github.site.sent
    for hook in ("nothing", github.hook):
        with pytest.raises(TrackerError, match="signature"):
            await github.linking.receive(hook, {**one.headers, "X-Hub-Signature-256": "sha256=00"}, one.body)
    assert await github.linking.receive(github.hook, one.headers, one.body) == 0
