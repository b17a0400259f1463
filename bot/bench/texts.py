"""What benchmarks ask and index: from a folder of data sets where one is given, else from the demo handbook."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.start import HANDBOOK
from index.languages import ENGLISH, detect

SEED = 20_261_123
_LONGEST_QUESTION = 300
_FRAMES = (
    "{about}: {words}?",
    "where does the handbook say that {words}?",
    "is it still true that {words}?",
    "what do I have to know about {about} when {words}?",
    "somebody told me that {words}, is that so?",
)


@dataclass(frozen=True, slots=True)
class Page:
    """A text with its title."""

    title: str
    text: str


def questions(count: int, sets: Path | None) -> list[str]:
    """Returns `count` different questions in English, in an order that is the same every time.

    They come from the files of `sets` called `queries…jsonl`, or from all its JSONL files where there are none (rows
    with a `text`); else, and where those hold too few, from the handbook's own sentences.
    """
    found = dict.fromkeys(_from_sets(sets)) if sets is not None else {}
    drawn = list(found)
    random.Random(SEED).shuffle(drawn)  # noqa: S311 - a sample, no secret
    drawn = drawn[:count]
    if len(drawn) < count:
        drawn += [one for one in _from_handbook() if one not in found][: count - len(drawn)]
    return drawn


def labelled(count: int, sets: Path | None) -> list[tuple[str, str]]:
    """Returns short texts with labels: `sets`/banking77/train.jsonl where it is there, else `count` made ones.

    Those are the handbook's sentences as questions, labelled with the title of their page.
    """
    file = sets / "banking77" / "train.jsonl" if sets is not None else None
    if file is not None and file.is_file():
        return [(row["text"], row["label"]) for row in _rows(file)]
    known = list(_sentences())
    return [
        (f"{_FRAMES[number // len(known) % len(_FRAMES)].format(about=about, words=sentence)} {number}", about)
        for number, (about, sentence) in ((number, known[number % len(known)]) for number in range(count))
    ]


def pages(count: int, sets: Path | None) -> list[Page]:
    """Returns pages in English: the first `corpus.jsonl` under `sets` that is in English, else `count` made ones."""
    for file in sorted(sets.rglob("corpus.jsonl")) if sets is not None else ():
        found = [Page(str(row.get("title") or ""), row["text"]) for row in _rows(file)]
        english = [page for page in found if detect(page.text) == ENGLISH]
        if len(english) > len(found) / 2:
            return english
    return made_pages(count)


def made_pages(count: int, sentences_each: int = 4) -> list[Page]:
    """Returns `count` different pages, each of some of the handbook's sentences in an order of its own."""
    chance = random.Random(SEED)  # noqa: S311
    known = list(_sentences())
    made = []
    for number in range(count):
        about, _ = chance.choice(known)
        drawn = chance.sample(known, sentences_each)
        made.append(Page(f"{about} {number}", " ".join(sentence for _, sentence in drawn)))
    return made


def _from_sets(folder: Path) -> Iterator[str]:
    files = sorted(folder.rglob("queries*.jsonl")) or sorted(folder.rglob("*.jsonl"))
    for file in files:
        for row in _rows(file):
            text = " ".join(row["text"].split())
            if 0 < len(text) <= _LONGEST_QUESTION and detect(text) == ENGLISH:
                yield text


def _rows(file: Path) -> Iterator[dict[str, str]]:
    """The rows of a JSONL file that have a `text`; others are none of ours."""
    with file.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            try:
                row = json.loads(line)
            except ValueError:
                continue
            if isinstance(row, dict) and isinstance(row.get("text"), str):
                yield row


def _from_handbook() -> Iterator[str]:
    for frame in _FRAMES:
        for about, sentence in _sentences():
            words = " ".join(sentence.rstrip(".!?:").split()[:14])
            yield frame.format(about=about, words=words[:1].lower() + words[1:])


def _sentences() -> Iterator[tuple[str, str]]:
    """The handbook's English sentences, each with the title of its page."""
    for file in sorted(HANDBOOK.glob("*.md")):
        text = file.read_text(encoding="utf-8")
        if detect(text) != ENGLISH:
            continue
        about = text.partition("\n")[0].lstrip("# ").strip()
        plain = re.sub(r"^#.*$|^\|.*$|[*`]|^\s*(?:-|\d+\.) ", "", text, flags=re.MULTILINE)
        for sentence in re.split(r"(?<=[.!?])\s+|\n+", plain):
            if len(sentence.split()) >= 5:
                yield about, sentence.strip()
