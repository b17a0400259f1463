"""One call to Slack for one outbox row, and what its answer means for the row."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.pictures import with_pictures
from bot.store.outbox_rows import Item

log = logging.getLogger("deskhand.outbox")

METADATA_EVENT = "deskhand_answer"
METHODS = {
    "post": "chat.postMessage",
    "ephemeral": "chat.postEphemeral",
    "respond": "response_url",
    "update": "chat.update",
    "delete": "chat.delete",
}
LOOKUP_PAGES = 5
"""How many pages of 200 messages are searched for a reply of unknown fate."""

_TRANSIENT = frozenset({"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
_TOKEN = frozenset({"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"})
_NOT_THERE = frozenset({"user_not_in_channel", "not_in_channel", "channel_not_found", "unknown_method"})
_GONE = frozenset({"message_not_found"})


@dataclass(frozen=True, slots=True)
class Sent:
    ts: str | None


@dataclass(frozen=True, slots=True)
class Wait:
    """HTTP 429: nothing was done; Slack asks for `seconds` of silence."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Retry:
    """It failed, but may work later. `unknown`: it may have been done all the same."""

    error: str
    unknown: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Slack will never do it."""

    error: str


@dataclass(frozen=True, slots=True)
class Absent:
    """Looked for, and not there."""


@dataclass(frozen=True, slots=True)
class Unknowable:
    """It can't be looked for."""

    error: str


class Courier:
    """Carries rows to Slack. `session` is the HTTP session of `client`, for response URLs."""

    def __init__(self, client: AsyncWebClient, session: aiohttp.ClientSession) -> None:
        self._client = client
        self._session = session
        self._missing: set[str] = set()

    async def send(self, item: Item, target_ts: str | None = None) -> Sent | Wait | Retry | Refused:
        """Returns what became of the row. `target_ts` is the message that an update or delete concerns."""
        payload = await with_pictures(dict(item.payload), self._client)
        response_url = payload.pop("response_url", None)
        if item.kind == "respond":
            return await self._respond(str(response_url), payload)
        payload.setdefault("channel", item.channel)
        if item.kind in ("post", "ephemeral") and item.thread is not None:
            payload.setdefault("thread_ts", item.thread)
        if item.kind == "post":
            payload["metadata"] = {"event_type": METADATA_EVENT, "event_payload": {"id": item.id}}
        elif item.kind == "ephemeral":
            payload.setdefault("user", item.person)
        else:
            payload["ts"] = target_ts
        result = await self._call(METHODS[item.kind], payload)
        if isinstance(result, Refused):
            if item.kind == "ephemeral" and response_url is not None and result.error in _NOT_THERE:
                return await self._respond(str(response_url), _without_address(payload))
            if item.kind == "delete" and result.error in _GONE:
                return Sent(target_ts)
        return Sent(_ts_of(result)) if isinstance(result, Mapping) else result

    async def find(self, item: Item) -> Sent | Absent | Wait | Retry | Unknowable:
        """Looks for a post whose fate is unknown, by the answer's id in metadata or blocks."""
        arguments: dict[str, Any] = {
            "channel": item.channel,
            "include_all_metadata": True,
            "limit": 200,
            # Clocks differ; a minute before the row was made is early enough.
            "oldest": f"{item.created_at - 60:.6f}",
        }
        method = "conversations.history"
        if item.thread is not None:
            method = "conversations.replies"
            arguments["ts"] = item.thread
        for _ in range(LOOKUP_PAGES):
            result = await self._call(method, arguments)
            if isinstance(result, Refused):
                return Unknowable(result.error)
            if not isinstance(result, Mapping):
                return result
            for message in result.get("messages") or ():
                if _carries(message, item.id):
                    return Sent(message.get("ts"))
            cursor = (result.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return Absent()
            arguments["cursor"] = cursor
        return Unknowable("too_many_messages")

    async def _call(self, method: str, arguments: dict[str, Any]) -> Mapping[str, Any] | Wait | Retry | Refused:
        if method in self._missing:
            return Refused("unknown_method")
        try:
            # Reading methods take no JSON body (https://docs.slack.dev/apis/web-api/#methods).
            if method.startswith("conversations."):
                response = await self._client.api_call(method, params=arguments)
            else:
                response = await self._client.api_call(method, json=arguments)
        except SlackApiError as error:
            return self._explain(method, error)
        except aiohttp.ClientConnectorError as error:
            return Retry(type(error).__name__, unknown=False)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            return Retry(type(error).__name__, unknown=True)
        data = response.data
        return data if isinstance(data, dict) else {}

    def _explain(self, method: str, error: SlackApiError) -> Wait | Retry | Refused:
        response = error.response
        # The SDK raises with its own response, or with aiohttp's where the body is no JSON.
        status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
        data = getattr(response, "data", None)
        name = str(data.get("error") or f"http_{status}") if isinstance(data, dict) else f"http_{status}"
        if status == 429 or name in ("ratelimited", "rate_limited"):
            return Wait(retry_after(response.headers))
        if status >= 500 or name in _TRANSIENT:
            return Retry(name, unknown=True)
        if name in _TOKEN:
            return Retry(name, unknown=False)
        if name == "unknown_method":
            self._missing.add(method)
            log.warning("method is unknown to this server; what needs it is off for this run", extra={"method": method})
        return Refused(name)

    async def _respond(self, url: str, payload: dict[str, Any]) -> Sent | Wait | Retry | Refused:
        try:
            async with self._session.post(url, json=payload, proxy=self._client.proxy) as response:
                if response.status == 429:
                    return Wait(retry_after(response.headers))
                if response.status >= 500:
                    return Retry(f"http_{response.status}", unknown=False)
                if response.status >= 400:
                    return Refused(f"response_url_{response.status}")
                return Sent(None)
        except aiohttp.InvalidURL:
            return Refused("invalid_response_url")
        except aiohttp.ClientConnectorError as error:
            return Retry(type(error).__name__, unknown=False)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            return Retry(type(error).__name__, unknown=True)


def retry_after(headers: Mapping[str, Any]) -> float:
    """Returns the seconds that a 429 asks for: at least 0, at most an hour, 1 where it says nothing readable."""
    value = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    try:
        seconds = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return 1.0
    return min(max(seconds, 0.0), 3600.0) if seconds == seconds else 1.0


def _without_address(payload: Mapping[str, Any]) -> dict[str, Any]:
    """What of an ephemeral's arguments a response URL takes; its answers are for the asker alone by default."""
    kept = {name: value for name, value in payload.items() if name in ("text", "blocks", "thread_ts", "attachments")}
    return {**kept, "response_type": "ephemeral", "replace_original": False}


def _ts_of(result: Mapping[str, Any]) -> str | None:
    ts = result.get("ts") or result.get("message_ts")
    return str(ts) if ts else None


def _carries(message: Mapping[str, Any], answer: str) -> bool:
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return payload.get("id") == answer or answer in json.dumps(message.get("blocks") or ())
