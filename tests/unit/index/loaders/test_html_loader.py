from __future__ import annotations

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.loaders.html import read_html
from index.loaders.pages import Page, UnreadableError

PAGE = """<!doctype html><html><head><title>Refunds - Docs</title><meta name="author" content="Mia Kern">
<meta property="article:published_time" content="2026-02-03T10:00:00Z"><style>p {}</style></head><body>
<nav><a href="/">Home</a></nav><header><span>Lantern</span></header>
<div class="content"><h1 id="refunds">Refunds<a class="headerlink" href="#refunds">¶</a></h1>
<p>We refund within <b>5 working
days</b>.<br>Ask <a href="/x">us</a>.</p>
<h2 id="how">How it works</h2><ul><li>Send it</li><li><p>We check it</p><ul><li>twice</li></ul></li></ul>
<h3><a name="cost"></a>Costs</h3>
<table><tr><th>Method</th><th>Price</th></tr><tr><td>Express</td><td>12 euro</td></tr></table>
<pre>refund --order 1
  done</pre>
<section id="short"><h2>Short</h2><p>Yes.</p></section></div>
<aside>Buy now!</aside><footer>© Lantern</footer><script>alert(1)</script></body></html>"""


def read(markup: str) -> Page:
    (page,) = read_html(markup.encode(), "page.html").pages
    return page


def test_sections_keep_headings_anchors_and_lines() -> None:
    page = read(PAGE)
    assert (page.title, page.author) == ("Refunds", "Mia Kern")
    assert page.date == datetime(2026, 2, 3, tzinfo=UTC)
    assert [(s.headings, s.link, s.text) for s in page.sections] == [
        ((), "#refunds", "We refund within 5 working days.\nAsk us."),
        (("How it works",), "#how", "- Send it\n- We check it\n  - twice"),
        (("How it works", "Costs"), "#cost", "Method: Express; Price: 12 euro\n\nrefund --order 1\n  done"),
        (("Short",), "#short", "Yes."),
    ]
    assert page.sections[0].line == 5


def test_only_the_main_region_is_read_where_a_page_names_one() -> None:
    page = read("<body><div>Cookie banner</div><main><h1>Hours</h1><p>Nine to five.</p></main><p>More</p></body>")
    assert (page.title, [s.text for s in page.sections]) == ("Hours", ["Nine to five."])


def test_a_page_without_a_heading_has_the_title_of_its_head() -> None:
    assert read("<title>Opening hours</title><p>Nine to five.</p>").title == "Opening hours"


def test_a_menu_of_links_is_not_text() -> None:
    links = "".join(f'<li><a href="/{n}">Page number {n}</a></li>' for n in range(6))
    assert read(f"<ul>{links}</ul><p>Text.</p>").sections[0].text == "Text."


def test_the_encoding_is_the_one_that_the_page_declares() -> None:
    data = '<meta charset="gb2312"><h1>退款</h1><p>五个工作日</p>'.encode("gb2312")
    (page,) = read_html(data, "x.html").pages
    assert (page.title, page.sections[0].text) == ("退款", "五个工作日")


@pytest.mark.parametrize("markup", ["<script>draw()</script>", "<html></html>", "<div>" * 100_000])
def test_a_page_without_text_is_unreadable(markup: str) -> None:
    with pytest.raises(UnreadableError):
        read(markup)


def test_entities_of_a_bomb_are_not_expanded() -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    text = str(read(f"<!DOCTYPE html [{entities}]><body><p>&a11; end</p></body>"))
    assert len(text) < 10_000


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_between_tags_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(UnreadableError):
        assert read(f"<h1>{text}</h1><ul><li>{text}<table><td>{text}</ul>").title
