"""By what a post is known again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills.monitor.sources.plain import clean, from_html
from skills.monitor.sources.post import Post, make_post, safe_link

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)

words = st.text(max_size=40)
any_post = st.builds(
    lambda id, link, title, text, author, published: make_post(
        "s", NOW, external_id=id, link=link, title=title, text=text, author=author, published=published
    ),
    words,
    st.none() | st.integers(0, 5).map(lambda number: f"https://a.example/{number}") | words,
    words,
    words,
    words,
    words,
)


def same(one: Post, other: Post) -> bool:
    return not set(one.keys).isdisjoint(other.keys)


def post(**parts: str) -> Post:
    return make_post("s", NOW, **{"title": "Down again", "text": "Nothing works.", **parts})


def test_the_sources_own_id_is_enough() -> None:
    assert same(post(external_id="1"), post(external_id="1", title="Mended"))
    assert not same(post(external_id="1"), post(external_id="2"))


def test_another_id_with_the_same_link_and_content_is_no_other_post() -> None:
    one = post(external_id="1", link="https://www.a.example/x?utm_source=feed&id=7#top")
    assert same(one, post(external_id="2", link="http://a.example/x/?id=7"))
    assert not same(one, post(external_id="2", link="http://a.example/x/?id=8"))


def test_another_id_and_text_with_the_same_link_title_and_time_is_no_other_post() -> None:
    parts = {"link": "https://a.example/x", "published": "2026-11-01"}
    assert same(post(external_id="1", **parts), post(external_id="2", text="Seen 12 times.", **parts))
    assert not same(post(external_id="1", **parts), post(external_id="2", text="New.", title="New", **parts))


def test_short_texts_of_two_people_are_two_posts() -> None:
    assert not same(post(external_id="1", text="+1", author="a"), post(external_id="2", text="+1", author="a"))
    link = "https://a.example/app"
    assert not same(
        post(external_id="1", link=link, text="+1", author="a"), post(external_id="2", link=link, text="+1", author="b")
    )


def test_the_same_words_in_two_sources_are_two_posts() -> None:
    assert not same(make_post("s", NOW, external_id="1"), make_post("t", NOW, external_id="1"))


@given(any_post)
def test_every_post_has_keys_and_is_itself(one: Post) -> None:
    assert one.keys
    assert len(set(one.keys)) == len(one.keys)
    assert all(len(key) == 32 for key in one.keys)


@given(st.text(), st.integers(1, 50))
def test_cleaned_text_is_what_any_database_takes(text: str, limit: int) -> None:
    cleaned = clean(text + "\0\ud800", limit)
    cleaned.encode()
    assert "\0" not in cleaned
    assert len(cleaned) <= limit
    assert clean(cleaned, limit) == cleaned


def test_markup_becomes_what_a_reader_sees() -> None:
    markup = "<p>Fees &amp; rates<script>alert(1)</script></p><p>are <b>up</b>&nbsp;2&#37;<!-- x --></p>"
    assert from_html(markup) == "Fees & rates\nare up 2%"
    assert from_html("a < b & c") == "a < b & c"


@given(st.text(alphabet="<>&;/!-ab p\"'=", max_size=200))
def test_no_markup_breaks_it(markup: str) -> None:
    from_html(markup)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "/relative", "http://", "https://a b/", "http://[::1", ""]
)
def test_links_that_may_not_be_shown_are_left_out(link: str) -> None:
    assert safe_link(link) is None


def test_numbers_that_are_none_are_left_out() -> None:
    numbers = {"stars": 5, "nan": float("nan"), "much": float("inf")}
    assert make_post("s", NOW, title="x", numbers=numbers).numbers == {"stars": 5.0}
