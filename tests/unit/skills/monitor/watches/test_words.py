"""What a watch matches, as people write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.tokens import folded
from skills.monitor.watches.words import Matcher, Words, WordsError, read_words


def matches(words: str, text: str) -> bool:
    return Matcher(read_words(words)).matches(folded(text))


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("acme", "I love ACME!"),
        ("acme", "Ａｃｍｅ is fine"),
        ("acme", "买了Acme的水壶"),
        ('"desk hand"', "my desk  hand broke"),
        ("refund*", "three refunds, no answer"),
        ("退款", "我要退款！"),
        ("退款", "請問退款"),
        ("$ACME", "buy $acme now"),
        ("naïve, crème brûlée", "a crème brûlée"),
        ("acme，水壶", "这个水壶坏了"),
        ("", "anything at all"),
        ("🙂", "thanks 🙂"),
    ],
)
def test_a_word_is_found_whatever_its_case_width_and_script(words: str, text: str) -> None:
    assert matches(words, text)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("acme", "acmeology is a word"),
        ("acme", "pacme"),
        ("refund", "refunds"),
        ('acme, -"acme corp"', "Acme Corp reports"),
        ("acme -jobs", "acme"),
        ("退款", "退货"),
    ],
)
def test_what_is_part_of_another_word_or_left_out_is_not_found(words: str, text: str) -> None:
    assert not matches(words, text)


@pytest.mark.parametrize(
    ("words", "fault"),
    [("-refund", "excluded_alone"), ("w" * 81, "long"), (",".join(f"w{n}" for n in range(101)), "many")],
)
def test_what_can_not_be_meant_is_refused_by_name(words: str, fault: str) -> None:
    with pytest.raises(WordsError) as caught:
        read_words(words)
    assert caught.value.fault == fault


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        words = read_words(text)
    except WordsError:
        return
    Matcher(words).matches(folded(text))


@given(st.lists(st.text("abc退款é ", min_size=1, max_size=12).map(str.strip).filter(bool), min_size=1, max_size=8))
def test_a_list_of_words_finds_each_of_them(words: list[str]) -> None:
    matcher = Matcher(read_words(", ".join(words)))
    assert all(matcher.matches(folded(f"so, {word}, yes")) for word in words)


def test_words_that_are_given_twice_count_once() -> None:
    assert read_words("Acme, ACME, acme") == Words(("acme",))
