"""Slack's client with its last step, the HTTP request, left out.

A server that answers would run on the same cores, and its time would count as the bot's; the way that is measured
ends where the reply is handed to Slack's client. Everything before, the SDK's own methods included, is the real thing.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.workspace.accounts import BOT_TOKEN, BY_ID, EVERYBODY


class OfflineClient(AsyncWebClient):
    """Answers what the bot asks, and notes when a message is handed over."""

    def __init__(self) -> None:
        super().__init__(token=BOT_TOKEN)
        self.awaited: dict[str, asyncio.Future[float]] = {}
        """By thread: told when a reply in it is handed over, by `time.perf_counter`."""
        self.replies: list[dict[str, Any]] = []

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        now = time.perf_counter()
        given: dict[str, Any] = arguments.get("json") or arguments.get("params") or {}
        answer: dict[str, Any] = {"ok": True}
        match api_method:
            case "chat.postMessage":
                self.awaited.pop(str(given["thread_ts"])).set_result(now)
                self.replies.append(given)
                answer |= {"channel": given["channel"], "ts": f"{time.time():.6f}"}
            case "users.info":
                answer["user"] = _user(str(given["user"]))
            case "conversations.members":
                answer["members"] = EVERYBODY
            case "users.conversations":
                answer["channels"] = [{"id": "C0GENERAL"}]
        return AsyncSlackResponse(
            client=self,
            http_verb="POST",
            api_url=f"{self.base_url}{api_method}",
            req_args=arguments,
            data=answer,
            headers={},
            status_code=200,
        )


def _user(id: str) -> dict[str, Any]:
    person = BY_ID[id]
    return {
        "id": id,
        "real_name": person.name,
        "locale": person.locale,
        "tz": person.zone,
        "is_bot": person.bot,
        "is_admin": person.admin,
    }
