"""Feeds of every version, and what is none."""

from __future__ import annotations

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills.monitor.sources.feed_reading import MAX_ENTRIES, NotAFeed, TooComplex, read_feed


def only(body: str | bytes, charset: str | None = None) -> tuple[str, str, str, str, str, str]:
    (entry,) = read_feed(body.encode() if isinstance(body, str) else body, charset).entries
    return entry.id, entry.link, entry.title, entry.text, entry.author, entry.published


def test_rss_2() -> None:
    found = only(
        """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
        xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>News</title><language>en-us</language>
        <image><title>Logo</title></image><item><title>A &amp; B</title><link> https://a.example/1 </link>
        <guid isPermaLink="false">g1</guid><description>short</description><content:encoded><![CDATA[<p>long</p>]]>
        </content:encoded><dc:creator>Ann</dc:creator><pubDate>Tue, 01 Dec 2026 10:00:00 GMT</pubDate>
        </item></channel></rss>"""
    )
    assert found == ("g1", "https://a.example/1", "A & B", "<p>long</p>", "Ann", "Tue, 01 Dec 2026 10:00:00 GMT")


def test_a_guid_that_is_a_permalink_stands_for_a_missing_link() -> None:
    feed = "<rss><channel><item><title>x</title><guid{}>https://a.example/1</guid></item></channel></rss>"
    assert only(feed.format(""))[1] == "https://a.example/1"
    assert only(feed.format(' isPermaLink="false"'))[1] == ""


def test_rdf() -> None:
    found = only(
        """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="c"><title>News</title></channel>
        <item rdf:about="https://a.example/1"><title>T</title><description>D</description>
        <dc:date>2026-12-01T10:00:00Z</dc:date></item></rdf:RDF>"""
    )
    assert found == ("https://a.example/1", "https://a.example/1", "T", "D", "", "2026-12-01T10:00:00Z")


def test_atom_in_chinese() -> None:
    body = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN"><title>新闻</title><entry><id>tag:1</id>
        <title>标题</title><link rel="self" href="/self"/><link href="/a"/><author><name>王</name><uri>u</uri></author>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">手续费<b>太高</b></div></content>
        <updated>2026-12-02T00:00:00Z</updated><published>2026-12-01T00:00:00Z</published></entry></feed>"""
    feed = read_feed(body.encode())
    assert feed.language == "zh-CN"
    assert only(body) == ("tag:1", "/a", "标题", "手续费 太高", "王", "2026-12-01T00:00:00Z")


@pytest.mark.parametrize(
    ("head", "seconds"),
    [
        ("<ttl>60</ttl>", 3600),
        ("<updatePeriod>daily</updatePeriod><updateFrequency>4</updateFrequency>", 21600),
        ("<ttl>soon</ttl>", None),
    ],
)
def test_for_how_long_a_feed_says_that_it_stays_the_same(head: str, seconds: float | None) -> None:
    assert read_feed(f"<rss><channel>{head}<item/></channel></rss>".encode()).ttl == seconds


def test_encodings() -> None:
    feed = "<?xml version='1.0' encoding='{}'?><rss><channel><item><title>手续费</title></item></channel></rss>"
    for name in ("gb18030", "utf-8", "gbk"):
        assert only(feed.format(name).encode(name))[2] == "手续费"
    assert only(feed.format("utf-16").encode("utf-16"))[2] == "手续费"
    assert only(feed.format("no-such").encode("gbk"), "gbk")[2] == "手续费"
    broken = feed.format("utf-8").encode().replace("续".encode(), b"\xff\xfe")
    assert only(broken)[2] == "手\ufffd\ufffd费"


def test_broken_entries_cost_no_others() -> None:
    items = [
        "<item><title>T0 &nbsp;& x</title><description><p>one<br>two</description><pubDate>d</pubDate></item>",
        "<item><title>T1</title><description>fine \x0b</description></item>",
        "<item><title>T2 <b>bold</title><dc:creator>Ann</dc:creator></item>",
        "<item><title>T3</tit",
    ]
    feed = read_feed(("<rss><channel><title>x</title>" + "".join(items)).encode())
    assert [entry.title.split()[0] for entry in feed.entries] == ["T0", "T1", "T2", "T3"]
    assert feed.entries[0].published == "d"
    assert feed.entries[2].author == "Ann"


def test_entities_stay_shut() -> None:
    bomb = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    found = only(
        f"""<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "lol">{bomb}<!ENTITY f SYSTEM "file:///etc/passwd">]>
        <rss><channel><item><title>a&l9;&f;b</title></item></channel></rss>"""
    )
    assert found[2] == "ab"


@pytest.mark.parametrize(
    ("body", "html"),
    [
        (b"<!DOCTYPE html><html><head><title>x</title></head><body>&nbsp;</body></html>", True),
        (b"\xef\xbb\xbf<html><body>Log in", True),
        (b'{"items": []}', False),
        (b"", False),
        (b"<?xml version='1.0'?><urlset></urlset>", False),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, False),
    ],
)
def test_what_is_no_feed_is_told_from_a_page(body: bytes, html: bool) -> None:
    with pytest.raises(NotAFeed) as caught:
        read_feed(body)
    assert caught.value.html is html


def test_a_feed_without_end_is_cut() -> None:
    feed = read_feed(b"<rss><channel>" + b"<item><title>x</title></item>" * 100_000)
    assert len(feed.entries) == MAX_ENTRIES
    assert feed.cut


@pytest.mark.parametrize(
    "piece", ["<", "&", "<![CDATA[", "<a>", '<!ENTITY a "', "<!-- ", 'a="', "<item", "]]>", "<item><"]
)
def test_hostile_text_takes_a_moment_at_most(piece: str) -> None:
    body = ("<rss><channel>" + piece * (1_000_000 // len(piece))).encode()
    began = time.process_time()
    with contextlib.suppress(NotAFeed, TooComplex):
        read_feed(body)
    assert time.process_time() - began < 3


@given(st.binary(max_size=300) | st.text(alphabet="<>/item entry&;\"'=![]CDATA-rssfeed", max_size=300).map(str.encode))
def test_no_bytes_break_it(body: bytes) -> None:
    for raw in (body, b"<rss><channel><item>" + body):
        with contextlib.suppress(NotAFeed, TooComplex):
            read_feed(raw)
