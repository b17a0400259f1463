"""Where the monitor listens: kinds of sources, and their polling.

`Polling` follows them, `Source` is what a kind is, `Post` what they bring. See `polling` for how they work together.
"""

from skills.monitor.sources.events import SourceEvent
from skills.monitor.sources.faults import Fault, SourceError
from skills.monitor.sources.polling import Polling
from skills.monitor.sources.post import Post, make_post
from skills.monitor.sources.rows import Followed
from skills.monitor.sources.source import Found, Look, Source, SourceSettings
from skills.monitor.sources.stored_posts import StoredPost
from skills.monitor.sources.tables import MIGRATIONS
from skills.monitor.sources.web import Limits

__all__ = [
    "MIGRATIONS",
    "Fault",
    "Followed",
    "Found",
    "Limits",
    "Look",
    "Polling",
    "Post",
    "Source",
    "SourceError",
    "SourceEvent",
    "SourceSettings",
    "StoredPost",
    "make_post",
]
