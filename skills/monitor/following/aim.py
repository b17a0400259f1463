"""Which watches a post is about, and which of their topics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.encoders.base import Vectors
from skills.monitor.sources.post import Post
from skills.monitor.watches.watch import WatchSettings
from skills.monitor.watches.words import Matcher, Words, read_words

ALIKE = 0.86
"""From this cosine of the widest encoder on a text is like one of a watch's examples."""
OTHER = "other"
"""The label of texts that are of no topic."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What a watch is about, ready to be compared with posts.

    `likes` are the vectors of its examples, shape (examples, dimensions), None where it has none.
    """

    sources: frozenset[str]
    words: Matcher | None
    topics: tuple[tuple[str, Matcher], ...]
    likes: Vectors | None

    def is_about(self, source: str, text: str, vector: Vectors | None) -> bool:
        """Returns whether a text of a source is meant: one of the watch's, and with its words or like its examples.

        `text` is `folded`; `vector` is its own, needed where the watch has examples.
        """
        if self.sources and source not in self.sources:
            return False
        if self.words is not None and self.words.matches(text):
            return True
        return self.likes is not None and vector is not None and float(np.max(self.likes @ vector)) >= ALIKE

    def topics_of(self, text: str, read: str) -> list[str]:
        """Returns the topics of a post: the watch's own by words, or where it has none the one that was read."""
        if not self.topics:
            return [read] if read not in ("", OTHER) else []
        return [name for name, matcher in self.topics if matcher.matches(text)]


def aim_of(settings: WatchSettings, likes: Vectors | None) -> Aim:
    """Returns the aim of some settings. A watch without words and examples is about all that its sources bring."""
    words = read_words(settings.words)
    by_words = bool(words.wanted)
    return Aim(
        frozenset(settings.sources),
        Matcher(words if by_words else Words()) if by_words or likes is None else None,
        tuple((topic.name, Matcher(read_words(topic.words))) for topic in settings.topics),
        likes,
    )


def words_of(post: Post) -> str:
    """Returns what is read of a post."""
    return joined(post.title, post.text)


def joined(title: str, text: str) -> str:
    """Returns a title, and the text below it where that says more."""
    if not title or text.startswith(title):
        return text or title
    return f"{title}\n{text}" if text else title


def needs_vectors(aims: Sequence[Aim]) -> bool:
    """Returns whether any aim has examples to be compared with."""
    return any(aim.likes is not None for aim in aims)
