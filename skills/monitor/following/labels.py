"""What is read in posts: how they feel, and what they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.languages import detect
from skills.classifiers.served import Classifiers
from skills.monitor.following.aim import words_of
from skills.monitor.sources.post import Post

NEGATIVE = "negative"
SENTIMENTS = (NEGATIVE, "neutral", "positive")


@dataclass(frozen=True, slots=True)
class Label:
    """`sentiment` with its calibrated `probability`, and the topic."""

    language: str
    sentiment: str
    probability: float
    topic: str


def read_posts(posts: Sequence[Post], classifiers: Classifiers) -> list[Label]:
    """Returns what is read in each post, in order. Blocking."""
    texts = [words_of(post) for post in posts]
    return [
        Label(post.language or detect(text), read.sentiment.label, float(read.sentiment.probability), read.topic.label)
        for post, text, read in zip(posts, texts, classifiers.read_many(texts), strict=True)
    ]
