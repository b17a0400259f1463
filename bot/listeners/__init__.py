"""What Slack sends, one module a kind of payload: each reads its payload into a `Request` and hands it on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.async_context import AsyncBoltContext

from bot.handling import Handling
from bot.home import Home
from bot.listeners import actions, app_home, commands, members, messages, reactions, sessions, shortcuts, views


def register_listeners(app: AsyncApp, handling: Handling, home: Home) -> None:
    """Registers all listeners on `app`; they find `handling` and `home` in Bolt's context."""

    async def attach(context: AsyncBoltContext, next: Callable[[], Awaitable[None]]) -> None:
        context["handling"] = handling
        context["home"] = home
        await next()

    app.middleware(attach)
    for module in (messages, app_home, sessions, reactions, members, commands, shortcuts, actions, views):
        module.register(app)
