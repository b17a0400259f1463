"""What is asked one at a time and spared as a whole: a host, or one address behind a proxy that serves many hosts."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

PROXIES: Collection[str] = ("rsshub", "nitter", "rss-bridge", "rssbridge", "feedburner", "fetchrss", "morss")
"""Words in the names of hosts behind which each address stands for another site: a refusal is that site's."""


def lane_of(url: str) -> str:
    """Returns the lane of a web address."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    if any(word in host for word in PROXIES):
        return f"{host}{parts.path}"[:255]
    return host[:255]
