"""Which of Slack's methods the server at hand has: what it lacks is asked for once."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError

log = logging.getLogger(__name__)

_ABSENT = {"unknown_method", "missing_scope", "not_allowed_token_type", "feature_not_enabled"}


class Unavailable(Exception):
    """A call failed for now: it may well work the next time."""


class Features:
    """Calls methods that the bot can do without; one that the server lacks is switched off for the run."""

    def __init__(self) -> None:
        self._absent: set[str] = set()

    def has(self, method: str) -> bool:
        """Returns whether `method` has not been found absent so far."""
        return method not in self._absent

    async def call(self, method: str, call: Callable[[], Awaitable[Any]]) -> Any | None:
        """Returns what `call` returns, None where the server lacks `method`. Raises `Unavailable` on other faults."""
        if method in self._absent:
            return None
        try:
            return await call()
        except SlackApiError as error:
            reason = (
                error.response.get("error") if isinstance(error.response.data, dict) else error.response.status_code
            )
            if reason in _ABSENT:
                if method not in self._absent:
                    log.warning("%s is not available here (%s): what needs it is off", method, reason)
                self._absent.add(method)
                return None
            raise Unavailable(f"{method}: {reason}") from None
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise Unavailable(f"{method}: {type(error).__name__}") from None

    async def attempt(self, method: str, call: Callable[[], Awaitable[Any]]) -> Any | None:
        """Returns what `call` returns, or None on any fault, which is logged: for what is nice to have."""
        try:
            return await self.call(method, call)
        except Unavailable as fault:
            log.info("left out: %s", fault)
            return None

    async def pages(self, method: str, call: Callable[[str], Awaitable[Any]]) -> list[Any] | None:
        """Returns all pages of `method`, each asked for by its cursor; faults as with `call`."""
        pages: list[Any] = []
        cursor = ""
        while True:
            page = await self.call(method, partial(call, cursor))
            if page is None:
                return None
            pages.append(page)
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return pages
