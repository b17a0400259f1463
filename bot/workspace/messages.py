"""The messages of the workspace: stored rows, and the form in which Slack shows them."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.workspace.channels import new_ts
from bot.workspace.database import Database, dumps
from bot.workspace.errors import SlackError

Json = dict[str, Any]

COLUMNS = "channel, ts, thread_ts, broadcast, user, visible_to, body"
MOST_UNREAD = 100
"""Messages that are counted as unread: the page says "99+" from there on, and each new message counts again."""
TS = re.compile(r"\d{1,12}\.\d{1,6}")


@dataclass
class Message:
    """One stored message. Keys of `body` that begin with an underscore are the workspace's own."""

    channel: str
    ts: str
    user: str
    thread_ts: str | None = None  # None for a root
    broadcast: bool = False
    visible_to: str | None = None
    body: Json = field(default_factory=dict)

    @property
    def root(self) -> str:
        """The time that names the thread which this message starts or belongs to."""
        return self.thread_ts or self.ts


class Messages:
    """Reads and writes messages. Times are Slack's `ts` strings of equal width, so that they sort as text."""

    def __init__(self, database: Database) -> None:
        self.database = database
        last = database.execute("SELECT max(ts) FROM messages").fetchone()[0]
        self.last_ts: str = last or ""

    def next_ts(self) -> str:
        """A new, unique message time."""
        self.last_ts = new_ts(self.last_ts)
        return self.last_ts

    def save(self, message: Message) -> None:
        """Inserts or replaces a message."""
        self.database.execute(
            f"INSERT OR REPLACE INTO messages ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            message.channel,
            message.ts,
            message.thread_ts,
            int(message.broadcast),
            message.user,
            message.visible_to,
            dumps(message.body),
        )

    def remove(self, message: Message) -> None:
        """Deletes a message."""
        self.database.execute("DELETE FROM messages WHERE channel = ? AND ts = ?", message.channel, message.ts)

    def find(self, channel: str, ts: str, reader: str) -> Message:
        """The message, if this member may see it. Raises SlackError `message_not_found` otherwise."""
        rows = self._select("channel = ? AND ts = ? AND (visible_to IS NULL OR visible_to = ?)", channel, ts, reader)
        if not rows:
            raise SlackError("message_not_found")
        return rows[0]

    def root_of(self, channel: str, thread_ts: str) -> Message | None:
        """The root of a thread, also when the time of one of its replies is given; None when it is gone."""
        for message in self._select("channel = ? AND ts = ? AND visible_to IS NULL", channel, thread_ts):
            return self.root_of(channel, message.thread_ts) if message.thread_ts else message
        return None

    def history(self, channel: str, reader: str, window: "Window") -> list[Message]:
        """Messages outside threads, newest first, at most one more than the window's limit."""
        return self._page("channel = ? AND (thread_ts IS NULL OR broadcast)", [channel], reader, window, newest=True)

    def replies(self, channel: str, root: str, reader: str, window: "Window") -> list[Message]:
        """The replies of a thread, oldest first, at most one more than the window's limit."""
        return self._page("channel = ? AND thread_ts = ?", [channel, root], reader, window, newest=False)

    def count_replies(self, channel: str, root: str) -> int:
        """How many replies everybody sees in a thread."""
        sql = "SELECT count(*) FROM messages WHERE channel = ? AND thread_ts = ? AND visible_to IS NULL"
        count: int = self.database.execute(sql, channel, root).fetchone()[0]
        return count

    def streaming(self, channel: str, root: str) -> list[str]:
        """The times of the messages of a thread that still stream."""
        rows = self._select("channel = ? AND (thread_ts = ? OR ts = ?)", channel, root, root)
        return [message.ts for message in rows if "_stream" in message.body]

    def unread(self, channel: str, reader: str, since: str) -> tuple[int, int]:
        """How many messages of others are newer, and how many of those mention the reader; of `MOST_UNREAD` at most.

        Counted are messages outside threads and replies in threads that the reader began.
        """
        sql = """
            SELECT count(*), coalesce(sum(instr(body, ?) > 0), 0) FROM (
                SELECT body FROM messages AS m
                WHERE channel = ? AND ts > ? AND user != ? AND (visible_to IS NULL OR visible_to = ?)
                  AND (thread_ts IS NULL OR EXISTS (
                      SELECT 1 FROM messages AS r WHERE r.channel = m.channel AND r.ts = m.thread_ts AND r.user = ?))
                ORDER BY ts DESC LIMIT ?)
        """
        values = (f"<@{reader}", channel, since, reader, reader, reader, MOST_UNREAD)
        count, mentions = self.database.execute(sql, *values).fetchone()
        return count, mentions

    def show(self, messages: Iterable[Message], *, metadata: bool = False) -> list[Json]:
        """The messages as Slack's API returns them, with replies counted for roots."""
        listed = list(messages)
        threads = self._threads(listed)
        return [self._show(message, threads.get((message.channel, message.ts)), metadata) for message in listed]

    def _show(self, message: Message, replies: list[tuple[str, str]] | None, metadata: bool) -> Json:
        shown: Json = {
            "type": "message",
            "user": message.user,
            **{key: value for key, value in message.body.items() if not key.startswith("_")},
            "ts": message.ts,
        }
        if "metadata" in shown and not metadata:
            del shown["metadata"]
        if "_stream" in message.body:
            shown["streaming"] = True
        if message.visible_to:
            shown["is_ephemeral"] = True
        if message.thread_ts:
            shown["thread_ts"] = message.thread_ts
        if replies:
            users = list(dict.fromkeys(user for _, user in replies))
            shown |= {
                "thread_ts": message.ts,
                "reply_count": len(replies),
                "reply_users_count": len(users),
                "reply_users": users[:5],
                "latest_reply": replies[-1][0],
                "is_locked": False,
                "subscribed": True,
            }
        return shown

    def _threads(self, messages: list[Message]) -> dict[tuple[str, str], list[tuple[str, str]]]:
        """(ts, user) of everybody's replies, oldest first, by (channel, root)."""
        found: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
        roots = [message for message in messages if message.thread_ts is None and message.visible_to is None]
        for start in range(0, len(roots), 500):
            some = roots[start : start + 500]
            marks = ",".join("?" * len(some))
            sql = f"""
                SELECT channel, thread_ts, ts, user FROM messages
                WHERE channel = ? AND thread_ts IN ({marks}) AND visible_to IS NULL ORDER BY ts
            """  # noqa: S608
            for channel, root, ts, user in self.database.execute(sql, some[0].channel, *(one.ts for one in some)):
                found[channel, root].append((ts, user))
        return found

    def _select(self, where: str, *values: Any, tail: str = "") -> list[Message]:
        sql = f"SELECT {COLUMNS} FROM messages WHERE {where} {tail}"  # noqa: S608 - conditions of this module
        rows = self.database.execute(sql, *values).fetchall()
        return [
            Message(channel, ts, user, thread_ts, bool(broadcast), visible_to, json.loads(body))
            for channel, ts, thread_ts, broadcast, user, visible_to, body in rows
        ]

    def _page(self, where: str, values: list[Any], reader: str, window: "Window", *, newest: bool) -> list[Message]:
        conditions = [where, "(visible_to IS NULL OR visible_to = ?)"]
        values = [*values, reader]
        equal = "=" if window.inclusive else ""
        if window.oldest:
            conditions.append(f"ts >{equal} ?")
            values.append(window.oldest)
        if window.latest:
            conditions.append(f"ts <{equal} ?")
            values.append(window.latest)
        if window.after:
            conditions.append("ts < ?" if newest else "ts > ?")
            values.append(window.after)
        tail = f"ORDER BY ts {'DESC' if newest else 'ASC'} LIMIT {window.limit + 1}"
        return self._select(" AND ".join(conditions), *values, tail=tail)


@dataclass(frozen=True)
class Window:
    """Which part of a history is asked for. `after` is where the page before ended, in reading order."""

    limit: int = 100
    oldest: str = ""
    latest: str = ""
    inclusive: bool = False
    after: str = ""


def full_ts(value: str) -> str:
    """A time in Slack's full form, so that it compares as text. Raises SlackError for what is none."""
    if not value or value == "0":
        return ""
    if "." not in value:
        value += ".0"
    if not TS.fullmatch(value):
        raise SlackError("invalid_arguments", f"[ERROR] no time: {value[:40]}")
    seconds, _, fraction = value.partition(".")
    return f"{seconds.zfill(10)}.{fraction.ljust(6, '0')}"
