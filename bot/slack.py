"""Slack's clients: the Web API, and who the bot is there.

https://docs.slack.dev/tools/python-slack-sdk/web
"""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient

from bot.sending import retry_after

TIMEOUT_SECONDS = 30
UNREACHABLE_SECONDS = 20.0
"""How long a start waits for a server that does not answer."""
_KINDS = ("xoxb-", "xoxp-", "xapp-")
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})

# The SDK formats whole requests for its debug log unless the logger itself, not its parent, says otherwise.
sdk_log = logging.getLogger("deskhand.slack")
sdk_log.setLevel(logging.WARNING)


class SlackError(Exception):
    """Slack can't be used as set up; the message is one sentence: what is wrong, and what to do."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the bot is (`auth.test`). `scopes` is empty where the server names none."""

    team_id: str
    team: str
    url: str
    user_id: str
    user: str
    bot_id: str
    enterprise_id: str | None
    scopes: frozenset[str]

    def missing_scopes(self) -> list[str]:
        """Returns the scopes of the manifest that the token lacks, in order; none where the server names no scopes."""
        manifest = json.loads(files("bot").joinpath("manifest.json").read_text(encoding="utf-8"))
        wanted = frozenset(manifest["oauth_config"]["scopes"]["bot"])
        return sorted(wanted - self.scopes) if self.scopes else []


MEND_SCOPES = "add them under OAuth & Permissions (or paste deploy/manifest.json) and install the app again"


class _RateLimitRetry(AsyncRateLimitErrorRetryHandler):
    """The SDK's own raises on a `Retry-After` that is no whole number."""

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> None:
        state.next_attempt_requested = True
        headers = {name: values[0] for name, values in response.headers.items()} if response is not None else {}
        await asyncio.sleep(retry_after(headers))
        state.increment_current_attempt()


def open_session() -> aiohttp.ClientSession:
    """Returns the HTTP session that all clients share: without it the SDK opens a connection for each call."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))


def web_client(token: str, api_url: str, session: aiohttp.ClientSession, *, retries: bool = True) -> AsyncWebClient:
    """Returns a client of the server at `api_url`. `retries`: 429, 5xx and broken connections are tried again."""
    handlers: list[AsyncRetryHandler] = []
    if retries:
        handlers = [
            AsyncConnectionErrorRetryHandler(max_retry_count=2),
            _RateLimitRetry(max_retry_count=3),
            AsyncServerErrorRetryHandler(max_retry_count=2),
        ]
    client = AsyncWebClient(
        token=token,
        base_url=api_url,
        timeout=TIMEOUT_SECONDS,
        session=session,
        logger=sdk_log,
        retry_handlers=handlers,
    )
    client.proxy = proxy_for(api_url)
    return client


def proxy_for(url: str) -> str | None:
    """Returns the proxy that the environment names for `url`; none for loopback and what `NO_PROXY` names."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host in _LOOPBACK or proxy_bypass(host):
        return None
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    return getproxies_environment().get(scheme)


async def identify(client: AsyncWebClient) -> Identity:
    """Returns who the token belongs to. Raises `SlackError` when it is refused or the server can't be reached."""
    response = await _ask(client, "auth.test", client.token or "", "SLACK_BOT_TOKEN", "xoxb-")
    data: dict[str, Any] = response.data
    header = response.headers.get("x-oauth-scopes", "")
    return Identity(
        team_id=str(data.get("team_id") or ""),
        team=str(data.get("team") or ""),
        url=str(data.get("url") or ""),
        user_id=str(data.get("user_id") or ""),
        user=str(data.get("user") or ""),
        bot_id=str(data.get("bot_id") or ""),
        enterprise_id=data.get("enterprise_id"),
        scopes=frozenset(scope.strip() for scope in header.split(",") if scope.strip()),
    )


async def check_app_token(client: AsyncWebClient, app_token: str) -> None:
    """Raises `SlackError` when sockets can't be opened: the socket client would try a wrong token for ever."""
    await _ask(client, "apps.connections.open", app_token, "SLACK_APP_TOKEN", "xapp-")


async def _ask(client: AsyncWebClient, method: str, token: str, variable: str, prefix: str) -> Any:
    if token.startswith(_KINDS) and not token.startswith(prefix):
        # Slack's auth.test takes any kind; the calls that follow would be refused one by one.
        raise SlackError(f"{variable} is another kind of token; it should begin with {prefix}")
    loop = asyncio.get_running_loop()
    give_up = loop.time() + UNREACHABLE_SECONDS
    while True:
        try:
            return await client.api_call(method, headers={"Authorization": f"Bearer {token}"})
        except SlackApiError as error:
            raise SlackError(_explain(error, method, variable, prefix)) from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            if loop.time() > give_up:
                raise SlackError(
                    f"{client.base_url} cannot be reached ({type(error).__name__}); check the network, the proxy "
                    "(HTTPS_PROXY, NO_PROXY) and SLACK_API_URL"
                ) from None
            await asyncio.sleep(0.5)


def _explain(error: SlackApiError, method: str, variable: str, prefix: str) -> str:
    data = getattr(error.response, "data", None)
    name = data.get("error") if isinstance(data, dict) else None
    if name in ("missing_scope", "no_permission"):
        needed = (data or {}).get("needed") or ("connections:write" if prefix == "xapp-" else "")
        return f"{variable} lacks the scope {needed}; add it in the app's settings and install the app again"
    if name in ("invalid_auth", "not_authed", "not_allowed_token_type", "account_inactive", "token_revoked"):
        where = "Basic Information, App-Level Tokens" if prefix == "xapp-" else "OAuth & Permissions"
        return f"{variable} is refused ({name}); copy it again from the app's page {where}"
    status = getattr(error.response, "status_code", None) or getattr(error.response, "status", None)
    return f"{method} failed ({name or f'HTTP {status}'}); check SLACK_API_URL"
