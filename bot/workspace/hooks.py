"""Trigger ids, which open modals, and response URLs, which answer commands and clicks."""

import secrets
import time
from dataclasses import asdict, dataclass
from typing import Any

from bot.workspace.database import Database
from bot.workspace.errors import SlackError

Json = dict[str, Any]

TRIGGER_SECONDS = 3.0
RESPONSE_USES = 5
RESPONSE_SECONDS = 1800.0


@dataclass
class Trigger:
    """A person's click that may open one modal within three seconds."""

    id: str
    user: str
    at: float
    view_id: str | None  # the modal clicked in: what is pushed lands on it
    used: bool = False


class Triggers:
    """The triggers of this run (docs.slack.dev/interactivity/handling-user-interaction#modal_responses)."""

    def __init__(self) -> None:
        self.by_id: dict[str, Trigger] = {}

    def new(self, user: str, view_id: str | None = None) -> str:
        """A trigger id for a click made now."""
        now = time.time()
        trigger_id = f"{int(now)}.{secrets.randbelow(10**13)}.{secrets.token_hex(16)}"
        self.by_id[trigger_id] = Trigger(trigger_id, user, now, view_id)
        if len(self.by_id) > 1000:
            del self.by_id[next(iter(self.by_id))]
        return trigger_id

    def exchange(self, trigger_id: str | None) -> Trigger:
        """Uses a trigger up. Raises SlackError `invalid_`, `expired_` or `exchanged_trigger_id`."""
        trigger = self.by_id.get(trigger_id or "")
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        if time.time() - trigger.at > TRIGGER_SECONDS:
            raise SlackError("expired_trigger_id")
        trigger.used = True
        return trigger


@dataclass
class ResponseUrl:
    """Where a command or click is answered: whose it was, in which channel and thread, on which message."""

    user: str
    channel: str
    thread_ts: str | None
    message_ts: str | None
    ends: float
    uses: int = 0


class ResponseUrls:
    """Response URLs by their secret, good for five uses in thirty minutes, restarts included."""

    def __init__(self, database: Database) -> None:
        self.database = database
        now = time.time()
        self.by_secret: dict[str, ResponseUrl] = {}
        for secret, record in database.records("response_url"):
            if record["ends"] > now:
                self.by_secret[secret] = ResponseUrl(**record)
            else:
                database.drop("response_url", secret)

    def new(self, user: str, channel: str, thread_ts: str | None, message_ts: str | None) -> str:
        """The path of a new response URL."""
        secret = secrets.token_urlsafe(18)
        self.by_secret[secret] = ResponseUrl(user, channel, thread_ts, message_ts, time.time() + RESPONSE_SECONDS)
        self._store(secret)
        return f"/hooks/{secret}"

    def use(self, secret: str) -> ResponseUrl:
        """Counts one use. Raises SlackError `used_url` or `expired_url`."""
        hook = self.by_secret.get(secret)
        if hook is None or hook.ends < time.time():
            raise SlackError("expired_url")
        if hook.uses >= RESPONSE_USES:
            raise SlackError("used_url")
        hook.uses += 1
        self._store(secret)
        return hook

    def _store(self, secret: str) -> None:
        self.database.put("response_url", secret, asdict(self.by_secret[secret]))
