"""The agent surface: status lines, suggested prompts and sessions of conversations."""

import asyncio
import time
from typing import Any

from bot.workspace.database import Database
from bot.workspace.feed import Feed

Json = dict[str, Any]

STATUS_SECONDS = 120.0
Place = tuple[str, str | None]  # channel, thread


class Presence:
    """What the app says about its work. A status clears itself after two minutes, or when the app posts."""

    def __init__(self, database: Database, feed: Feed) -> None:
        self.database = database
        self.feed = feed
        self.statuses: dict[Place, Json] = {}
        self.sessions: dict[str, Json] = dict(database.records("session"))
        self.prompts: dict[str, Json] = dict(database.records("prompts"))

    def set_status(self, members: list[str], place: Place, status: str, loading: list[str]) -> None:
        """Shows a status line, or clears it when the text is empty."""
        channel, thread_ts = place
        self.clear_status(members, place)
        if not status:
            return
        expiry = asyncio.get_running_loop().call_later(STATUS_SECONDS, self.clear_status, members, place)
        frame = {
            "channel": channel,
            "thread_ts": thread_ts,
            "status": status,
            "loading_messages": loading,
            "expires_at": time.time() + STATUS_SECONDS,
        }
        self.statuses[place] = {"frame": frame, "expiry": expiry}
        self.feed.send(members, "status", **frame)

    def clear_status(self, members: list[str], place: Place) -> None:
        """Removes the status line of a thread, if there is one."""
        entry = self.statuses.pop(place, None)
        if entry is not None:
            entry["expiry"].cancel()
            self.feed.send(members, "status", **entry["frame"] | {"status": "", "loading_messages": []})

    def set_prompts(self, members: list[str], place: Place, title: str | None, prompts: list[Json]) -> None:
        """Suggests prompts in a conversation."""
        channel, thread_ts = place
        frame = {"channel": channel, "thread_ts": thread_ts, "title": title, "prompts": prompts}
        key = key_of(place)
        self.prompts[key] = frame
        self.database.put("prompts", key, frame)
        self.feed.send(members, "prompts", **frame)

    def set_session(self, members: list[str], place: Place, **fields: str | None) -> Json:
        """Creates or changes a session, and returns it. A title is taken at creation only."""
        channel, thread_ts = place
        key = key_of(place)
        session = self.sessions.get(key)
        if session is None:
            session = {"channel": channel, "thread_ts": thread_ts, "status": "active", "title": None}
            session |= {name: value for name, value in fields.items() if value is not None}
        else:
            session["status"] = fields.get("status") or session["status"]
        self._store_session(members, key, session)
        return session

    def rename_session(self, members: list[str], place: Place, title: str) -> Json | None:
        """Gives a session another title; None when there is no such session."""
        session = self.sessions.get(key_of(place))
        if session is not None:
            session["title"] = title
            self._store_session(members, key_of(place), session)
        return session

    def _store_session(self, members: list[str], key: str, session: Json) -> None:
        self.sessions[key] = session
        self.database.put("session", key, session)
        self.feed.send(members, "session", **session)


def key_of(place: Place) -> str:
    """The database key of a conversation."""
    return f"{place[0]}:{place[1] or ''}"
