"""Passages and sentences: offsets, coverage, lengths, and where sentences end in two languages."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders.text import read_text
from index.passages import OVERLAP_WORDS, PASSAGE_WORDS, count_words, sentences, spans, split
from index.types import Document, Section

_WORDS = st.sampled_from(
    [
        "Refunds",
        "take",
        "5",
        "days.",
        "See",
        "e.g.",
        "the",
        "page!",
        "退款需要",
        "五个工作日。",
        "\n",
        "\n\n",
        "- item",
        "🙂",
        "x" * 90,
    ]
)
_TEXTS = st.one_of(st.text(max_size=400), st.lists(_WORDS, max_size=400).map(" ".join))


def _visible(text: str) -> str:
    return "".join(text.split())


@given(_TEXTS)
def test_sentences_hold_every_visible_character_once_and_in_order(text: str) -> None:
    assert _visible("".join(text[start:end] for start, end in sentences(text))) == _visible(text)


@given(_TEXTS)
def test_sentences_have_no_white_space_around_them(text: str) -> None:
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in sentences(text))


@given(_TEXTS)
def test_passages_together_cover_the_whole_text(text: str) -> None:
    covered = [False] * len(text)
    for start, end in spans(text):
        covered[start:end] = [True] * (end - start)
    assert all(inside or character.isspace() for inside, character in zip(covered, text, strict=True))


@given(_TEXTS)
def test_passages_advance_and_stay_near_their_length(text: str) -> None:
    found = spans(text)
    for (start, end), (next_start, next_end) in pairwise(found):
        assert start < next_start
        assert end < next_end
    assert all(count_words(text[start:end]) <= PASSAGE_WORDS + OVERLAP_WORDS + 5 for start, end in found)


@given(st.lists(st.tuples(_TEXTS, st.integers(1, 99)), max_size=4))
def test_a_passages_offsets_find_its_text_in_its_section(parts: list[tuple[str, int]]) -> None:
    sections = tuple(Section((f"Heading {n}",), text, line) for n, (text, line) in enumerate(parts))
    for section, passage in split(Document("k", "Title", sections, "s", "p")):
        assert section.text[passage.start : passage.end] == passage.text
        assert passage.headings == section.headings
        assert passage.line == section.line


def test_neighbouring_passages_share_whole_sentences() -> None:
    text = " ".join(f"This is the sentence with the number {n} in it." for n in range(60))
    found = spans(text)
    assert len(found) > 3
    for (_, end), (start, _) in pairwise(found):
        shared = text[start:end]
        assert 0 < count_words(shared) <= OVERLAP_WORDS
        assert shared.startswith("This is")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See e.g. Dr. Smith on p. 3. Then ask.", ["See e.g. Dr. Smith on p. 3.", "Then ask."]),
        ("退款需要5个工作日。请联系客服！谢谢", ["退款需要5个工作日。", "请联系客服！", "谢谢"]),
        ("- Shipping: 12 euro\n- Pick-up: free", ["- Shipping: 12 euro", "- Pick-up: free"]),
        ("1. Open it.\n2. Close it.", ["1. Open it.", "2. Close it."]),
        (
            "A line that was broken by the width of the page it was printed\non goes on here.",
            ["A line that was broken by the width of the page it was printed\non goes on here."],
        ),
        ("Is it 3.5 kg? Yes.", ["Is it 3.5 kg?", "Yes."]),
        ("| Express | 12 euro |\n| Standard | 4 euro |", ["| Express | 12 euro |", "| Standard | 4 euro |"]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


def test_chinese_passages_hold_about_as_much_as_english_ones() -> None:
    text = "我们会在五个工作日之内把钱退回原来的付款方式。" * 40
    assert all(150 <= end - start <= 230 for start, end in spans(text)[:-1])


def test_a_passage_knows_the_line_it_begins_on() -> None:
    text = "\n".join(f"Line {number} says something of its own about refunds." for number in range(5, 105))
    (section,) = read_text(f"\n\n\n\n{text}\n".encode(), "notes.txt").pages[0].sections
    found = [passage for _, passage in split(Document("k", "Notes", (section,), "src", "notes.txt"))]
    assert len(found) > 3
    assert [f"Line {passage.line} says" for passage in found] == [
        passage.text[: passage.text.index("says") + 4] for passage in found
    ]


def test_a_passage_of_a_page_or_slide_keeps_its_number() -> None:
    section = Section((), "A slide has many sentences on one subject.\n" * 60, 7)
    passages = [passage for _, passage in split(Document("k", "Deck", (section,), "src", "deck.pptx"))]
    assert len(passages) > 1
    assert {passage.line for passage in passages} == {7}
