"""The terms that BM25 counts."""

from hypothesis import given
from hypothesis import strategies as st

from index.tokens import terms


def test_english_words_meet_in_their_stem() -> None:
    assert terms("Refunding the customers' REFUNDS") == ["refund", "the", "custom", "refund"]


def test_traditional_and_simplified_chinese_make_the_same_bigrams() -> None:
    assert terms("設定團隊") == terms("设定团队") == ["设定", "定团", "团队"]


def test_accents_make_no_difference() -> None:
    assert terms("Rückerstattung") == terms("ruckerstattung")


@given(st.text(max_size=200))
def test_terms_hold_no_white_space(text: str) -> None:
    assert all(term and term == "".join(term.split()) for term in terms(text))
