"""The workspace's own SQLite database: everything that must be there again after a restart."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS messages (
    channel TEXT NOT NULL,
    ts TEXT NOT NULL,
    thread_ts TEXT,          -- null outside threads and for a root
    broadcast INTEGER NOT NULL DEFAULT 0,
    user TEXT NOT NULL,
    visible_to TEXT,         -- the one reader of an ephemeral message
    body TEXT NOT NULL,
    PRIMARY KEY (channel, ts)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS replies ON messages (channel, thread_ts, ts) WHERE thread_ts IS NOT NULL;
CREATE TABLE IF NOT EXISTS events (
    event_id TEXT PRIMARY KEY,
    body TEXT NOT NULL,
    attempt INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS files (id TEXT PRIMARY KEY, body TEXT NOT NULL, content BLOB);
CREATE TABLE IF NOT EXISTS records (
    kind TEXT NOT NULL,      -- channel, view, session, prompts, response_url, scheduled, read, clock, snooze
    key TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (kind, key)
) WITHOUT ROWID;
"""


def dumps(value: Any) -> str:
    """Compact JSON, scripts and emoji as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Database:
    """SQLite in WAL mode, used from the event loop's thread: each statement is one row and takes microseconds.

    Commits survive a killed process (`synchronous=NORMAL`), which is what the tests that kill need.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; " + SCHEMA)

    def close(self) -> None:
        """Closes the file."""
        self.connection.close()

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        """Runs one statement, committed at once."""
        return self.connection.execute(sql, values)

    def put(self, kind: str, key: str, body: Json) -> None:
        """Stores a record, replacing the one of the same kind and key."""
        self.execute("INSERT OR REPLACE INTO records VALUES (?, ?, ?)", kind, key, dumps(body))

    def drop(self, kind: str, key: str) -> None:
        """Removes a record, if it is there."""
        self.execute("DELETE FROM records WHERE kind = ? AND key = ?", kind, key)

    def records(self, kind: str) -> Iterator[tuple[str, Json]]:
        """All records of a kind as (key, body)."""
        for key, body in self.execute("SELECT key, body FROM records WHERE kind = ? ORDER BY key", kind).fetchall():
            yield key, json.loads(body)
