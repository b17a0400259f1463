"""Posts that another program sends: signed over time and body with a shared secret, as Slack signs its requests.

A request carries `X-Deskhand-Timestamp` (epoch seconds) and `X-Deskhand-Signature`: `v1=` and the hex HMAC-SHA256 of
`v1:TIMESTAMP:BODY`. The scheme is Slack's: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import Field

from skills.monitor.sources.faults import SourceError
from skills.monitor.sources.json_api import read_json
from skills.monitor.sources.post import Post, make_post
from skills.monitor.sources.source import SECRETS_BEGIN_WITH, Source, SourceSettings

TIMESTAMP = "X-Deskhand-Timestamp"
SIGNATURE = "X-Deskhand-Signature"
WINDOW_SECONDS = 300
"""A request older than this is a replay. One that is replayed sooner brings posts that are known by then."""
MAX_POSTS = 500
MAX_BYTES = 1_000_000

_FIELDS = frozenset({"id", "link", "author", "title", "text", "published", "language", "numbers"})


class WebhookSettings(SourceSettings):
    """`secret_from` names the environment variable that holds the shared secret."""

    secret_from: str = Field(pattern=rf"^{SECRETS_BEGIN_WITH}[A-Z0-9_]+$")


class WebhookSource(Source):
    """What another program sends."""

    kind = "webhook"
    settings_type = WebhookSettings
    settings: WebhookSettings
    pushed = True

    @property
    def lane(self) -> str:
        return "webhook"


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """Returns the signature of a request."""
    message = b"v1:%d:%s" % (timestamp, body)
    return "v1=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Raises `SourceError` unless the request was signed with `secret`, within the window around `now`."""
    given = {name.lower(): value.strip() for name, value in headers.items()}
    stamp, signature = given.get(TIMESTAMP.lower(), ""), given.get(SIGNATURE.lower(), "")
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
        raise SourceError("signature")
    if not hmac.compare_digest(sign(secret, int(stamp), body).encode(), signature.encode()):
        raise SourceError("signature")
    away = abs(now.timestamp() - int(stamp))
    if away > WINDOW_SECONDS:
        raise SourceError("stale", seconds=round(away))


def parse(source: str, body: bytes, now: datetime, settings: SourceSettings) -> list[Post]:
    """Returns the posts of a verified request: a JSON object or a list of them.

    Its fields are `id`, `link`, `author`, `title`, `text`, `published`, `language` and `numbers`; title or text must be
    there. Raises `SourceError` that names the first fault; then none of the request's posts is taken.
    """
    if len(body) > MAX_BYTES:
        raise SourceError("body", what=f"it is larger than {MAX_BYTES // 1_000_000} MB")
    value = read_json(body, "the sender")
    items = value if isinstance(value, list) else [value]
    if len(items) > MAX_POSTS:
        raise SourceError("body", what=f"more than {MAX_POSTS} posts come at once")
    return [_post(source, number, item, now, settings) for number, item in enumerate(items, 1)]


def _post(source: str, number: int, item: Any, now: datetime, settings: SourceSettings) -> Post:
    if not isinstance(item, Mapping):
        raise SourceError("body", what=f"number {number} is no object")
    if unknown := sorted(item.keys() - _FIELDS):
        raise SourceError("body", what=f"number {number} has the field {unknown[0][:40]}, which is not known")
    numbers = item.get("numbers") or {}
    if not isinstance(numbers, Mapping) or not all(type(one) in (int, float) for one in numbers.values()):
        raise SourceError("body", what=f"number {number} has numbers that are none")
    words = {name: item.get(name) for name in _FIELDS - {"numbers"}}
    for name, word in words.items():
        if word is not None and not isinstance(word, str) and not (name in ("id", "published") and type(word) is int):
            raise SourceError("body", what=f"{name} of number {number} is no text")
    told = {name: str(word) for name, word in words.items() if word is not None}
    post = make_post(
        source,
        now,
        external_id=told.get("id", ""),
        link=told.get("link"),
        author=told.get("author", ""),
        title=told.get("title", ""),
        text=told.get("text", ""),
        published=told.get("published", ""),
        language=told.get("language") or settings.language,
        weight=settings.weight,
        numbers=numbers,
    )
    if not post.title and not post.text:
        raise SourceError("body", what=f"number {number} has neither")
    return post
