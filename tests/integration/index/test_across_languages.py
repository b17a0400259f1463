"""Questions in one language about what only a page in the other says, and what is known at all: real encoders."""

import asyncio
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from bot.start import HANDBOOK
from index.encoder_choice import EncoderChoice
from index.encoders.catalog import open_encoders
from index.indexing import states_in_memory
from index.loaders import Loaded, load
from index.search import Searcher, SearchResult
from index.team_index import TeamIndex
from index.types import EVERYONE, Document

_DATA = Path(__file__).parents[2] / "data"


class Handbook:
    """The demo handbook, indexed as the product does."""

    def __init__(self, choice: EncoderChoice, index: TeamIndex) -> None:
        self._choice = choice
        self._index = index

    def ask(self, question: str) -> SearchResult:
        searcher = Searcher(self._choice)
        return searcher.search(self._index, searcher.encode(question), frozenset({EVERYONE}))


@pytest.fixture(scope="module")
def handbook() -> Handbook:
    choice = EncoderChoice(open_encoders(["english", "multilingual"], "cpu").encoders)
    documents = asyncio.run(_documents())
    index = TeamIndex({encoder.name: encoder.dimensions for encoder in choice.encoders})
    index.apply(states_in_memory(documents, choice, {"en", "zh"}))
    return Handbook(choice, index)


async def _documents() -> list[Document]:
    outcomes = [outcome async for outcome in load(str(HANDBOOK))]
    return [document for outcome in outcomes if isinstance(outcome, Loaded) for document in outcome.documents]


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (_DATA / name).read_text(encoding="utf-8").splitlines()]


def _pages(result: SearchResult, most: int) -> list[str]:
    return [Path(hit.document_key).name for hit in result.hits[:most]]


def _share(found: Iterable[bool]) -> float:
    all_found = list(found)
    return sum(all_found) / len(all_found)


def test_a_page_in_the_other_language_is_among_the_first_three(handbook: Handbook) -> None:
    rows = _rows("cross_language.jsonl")
    assert len(rows) == 40
    assert _share(row["page"] in _pages(handbook.ask(row["question"]), 3) for row in rows) >= 0.85


def test_a_page_in_the_questions_own_language_stays_among_the_first_three(handbook: Handbook) -> None:
    own = [
        row
        for row in _rows("known_or_not.jsonl")
        if any(("-zh" in page) == (row["language"] == "zh") for page in row["pages"])
    ]
    assert _share(not {*row["pages"]}.isdisjoint(_pages(handbook.ask(row["question"]), 3)) for row in own) >= 0.8


def test_what_the_handbook_does_not_say_is_seldom_answered(handbook: Handbook) -> None:
    rows = _rows("known_or_not.jsonl")
    unknown = [row for row in rows if not row["pages"]]
    assert _share(handbook.ask(row["question"]).known for row in unknown) <= 0.2
    answered = [(row, result) for row in rows if row["pages"] if (result := handbook.ask(row["question"])).known]
    assert _share(_pages(result, 1)[0] in row["pages"] for row, result in answered) >= 0.75


@pytest.mark.parametrize(
    "question", ["how tall is Mount Everest?", "how do I cook rice?", "秘鲁的首都是哪里？", "怎么学吉他？"]
)
def test_nothing_is_known_of_the_wide_world(handbook: Handbook, question: str) -> None:
    assert not handbook.ask(question).known


@pytest.mark.parametrize(
    ("question", "page"),
    [
        ("how long do refunds take?", "refunds.md"),
        ("退款需要多久？", "refunds-zh.md"),
        ("how many days off do I get each year?", "leave.md"),
        ("春节放假几天？", "spring-festival-zh.md"),
        ("what do I do when I forgot my password?", "passwords-and-2fa.md"),
    ],
)
def test_what_the_handbook_says_is_known(handbook: Handbook, question: str, page: str) -> None:
    result = handbook.ask(question)
    assert result.known
    assert _pages(result, 1) == [page]
