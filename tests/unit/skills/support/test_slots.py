"""Slots: what messages say of the customer's case, and templates filled with it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.discovery import installed_skills
from skills.catalogs import Catalogs
from skills.support.book.answer_book import BUILT_IN_SLOTS, AnswerBook, SlotKind
from skills.support.book.templates import TemplateError, literal, slots_in
from skills.support.slots.filling import extract, extract_thread, fill, missing, question

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
"""A Monday."""
BOOK = AnswerBook(("en", "zh"))
SHOP = AnswerBook(
    ("en", "zh"),
    slots={
        "product": SlotKind("product", values=("lamp", "Desk lamp", "台灯")),
        "ticket": SlotKind("ticket", pattern=r"T-\d+", ask={"en": "Which ticket?", "zh": "哪张工单？"}),
    },
)


@pytest.mark.parametrize(
    ("text", "asked", "value"),
    [
        ("my order is #A-10392", None, "A-10392"),
        ("订单号 20261123-7788", None, "20261123-7788"),
        ("订单LL-20417什么时候到", None, "LL-20417"),
        ("any news on LL-18832?", None, "LL-18832"),
        ("订单 88231 还没到", None, "88231"),
        ("Order no: ABC123-99, please", None, "ABC123-99"),
        ("order number 10392.", None, "10392"),
        ("＃Ａ－１０３９２", None, "A-10392"),
        ("单号：SF1234567890", None, "SF1234567890"),
        ("it's 88231", "order_number", "88231"),
        ("88231", "order_number", "88231"),
        ("LL – 20 348", "order_number", "LL-20348"),
        ("the number is LL 22905", None, "LL22905"),
        ("ordered on the 14 11 2026", "order_number", None),
        ("not A-10392 but A-10393", "order_number", "A-10393"),
        ("88231", None, None),
        ("I ordered in 2024", None, None),
        ("2024", "order_number", None),
        ("13812345678", "order_number", None),
        ("+49 30 1234567", "order_number", None),
        ("(415) 555-2671", "order_number", None),
        ("4111 1111 1111 1111", "order_number", None),
        ("order 12345 pieces", None, None),
        ("I want to order 2 lamps", None, None),
        ("订单 2026-11-12 下的", None, None),
        ("it was 49.90 euro", "order_number", None),
        ("30 days", "order_number", None),
    ],
)
def test_an_order_number_is_told_from_years_phones_cards_prices_and_counts(
    text: str, asked: str | None, value: str | None
) -> None:
    assert extract(text, BOOK, NOW, asked).get("order_number") == value


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("it came yesterday", "2026-11-22"),
        ("the day before yesterday", "2026-11-21"),
        ("last friday", "2026-11-20"),
        ("on Thursday", "2026-11-19"),
        ("on Nov 12th", "2026-11-12"),
        ("the 3rd of October 2026", "2026-10-03"),
        ("2026-11-12", "2026-11-12"),
        ("am 12.11.2026", "2026-11-12"),
        ("3 days ago", "2026-11-20"),
        ("昨天", "2026-11-22"),
        ("前天下的单", "2026-11-21"),
        ("上周五", "2026-11-20"),
        ("周三买的", "2026-11-18"),
        ("11月12日", "2026-11-12"),
        ("2025年十二月三号", "2025-12-03"),
        ("去年12月3日", "2025-12-03"),
        ("三天前", "2026-11-20"),
        ("two weeks ago", "2026-11-09"),
        ("I may have sat on it for a second", None),
        ("2月31日", None),
        ("version 1.2.3", None),
    ],
)
def test_days_are_read_in_english_and_chinese(text: str, day: str | None) -> None:
    assert extract(text, BOOK, NOW).get("date") == day


@pytest.mark.parametrize(
    ("text", "asked", "found"),
    [
        ("a refund of $1,299.00 please", None, {"amount": "$1,299.00"}),
        ("退我128元", None, {"amount": "128元"}),
        ("I paid 20 bucks", None, {"amount": "20 bucks"}),
        ("write to a.b+c@example.com", None, {"email": "a.b+c@example.com"}),
        ("我叫王小明，电话13812345678", None, {"name": "王小明", "phone": "13812345678"}),
        ("My name is Ana García, thanks", None, {"name": "Ana García"}),
        ("Ana", "name", {"name": "Ana"}),
        ("王小明", "name", {"name": "王小明"}),
        ("never mind", "name", {}),
        ("不知道", "name", {}),
        ("it's the blue lamp", "product", {"product": "blue lamp"}),
        ("我买的是台灯", "product", {"product": "台灯"}),
        ("why do you ask?", "product", {}),
    ],
)
def test_amounts_mails_phones_names_and_products_are_read(text: str, asked: str | None, found: dict[str, str]) -> None:
    assert extract(text, BOOK, NOW, asked) == found


@pytest.mark.parametrize(
    ("text", "asked", "found"),
    [
        ("my Desk Lamps broke", None, {"product": "Desk lamp"}),
        ("这个台灯坏了", None, {"product": "台灯"}),
        ("the dsk lamp", "product", {"product": "lamp"}),
        ("deks lamp", "product", {"product": "lamp"}),
        ("lampshade", None, {}),
        ("see T-123", None, {"ticket": "T-123"}),
    ],
)
def test_a_books_own_slots_are_read(text: str, asked: str | None, found: dict[str, str]) -> None:
    assert extract(text, SHOP, NOW, asked) == found


def test_a_later_message_corrects_an_earlier_one_and_only_the_last_answers_the_question() -> None:
    said = ["where is order LL-10000, I am Ana", "88231", "sorry, it's LL-20000", "55512"]
    assert extract_thread(said, BOOK, NOW, "order_number")["order_number"] == "55512"
    assert extract_thread(said[:3], BOOK, NOW)["order_number"] == "LL-20000"


def test_a_pattern_that_takes_too_long_finds_nothing() -> None:
    slow = AnswerBook(("en",), slots={"code": SlotKind("code", pattern="(a+)+$")})
    assert "code" not in extract("a" * 3_000 + "!", slow, NOW)


@given(st.text())
def test_any_text_is_read_and_its_values_are_of_known_slots(text: str) -> None:
    for asked in (None, *BUILT_IN_SLOTS):
        assert extract(text, BOOK, NOW, asked).keys() <= set(BUILT_IN_SLOTS)


@given(st.text(), st.text(min_size=1))
def test_values_stand_as_they_are_and_open_no_slots(before: str, value: str) -> None:
    template = f"{literal(before)}{{name}}!"
    assert slots_in(template) == ("name",)
    assert fill(template, {"name": value}) == f"{before}{value}!"


def test_a_value_that_looks_like_a_template_is_said_literally() -> None:
    known = {"name": "{email} {{x}} %s <!channel>", "email": "a@b.example"}
    assert fill("Hi {name} ({email})", known) == "Hi {email} {{x}} %s <!channel> (a@b.example)"


def test_missing_slots_are_named_once_and_in_order() -> None:
    assert missing("{date} {name} {date} {{email}}", {"name": ""}) == ("date", "name")


@pytest.mark.parametrize("template", ["a } b", "a { b", "{{{", "{a}}"])
def test_a_brace_without_a_slot_is_refused(template: str) -> None:
    with pytest.raises(TemplateError):
        slots_in(template)


def test_a_day_is_written_in_the_templates_language() -> None:
    known = {"date": "2026-11-20"}
    assert fill("on {date}", known, "en") == "on November 20, 2026"
    assert fill("{date}到", known, "zh") == "2026年11月20日到"


def test_an_order_number_is_written_in_capitals() -> None:
    assert fill("order {order_number}", {"order_number": "ll30266"}) == "order LL30266"
    assert fill("{order_number}", {"order_number": "a7b-Xy9"}) == "a7b-Xy9"


def test_every_slot_has_a_question_in_both_languages() -> None:
    catalogs = Catalogs([skill.catalogs for skill in installed_skills()])
    english, chinese = (catalogs.say(locale, ZoneInfo("UTC")) for locale in ("en-US", "zh-CN"))
    for slot in BUILT_IN_SLOTS:
        assert str(question(slot, BOOK, english)).endswith("?")
        assert str(question(slot, BOOK, chinese)).endswith("？")
    assert question("ticket", SHOP, chinese) == "哪张工单？"
