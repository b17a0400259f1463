"""What is read in a post: its text, language, feeling, and what it says of whom."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encoders.base import Encoder
from index.encoders.catalog import open_encoder
from skills.monitor.reading.cleaning import MOST, language_of, readable
from skills.monitor.reading.companies import find_all
from skills.monitor.reading.companies.clauses import clauses_of
from skills.monitor.reading.entities import entities_of
from skills.monitor.reading.reader import Reader
from skills.monitor.sources import Post, make_post

NOW = datetime(2026, 12, 1, tzinfo=UTC)


def post(text: str, title: str = "", language: str | None = None) -> Post:
    return make_post("s", NOW, title=title, text=text, language=language)


def best(scores: object) -> str:
    assert isinstance(scores, dict)
    assert sum(scores.values()) == pytest.approx(1.0)
    return str(max(scores, key=lambda label: scores[label]))


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return open_encoder("multilingual", "cpu")


@pytest.fixture(scope="module")
def reader(encoder: Encoder) -> Reader:
    return Reader([encoder])


def test_links_marks_of_forwarding_and_entities_are_not_read() -> None:
    assert readable(post("RT @news: Profit &amp; loss https://t.co/x via @app")) == "Profit & loss"
    assert readable(post("转发微博：//@路人: 手机充电时起火")) == "手机充电时起火"


def test_a_title_is_read_once() -> None:
    assert readable(post("Acme recalls toasters. They may burn.", "Acme recalls toasters")).count("recalls") == 1
    assert readable(post("They may burn.", "Acme recalls toasters")) == "Acme recalls toasters\nThey may burn."
    assert readable(post("", "Acme recalls toasters")) == "Acme recalls toasters"


def test_the_source_says_the_language_where_the_text_cannot() -> None:
    assert language_of(post("", language="zh"), "👍👍 100") == "zh"
    assert language_of(post("", language="zh"), "This is not what we were told") == "en"


@given(st.text(max_size=3000), st.text(max_size=600))
def test_any_text_becomes_readable_within_bounds(text: str, title: str) -> None:
    found = readable(post(text, title))
    assert len(found) <= MOST
    assert found == found.strip()
    entities_of(found, "en")
    entities_of(found, "zh")


@given(st.text(alphabet="ab AB公司x.,-", max_size=60), st.lists(st.text(alphabet="abAB公司x", max_size=4), max_size=4))
def test_names_are_found_where_they_stand_and_never_within_each_other(text: str, names: list[str]) -> None:
    found = find_all(text, names)
    spans = sorted(span for some in found.values() for span in some)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert all(text[start:end].casefold() == name.casefold() for name, some in found.items() for start, end in some)


def test_a_short_name_is_no_part_of_a_word() -> None:
    assert find_all("SBI up, SBILife down; the SBI's plan", ["SBI"]) == {"SBI": [(0, 3), (26, 29)]}
    assert find_all("今天华清股份公告", ["华清股份"]) == {"华清股份": [(2, 6)]}


def test_the_clauses_of_a_name_are_what_is_read_for_it() -> None:
    text = "华清股份净利润大增，海通科技亏损扩大"
    assert clauses_of(text, [(0, 4)]) == "华清股份净利润大增"
    assert clauses_of(text, [(10, 14)]) == "海通科技亏损扩大"


@pytest.mark.parametrize(
    ("text", "language", "kind", "name"),
    [
        ("$AAPL beats estimates", "en", "ticker", "$AAPL"),
        ("贵州茅台(600519)今日大涨", "zh", "ticker", "600519"),
        ("thanks @acme_help", "en", "handle", "@acme_help"),
        ("#东方能源# 停牌", "zh", "tag", "东方能源"),
        ("Northwind Energy Ltd wins order", "en", "company", "Northwind Energy Ltd"),
        ("Acme shares fall after recall", "en", "company", "Acme"),
        ("said CEO Maria Lopez on Monday", "en", "person", "Maria Lopez"),
        ("a plant in Germany", "en", "place", "Germany"),
        ("公司在深圳设立子公司", "zh", "place", "深圳"),
        ("华清股份：三季度净利润增长", "zh", "company", "华清股份"),
    ],
)
def test_what_is_named_is_found_by_its_form(text: str, language: str, kind: str, name: str) -> None:
    assert (kind, name) in {(entity.kind, entity.name) for entity in entities_of(text, language)}


def test_one_text_is_good_for_one_company_and_bad_for_another(reader: Reader) -> None:
    (read,) = reader.read([post("Gold shines on seasonal demand; Silver dull")], names=["Gold", "Silver", "Copper"])
    assert set(read.companies) == {"Gold", "Silver"}
    assert best(read.companies["Gold"]) == "positive"
    assert best(read.companies["Silver"]) == "negative"


def test_in_chinese_the_clauses_of_a_followed_company_are_read(reader: Reader) -> None:
    said = "星河酒店服务态度很好，房间干净舒适，海蓝酒店又脏又吵，服务太差了"
    (read,) = reader.read([post(said)], names=["星河酒店", "海蓝酒店"])
    assert read.companies["星河酒店"]["positive"] > read.companies["海蓝酒店"]["positive"]


def test_posts_are_read_in_their_order_whatever_they_are_written_in(reader: Reader) -> None:
    posts = [
        post("I hate this app, it crashes every time"),
        post("这家酒店的服务太差了，再也不来了"),
        post("👍👍"),
        post(""),
        post("Love the new update, works great!"),
        post("\ud800 half a pair"),
        post("ราคาหุ้นขึ้น"),
    ]
    found = reader.read(posts)
    assert [one.text for one in found] == [readable(one) for one in posts]
    assert [best(found[place].sentiment) for place in (0, 1, 4)] == ["negative", "negative", "positive"]
    assert {best(one.topic) for one in found}
    assert [one.language for one in found[:2]] == ["en", "zh"]
    for alone, among in zip((reader.read([one])[0] for one in posts), found, strict=True):
        assert alone.sentiment == pytest.approx(among.sentiment, abs=0.05)


def test_without_an_encoder_posts_are_read_all_the_same() -> None:
    (read,) = Reader([]).read([post("I hate this app, it crashes every time")], names=["app"])
    assert read.vector is None
    assert best(read.sentiment) == "negative"
    assert read.companies["app"] == read.sentiment
