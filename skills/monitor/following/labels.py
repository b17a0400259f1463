"""What is read in posts, as it is kept: how they feel, what they are about, whom they name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skills.classifiers.served import Classifiers
from skills.monitor.reading.reader import PostReading, Reader
from skills.monitor.sources.post import Post

NEGATIVE = "negative"
SENTIMENTS = (NEGATIVE, "neutral", "positive")


@dataclass(frozen=True, slots=True)
class Label:
    """`sentiment` with its calibrated `probability`, and the topic.

    `entities` are (kind, name) pairs. `companies` is the sentiment towards each company, where a text names several:
    what is good for one may be bad for another.
    """

    language: str
    sentiment: str
    probability: float
    topic: str
    entities: tuple[tuple[str, str], ...]
    companies: Mapping[str, str]


def read_posts(posts: Sequence[Post], reader: Reader, classifiers: Classifiers) -> list[Label]:
    """Returns what is read in each post, in order, by a team's `classifiers`. Blocking."""
    return [_label(reading) for reading in reader.read(posts, classifiers=classifiers)]


def _label(reading: PostReading) -> Label:
    sentiment = _best(reading.sentiment)
    several = len(reading.companies) > 1
    return Label(
        reading.language,
        sentiment,
        float(reading.sentiment[sentiment]),
        _best(reading.topic),
        tuple(dict.fromkeys((entity.kind, entity.name) for entity in reading.entities)),
        {name: _best(scores) for name, scores in reading.companies.items()} if several else {},
    )


def _best(scores: Mapping[str, float]) -> str:
    return max(scores, key=scores.__getitem__)
