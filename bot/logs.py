"""Structured logs on standard error: one line each, `key=value`, never a message's text or a secret.

A record's `extra` fields follow its message. Of an exception the log has its kind and the places it passed through;
its words only where they are ours or the system's, since other words may quote what people wrote.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import PurePath

from slack_sdk.errors import SlackApiError
from sqlalchemy.exc import DBAPIError

from bot.slack import SlackError
from bot.store.errors import DatabaseError

_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_SECRET = re.compile(r"\bx(?:ox[a-z]|app)-[\w-]+|(?<=ticket=)[^&\s\"']+|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)")
_PLAIN = re.compile(r"[\w./:@+-]+")
_OWN_WORDS = (OSError, SlackError, DatabaseError)
_FRAMES = 12


class LineFormatter(logging.Formatter):
    """`time=… level=… logger=… event="…" key=value …`"""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        fields: dict[str, object] = {
            "time": at,
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        fields.update({name: value for name, value in vars(record).items() if name not in _STANDARD})
        if record.exc_info and record.exc_info[1] is not None:
            fields.update(_described(record.exc_info[1]))
        line = " ".join(f"{name}={_quoted(value)}" for name, value in fields.items())
        return _SECRET.sub("(secret)", line)


def configure(*, verbose: bool) -> None:
    """Sends the log to standard error: from INFO on, with `verbose` from DEBUG on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(LineFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("deskhand", "bot", "skills", "index"):
        logging.getLogger(name).setLevel(logging.DEBUG if verbose else logging.INFO)


def _described(error: BaseException) -> dict[str, str]:
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    fields = {
        "error": type(error).__name__,
        "at": " > ".join(f"{'/'.join(PurePath(one.filename).parts[-2:])}:{one.lineno}" for one in frames),
    }
    if isinstance(error, DBAPIError):
        fields["because"] = str(error.orig)
    elif isinstance(error, SlackApiError):
        data = getattr(error.response, "data", None)
        fields["because"] = str(data.get("error")) if isinstance(data, dict) else "no JSON"
    elif isinstance(error, _OWN_WORDS):
        fields["because"] = str(error)
    return fields


def _quoted(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    words = str(value)
    if _PLAIN.fullmatch(words):
        return words
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r") + '"'
