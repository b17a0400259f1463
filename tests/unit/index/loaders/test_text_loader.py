from __future__ import annotations

import codecs
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders.pages import UnreadableError
from index.loaders.text import decode, read_text, unwrap

CHINESE = "退款需要多久？一般需要五个工作日，款项会原路退回到您的账户。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_chinese_is_read_in_the_encodings_in_use(encoding: str) -> None:
    assert decode(CHINESE.encode(encoding)) == CHINESE


def test_german_in_a_windows_encoding_is_read() -> None:
    text = "Rückerstattungen dauern fünf Werktage. Größe und Farbe können getauscht werden."
    assert decode(text.encode("cp1252")) == text


def test_a_declared_encoding_counts_and_an_unknown_one_is_passed_over() -> None:
    assert decode("返金".encode("shift_jis"), "shift_jis") == "返金"
    assert decode("é".encode(), "klingon-8") == "é"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is empty"),
        (b" \r\n\t", "is empty"),
        (codecs.BOM_UTF8, "is empty"),
        (codecs.BOM_UTF16_LE + b"a", "is not valid UTF-16"),
        (bytes(range(256)) * 4, "can't be told|is not text"),
        (b"\x00\x01\x02 abc", "is not text|can't be told"),
        (CHINESE.encode() + b"\n\xff" + CHINESE.encode(), "is broken UTF-8 on line 2"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableError, match=why):
        decode(data)


def test_plain_text_is_one_section_that_begins_at_its_first_line() -> None:
    (page,) = read_text(b"\r\n\r\nHello\r\nyou\r\n", "house_rules.txt").pages
    assert page.title == "house rules"
    assert [(s.text, s.line) for s in page.sections] == [("Hello\nyou", 3)]


def test_unwrapping_spaces_latin_and_joins_chinese() -> None:
    assert unwrap("one\n two 三\n四 five\n六") == "one two 三四 five 六"


@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    with contextlib.suppress(UnreadableError):
        assert decode(data).strip()
