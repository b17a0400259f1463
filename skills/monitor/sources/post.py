"""A post: one text that somebody published somewhere, and by what it is known again."""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from skills.monitor.sources.dates import Dating, judge
from skills.monitor.sources.plain import clean, line

_WORD = re.compile(r"\w+")
_TRACKING = re.compile(r"(?:utm_[a-z]+|fbclid|gclid|spm|from|ref)=[^&]*(?:&|$)")
MAX_NUMBERS = 20
TELLING = 2_000
"""So many characters tell one text from another."""
_LANGUAGES = {
    "arabic": "ar", "chinese": "zh", "english": "en", "french": "fr", "german": "de", "italian": "it",
    "japanese": "ja", "korean": "ko", "portuguese": "pt", "russian": "ru", "spanish": "es",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Post:
    """One post of a source, as `make_post` makes it.

    `published_at` is aware, in UTC and never ahead of the time at which the post was seen; where `dating` is not
    `given` it is that very time, and says nothing of when the text was written. `numbers` are what else the source
    counts: stars, points, replies. `external_id` is empty where the source gives none.
    """

    source: str
    external_id: str
    link: str | None
    author: str
    title: str
    text: str
    published_as_given: str
    published_at: datetime
    dating: Dating
    language: str | None = None
    weight: float = 1.0
    numbers: Mapping[str, float] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    """By what it is known again, the most telling first; one that was seen before is enough."""


def make_post(
    source: str,
    now: datetime,
    *,
    external_id: str = "",
    link: str | None = None,
    author: str = "",
    title: str = "",
    text: str = "",
    published: str = "",
    language: str | None = None,
    weight: float = 1.0,
    numbers: Mapping[str, float] | None = None,
) -> Post:
    """Returns a post of what a source says, cleaned, bounded and dated as of `now`."""
    published_at, dating = judge(published, now)
    counted = {line(name, 40): float(value) for name, value in (numbers or {}).items() if math.isfinite(value)}
    post = Post(
        source=source,
        external_id=line(external_id, 1000),
        link=safe_link(link),
        author=line(author, 200),
        title=line(title),
        text=clean(text),
        published_as_given=line(published, 100),
        published_at=published_at,
        dating=dating,
        language=_language(language),
        weight=weight,
        numbers=dict(list(counted.items())[:MAX_NUMBERS]),
    )
    return replace(post, keys=_keys(post))


def _keys(post: Post) -> tuple[str, ...]:
    """Returns the source's own id, when there is one; then, since ids change in some feeds, what else tells a post.

    That is the content with its link, and link, title and given time together. A post without link is told by its id
    alone, for "+1" may well be written twice.
    """
    keys = [_key("id", post.source, post.external_id)] if post.external_id else []
    if post.link or not keys:
        link, title, text = plain_link(post.link or ""), _words(post.title), _words(post.text[:TELLING])
        given = "" if post.link else post.published_as_given
        keys.append(_key("content", post.source, link, post.author, title, text, given))
        if link and title and post.published_as_given:
            keys.append(_key("place", post.source, link, title, post.published_as_given))
    return tuple(keys)


def safe_link(link: str | None) -> str | None:
    """Returns a link that may be shown: http, https or mid (a mail), with a host, without spaces; else None."""
    link = clean(link or "", 2000)
    if link.startswith("mid:") and " " not in link:
        return link
    try:
        parts = urlsplit(link)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"[\s<>|]", link)
    except ValueError:
        return None
    return link if usable else None


def _language(given: str | None) -> str | None:
    given = (given or "").strip().lower()
    if given in _LANGUAGES:
        return _LANGUAGES[given]
    match = re.match(r"[a-z]{2,3}(?=$|[-_])", given)
    return match.group() if match else None


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def _words(text: str) -> str:
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def plain_link(link: str) -> str:
    """A link without what marks the way by which one came: scheme, `www.`, fragment, tracking parameters."""
    if not link.startswith("http"):
        return link
    parts = urlsplit(link)
    query = _TRACKING.sub("", parts.query).rstrip("&")
    return urlunsplit(("", parts.netloc.lower().removeprefix("www."), parts.path.rstrip("/"), query, ""))
