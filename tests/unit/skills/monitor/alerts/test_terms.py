"""The words that tell some texts from others."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from skills.monitor.alerts.terms import main_terms
from skills.monitor.speaking import sparkline

USUAL = ["my parcel is late again", "the kettle is great", "where is my refund", "love the new lamp"] * 10


def test_what_is_new_stands_out() -> None:
    surge = ["the app crashes at login", "login is broken, it crashes", "crashes on login since the update"]
    assert main_terms(surge, USUAL, 2) == ["crashes", "login"]


def test_chinese_words_stand_out_whole() -> None:
    surge = ["登录时闪退", "一登录就闪退，太差了", "更新后登录闪退"]
    found = main_terms(surge, ["物流太慢了", "水壶很好用", "什么时候退款"] * 5, 3)
    assert "闪退" in "".join(found)
    assert "登录" in "".join(found)


def test_the_watchs_own_name_says_nothing() -> None:
    surge = ["acme crashes", "acme crashes badly", "acme crashes again"]
    assert main_terms(surge, ["acme is fine"] * 5, 3, ("Acme",)) == ["crashes"]


@given(st.lists(st.text(max_size=60), max_size=12), st.lists(st.text(max_size=60), max_size=12))
def test_any_texts_have_at_most_the_terms_asked_for(texts: list[str], others: list[str]) -> None:
    found = main_terms(texts, others, 4)
    assert len(found) <= 4
    assert len(set(found)) == len(found)


def test_a_sparkline_has_a_bar_for_each_value() -> None:
    assert sparkline([0, 1, 4, 8]) == "▁▂▅█"
    assert sparkline([0, 0]) == "▁▁"
    assert sparkline([]) == ""
