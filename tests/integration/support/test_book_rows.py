"""The answer book in real databases: SQLite and PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.store.upgrade import open_database
from skills.support.book.answer_book import EMPTY, AnswerBook, Intent, SlotKind
from skills.support.book.rows import Books, IntentChanged
from skills.support.book.validation import BookError
from skills.support.learning.mining import Proposal
from skills.support.learning.proposals import Proposals
from skills.support.tables import MIGRATIONS

STATUS = Intent(
    "order_status",
    "Where it is",
    {"en": ("where is it", "any news"), "zh": ("到哪了",)},
    {"en": ("On its way.", "See {order_number}."), "zh": ("在路上。",)},
    ("https://shop.example/orders",),
    "ana",
)
CANCEL = Intent("cancel", "", {"en": ("cancel it",)}, {"en": ("Done.",)})
BOOK = AnswerBook(("en", "zh"), (STATUS, CANCEL), {"size": SlotKind("size", r"\d+", ("L",), {"en": "Which size?"})})


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str | None:
    """None for the database file, else the URL of an empty PostgreSQL database."""
    return request.getfixturevalue("postgres") if request.param == "postgres" else None


@pytest.fixture
async def sessions(database_url: str | None, tmp_path: Path) -> AsyncIterator[async_sessionmaker[AsyncSession]]:
    """Sessions of a database whose tables the migrations made: of either kind in turn."""
    database = await open_database(tmp_path, database_url, branches=[MIGRATIONS])
    yield database.sessions
    await database.close()


@pytest.fixture
def books(sessions: async_sessionmaker[AsyncSession]) -> Books:
    return Books(sessions)


async def test_a_book_comes_back_as_it_was_written_and_is_its_teams_alone(books: Books) -> None:
    assert await books.load("T1") == (EMPTY, 0)
    assert await books.replace("T1", BOOK, "U1", 1.0) == 1
    assert await books.load("T1") == (BOOK, 1)
    assert await books.load_as_written("T2") == (EMPTY, 0)
    assert await books.teams() == ["T1"]
    smaller = AnswerBook(("en",), (CANCEL,))
    assert await books.replace("T1", smaller, "U2", 2.0) == 2
    assert await books.load("T1") == (smaller, 2)


async def test_every_change_is_counted_and_listed_with_who_made_it(books: Books) -> None:
    await books.replace("T1", BOOK, "U1", 1.0)
    await books.save("T1", Intent("new", "", {"en": ("hello",)}, {"en": ("Hi.",)}), "U2", 2.0)
    await books.delete("T1", "cancel", "U3", 3.0)
    assert [(one.version, one.who, one.what, one.intent) for one in await books.changes("T1")] == [
        (3, "U3", "deleted", "cancel"),
        (2, "U2", "saved", "new"),
        (1, "U1", "replaced", None),
    ]
    book, version = await books.load("T1")
    assert ([intent.name for intent in book.intents], version) == (["order_status", "new"], 3)


async def test_an_invalid_book_changes_nothing(books: Books) -> None:
    await books.replace("T1", BOOK, "U1", 1.0)
    taken = Intent("other", "", {"en": ("Cancel  IT",)}, {"en": ("x",)})
    for change in (
        books.replace("T1", AnswerBook(("en",), (STATUS,)), "U1", 2.0),
        books.save("T1", taken, "U1", 2.0),
        books.save("T1", Intent("cancel", "", {"en": ("again",)}, {"en": ("x",)}), "U1", 2.0),
        books.merge("T1", AnswerBook(("en",), (taken,)), "U1", 2.0),
        books.settle("T1", ("en",), None, "U1", 2.0),
    ):
        with pytest.raises(BookError):
            await change
    assert await books.load("T1") == (BOOK, 1)


async def test_a_renamed_intent_keeps_its_place_and_its_judgements(books: Books) -> None:
    await books.replace("T1", BOOK, "U1", 1.0)
    for _ in range(4):
        await books.judge("T1", "order_status", "en", "See {order_number}.", helpful=True)
    await books.judge("T1", "order_status", "en", "On its way.", helpful=False)
    await books.judge("T1", "gone", "en", "On its way.", helpful=False)
    book, version = await books.load("T1")
    assert (book.intents[0].answers["en"], version) == (("See {order_number}.", "On its way."), 1)
    assert (await books.load_as_written("T1"))[0] == BOOK
    renamed = Intent("where", "", STATUS.examples, STATUS.answers)
    await books.save("T1", renamed, "U1", 2.0, instead="order_status", seen=version)
    book, _ = await books.load("T1")
    assert [intent.name for intent in book.intents] == ["where", "cancel"]
    assert book.intents[0].answers["en"] == ("See {order_number}.", "On its way.")


async def test_of_two_people_who_change_an_intent_the_later_is_told(books: Books) -> None:
    seen = await books.replace("T1", BOOK, "U1", 1.0)
    await books.save("T1", CANCEL, "U1", 2.0, instead="cancel", seen=seen)
    with pytest.raises(IntentChanged):
        await books.save("T1", CANCEL, "U2", 3.0, instead="cancel", seen=seen)
    with pytest.raises(IntentChanged):
        await books.delete("T1", "nowhere", "U2", 3.0)
    await books.save("T1", STATUS, "U2", 3.0, instead="order_status", seen=seen)
    assert await books.version("T1") == 3


async def test_changes_at_the_same_time_all_count(books: Books) -> None:
    intents = [Intent(f"i{n}", "", {"en": (f"text {n}",)}, {"en": ("x",)}) for n in range(6)]
    await asyncio.gather(*(books.save("T1", intent, "U1", 1.0) for intent in intents))
    book, version = await books.load("T1")
    assert ({intent.name for intent in book.intents}, version) == ({f"i{n}" for n in range(6)}, 6)


async def test_merging_keeps_what_is_there_and_editors_and_languages_are_settled(books: Books) -> None:
    await books.replace("T1", AnswerBook(("en",), (CANCEL,)), "U1", 1.0)
    await books.settle("T1", ("en", "zh"), ["U7"], "U1", 2.0)
    assert await books.editors("T1") == {"U7"}
    more = Intent("cancel", "", {"zh": ("取消",)}, {"zh": ("好的。",)})
    await books.merge("T1", AnswerBook(("zh",), (more,)), "U1", 3.0)
    book, _ = await books.load("T1")
    assert book.languages == ("en", "zh")
    assert book.intents[0].examples == {"en": ("cancel it",), "zh": ("取消",)}
    assert await books.editors("T1") == {"U7"}


async def test_a_proposal_is_decided_once(sessions: async_sessionmaker[AsyncSession]) -> None:
    proposals = Proposals(sessions)
    await proposals.put("T1", [Proposal(CANCEL, 3), Proposal(STATUS, 9)], 1.0)
    first, second = await proposals.waiting("T1")
    assert (first.intent, first.rows, second.intent) == (STATUS, 9, CANCEL)
    assert await proposals.get("T2", first.id) is None
    assert sorted(await asyncio.gather(proposals.remove("T1", first.id), proposals.remove("T1", first.id))) == [
        False,
        True,
    ]
    assert [one.intent.name for one in await proposals.waiting("T1")] == ["cancel"]
