"""A Bolt app connected to the workspace by Socket Mode, as the bot is."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.workspace import interactions
from bot.workspace.testing import RunningWorkspace

Connect = Callable[[AsyncApp], Awaitable[AsyncSocketModeHandler]]


@pytest.fixture(autouse=True)
def quick_clicks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clicks that change no view return after a fifth of the second that the contract gives them."""
    monkeypatch.setattr(interactions, "VIEW_SECONDS", 0.2)


@pytest.fixture
def app(workspace: RunningWorkspace) -> AsyncApp:
    """A Bolt app with the bot's token and no listeners, which gets the events of its own doing too."""
    client = AsyncWebClient(token=workspace.bot_token, base_url=workspace.api_url)
    return AsyncApp(client=client, ignoring_self_events_enabled=False)


@pytest.fixture
async def connect(workspace: RunningWorkspace) -> AsyncIterator[Connect]:
    """Opens a socket for an app; all are closed at the end."""
    handlers: list[AsyncSocketModeHandler] = []

    async def open_socket(app: AsyncApp) -> AsyncSocketModeHandler:
        before = len(workspace.workspace.sockets.connections)
        handler = AsyncSocketModeHandler(app, workspace.app_token)
        handlers.append(handler)
        await handler.connect_async()
        await workspace.wait_for_sockets(before + 1)
        return handler

    yield open_socket
    for handler in handlers:
        await handler.close_async()


@pytest.fixture
async def events(app: AsyncApp, connect: Connect) -> list[dict[str, object]]:
    """Every event that a connected app gets, in order of arrival."""
    seen: list[dict[str, object]] = []

    @app.middleware
    async def record(body: dict[str, object], next: Callable[[], Awaitable[None]]) -> None:
        if body.get("type") == "event_callback":
            seen.append(body["event"])  # type: ignore[arg-type]
        await next()

    @app.event({"type": "message"})
    async def message() -> None: ...

    for kind in (
        "app_mention",
        "app_home_opened",
        "reaction_added",
        "reaction_removed",
        "member_joined_channel",
        "member_left_channel",
        "agent_session_stopped",
    ):
        app.event(kind)(message)
    await connect(app)
    return seen
