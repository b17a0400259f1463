"""What is taken for a copy of a post, and what only looks like one."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skills.monitor.reading.folding import Comparison, compare, keys_of, signature_of
from skills.monitor.sources import make_post

NOW = datetime(2026, 12, 1, tzinfo=UTC)
RELEASE = (
    "Acme Home said on Monday it is recalling about 40,000 toasters sold between March and August because the heating "
    "element may overheat and cause a fire. Customers should stop using the toasters at once."
)
NOTICE = "华清股份11月5日晚间公告，三季度实现净利润3.1亿元，同比增长12%，主要由于新产品销量提升。"


def compared(first: tuple[str, str], second: tuple[str, str], links: tuple[str, str] = ("", "")) -> Comparison:
    signatures = [
        signature_of(make_post("s", NOW, title=title, text=text, link=link or None))
        for (title, text), link in zip((first, second), links, strict=True)
    ]
    found = compare(signatures[0], signatures[1])
    if found.copies:
        assert not set(keys_of(signatures[0])).isdisjoint(keys_of(signatures[1])), "it would not be looked up"
    return found


@pytest.mark.parametrize(
    "copy",
    [
        ("Toasters recalled - Daily Example", f"(Reuters) - {RELEASE} Reporting by Jane Doe"),
        ("TOASTERS RECALLED", RELEASE.replace('"', "”").upper()),
        ("Toasters recalled", RELEASE[:140] + "…"),
        ("From the wires", RELEASE),
        ("Toasters &amp; more", RELEASE.replace("a fire", "a&nbsp;fire")),
        ("", f"RT @newsdesk: {RELEASE} https://t.co/Ab3dE9xYz1 🔥"),
        ("Toasters recalled", RELEASE.replace("Customers", "Custmers").replace("Monday", "Moonday")),
    ],
)
def test_a_release_is_known_again_as_others_print_it(copy: tuple[str, str]) -> None:
    assert compared(("Toasters recalled", RELEASE), copy).copies


@pytest.mark.parametrize(
    "copy",
    [
        "華清股份11月5日晚間公告，三季度實現淨利潤3.1億元，同比增長12%，主要由於新產品銷量提升。",
        "华清股份11月5日晚间公告,三季度实现净利润3.1亿元,同比增长12%,主要由于新产品销量提升。",
        "【快讯】" + NOTICE + "（责任编辑：王芳）",
        "转发微博：//@路过的人: " + NOTICE,
    ],
)
def test_a_chinese_notice_is_known_again_in_other_characters(copy: str) -> None:
    assert compared(("", NOTICE), ("", copy)).copies


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "Northwind Q2 profit up 12% on strong demand in Asia",
            "Northwind Q3 profit down 12% on strong demand in Asia",
        ),
        ("Acme sues Harbor over patents for robot arms", "Harbor sues Acme over patents for robot arms"),
        ("Acme confirms talks to buy Harbor Bank this year", "Acme denies talks to buy Harbor Bank this year"),
        ("华清股份：三季度净利润同比增长12%", "华清股份：三季度净利润同比下降12%"),
        ("沪指收涨0.52% 创业板指涨1.2%", "沪指收跌0.52% 创业板指跌1.2%"),
        ("东方能源：股东拟减持不超3%股份", "海通科技：股东拟减持不超3%股份"),
    ],
)
def test_other_figures_names_and_directions_speak_against_it(one: str, other: str) -> None:
    assert not compared((one, ""), (other, "")).copies


@pytest.mark.parametrize(
    "said", ["great app!", "五星好评", "my parcel has not arrived yet", "😂😂😂", "배송 빨라요", "", "+1"]
)
def test_what_many_write_is_a_copy_only_at_one_address(said: str) -> None:
    assert not compared(("", said), ("", said)).copies
    at = ("https://a.example/1?utm_source=x", "https://www.a.example/1")
    assert compared(("", said), ("", said), at).copies == bool(said.strip("😂+1") or said == "+1")


def test_one_title_or_one_address_alone_is_not_enough() -> None:
    other = "Orion Airlines kept all its aircraft on the ground on Tuesday when its check-in software failed."
    at = ("https://a.example/live", "https://a.example/live")
    found = compared(("What we know today about it", RELEASE), ("What we know today about it", other), at)
    assert found.agreements == {"title", "link"}
    assert not found.copies


def test_a_reply_that_quotes_is_its_own_post() -> None:
    said = "The new terminal loses orders when the network is slow, again"
    reply = "I don't agree at all, they said the same last year and nothing came of it. Wait for the real numbers"
    for quoting in (f"> {said}\n{reply}", f"{reply} RT @somebody: {said}", f"“{said}” {reply}"):
        assert not compared(("", said), ("", quoting)).copies


def test_other_texts_above_the_same_long_notice_are_no_copies() -> None:
    tail = " This material is for information only and is no offer to buy or sell any security. " * 4
    one, other = (
        "Celsius reveals a shortfall in its bankruptcy filing.",
        "Meta asks managers to name staff for layoffs.",
    )
    assert not compared(("", one + tail), ("", other + tail)).copies


@given(st.text(max_size=600), st.text(max_size=80))
def test_any_text_is_compared_alike_from_both_sides_and_nothing_breaks(text: str, title: str) -> None:
    one = signature_of(make_post("s", NOW, title=title, text=text))
    other = signature_of(make_post("s", NOW, title=title, text=text + " more"))
    same = compare(one, one)
    assert same.distance == 0.0 or not (one.text or one.title)
    assert 0.0 <= compare(one, other).distance <= 1.0
    assert all(-(2**63) <= key < 2**63 for key in keys_of(one))
