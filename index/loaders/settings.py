"""Limits within which sources are read."""

from __future__ import annotations

from dataclasses import dataclass, field

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """`max_bytes` counts after decompression; `seconds` is for one URL with all its redirects."""

    allow_private: bool = False
    max_bytes: int = 50 * MEGABYTE
    seconds: float = 30.0
    max_redirects: int = 5


@dataclass(frozen=True, slots=True)
class LoadSettings:
    """`max_bytes` is the size over which a file is left out unread; `parse_seconds` how long one item may take.

    `max_memory` bytes is what the process that parses may take; `max_pages` how many pages of a sitemap are
    read. `fetch` holds the limits of the network.
    """

    max_bytes: int = 50 * MEGABYTE
    parse_seconds: float = 60.0
    max_memory: int = 2_000 * MEGABYTE
    max_pages: int = 5_000
    fetch: FetchSettings = field(default_factory=FetchSettings)
