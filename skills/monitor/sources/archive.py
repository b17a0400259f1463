"""What of a first look is kept: the newest few, and what is dated within the last month, by which a watch learns what
is usual. It is counted at its own time, so that nobody is told of it. The rest is remembered as seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from skills.monitor.sources.post import Post

NEWEST = 5
RECENT = timedelta(days=30)
MOST = 500


def newest(posts: Sequence[Post], now: datetime) -> list[Post]:
    """Returns those of a source's first posts that are kept; posts without time in the source's own order."""
    order = sorted(
        range(len(posts)), key=lambda i: (posts[i].dating == "given", posts[i].published_at, -i), reverse=True
    )
    chosen = [
        posts[place]
        for rank, place in enumerate(order)
        if rank < NEWEST or (posts[place].dating == "given" and now - posts[place].published_at <= RECENT)
    ]
    return chosen[:MOST]
