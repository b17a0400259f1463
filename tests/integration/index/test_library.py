"""The knowledge index end to end: a real database file, FAISS and tantivy, with a small encoder."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from documents import MakeDocument
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker
from wordy import WordEncoder

from index import reading, snapshot
from index.library import Library
from index.types import EVERYONE, Document, Section, Turn

Sessions = async_sessionmaker[AsyncSession]
EVERYBODY = frozenset({EVERYONE})


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()


@asynccontextmanager
async def _opened(sessions: Sessions, tmp_path: Path, encoder: WordEncoder) -> AsyncIterator[Library]:
    library = await Library.open(sessions, [encoder], tmp_path / "index")
    yield library
    await library.close()


def _long(key: str, sentences: int, word: str) -> Document:
    text = " ".join(f"Sentence {n} tells something about {word} and nothing about the rest." for n in range(sentences))
    return Document(key, key, (Section((), text, 1),), "src", key)


async def _becomes(library: Library, question: str, keys: list[str]) -> bool:
    """Returns whether, within 5 seconds, the documents found are those with `keys`."""
    for _ in range(100):
        if [hit.document_key for hit in (await library.search("T1", question, EVERYBODY)).hits] == keys:
            return True
        await asyncio.sleep(0.05)
    return False


async def test_what_was_added_is_found_with_its_place_in_the_text(
    sessions: Sessions, tmp_path: Path, encoder: WordEncoder
) -> None:
    library = await Library.open(sessions, [encoder], tmp_path / "index")
    section = Section(("Refunds", "Cards"), "Hello. Refunds take 5 working days.", 7, "https://x/#cards")
    document = Document("k", "Shop", (section,), "src", "shop.md", link="https://x/", author="Ana")
    await library.add("T1", [document])
    found = await library.search("T1", "how long do refunds take", EVERYBODY)
    hit = found.hits[0]
    assert (hit.document_key, hit.headings, hit.line, hit.link) == ("k", ("Refunds", "Cards"), 7, "https://x/#cards")
    assert section.text[hit.start : hit.end] == hit.text
    assert next(hit.text[a:b] for a, b in found.sentences(hit)) == "Refunds take 5 working days."
    assert hit.author == "Ana"
    await library.close()


async def test_unchanged_documents_and_passages_are_not_encoded_again(
    sessions: Sessions, tmp_path: Path, encoder: WordEncoder
) -> None:
    library = await Library.open(sessions, [encoder], tmp_path / "index")
    pages = [_long("a", 60, "refunds"), _long("b", 60, "shipping")]
    first = await library.add("T1", pages)
    assert first.added == 2
    assert encoder.encoded == first.encoded > 4
    again = await library.add("T1", pages)
    assert (again.unchanged, again.encoded) == (2, 0)
    section = pages[0].sections[0]
    longer = Document("a", "a", (section, Section(("More",), "One more thing.", 99)), "src", "a")
    changed = await library.add("T1", [longer, pages[1]])
    assert (changed.replaced, changed.unchanged, changed.encoded) == (1, 1, 1)
    assert encoder.encoded == first.encoded + 1
    await library.close()


async def test_a_removed_source_takes_all_its_documents_with_it(
    sessions: Sessions, tmp_path: Path, encoder: WordEncoder, make: MakeDocument
) -> None:
    library = await Library.open(sessions, [encoder], tmp_path / "index")
    await library.add("T1", [make("a", "red apples", source="x"), make("b", "red pears", source="x"), make("c", "red")])
    assert await library.remove("T1", "x") == 2
    assert [hit.document_key for hit in (await library.search("T1", "red", EVERYBODY)).hits] == ["c"]
    assert (await library.status("T1")).counts.documents == 1
    await library.close()


async def test_teams_never_meet(sessions: Sessions, tmp_path: Path, encoder: WordEncoder, make: MakeDocument) -> None:
    library = await Library.open(sessions, [encoder], tmp_path / "index")
    await library.add("T1", [make("a", "red apples")])
    assert (await library.search("T2", "red apples", EVERYBODY)).hits == ()
    await library.close()


async def test_another_process_serves_a_change_without_rebuilding(
    sessions: Sessions, tmp_path: Path, encoder: WordEncoder, make: MakeDocument
) -> None:
    serving = await Library.open(sessions, [encoder], tmp_path / "index")
    serving.follow()
    adding = await Library.open(sessions, [encoder], tmp_path / "other")
    await adding.add("T1", [make("a", "red apples")])
    assert await _becomes(serving, "red apples", ["a"])
    await adding.remove("T1", "a")
    assert await _becomes(serving, "red apples", [])
    await serving.close()
    await adding.close()


async def test_a_start_needs_no_encoder_and_no_snapshot(
    sessions: Sessions, tmp_path: Path, encoder: WordEncoder, make: MakeDocument
) -> None:
    folder = tmp_path / "index"
    library = await Library.open(sessions, [encoder], folder)
    await library.add("T1", [make(str(n), f"page {n} about thing{n}") for n in range(30)])
    before = (await library.search("T1", "thing7", EVERYBODY)).hits
    await library.close()
    assert snapshot.teams(folder) == ["T1"]
    passes = encoder.encoded
    for wreck in (lambda path: None, lambda path: path.unlink(), lambda path: path.write_bytes(b"PK\x03\x04 torn")):
        wreck(snapshot.path_of(folder, "T1"))
        library = await Library.open(sessions, [encoder], folder)
        assert encoder.encoded == passes
        after = (await library.search("T1", "thing7", EVERYBODY)).hits
        assert [hit.passage_id for hit in after] == [hit.passage_id for hit in before]
        assert [hit.score for hit in after] == pytest.approx([hit.score for hit in before], abs=0.02)
        passes = encoder.encoded
        await library.close()


async def test_rebuilding_makes_every_vector_anew(
    sessions: Sessions, tmp_path: Path, encoder: WordEncoder, make: MakeDocument
) -> None:
    library = await Library.open(sessions, [encoder], tmp_path / "index")
    await library.add("T1", [make("a", "red apples"), make("b", "green pears")])
    assert await library.rebuild("T1") == 2
    assert (await library.search("T1", "green pears", EVERYBODY)).hits[0].document_key == "b"
    await library.close()


async def test_a_team_that_writes_english_only_pays_for_one_encoder(
    sessions: Sessions, tmp_path: Path, make: MakeDocument
) -> None:
    english, multilingual = WordEncoder("english", frozenset({"en"})), WordEncoder("multilingual")
    library = await Library.open(sessions, [english, multilingual], tmp_path / "index")
    await library.add("T1", [make("a", "red apples are sweet"), make("b", "green pears are sour")])
    await library.search("T1", "are apples sweet?", EVERYBODY)
    assert multilingual.encoded == 0
    found = await library.search("T1", "苹果 apples 甜吗", EVERYBODY)
    assert found.language == "zh"
    assert found.hits[0].document_key == "a"
    assert (await library.status("T1")).encoders == {"english": 2, "multilingual": 2}
    await library.close()


async def test_no_encoder_ranks_text_that_it_cannot_read(
    sessions: Sessions, tmp_path: Path, make: MakeDocument
) -> None:
    english = WordEncoder("english", frozenset({"en"}))
    library = await Library.open(sessions, [english], tmp_path / "index")
    await library.add("T1", [make("a", "退款需要五个工作日。")])
    assert english.encoded == 0
    assert (await library.search("T1", "退款需要多久", EVERYBODY)).hits[0].document_key == "a"
    await library.close()


async def test_a_follow_up_is_understood_by_the_turn_before_it(
    sessions: Sessions, tmp_path: Path, encoder: WordEncoder, make: MakeDocument
) -> None:
    library = await Library.open(sessions, [encoder], tmp_path / "index")
    await library.add("T1", [make("a", "apples cost two euro"), make("b", "pears cost three euro")])
    history = (Turn("user", "tell me about pears"), Turn("agent", "What about them?"))
    found = await library.search("T1", "what is the cost", EVERYBODY, history)
    assert found.hits[0].document_key == "b"
    await library.close()


@pytest.mark.parametrize("question", ["", "   ", "🙂🙂", "?!", "مرحبا كيف الحال", "<!channel> " * 3_000, "a" * 40_000])
async def test_any_question_is_answered_sensibly(
    sessions: Sessions, tmp_path: Path, encoder: WordEncoder, make: MakeDocument, question: str
) -> None:
    library = await Library.open(sessions, [encoder], tmp_path / "index")
    await library.add("T1", [make("a", "red apples")])
    assert not (await library.search("T1", question, EVERYBODY)).known
    await library.close()


async def test_given_vectors_save_the_encoder_pass(
    sessions: Sessions, tmp_path: Path, encoder: WordEncoder, make: MakeDocument
) -> None:
    library = await Library.open(sessions, [encoder], tmp_path / "index")
    await library.add("T1", [make("a", "red apples")])
    vectors = await library.encode_question("red apples?")
    passes = encoder.encoded
    result = await library.search("T1", "red apples?", EVERYBODY, vectors=vectors)
    assert result.hits
    assert encoder.encoded == passes
    await library.close()


async def test_a_question_costs_one_pass_of_each_encoder_however_often_it_is_asked_for(
    sessions: Sessions, tmp_path: Path, make: MakeDocument
) -> None:
    english, every = WordEncoder("english", frozenset({"en"})), WordEncoder("every")
    library = await Library.open(sessions, [english, every], tmp_path / "index")
    await library.add("T1", [make("a", "red apples are sweet"), make("b", "退款需要五个工作日才能到账")])
    before = english.encoded, every.encoded
    text = "who was the first king of the moon?"
    one, other = await asyncio.gather(library.encode_question(text), library.encode_question(text))
    assert np.array_equal(one.by_encoder["english"], other.by_encoder["english"])
    result = await library.search("T1", text, EVERYBODY, vectors=one)
    assert set(result.vectors.by_encoder) == {"english", "every"}
    assert (english.encoded, every.encoded) == (before[0] + 1, before[1] + 1)
    await library.close()


async def test_a_hit_opens_its_section_where_that_is_possible_and_else_its_document(
    sessions: Sessions, tmp_path: Path, encoder: WordEncoder
) -> None:
    sections = (Section((), "Refunds take 5 days.", 1, "https://x/#refunds"), Section((), "Lamps are bright.", 9))
    async with _opened(sessions, tmp_path, encoder) as library:
        await library.add("T1", [Document("k", "Shop", sections, "src", "shop.md", link="https://x/")])
    async with _opened(sessions, tmp_path, encoder) as library:  # as the snapshot has it
        for question, link in (("refunds days", "https://x/#refunds"), ("bright lamps", "https://x/")):
            hit = (await library.search("T1", question, EVERYBODY)).hits[0]
            assert hit.link == link
            assert (await reading.passages(sessions, "T1", [hit.passage_id], EVERYBODY))[0].link == link


async def test_keys_and_sources_may_be_of_any_length(sessions: Sessions, tmp_path: Path, encoder: WordEncoder) -> None:
    long = "https://x/" + "".join(random.Random(1).choices("abcdefghijklmnopqrstuvwxyz0123456789退", k=9_000))
    async with _opened(sessions, tmp_path, encoder) as library:
        pages = [Document(f"{long}{n}", "Page", (Section((), f"Refund {n}.", 1),), long, "x") for n in range(2)]
        assert (await library.add("T1", pages)).added == 2
        assert (await library.add("T1", pages)).unchanged == 2
        changed = Document(pages[0].key, "Page", (Section((), "Refunds are quick.", 1),), long, "x")
        assert (await library.add("T1", [changed])).replaced == 1
        assert await library.remove("T1", pages[1].key) == 1
        assert [hit.text for hit in (await library.search("T1", "refund", EVERYBODY)).hits] == ["Refunds are quick."]
        assert await library.remove("T1", long) == 1


async def test_dates_keep_their_moment_whatever_zone_they_come_in(
    sessions: Sessions, tmp_path: Path, encoder: WordEncoder
) -> None:
    written = datetime(2026, 3, 1, 1, 30, tzinfo=timezone(timedelta(hours=8)))
    async with _opened(sessions, tmp_path, encoder) as library:
        await library.add("T1", [Document("k", "P", (Section((), "Refunds.", 1),), "src", "x", date=written)])
        hit = (await library.search("T1", "refunds", EVERYBODY)).hits[0]
        assert hit.date == written
        assert (await reading.passages(sessions, "T1", [hit.passage_id], EVERYBODY))[0].date == written


async def test_more_documents_than_are_read_at_once_are_all_served(
    sessions: Sessions, tmp_path: Path, encoder: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.library.DOCUMENTS_AT_ONCE", 2)
    async with _opened(sessions, tmp_path, encoder) as library:
        await library.add("T1", [_long(f"k{n}", 2, f"refunds{n}") for n in range(5)])
        found = [(await library.search("T1", f"refunds{n}", EVERYBODY)).hits[0].document_key for n in range(5)]
        assert found == [f"k{n}" for n in range(5)]
        await library.remove("T1", "src")
        assert (await library.search("T1", "refunds1", EVERYBODY)).hits == ()
