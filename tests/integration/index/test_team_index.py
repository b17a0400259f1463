"""What is served from memory: who may see what, and that changes leave what a fresh build would."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wordy import WordEncoder

from index.encoder_choice import EncoderChoice
from index.fusion import term_weights
from index.indexing import states_in_memory
from index.search import Searcher
from index.team_index import DocumentState, TeamIndex
from index.types import Document, Section

_ENCODER = WordEncoder()
_CHOICE = EncoderChoice([_ENCODER])
_WORDS = ["refund", "card", "euro", "shipping", "days", "holiday", "apple", "server", "退款", "假期"]
_PRINCIPALS = ["everyone", "C1", "C2", "U1", "U2"]


def _index() -> TeamIndex:
    return TeamIndex({_ENCODER.name: _ENCODER.dimensions})


def _states(texts: list[tuple[int, str, frozenset[str]]]) -> list[DocumentState]:
    found = []
    for id_, text, visible_to in texts:
        document = Document(str(id_), f"Page {id_}", (Section((), text),), "s", str(id_), visible_to=visible_to)
        found.extend(states_in_memory([document], _CHOICE, (), first_id=id_))
    return found


_TEXT = st.lists(st.sampled_from(_WORDS), min_size=1, max_size=12).map(" ".join)
_VISIBLE = st.frozensets(st.sampled_from(_PRINCIPALS), min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(_TEXT, _VISIBLE), min_size=1, max_size=12),
    st.frozensets(st.sampled_from(_PRINCIPALS), max_size=3),
    _TEXT,
    st.lists(st.tuples(st.integers(0, 11), _VISIBLE), max_size=4),
)
def test_nobody_ever_gets_a_passage_that_they_may_not_see(
    pages: list[tuple[str, frozenset[str]]],
    audience: frozenset[str],
    question: str,
    later: list[tuple[int, frozenset[str]]],
) -> None:
    index = _index()
    visible = {number: (text, who) for number, (text, who) in enumerate(pages)}
    index.apply(_states([(number, text, who) for number, (text, who) in visible.items()]))
    searcher = Searcher(_CHOICE)
    for number, who in [(-1, frozenset[str]()), *later]:
        if number in visible:  # rights change, as when a channel is left
            visible[number] = (visible[number][0], who)
            index.apply(_states([(number, *visible[number])]))
        result = searcher.search(index, searcher.encode(question), audience, limit=50)
        shown = {int(hit.document_key) for hit in result.hits}
        allowed = {number for number, (_, who) in visible.items() if who & audience}
        assert shown <= allowed
        if len(allowed) <= 50:
            assert shown == allowed


def test_what_may_not_be_seen_pushes_nothing_out_of_a_large_index() -> None:
    index = _index()
    secret = [(number, "refund card", frozenset({"C1"})) for number in range(900)]
    index.apply(_states([*secret, (1_000, "a page about a refund", frozenset({"U1"}))]))
    searcher = Searcher(_CHOICE)
    result = searcher.search(index, searcher.encode("refund card"), frozenset({"U1"}))
    assert [hit.document_key for hit in result.hits] == ["1000"]


@pytest.mark.parametrize("seed", range(4))
def test_adding_replacing_and_removing_leaves_what_a_fresh_build_has(seed: int) -> None:
    chance = random.Random(seed)
    who = frozenset({"everyone"})
    pages: dict[int, str] = {}
    index = _index()
    for _ in range(40):
        changes: list[DocumentState] = []
        for number in chance.sample(range(60), 8):
            if number in pages and chance.random() < 0.4:
                del pages[number]
                changes.append(DocumentState(number))
            else:
                pages[number] = " ".join(chance.choices(_WORDS, k=chance.randint(3, 400)))
                changes.extend(_states([(number, pages[number], who)]))
        index.apply(changes)
    fresh = _index()
    fresh.apply(_states([(number, text, who) for number, text in pages.items()]))
    assert len(index) == len(fresh)
    for question in ("refund card euro", "holiday 假期", "server"):
        vectors = {_ENCODER.name: _ENCODER.encode([question], "query")[0]}
        weights = term_weights(question, None)
        got = index.rank(vectors, weights, "en", who, 100)
        expected = fresh.rank(vectors, weights, "en", who, 100)
        assert {one.passage.document.id for one in got} == {one.passage.document.id for one in expected} == set(pages)
        by_passage = {(one.passage.document.id, one.passage.start): one for one in expected}
        same = [
            (one, by_passage[key]) for one in got if (key := (one.passage.document.id, one.passage.start)) in by_passage
        ]
        assert len(same) >= 0.8 * len(pages)
        for one, other in same:
            assert one.cosine == pytest.approx(other.cosine, abs=1e-4)
            # BM25's statistics still count some removed passages until everything is laid out anew.
            assert one.share == pytest.approx(other.share, abs=0.08)


def test_an_index_laid_out_anew_keeps_its_vectors() -> None:
    who = frozenset({"everyone"})
    index = _index()
    index.apply(_states([(number, f"page {number} refund", who) for number in range(200)]))
    kept = {state.document_id: state.vectors[_ENCODER.name] for state in index.states() if state.document_id >= 150}
    for begin in range(0, 150, 30):
        index.apply([DocumentState(number) for number in range(begin, begin + 30)])
    assert len(index) == 50
    for state in index.states():
        np.testing.assert_allclose(state.vectors[_ENCODER.name], kept[state.document_id], atol=1e-6)
