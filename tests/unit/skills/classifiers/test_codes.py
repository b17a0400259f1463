"""Order numbers and the like are left out of what is learned from feedback."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills.classifiers.features.codes import without_codes


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("tell me where LL-20777 is", "tell me where is"),
        ("order #23318 - any update?", "order - any update?"),
        ("订单LL-20777到哪了", "订单 到哪了"),
        ("my 2 lamps arrived broken", "my lamps arrived broken"),
        ("where is my order", "where is my order"),
        ("LL-20777", "LL-20777"),
        ("😀 20777", "😀"),
    ],
)
def test_what_holds_a_digit_goes_unless_nothing_else_is_there(text: str, left: str) -> None:
    assert without_codes(text) == left


@given(st.text())
def test_any_text_is_left_without_ascii_digits_or_as_it_was(text: str) -> None:
    left = without_codes(text)
    assert left == text or not any(one in "0123456789" for one in left)
